/* SPDX-License-Identifier: MIT */
/*
 * tap.h - what a plain C test prints: one line of TAP for each thing looked at.
 *
 * Nothing here jumps: a failed check is a line, the test goes on. Even so tasklets should only
 * record what they saw and leave the checks to main, so that the lines come in a fixed order.
 */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>

/* Prints "ok" or "not ok" with the next number. Returns `passed`. */
bool tap_ok(bool passed, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for two numbers, which a failure shows. */
bool tap_is(long long got, long long expected, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for two strings; NULL is a value like others. */
bool tap_is_text(const char *got, const char *expected, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Says why `count` checks make no sense here. */
void tap_skip(int count, const char *reason);

/* A remark. */
void tap_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ends a test that cannot say anything here, before its first check. */
int tap_skip_all(const char *reason);

/* Prints the plan. What main returns: 0 when all checks passed. */
int tap_end(void);

#endif
