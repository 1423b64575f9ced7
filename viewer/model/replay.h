/* SPDX-License-Identifier: MIT */
/*
 * replay.h - a position in a trace, and the state there.
 *
 * Position n means: event n has just happened (0: nothing has). The state at a position is the same
 * by every route. A replay reads events through an event_source, which it borrows.
 */
#ifndef GREENROOM_REPLAY_H
#define GREENROOM_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "event_match.h"
#include "event_source.h"
#include "state.h"

struct replay;

int replay_create(struct replay **out, struct event_source *source);
void replay_destroy(struct replay *replay);
/* Mostly it will go forward: steps back cost as much as jumps from now on, and others less. */
void replay_set_one_way(struct replay *replay);

uint64_t replay_position(const struct replay *replay);
uint64_t replay_count(const struct replay *replay); /* events there are; grows while live */
const struct state *replay_state(const struct replay *replay);
struct event_source *replay_source(const struct replay *replay);
/* The events it has at hand, for those who look for some without moving. */
struct event_cache *replay_events(struct replay *replay);

/* The event at the position (NULL at 0 and inside a damaged chunk). Borrowed until the next move. */
const struct event *replay_event(const struct replay *replay);

/* Any event of the trace, without moving: 1 and *out, 0 past the ends, or negative errno. Cheap near
 * the position (cached chunk). */
int replay_peek(struct replay *replay, uint64_t seq, struct event *out);
/* The first readable event at or after `seq` (direction +1), or the last one at or before it (-1),
 * over damaged stretches. Else the same. */
int replay_peek_near(struct replay *replay, uint64_t seq, int direction, struct event *out);

/* Moves. 1: moved; 0: at the end (or beginning) already; negative errno: could not read, or out of
 * memory, not moved. A damaged stretch is stepped over; the state after it starts at the next keyframe or is
 * marked by state_oddities. */
int replay_step(struct replay *replay);
int replay_step_back(struct replay *replay);
int replay_seek(struct replay *replay, uint64_t position); /* clamped to the ends */
int replay_seek_time(struct replay *replay, uint64_t time_ns);

/* A part of a seek: goes over about so many events of the way. 1: there; 0: more calls with the same
 * position are needed, and no other move in between; negative errno. Damage on the way is not looked
 * behind for a better state, as a seek would do. */
int replay_approach(struct replay *replay, uint64_t position, uint64_t events);

/* Moves to the next (direction +1) or previous (-1) event that matches: 1 moved, 0 there is none (not
 * moved), negative errno. */
int replay_find(struct replay *replay, const struct event_match *match, int direction);

#endif
