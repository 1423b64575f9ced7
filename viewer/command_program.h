/* SPDX-License-Identifier: MIT */
/*
 * command_program.h - a program that is recorded meanwhile: by a process of its own, into a trace that
 * is taken away at the end.
 *
 * The recorder and the program stand in a process group of their own, so that keys of the terminal
 * reach neither. When the watcher dies, however it dies, the recorder notices, ends the program that
 * it has started, and takes the files away.
 */
#ifndef GREENROOM_COMMAND_PROGRAM_H
#define GREENROOM_COMMAND_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

#include "error.h"
#include "event_source.h"
#include "record_run.h"

struct command_program {
	pid_t recorder;
	bool ended;
	int exit_code;     /* of the recorder, which is the program's, once it has ended */
	bool ours;         /* we have asked it to end */
	char folder[4096]; /* "" when there is none */
	char trace[4200], output[4200], talk[4200]; /* paths; talk: what the recorder says */
	bool keeps_trace, keeps_output;
};

/* Starts to record `options->program`, or `options->process`; the trace goes to `trace`, the program's output to `output`, or
 * where they are taken away at the end (NULL). 0 with the trace open, or a negative errno with the
 * sentence and its exit code. */
int command_program_start(struct command_program *program, struct record_options *options,
			  const char *trace, const char *output, struct event_source **source,
			  struct error *error);

/* Whether it has ended; does not wait. */
bool command_program_has_ended(struct command_program *program);
/* "exit code 3", "signal 11 (Segmentation fault)". */
void command_program_words(const struct command_program *program, char *out, size_t size);

/* What the recorder has said last. */
void command_program_said(const struct command_program *program, char *out, size_t size);

/* Asks the program to end, or lets go of one that was there before, and waits for it, a few seconds at
 * most. Nothing to do when it has ended. */
void command_program_finish(struct command_program *program);
/* The same, and takes the files away. */
void command_program_end(struct command_program *program);

#endif
