/* SPDX-License-Identifier: MIT */
/*
 * naive.c - chains and queues as arrays, changed as the comments in event.def say.
 */
#include "naive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct naive *naive_create(void)
{
	struct naive *naive = calloc(1, sizeof(*naive));

	if (!naive)
		abort();
	return naive;
}

static bool row_insert(struct naive_row *row, int at, uint32_t id)
{
	if (row->count == NAIVE_ROW || at > row->count)
		return false;
	for (int i = row->count; i > at; i--)
		row->id[i] = row->id[i - 1];
	row->id[at] = id;
	row->count++;
	return true;
}

static bool row_remove(struct naive_row *row, uint32_t id)
{
	for (int i = 0; i < row->count; i++) {
		if (row->id[i] != id)
			continue;
		for (row->count--; i < row->count; i++)
			row->id[i] = row->id[i + 1];
		return true;
	}
	return false;
}

int naive_balance(const struct naive *naive, uint32_t channel)
{
	return naive->direction[channel] * naive->queue[channel].count;
}

static void put(struct naive *naive, const struct event *event, uint32_t id, enum state_where where)
{
	naive->tasklet[id].where = where;
	naive->tasklet[id].since_ns = event->time_ns;
	if (id > naive->tasklets)
		naive->tasklets = id;
}

/* "Put t at the end of the chain": it is a ring and begins with its first, so the end is the end of
 * the array. */
static bool append(struct naive *naive, const struct event *event, uint32_t id)
{
	put(naive, event, id, STATE_CHAIN);
	naive->tasklet[id].thread = event->thread;
	return row_insert(&naive->chain[event->thread], naive->chain[event->thread].count, id);
}

static bool apply_insert(struct naive *naive, const struct event *event)
{
	struct event_tasklet_insert fields = event_unpack_tasklet_insert(event);
	const struct naive_row *chain = &naive->chain[event->thread];

	if (!fields.successor)
		return append(naive, event, fields.tasklet);
	for (int i = 0; i < chain->count; i++)
		if (chain->id[i] == fields.successor) {
			put(naive, event, fields.tasklet, STATE_CHAIN);
			naive->tasklet[fields.tasklet].thread = event->thread;
			return row_insert(&naive->chain[event->thread], i, fields.tasklet);
		}
	return false;
}

static bool apply_switch(struct naive *naive, const struct event *event)
{
	struct event_tasklet_switch fields = event_unpack_tasklet_switch(event);
	struct naive_row *chain = &naive->chain[event->thread];

	if (naive->running[event->thread] != fields.prev)
		return false;
	if (naive->tasklet[fields.prev].where == STATE_CHAIN)
		put(naive, event, fields.prev, STATE_CHAIN);
	/* Turn the ring until `next` is the first. */
	for (int turns = 0; chain->id[0] != fields.next; turns++) {
		uint32_t first = chain->id[0];

		if (turns > chain->count || !row_remove(chain, first) ||
		    !row_insert(chain, chain->count, first))
			return false;
	}
	naive->running[event->thread] = fields.next;
	naive->tasklet[fields.next].switches++;
	put(naive, event, fields.next, STATE_CHAIN);
	return true;
}

static bool apply_transfer(struct naive *naive, const struct event *event)
{
	struct event_channel_transfer fields = event_unpack_channel_transfer(event);
	bool sender_acted = fields.wake % 2 == 1;
	uint32_t waiter = sender_acted ? fields.receiver : fields.sender;
	struct naive_row *queue = &naive->queue[fields.channel];

	if (queue->count == 0 || queue->id[0] != waiter || !row_remove(queue, waiter) ||
	    naive_balance(naive, fields.channel) != (int32_t)fields.balance)
		return false;
	naive->transfers[fields.channel]++;
	naive->tasklet[waiter].channel = 0;
	switch (fields.wake / 2) {
	case 0: /* at the end */
		return append(naive, event, waiter);
	case 1: /* directly after the first */
		put(naive, event, waiter, STATE_CHAIN);
		return row_insert(&naive->chain[event->thread], 1, waiter);
	default: /* by an event in its own thread */
		put(naive, event, waiter, STATE_PAUSED);
		return true;
	}
}

