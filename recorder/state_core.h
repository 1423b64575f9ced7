/* SPDX-License-Identifier: MIT */
/*
 * state_core.h - how a state lies in memory; only for the state_*.c files.
 *
 * Readers get const entries. Who wants to write must ask for the entry by state_change_*, which
 * lets the journal keep the old words first: that is the whole secret of going back exactly.
 */
#ifndef GREENROOM_STATE_CORE_H
#define GREENROOM_STATE_CORE_H

#include "state.h"
#include "state_journal.h"

struct state_head {
	uint64_t seq, time_ns;
	uint64_t applied; /* events, whatever their numbers */
	uint64_t oddities;
	uint32_t tasklets, channels, threads; /* highest number in use */
	uint32_t unused;
};

enum state_array {
	STATE_ARRAY_HEAD,
	STATE_ARRAY_TASKLETS,
	STATE_ARRAY_CHANNELS,
	STATE_ARRAY_THREADS,
	STATE_ARRAYS
};

/* Every array has an entry 0 that stays zero, and all entries above the highest number in use are
 * zero too. An entry is a whole number of 64-bit words without padding. */
struct state {
	struct state_head head;
	struct state_tasklet *tasklet;
	struct state_channel *channel;
	struct state_thread *thread;
	uint32_t capacity[STATE_ARRAYS];
	bool out_of_memory;
	struct state_journal *journal;   /* NULL: none */
	uint64_t *kept_at[STATE_ARRAYS]; /* the journal's stamp when it last kept the entry */
};

/* Where an array lies, and the bytes of one entry of it. */
char *state_array_base(struct state *state, enum state_array array);
size_t state_array_entry(enum state_array array);

/* Makes room for entries up to `id`. 0 or -ENOMEM. */
int state_array_grow(struct state *state, enum state_array array, uint32_t id);

/* Whether there is an entry with that number, made now if need be: false, and an oddity, for 0 and
 * for absurd numbers. May move the array. */
bool state_reach_slowly(struct state *state, enum state_array array, uint32_t id);

void state_journal_keep(struct state *state, enum state_array array, uint32_t id);

static inline bool state_reach_tasklet(struct state *state, uint32_t id)
{
	if (__builtin_expect(id - 1 < state->head.tasklets, 1))
		return true;
	return state_reach_slowly(state, STATE_ARRAY_TASKLETS, id);
}

static inline bool state_reach_channel(struct state *state, uint32_t id)
{
	if (__builtin_expect(id - 1 < state->head.channels, 1))
		return true;
	return state_reach_slowly(state, STATE_ARRAY_CHANNELS, id);
}

static inline struct state_tasklet *state_change_tasklet(struct state *state, uint32_t id)
{
	if (__builtin_expect(state->journal != NULL, 0))
		state_journal_keep(state, STATE_ARRAY_TASKLETS, id);
	return &state->tasklet[id];
}

static inline struct state_channel *state_change_channel(struct state *state, uint32_t id)
{
	if (__builtin_expect(state->journal != NULL, 0))
		state_journal_keep(state, STATE_ARRAY_CHANNELS, id);
	return &state->channel[id];
}

static inline struct state_thread *state_change_thread(struct state *state, uint32_t id)
{
	if (__builtin_expect(state->journal != NULL, 0))
		state_journal_keep(state, STATE_ARRAY_THREADS, id);
	return &state->thread[id];
}

/* Counts an oddity unless `fits`; returns it. */
static inline bool state_expect(struct state *state, bool fits)
{
	if (__builtin_expect(!fits, 0))
		state->head.oddities++;
	return fits;
}

/* The transition itself (state_apply.c); the head has been moved on and kept already. */
void state_transition(struct state *state, const struct event *event);

#endif
