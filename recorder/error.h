/* SPDX-License-Identifier: MIT */
/*
 * error.h - one finished sentence for the user, made where the reason is known, printed by main.
 *
 * Functions that can fail for a reason worth telling take a `struct error *`, return negative errno
 * and fill it; only main prints: "greenroom: trace.db: not a greenroom trace".
 */
#ifndef GREENROOM_ERROR_H
#define GREENROOM_ERROR_H

/* What the program exits with, by kind of trouble. */
enum exit_code {
	EXIT_GOOD = 0,
	EXIT_NEGATIVE = 1, /* the answer is no: `diff` differs */
	EXIT_USAGE = 2,
	EXIT_FINDINGS = 3,
	EXIT_BAD_TRACE = 4, /* damaged, foreign or newer */
	EXIT_LOST = 5,      /* events were lost and that was to count */
	EXIT_NO_HELPER = 69,
	EXIT_IO = 74,
	EXIT_PERMISSION = 77
};

struct error {
	enum exit_code code;
	char text[512];
};

/* Fills `error` (NULL: nothing) and returns `result`, so that a failing line is one line:
 * return error_set(error, -EINVAL, EXIT_USAGE, "%s: not a number", word); Text from outside is
 * cleaned of control characters. */
int error_set(struct error *error, int result, enum exit_code code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The same for an operation on a file that failed with `result` (negative errno): "FILE: No such
 * file or directory"; the exit code follows from the errno. */
int error_set_file(struct error *error, int result, const char *path);

#endif