static bool apply_block(struct naive *naive, const struct event *event)
{
	struct event_channel_block fields = event_unpack_channel_block(event);
	struct naive_row *queue = &naive->queue[fields.channel];

	if (queue->count && naive->direction[fields.channel] != fields.direction)
		return false;
	naive->direction[fields.channel] = fields.direction;
	put(naive, event, fields.tasklet, fields.direction > 0 ? STATE_SENDING : STATE_RECEIVING);
	naive->tasklet[fields.tasklet].channel = fields.channel;
	return row_remove(&naive->chain[event->thread], fields.tasklet) &&
	       row_insert(queue, queue->count, fields.tasklet) &&
	       naive_balance(naive, fields.channel) == (int32_t)fields.balance;
}

static bool apply_leave(struct naive *naive, const struct event *event)
{
	struct event_channel_leave fields = event_unpack_channel_leave(event);

	put(naive, event, fields.tasklet, STATE_PAUSED);
	naive->tasklet[fields.tasklet].channel = 0;
	return row_remove(&naive->queue[fields.channel], fields.tasklet) &&
	       naive_balance(naive, fields.channel) == (int32_t)fields.balance;
}

static bool apply_run(struct naive *naive, const struct event *event)
{
	uint32_t id = event->word[0];
	struct naive_row *callers = &naive->callers[event->thread];

	if (event->kind == EVENT_scheduler_enter) {
		put(naive, event, id, STATE_PAUSED);
		return row_remove(&naive->chain[event->thread], id) &&
		       row_insert(callers, callers->count, id) &&
		       (uint32_t)callers->count == event_unpack_scheduler_enter(event).depth;
	}
	while (callers->count)
		if (callers->id[--callers->count] == id)
			return true;
	return false;
}

static bool apply_life(struct naive *naive, const struct event *event)
{
	uint32_t id = event->word[0];

	switch (event->kind) {
	case EVENT_thread_start:
		naive->running[event->thread] = id;
		return append(naive, event, id);
	case EVENT_tasklet_create:
		naive->tasklet[id].thread = event->thread;
		put(naive, event, id,
		    event_unpack_tasklet_create(event).function ? STATE_PAUSED : STATE_NEW);
		return true;
	case EVENT_tasklet_bind:
		put(naive, event, id,
		    event_unpack_tasklet_bind(event).function ? STATE_PAUSED : STATE_NEW);
		return true;
	case EVENT_tasklet_insert:
		return apply_insert(naive, event);
	case EVENT_tasklet_remove:
		put(naive, event, id, STATE_PAUSED);
		return row_remove(&naive->chain[event->thread], id);
	case EVENT_tasklet_end:
		put(naive, event, id, STATE_ENDED);
		naive->tasklet[id].saved = 0;
		return row_remove(&naive->chain[event->thread], id);
	case EVENT_slice_save:
		naive->tasklet[id].saved = event_unpack_slice_save(event).bytes;
		naive->tasklet[id].saved_total += event_unpack_slice_save(event).bytes;
		return true;
	case EVENT_slice_restore:
		naive->tasklet[id].saved = 0;
		return true;
	default:
		return true;
	}
}

bool naive_apply(struct naive *naive, const struct event *event)
{
	naive->seq = event->seq;
	switch (event->kind) {
	case EVENT_tasklet_switch:
		return apply_switch(naive, event);
	case EVENT_channel_transfer:
		return apply_transfer(naive, event);
	case EVENT_channel_block:
		return apply_block(naive, event);
	case EVENT_channel_leave:
		return apply_leave(naive, event);
	case EVENT_channel_create:
		naive->channels = event->word[0];
		naive->preference[event->word[0]] = -1;
		return true;
	case EVENT_channel_prefer:
		naive->preference[event->word[0]] = (int16_t)event->small;
		return true;
	case EVENT_scheduler_enter:
	case EVENT_scheduler_leave:
		return apply_run(naive, event);
	default:
		return apply_life(naive, event);
	}
}

/* ---------------------------------------------------------------------------------------------
 * Comparing
 */

