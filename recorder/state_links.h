/* SPDX-License-Identifier: MIT */
/*
 * state_links.h - who stands where; only for the state_*.c files.
 *
 * The numbers are of entries that exist, and threads are known.
 */
#ifndef GREENROOM_STATE_LINKS_H
#define GREENROOM_STATE_LINKS_H

#include "state_core.h"

/* Notes where a tasklet is, and since when. */
void state_settle(struct state *state, struct state_tasklet *tasklet, enum state_where where);

/* Puts a tasklet that is in nothing into its thread's chain, directly before `successor`, a member;
 * 0: the chain is empty. */
void state_chain_link(struct state *state, uint32_t id, uint32_t successor);

/* Puts a tasklet that is in nothing at the end of a channel's queue, where nobody waits in the other
 * direction. */
void state_queue_link(struct state *state, uint32_t id, uint32_t channel_id, int direction);

/* Takes a tasklet out of the chain or queue it is in, if any; it is paused then. */
void state_detach(struct state *state, uint32_t id);
/* The same, and it is paused whatever it was. */
void state_pause(struct state *state, uint32_t id);

/* Puts a tasklet, wherever it is, at the end of a thread's chain. */
void state_append(struct state *state, uint32_t id, uint32_t thread);

/* The same, directly before `successor`, if that one is in the chain; what is not so is counted. */
void state_insert_before(struct state *state, uint32_t id, uint32_t successor, uint32_t thread);

/* The tasklet belongs to another thread now: it leaves everything in its old one. */
void state_move(struct state *state, uint32_t id, uint32_t thread);
/* The same for one that belongs to no thread yet, because no event has spoken of it. */
void state_adopt(struct state *state, uint32_t id, uint32_t thread);

/* Stack of scheduler_run callers of a thread: `id`, which is not in it, comes on top; `id`, and all
 * above it, leave it. */
void state_run_stack_push(struct state *state, uint32_t id);
void state_run_stack_cut(struct state *state, uint32_t id);

#endif
