/* SPDX-License-Identifier: MIT */
/* record_run.h - one recording, from the files that are made to the exit code. */
#ifndef GREENROOM_RECORD_RUN_H
#define GREENROOM_RECORD_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "segment.h"

struct record_options {
	const char *file;   /* the trace */
	const char *events; /* the choice of events in words, NULL: all */
	struct segment_settings settings;
	uint64_t ring_bytes; /* of each thread's ring */
	bool flight;         /* keep only the newest events, */
	uint64_t keep;       /* so many; 0: all */
	uint64_t max_bytes;  /* of the trace, about: recording stops there; 0: no limit */
	bool durable;        /* commits survive a crash of the machine */
	bool strict;         /* the exit code tells of the recording, if that went wrong */
	bool apart;          /* the program's output does not go where the recorder's goes, */
	int output;          /* but into this descriptor; it reads nothing */
	char **program;      /* and its arguments, ending with NULL */
	pid_t process;       /* or one that already runs, */
	uint64_t for_ns;     /* for so long; 0: until somebody ends it */
};

/* Runs the program, records it, says in one line on stderr what came of it. Returns the exit code:
 * the program's own, whatever happens to the recording, unless `strict` puts ours in its place. */
int record_run(const struct record_options *options);

/* The same with a program that already runs. Returns the exit code, that of the recording. */
int record_attach(const struct record_options *options);

#endif
