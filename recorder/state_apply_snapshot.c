/* SPDX-License-Identifier: MIT */
/*
 * state_apply_snapshot.c - what was there when recording began, as each thread tells it.
 *
 * Threads tell one after the other, and a tasklet that waits in a shared channel may be spoken of by
 * others before its own thread does. So what is said of a tasklet may be the first word or not.
 */
#include "state_apply.h"

#include "state_links.h"

/* Makes sure that somebody exists who is spoken of for the first time. */
static void meet(struct state *state, const struct event *event, uint32_t id)
{
	struct state_tasklet *tasklet;

	if (state->tasklet[id].where != STATE_UNKNOWN)
		return;
	tasklet = state_change_tasklet(state, id);
	tasklet->created_seq = event->seq;
	state_settle(state, tasklet, STATE_PAUSED);
}

void state_apply_snapshot_thread(struct state *state, const struct event *event)
{
	struct event_snapshot_thread fields = event_unpack_snapshot_thread(event);
	struct state_thread *thread;

	if (!state_reach_tasklet(state, fields.main) ||
	    !state_expect(state, !state->thread[event->thread].known))
		return;
	meet(state, event, fields.main);
	state_move(state, fields.main, event->thread);
	state_detach(state, fields.main);
	state_change_tasklet(state, fields.main)->is_main = 1;
	state_change_tasklet(state, fields.main)->started = 1;
	thread = state_change_thread(state, event->thread);
	thread->known = 1;
	thread->main = fields.main;
	thread->os_thread = fields.os_thread;
	thread->since_ns = event->time_ns;
}

/* One in a queue keeps its place in it: that may be of several threads. */
static void give_to_thread(struct state *state, const struct event *event, uint32_t id, bool shared)
{
	if (!shared || state->tasklet[id].where == STATE_CHAIN) {
		state_move(state, id, event->thread);
	} else if (state->tasklet[id].thread != event->thread) {
		state_run_stack_cut(state, id);
		state_change_tasklet(state, id)->thread = event->thread;
	}
}

void state_apply_snapshot_tasklet(struct state *state, const struct event *event)
{
	static const enum state_where places[] = {
		[EVENT_FOUND_NEW] = STATE_NEW,        [EVENT_FOUND_PAUSED] = STATE_PAUSED,
		[EVENT_FOUND_CHAIN] = STATE_CHAIN,    [EVENT_FOUND_WAITING] = STATE_WAITING,
		[EVENT_FOUND_CHANNEL] = STATE_PAUSED,
	};
	struct event_snapshot_tasklet fields = event_unpack_snapshot_tasklet(event);
	bool shared = fields.found == EVENT_FOUND_SHARED;
	struct state_tasklet *tasklet;

	if (!state_reach_tasklet(state, fields.tasklet) ||
	    !state_expect(state, fields.found >= 0 && fields.found <= EVENT_FOUND_SHARED))
		return;
	meet(state, event, fields.tasklet);
	give_to_thread(state, event, fields.tasklet, shared);
	tasklet = state_change_tasklet(state, fields.tasklet);
	tasklet->name = fields.name;
	tasklet->function = fields.function;
	tasklet->frames = fields.frames;
	tasklet->started = fields.started != 0;
	if (shared)
		return;
	state_detach(state, fields.tasklet);
	if (places[fields.found] == STATE_CHAIN)
		state_chain_link(state, fields.tasklet, state->thread[event->thread].first);
	else
		state_settle(state, state_change_tasklet(state, fields.tasklet),
			     places[fields.found]);
}

void state_apply_snapshot_slice(struct state *state, const struct event *event)
{
	struct event_snapshot_slice fields = event_unpack_snapshot_slice(event);
	struct state_tasklet *tasklet;
	uint64_t base = fields.address + fields.bytes + fields.kept;

	if (!state_reach_tasklet(state, fields.tasklet))
		return;
	meet(state, event, fields.tasklet);
	tasklet = state_change_tasklet(state, fields.tasklet);
	tasklet->saved_bytes = fields.bytes;
	tasklet->kept_bytes = fields.kept;
	tasklet->stack_low = fields.address;
	tasklet->stack_base = base;
	if (base > state->thread[event->thread].stack_base)
		state_change_thread(state, event->thread)->stack_base = base;
}

void state_apply_snapshot_caller(struct state *state, const struct event *event)
{
	struct event_snapshot_caller fields = event_unpack_snapshot_caller(event);

	if (!state_reach_tasklet(state, fields.tasklet))
		return;
	meet(state, event, fields.tasklet);
	state_move(state, fields.tasklet, event->thread);
	state_run_stack_cut(state, fields.tasklet);
	state_run_stack_push(state, fields.tasklet);
	state_expect(state, state->thread[event->thread].run_depth == fields.depth);
}

void state_apply_snapshot_end(struct state *state, const struct event *event)
{
	struct event_snapshot_end fields = event_unpack_snapshot_end(event);
	struct state_thread *thread;

	if (!state_reach_tasklet(state, fields.running))
		return;
	meet(state, event, fields.running);
	thread = state_change_thread(state, event->thread);
	thread->running = fields.running;
	thread->since_ns = event->time_ns;
}
