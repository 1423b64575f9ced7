/* SPDX-License-Identifier: MIT */
/*
 * state_links.c - the chain, the queue and the stack of scheduler_run callers: who stands where.
 *
 * Links are changed here and nowhere else, and a tasklet is taken from where it *is*, not from where
 * an event believes it to be. So they stay right whatever events come.
 */
#include "state_links.h"

#include <stdlib.h>

void state_settle(struct state *state, struct state_tasklet *tasklet, enum state_where where)
{
	tasklet->where = (uint8_t)where;
	tasklet->since_seq = state->head.seq;
	tasklet->since_ns = state->head.time_ns;
}

static void chain_unlink(struct state *state, uint32_t id)
{
	struct state_tasklet *tasklet = state_change_tasklet(state, id);
	struct state_thread *thread = state_change_thread(state, tasklet->thread);

	if (tasklet->next == id) {
		thread->first = 0;
	} else {
		state_change_tasklet(state, tasklet->prev)->next = tasklet->next;
		state_change_tasklet(state, tasklet->next)->prev = tasklet->prev;
		if (thread->first == id)
			thread->first = tasklet->next;
	}
	thread->count--;
	tasklet->next = 0;
	tasklet->prev = 0;
}

void state_chain_link(struct state *state, uint32_t id, uint32_t successor)
{
	struct state_tasklet *tasklet = state_change_tasklet(state, id);
	struct state_thread *thread = state_change_thread(state, tasklet->thread);

	if (successor) {
		struct state_tasklet *after = state_change_tasklet(state, successor);

		tasklet->prev = after->prev;
		tasklet->next = successor;
		state_change_tasklet(state, after->prev)->next = id;
		after->prev = id;
	} else {
		tasklet->prev = id;
		tasklet->next = id;
		thread->first = id;
	}
	thread->count++;
	state_settle(state, tasklet, STATE_CHAIN);
}

static void queue_unlink(struct state *state, uint32_t id)
{
	struct state_tasklet *tasklet = state_change_tasklet(state, id);
	struct state_channel *channel = state_change_channel(state, tasklet->channel);

	if (tasklet->prev)
		state_change_tasklet(state, tasklet->prev)->next = tasklet->next;
	else
		channel->first = tasklet->next;
	if (tasklet->next)
		state_change_tasklet(state, tasklet->next)->prev = tasklet->prev;
	else
		channel->last = tasklet->prev;
	channel->balance += tasklet->where == STATE_SENDING ? -1 : 1;
	tasklet->next = 0;
	tasklet->prev = 0;
	tasklet->channel = 0;
	tasklet->waited_ns = state->head.time_ns - tasklet->since_ns;
}

void state_queue_link(struct state *state, uint32_t id, uint32_t channel_id, int direction)
{
	struct state_tasklet *tasklet = state_change_tasklet(state, id);
	struct state_channel *channel = state_change_channel(state, channel_id);
	uint32_t waiting;

	if (channel->last)
		state_change_tasklet(state, channel->last)->next = id;
	else
		channel->first = id;
	tasklet->prev = channel->last;
	channel->last = id;
	channel->balance += direction;
	waiting = (uint32_t)abs(channel->balance);
	if (waiting > channel->longest)
		channel->longest = waiting;
	tasklet->channel = channel_id;
	tasklet->waits++;
	state_settle(state, tasklet, direction > 0 ? STATE_SENDING : STATE_RECEIVING);
}

void state_detach(struct state *state, uint32_t id)
{
	const struct state_tasklet *tasklet = &state->tasklet[id];

	if (tasklet->where == STATE_CHAIN)
		chain_unlink(state, id);
	else if (tasklet->where == STATE_SENDING || tasklet->where == STATE_RECEIVING)
		queue_unlink(state, id);
	else
		return;
	state_settle(state, state_change_tasklet(state, id), STATE_PAUSED);
}

void state_pause(struct state *state, uint32_t id)
{
	state_detach(state, id);
	state_settle(state, state_change_tasklet(state, id), STATE_PAUSED);
}

void state_run_stack_push(struct state *state, uint32_t id)
{
	struct state_tasklet *tasklet = state_change_tasklet(state, id);
	struct state_thread *thread = state_change_thread(state, tasklet->thread);

	tasklet->run_below = thread->run_top;
	tasklet->run_depth = ++thread->run_depth;
	thread->run_top = id;
}

void state_run_stack_cut(struct state *state, uint32_t id)
{
	struct state_thread *thread = state_change_thread(state, state->tasklet[id].thread);

	while (state->tasklet[id].run_depth) {
		struct state_tasklet *top = state_change_tasklet(state, thread->run_top);

		thread->run_top = top->run_below;
		thread->run_depth--;
		top->run_below = 0;
		top->run_depth = 0;
	}
}

void state_move(struct state *state, uint32_t id, uint32_t thread)
{
	if (state->tasklet[id].thread == thread)
		return;
	state_detach(state, id);
	state_run_stack_cut(state, id);
	state_change_tasklet(state, id)->thread = thread;
}

void state_adopt(struct state *state, uint32_t id, uint32_t thread)
{
	if (!state->tasklet[id].thread)
		state_change_tasklet(state, id)->thread = thread;
}

void state_append(struct state *state, uint32_t id, uint32_t thread)
{
	state_move(state, id, thread);
	state_detach(state, id);
	state_chain_link(state, id, state->thread[thread].first);
}

void state_insert_before(struct state *state, uint32_t id, uint32_t successor, uint32_t thread)
{
	state_move(state, id, thread);
	state_detach(state, id);
	if (!state_expect(state, state->tasklet[successor].where == STATE_CHAIN &&
					 state->tasklet[successor].thread == thread))
		successor = state->thread[thread].first;
	state_chain_link(state, id, successor);
}
