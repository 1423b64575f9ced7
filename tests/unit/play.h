/* SPDX-License-Identifier: MIT */
/*
 * play.h - a small play for tests: what the tasklets of a made-up program did, event by event, with
 * addresses, times and names that never change.
 *
 * main makes a producer, a consumer and a logger; the consumer takes jobs through the channel C1,
 * the logger waits for a signal through C2. At the end the consumer waits for ever.
 */
#ifndef GREENROOM_TESTS_PLAY_H
#define GREENROOM_TESTS_PLAY_H

#include <stddef.h>

#include "dictionary.h"
#include "event.h"

#define PLAY_FILE    "play.c"
#define PLAY_PROGRAM "./play 2"

enum {
	PLAY_MAIN = 1,
	PLAY_PRODUCER,
	PLAY_CONSUMER,
	PLAY_LOGGER,
	PLAY_JOBS = 1, /* the channels */
	PLAY_DONE,
	PLAY_BASE_LOW = 0x1234e780 /* lower half of the stack's base, the upper is 0x7ffc */
};

#define PLAY_BASE (UINT64_C(0x7ffc00000000) | PLAY_BASE_LOW)

/* The events, in order, with seq from 1. */
const struct event *play_events(size_t *count);

/* Its names and places; the caller destroys it. NULL when out of memory. */
struct dictionary *play_dictionary(void);

/* The number-th string and place (from 1) for whoever writes them elsewhere; false past the last. */
const char *play_string(uint32_t number);
const struct dictionary_place *play_place(uint32_t number);

/* The number of the n-th (from 1) event of a kind; 0: there is none. */
uint64_t play_find(enum event_kind kind, int n);

#endif
