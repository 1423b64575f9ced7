/* SPDX-License-Identifier: MIT */
/*
 * state.c - the arrays of a state: making, growing, reading, and moving from event to event.
 */
#include "state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "state_core.h"

/* The journal and the hash see entries as words: padding would be words that nobody writes. */
_Static_assert(sizeof(struct state_head) == 4 * 8 + 4 * 4, "no padding");
_Static_assert(sizeof(struct state_tasklet) == 4 + 17 * 4 + 10 * 8, "no padding");
_Static_assert(sizeof(struct state_channel) == 8 + 8 * 4 + 2 * 8, "no padding");
_Static_assert(sizeof(struct state_thread) == 4 + 9 * 4 + 4 * 8, "no padding");

enum { STATE_CAPACITY_FIRST = 64, STATE_THREADS_MAX = 1 << 16, STATE_LOOK_AHEAD = 24 /* events */ };

struct state *state_create(void)
{
	struct state *state = calloc(1, sizeof(*state));

	if (!state)
		return NULL;
	for (int array = STATE_ARRAY_TASKLETS; array < STATE_ARRAYS; array++) {
		if (state_array_grow(state, (enum state_array)array, 0) < 0) {
			state_destroy(state);
			return NULL;
		}
	}
	return state;
}

void state_destroy(struct state *state)
{
	if (!state)
		return;
	for (int array = 0; array < STATE_ARRAYS; array++)
		free(state->kept_at[array]);
	free(state->tasklet);
	free(state->channel);
	free(state->thread);
	state_journal_destroy(state->journal);
	free(state);
}

void state_clear(struct state *state)
{
	memset(state->tasklet, 0, (state->head.tasklets + 1) * sizeof(*state->tasklet));
	memset(state->channel, 0, (state->head.channels + 1) * sizeof(*state->channel));
	memset(state->thread, 0, (state->head.threads + 1) * sizeof(*state->thread));
	memset(&state->head, 0, sizeof(state->head));
	state->out_of_memory = false;
	if (state->journal)
		state_journal_empty(state->journal);
}

/* Entries above the highest number in use are zero: so must be those that are in use no more. */
static void array_copy(struct state *state, enum state_array array, const char *from, uint32_t old,
		       uint32_t count)
{
	size_t bytes = state_array_entry(array);
	char *base = state_array_base(state, array);

	memcpy(base, from, (count + 1) * bytes);
	if (old > count)
		memset(base + (count + 1) * bytes, 0, (old - count) * bytes);
}

int state_copy(struct state *state, const struct state *from)
{
	const struct state_head old = state->head;

	if (state_array_grow(state, STATE_ARRAY_TASKLETS, from->head.tasklets) < 0 ||
	    state_array_grow(state, STATE_ARRAY_CHANNELS, from->head.channels) < 0 ||
	    state_array_grow(state, STATE_ARRAY_THREADS, from->head.threads) < 0) {
		state_clear(state);
		return -ENOMEM;
	}
	array_copy(state, STATE_ARRAY_TASKLETS, (const char *)from->tasklet, old.tasklets,
		   from->head.tasklets);
	array_copy(state, STATE_ARRAY_CHANNELS, (const char *)from->channel, old.channels,
		   from->head.channels);
	array_copy(state, STATE_ARRAY_THREADS, (const char *)from->thread, old.threads,
		   from->head.threads);
	state->head = from->head;
	state->out_of_memory = false;
	if (state->journal)
		state_journal_empty(state->journal);
	return 0;
}

size_t state_bytes(const struct state *state)
{
	return state->capacity[STATE_ARRAY_TASKLETS] * sizeof(*state->tasklet) +
	       state->capacity[STATE_ARRAY_CHANNELS] * sizeof(*state->channel) +
	       state->capacity[STATE_ARRAY_THREADS] * sizeof(*state->thread);
}

char *state_array_base(struct state *state, enum state_array array)
{
	switch (array) {
	case STATE_ARRAY_TASKLETS:
		return (char *)state->tasklet;
	case STATE_ARRAY_CHANNELS:
		return (char *)state->channel;
	case STATE_ARRAY_THREADS:
		return (char *)state->thread;
	default:
		return (char *)&state->head;
	}
}

size_t state_array_entry(enum state_array array)
{
	switch (array) {
	case STATE_ARRAY_TASKLETS:
		return sizeof(struct state_tasklet);
	case STATE_ARRAY_CHANNELS:
		return sizeof(struct state_channel);
	case STATE_ARRAY_THREADS:
		return sizeof(struct state_thread);
	default:
		return sizeof(struct state_head);
	}
}

static void state_array_set(struct state *state, enum state_array array, void *base)
{
	if (array == STATE_ARRAY_TASKLETS)
		state->tasklet = base;
	else if (array == STATE_ARRAY_CHANNELS)
		state->channel = base;
	else
		state->thread = base;
}

