/* SPDX-License-Identifier: MIT */
/*
 * plays.h - small plays of tasklets for a test. What happens is written into a log by the tasklets,
 * and compared when the play is over. Each play is run as it is, and in a thread where frames are
 * switched hard (GREENROOM_SWITCH=hard): the log must be the same.
 */
#ifndef PLAYS_H
#define PLAYS_H

#include <greenroom.h>
#include <stddef.h>

struct play {
	const char *name;
	void (*play)(void);
	const char *expected;
};

/* A channel of ints, new for every play. */
extern struct channel *channel;

/* Adds a word to the log. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

void plays_run(const struct play *plays, size_t count);

#endif