static char difference[200];

#define DIFFER(...)                                                                                \
	do {                                                                                       \
		snprintf(difference, sizeof(difference), __VA_ARGS__);                             \
		return difference;                                                                 \
	} while (0)

static const char *compare_thread(const struct naive *naive, const struct state *state, uint32_t id)
{
	const struct state_thread *thread = state_thread(state, id);
	const struct naive_row *chain = &naive->chain[id], *callers = &naive->callers[id];
	uint32_t at = thread->first;

	if (thread->running != naive->running[id])
		DIFFER("thread %u runs T%u, not T%u", id, thread->running, naive->running[id]);
	if (thread->count != (uint32_t)chain->count)
		DIFFER("chain %u has %u, not %d", id, thread->count, chain->count);
	for (int i = 0; i < chain->count; i++) {
		if (at != chain->id[i])
			DIFFER("chain %u, place %d: T%u, not T%u", id, i, at, chain->id[i]);
		at = state_tasklet(state, at)->next;
	}
	if (chain->count && at != chain->id[0])
		DIFFER("chain %u does not close", id);
	at = thread->run_top;
	for (int i = callers->count; i > 0; i--) {
		if (at != callers->id[i - 1])
			DIFFER("caller %d of thread %u: T%u", i, id, at);
		at = state_tasklet(state, at)->run_below;
	}
	if (at || thread->run_depth != (uint32_t)callers->count)
		DIFFER("thread %u has %u callers", id, thread->run_depth);
	return NULL;
}

static const char *compare_channel(const struct naive *naive, const struct state *state,
				   uint32_t id)
{
	const struct state_channel *channel = state_channel(state, id);
	const struct naive_row *queue = &naive->queue[id];
	uint32_t at = channel->first;

	if (channel->balance != naive_balance(naive, id))
		DIFFER("balance of C%u: %d, not %d", id, channel->balance,
		       naive_balance(naive, id));
	if (channel->preference != naive->preference[id] ||
	    channel->transfers != naive->transfers[id])
		DIFFER("preference or transfers of C%u", id);
	for (int i = 0; i < queue->count; i++) {
		if (at != queue->id[i])
			DIFFER("queue of C%u, place %d: T%u", id, i, at);
		at = state_tasklet(state, at)->next;
	}
	if (at || channel->last != (queue->count ? queue->id[queue->count - 1] : 0))
		DIFFER("the queue of C%u does not end", id);
	return NULL;
}

static const char *compare_tasklet(const struct naive *naive, const struct state *state,
				   uint32_t id)
{
	const struct state_tasklet *tasklet = state_tasklet(state, id);
	const struct naive_tasklet *expected = &naive->tasklet[id];

	if (tasklet->where != expected->where)
		DIFFER("T%u is in state %d, not %d", id, tasklet->where, expected->where);
	if (tasklet->saved_bytes != expected->saved ||
	    tasklet->saved_total != expected->saved_total)
		DIFFER("bytes of T%u: %u, not %u", id, tasklet->saved_bytes, expected->saved);
	if (tasklet->switches != expected->switches || tasklet->channel != expected->channel ||
	    tasklet->since_ns != expected->since_ns || tasklet->thread != expected->thread)
		DIFFER("switches, channel, since or thread of T%u", id);
	return NULL;
}

const char *naive_compare(const struct naive *naive, const struct state *state)
{
	const char *found = NULL;

	if (state_seq(state) != naive->seq || state_oddities(state))
		DIFFER("seq %lu, oddities %lu", (unsigned long)state_seq(state),
		       (unsigned long)state_oddities(state));
	for (uint32_t id = 0; id < NAIVE_THREADS && !found; id++)
		found = compare_thread(naive, state, id);
	for (uint32_t id = 1; id <= naive->channels && !found; id++)
		found = compare_channel(naive, state, id);
	/* All of the last ones, and what is left over of the older ones in turn. */
	for (uint32_t id = 1; id <= naive->tasklets && !found; id++)
		if (id + 64 > naive->tasklets || id % 16 == naive->seq % 16)
			found = compare_tasklet(naive, state, id);
	return found ? found : "";
}