/* Copies instead of using realloc: fresh zeroed memory that nobody writes costs nothing. */
int state_array_grow(struct state *state, enum state_array array, uint32_t id)
{
	uint32_t old_capacity = state->capacity[array];
	size_t capacity = old_capacity ? old_capacity : STATE_CAPACITY_FIRST;
	size_t bytes = state_array_entry(array);
	char *old = state_array_base(state, array);
	uint64_t *kept_at;
	char *base;

	while (capacity <= id)
		capacity *= 2;
	if (capacity == old_capacity)
		return 0;
	base = calloc(capacity, bytes);
	kept_at = calloc(capacity, sizeof(*kept_at));
	if (!base || !kept_at) {
		free(base);
		free(kept_at);
		return -ENOMEM;
	}
	if (old_capacity) {
		memcpy(base, old, old_capacity * bytes);
		memcpy(kept_at, state->kept_at[array], old_capacity * sizeof(*kept_at));
		free(old);
		free(state->kept_at[array]);
	}
	state_array_set(state, array, base);
	state->kept_at[array] = kept_at;
	state->capacity[array] = (uint32_t)capacity;
	return 0;
}

static uint32_t *state_highest(struct state *state, enum state_array array)
{
	if (array == STATE_ARRAY_TASKLETS)
		return &state->head.tasklets;
	if (array == STATE_ARRAY_CHANNELS)
		return &state->head.channels;
	return &state->head.threads;
}

bool state_reach_slowly(struct state *state, enum state_array array, uint32_t id)
{
	uint64_t max = array == STATE_ARRAY_THREADS ? STATE_THREADS_MAX : STATE_ID_MAX;
	uint64_t believable = STATE_ID_SLACK + STATE_IDS_PER_EVENT * state->head.applied;
	uint32_t *highest = state_highest(state, array);

	if (!state_expect(state, id != 0 && id <= max && id <= believable))
		return false;
	if (id <= *highest)
		return true;
	if (id >= state->capacity[array] && state_array_grow(state, array, id) < 0) {
		state->out_of_memory = true;
		return false;
	}
	*highest = id;
	return true;
}

int state_apply(struct state *state, const struct event *event)
{
	int result = 0;

	if (state->journal)
		state_journal_begin(state);
	state_expect(state, event->seq <= state->head.seq + 1);
	state->head.seq = event->seq;
	state->head.time_ns = event->time_ns;
	state->head.applied++;
	state_transition(state, event);
	if (state->journal)
		result = state_journal_end(state);
	return state->out_of_memory ? -ENOMEM : result;
}

/* Fetches what an event that comes soon will change: entries are touched in no order, and the processor
 * would wait for each. Nearly all of A and B are tasklets, and C is a channel if it is anything. */
static inline void look_ahead(const struct state *state, const struct event *event)
{
	for (int i = 0; i < 2; i++) {
		const char *entry = (const char *)&state->tasklet[event->word[i]];

		if (event->word[i] > state->head.tasklets)
			continue;
		for (size_t at = 0; at < sizeof(*state->tasklet); at += 64)
			__builtin_prefetch(entry + at, 1);
	}
	if (event->word[2] <= state->head.channels)
		__builtin_prefetch(&state->channel[event->word[2]], 1);
}

int state_apply_all(struct state *state, const struct event *events, size_t count)
{
	int result = 0;

	for (size_t i = 0; i < count && result == 0; i++) {
		if (i + STATE_LOOK_AHEAD < count)
			look_ahead(state, &events[i + STATE_LOOK_AHEAD]);
		result = state_apply(state, &events[i]);
	}
	return result;
}

int state_set_journal(struct state *state, size_t events)
{
	struct state_journal *journal = NULL;

	if (events) {
		journal = state_journal_create(events);
		if (!journal)
			return -ENOMEM;
		/* A new journal counts its stamps from the start. */
		for (int array = STATE_ARRAY_TASKLETS; array < STATE_ARRAYS; array++)
			memset(state->kept_at[array], 0,
			       state->capacity[array] * sizeof(**state->kept_at));
	}
	state_journal_destroy(state->journal);
	state->journal = journal;
	return 0;
}

int state_undo(struct state *state)
{
	return state->journal && state_journal_undo(state);
}

size_t state_undo_depth(const struct state *state)
{
	return state->journal ? state_journal_events(state->journal) : 0;
}

uint64_t state_seq(const struct state *state)
{
	return state->head.seq;
}

uint64_t state_time_ns(const struct state *state)
{
	return state->head.time_ns;
}

uint64_t state_oddities(const struct state *state)
{
	return state->head.oddities;
}

uint32_t state_tasklets(const struct state *state)
{
	return state->head.tasklets;
}

uint32_t state_channels(const struct state *state)
{
	return state->head.channels;
}

uint32_t state_threads(const struct state *state)
{
	return state->head.threads;
}

/* Entry 0 of each array is zero and stays so. */
const struct state_tasklet *state_tasklet(const struct state *state, uint32_t id)
{
	return &state->tasklet[id <= state->head.tasklets ? id : 0];
}

const struct state_channel *state_channel(const struct state *state, uint32_t id)
{
	return &state->channel[id <= state->head.channels ? id : 0];
}

const struct state_thread *state_thread(const struct state *state, uint32_t id)
{
	return &state->thread[id <= state->head.threads ? id : 0];
}
