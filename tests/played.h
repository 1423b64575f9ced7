/* SPDX-License-Identifier: MIT */
/*
 * played.h - a recorder played by a test, so that the program's side of the segment can be tested
 * without the real one: it makes the segment and holds its lock; a forked child is the program.
 */
#ifndef PLAYED_H
#define PLAYED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "segment.h"
#include "segment_layout.h"

struct played {
	char path[80];
	int descriptor; /* holds the lock */
	struct segment *segment;
	struct segment_layout layout;
	pid_t program;
};

/* What the program does, in a process of its own; its result is the exit code. */
typedef int played_fn(void *context);

void played_begin(struct played *played, uint32_t ring_slots, enum segment_on_full on_full);
/* Starts the program; GREENROOM_SEGMENT is set for it. */
void played_start(struct played *played, played_fn *program, void *context);
/* Its exit code, or -1 when a signal ended it. */
int played_wait(struct played *played);
/* Gives the lock back, as a recorder that dies does. */
void played_die(struct played *played);
void played_end(struct played *played);

struct event_slot *played_slots(const struct played *played, uint32_t ring);
/* Moves the tail of a ring, and wakes its writer. */
void played_consume(struct played *played, uint32_t ring, uint64_t tail);

/* Waits until the number at `word` is at least `value`; false when it never comes to that. */
bool played_await(const _Atomic uint64_t *word, uint64_t value);
bool played_await32(const _Atomic uint32_t *word, uint32_t value);

#endif
