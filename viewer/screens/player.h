/* SPDX-License-Identifier: MIT */
/*
 * player.h - playing a trace: which events are due at a moment.
 *
 * Two clocks. By events: one after the other at a steady pace, for learners. By time: as far apart
 * as they were, slowed down or sped up; stretches in which nothing happens are cut short. The
 * player asks nobody what time it is, so that tests can play too.
 */
#ifndef GREENROOM_PLAYER_H
#define GREENROOM_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAYER_TICK_NS UINT64_C(500000000) /* between two events at speed 1 */

struct player {
	bool playing;
	bool by_time;
	int speed[2];      /* powers of two, by events and by time */
	uint64_t last_ns;  /* when it was last asked */
	uint64_t owed_ns;  /* by events: time that has not yet become an event */
	uint64_t trace_ns; /* by time: where in the trace the clock stands */
};

void player_init(struct player *player);
void player_start(struct player *player, uint64_t now_ns, uint64_t trace_ns);
void player_stop(struct player *player);
void player_faster(struct player *player, int steps);

/* How many events are due since it was last asked (by events). */
uint64_t player_due_events(struct player *player, uint64_t now_ns);
/* Which trace time is due (by time), when the next event happens at next_ns. */
uint64_t player_due_time(struct player *player, uint64_t now_ns, uint64_t next_ns);

/* How long the clock may sleep until something can be due, in milliseconds: 20 to 500. */
int player_wait_ms(const struct player *player, uint64_t next_ns);

/* "×2", "×1/1024 real time". */
size_t player_words(const struct player *player, char *out, size_t size);

#endif
