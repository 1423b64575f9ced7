/* SPDX-License-Identifier: MIT */
/* recorder.h - the commands that live in the recorder. */
#ifndef GREENROOM_RECORDER_H
#define GREENROOM_RECORDER_H

/* greenroom record: argv[0] is "greenroom record". Returns the exit code. */
int cmd_record(int argc, char **argv);

/* greenroom attach and verify, likewise. */
int cmd_attach(int argc, char **argv);

int cmd_verify(int argc, char **argv);

#endif
