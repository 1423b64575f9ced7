/* SPDX-License-Identifier: MIT */
/*
 * checkpoint.c - states of a replay that were come by on the way, kept in memory.
 */
#include "checkpoint.h"

#include <stdlib.h>

enum {
	CHECKPOINTS = 32,
	CHECKPOINT_EVENTS_BIG =
		1 << 18, /* between two of them where a copy costs as much as many events */
	CHECKPOINT_BIG = 4 << 20,   /* bytes */
	CHECKPOINT_BYTES = 96 << 20 /* of all together */
};

struct checkpoints {
	struct state *state[CHECKPOINTS]; /* NULL: unused */
	struct state
		*spare; /* the one dropped last: its memory is at hand, that of a new one is not */
	size_t bytes;
};

struct checkpoints *checkpoints_create(void)
{
	return calloc(1, sizeof(struct checkpoints));
}

static void checkpoint_drop(struct checkpoints *checkpoints, int index)
{
	if (!checkpoints->state[index])
		return;
	checkpoints->bytes -= state_bytes(checkpoints->state[index]);
	state_destroy(checkpoints->spare);
	checkpoints->spare = checkpoints->state[index];
	checkpoints->state[index] = NULL;
}

void checkpoints_clear(struct checkpoints *checkpoints)
{
	for (int i = 0; i < CHECKPOINTS; i++)
		checkpoint_drop(checkpoints, i);
}

void checkpoints_destroy(struct checkpoints *checkpoints)
{
	if (!checkpoints)
		return;
	checkpoints_clear(checkpoints);
	state_destroy(checkpoints->spare);
	free(checkpoints);
}

const struct state *checkpoints_find(const struct checkpoints *checkpoints, uint64_t seq)
{
	const struct state *found = NULL;

	for (int i = 0; i < CHECKPOINTS; i++) {
		const struct state *state = checkpoints->state[i];

		if (state && state_seq(state) <= seq &&
		    (!found || state_seq(state) > state_seq(found)))
			found = state;
	}
	return found;
}

static uint64_t checkpoint_distance(const struct state *state, uint64_t seq)
{
	return state_seq(state) > seq ? state_seq(state) - seq : seq - state_seq(state);
}

/* A free place, made by dropping the farthest ones if need be. */
static int checkpoint_place(struct checkpoints *checkpoints, uint64_t seq, size_t bytes)
{
	for (;;) {
		int unused = -1, farthest = -1;

		for (int i = 0; i < CHECKPOINTS; i++) {
			const struct state *state = checkpoints->state[i];

			if (!state)
				unused = i;
			else if (farthest < 0 ||
				 checkpoint_distance(state, seq) >
					 checkpoint_distance(checkpoints->state[farthest], seq))
				farthest = i;
		}
		if (unused >= 0 && (farthest < 0 || checkpoints->bytes + bytes <= CHECKPOINT_BYTES))
			return unused;
		checkpoint_drop(checkpoints, farthest);
	}
}

void checkpoints_offer(struct checkpoints *checkpoints, const struct state *state)
{
	uint64_t seq = state_seq(state);
	struct state *copy;
	size_t bytes;
	int place;

	if (seq % CHECKPOINT_EVENTS != 0)
		return;
	bytes = state_bytes(state);
	if (bytes > CHECKPOINT_BIG && seq % CHECKPOINT_EVENTS_BIG != 0)
		return;
	for (int i = 0; i < CHECKPOINTS; i++)
		if (checkpoints->state[i] && state_seq(checkpoints->state[i]) == seq)
			return;
	place = checkpoint_place(checkpoints, seq, bytes);
	copy = checkpoints->spare ? checkpoints->spare : state_create();
	checkpoints->spare = NULL;
	if (!copy)
		return;
	if (state_copy(copy, state) < 0) {
		state_destroy(copy);
		return;
	}
	checkpoints->state[place] = copy;
	checkpoints->bytes += state_bytes(copy);
}
