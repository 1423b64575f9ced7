/* SPDX-License-Identifier: MIT */
/*
 * command.h - the command line before the command: global options, the table, and what is said
 * when the word is wrong.
 */
#ifndef GREENROOM_COMMAND_H
#define GREENROOM_COMMAND_H

#include <stddef.h>

#include "error.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *arguments;
	const char *summary;
};

/* The command of that name, or NULL. */
const struct command *command_by_name(const char *name);

/* Runs a command; argv[0] becomes "greenroom NAME". Returns the exit code. */
int command_run(const struct command *command, int argc, char **argv);

/* The whole program: parses the global options, finds the command and runs it. */
int command_main(int argc, char **argv);

/* Prints "greenroom: TEXT" to stderr and returns the exit code that goes with it. */
int command_fail(const struct error *error);

/* The word of a list (ending with NULL) that `word` was probably meant to be, or NULL when none is
 * close enough. */
const char *command_nearest(const char *word, const char *const *list);

#endif
