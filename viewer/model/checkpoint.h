/* SPDX-License-Identifier: MIT */
/*
 * checkpoint.h - states of a replay that were come by on the way, kept in memory.
 *
 * The keyframes of a trace are a million events apart. Checkpoints lie between them, so that going
 * back farther than the journal reaches means applying a few ten thousand events again, not all
 * since the keyframe. How many are kept is limited by their number and by their bytes: those
 * farthest from where the replay is are dropped first.
 */
#ifndef GREENROOM_CHECKPOINT_H
#define GREENROOM_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

struct checkpoints;

enum { CHECKPOINT_EVENTS = 1 << 16 }; /* they are due at its multiples */

struct checkpoints *checkpoints_create(void); /* NULL when out of memory */
void checkpoints_destroy(struct checkpoints *checkpoints);

/* Keeps a copy of the state, if one is due at its event. Being out of memory is no failure: there is
 * one less, then. */
void checkpoints_offer(struct checkpoints *checkpoints, const struct state *state);

/* The newest one at or before an event: its state (borrowed until the next offer), or NULL. */
const struct state *checkpoints_find(const struct checkpoints *checkpoints, uint64_t seq);

/* Forgets all. */
void checkpoints_clear(struct checkpoints *checkpoints);

#endif
