/* SPDX-License-Identifier: MIT */
/*
 * child.h - the program that is recorded: started, signals passed on, its end awaited.
 *
 * The recorder must outlive it, to write the trace. What the terminal sends (^C, ^\) reaches the
 * program by itself; what somebody sends to the recorder is passed on to the program.
 */
#ifndef GREENROOM_CHILD_H
#define GREENROOM_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "error.h"

struct child {
	pid_t process;
	bool ended;
	int status; /* as waitpid tells it, once it has ended */
};

enum {
	CHILD_NOT_EXECUTABLE = 126, /* exit codes for programs that could not be started */
	CHILD_NOT_FOUND = 127,
	CHILD_SIGNAL_BASE = 128
};

/* Ignores, for the recorder alone, signals that tell of files: what they say is an errno too. To be
 * called once, before anything is written. */
void child_ignore_signals(void);

/* Whether there is a program to start: 0, -ENOENT, -EACCES, ... A look, no promise. */
int child_find(const char *program, struct error *error);

/* Starts argv with the variable `name` set to `value` in its environment. On error nothing runs:
 * negative errno, with the sentence. One child a process. */
int child_start(struct child *child, char **argv, const char *name, const char *value,
		struct error *error);

/* Whether somebody asked for the end (^C and the like) when there was no child any more to pass it on
 * to. */
bool child_end_is_wanted(void);

/* The same from now on, without a child. */
void child_catch_end(void);

/* The program will write into this descriptor, both what it says and what it complains of, and will
 * find nothing to read. Before child_start; the descriptor must stay open until then. */
void child_set_output(int output);

/* From now on SIGUSR2 is for the recorder alone; whether it has come since this was asked last. */
void child_keep_signal(void);
bool child_signal_has_come(void);

/* Whether it has ended; does not wait. */
bool child_has_ended(struct child *child);
/* Waits for its end. */
void child_wait(struct child *child);

/* What a shell would call its exit code: its own, or 128 and the signal's number. */
int child_exit_code(const struct child *child);

/* The exit code for a program that could not be started. */
int child_start_code(int error);

#endif
