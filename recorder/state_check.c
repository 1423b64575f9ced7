/* SPDX-License-Identifier: MIT */
/*
 * state_check.c - is a state one that events can lead to? And its hash.
 *
 * Everything is proved by counting. Each chain, queue and stack is walked from its head, link by
 * link, checking that whoever stands there says so too; as nobody can be met twice in a walk that
 * checks the way back, it ends. If as many were met as claim to stand somewhere, there is no ring or
 * list beside those that were walked.
 */
#include <stdlib.h>
#include <string.h>

#include "state_core.h"

struct state_check {
	const struct state *state;
	uint64_t chained, queued, stacked; /* met on the walks */
};

static bool check_chain(struct state_check *check, uint32_t thread_id)
{
	const struct state *state = check->state;
	const struct state_thread *thread = &state->thread[thread_id];
	uint32_t id = thread->first;

	for (uint32_t i = 0; i < thread->count; i++) {
		const struct state_tasklet *tasklet = &state->tasklet[id];

		if (id == 0 || id > state->head.tasklets || tasklet->where != STATE_CHAIN ||
		    tasklet->thread != thread_id || tasklet->next == 0 ||
		    tasklet->next > state->head.tasklets ||
		    state->tasklet[tasklet->next].prev != id)
			return false;
		check->chained++;
		id = tasklet->next;
		if ((id == thread->first) != (i == thread->count - 1))
			return false;
	}
	return id == thread->first && (thread->first != 0) == (thread->count != 0);
}

static bool check_run_stack(struct state_check *check, uint32_t thread_id)
{
	const struct state *state = check->state;
	const struct state_thread *thread = &state->thread[thread_id];
	uint32_t id = thread->run_top;

	for (uint32_t depth = thread->run_depth; depth; depth--) {
		if (id == 0 || id > state->head.tasklets ||
		    state->tasklet[id].thread != thread_id || state->tasklet[id].run_depth != depth)
			return false;
		check->stacked++;
		id = state->tasklet[id].run_below;
	}
	return id == 0;
}

static bool check_queue(struct state_check *check, uint32_t channel_id)
{
	const struct state *state = check->state;
	const struct state_channel *channel = &state->channel[channel_id];
	enum state_where where = channel->balance > 0 ? STATE_SENDING : STATE_RECEIVING;
	uint32_t waiting = (uint32_t)abs(channel->balance);
	uint32_t id = channel->first, before = 0;

	for (uint32_t i = 0; i < waiting; i++) {
		const struct state_tasklet *tasklet = &state->tasklet[id];

		if (id == 0 || id > state->head.tasklets || tasklet->where != where ||
		    tasklet->channel != channel_id || tasklet->prev != before)
			return false;
		check->queued++;
		before = id;
		id = tasklet->next;
	}
	return id == 0 && channel->last == before && waiting <= channel->longest;
}

static bool check_threads(struct state_check *check)
{
	const struct state *state = check->state;

	for (uint32_t id = 1; id <= state->head.threads; id++) {
		const struct state_thread *thread = &state->thread[id];

		if (thread->known > 1 || thread->ended > 1 || thread->main > state->head.tasklets ||
		    thread->running > state->head.tasklets ||
		    thread->previous > state->head.tasklets ||
		    thread->expected > state->head.tasklets || (thread->first && !thread->known))
			return false;
		if (!check_chain(check, id) || !check_run_stack(check, id))
			return false;
	}
	return true;
}

static bool check_channels(struct state_check *check)
{
	const struct state *state = check->state;

	for (uint32_t id = 1; id <= state->head.channels; id++) {
		const struct state_channel *channel = &state->channel[id];

		if (channel->known > 1 || channel->closing > 1 || channel->destroyed > 1 ||
		    channel->schedule_all > 1 || abs(channel->preference) > 1 ||
		    channel->balance == INT32_MIN || (channel->first && !channel->known))
			return false;
		if (!check_queue(check, id))
			return false;
	}
	return true;
}

static bool check_tasklet(const struct state *state, const struct state_tasklet *tasklet)
{
	bool waits = tasklet->where == STATE_SENDING || tasklet->where == STATE_RECEIVING;

	if (tasklet->where > STATE_WAITING || tasklet->started > 1 || tasklet->is_main > 1 ||
	    tasklet->thread > state->head.threads || waits != (tasklet->channel != 0) ||
	    (tasklet->run_below && !tasklet->run_depth))
		return false;
	return waits || tasklet->where == STATE_CHAIN || (!tasklet->next && !tasklet->prev);
}

bool state_is_consistent(const struct state *state)
{
	struct state_check check = {.state = state};
	uint64_t chained = 0, queued = 0, stacked = 0;

	if (!check_threads(&check) || !check_channels(&check))
		return false;
	for (uint32_t id = 1; id <= state->head.tasklets; id++) {
		const struct state_tasklet *tasklet = &state->tasklet[id];

		if (!check_tasklet(state, tasklet))
			return false;
		chained += tasklet->where == STATE_CHAIN;
		queued += tasklet->channel != 0;
		stacked += tasklet->run_depth != 0;
	}
	return chained == check.chained && queued == check.queued && stacked == check.stacked;
}

/* ------------------------------------------------------------------------------------------ */

/* One word more. For a given hash, different words give different hashes: the steps can be undone
 * (odd factors, a rotation, a shifted exclusive or). The order of the words counts. */
static uint64_t hash_word(uint64_t hash, uint64_t word)
{
	hash = (hash << 29 | hash >> 35) ^ word * UINT64_C(0xd6e8feb86659fd93);
	hash *= UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

static uint64_t hash_words(uint64_t hash, const void *data, size_t bytes)
{
	const char *at = data;

	for (; bytes; bytes -= sizeof(uint64_t), at += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, at, sizeof(word));
		hash = hash_word(hash, word);
	}
	return hash;
}

uint64_t state_hash(const struct state *state)
{
	uint64_t hash = hash_words(0, &state->head, sizeof(state->head));

	hash = hash_words(hash, state->thread + 1, state->head.threads * sizeof(*state->thread));
	hash = hash_words(hash, state->channel + 1, state->head.channels * sizeof(*state->channel));
	return hash_words(hash, state->tasklet + 1, state->head.tasklets * sizeof(*state->tasklet));
}
