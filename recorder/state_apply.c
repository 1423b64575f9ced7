/* SPDX-License-Identifier: MIT */
/*
 * state_apply.c - what each kind of event does to the state.
 *
 * The comments in event.def are the law; this file says the same in C. Two rules keep it safe with
 * events from anywhere:
 *
 *   - an event first makes sure that every entry it speaks of exists (state_reach_*), since that
 *     may move the arrays; only then are pointers taken;
 *   - links are changed by state_links.c alone.
 *
 * What does not fit is counted, and the event is then made true anyway: after a hole in the trace a
 * tasklet is right again as soon as an event speaks of it.
 */
#include "state_apply.h"

#include "state_links.h"

static void apply_thread_start(struct state *state, const struct event *event)
{
	struct event_thread_start fields = event_unpack_thread_start(event);
	struct state_thread *thread;
	struct state_tasklet *main;

	if (!state_reach_tasklet(state, fields.main))
		return;
	if (!state_expect(state, !state->thread[event->thread].known &&
					 state->tasklet[fields.main].where == STATE_UNKNOWN))
		return;
	main = state_change_tasklet(state, fields.main);
	main->thread = event->thread;
	main->name = fields.name;
	main->is_main = 1;
	main->started = 1;
	main->created_seq = event->seq;
	state_chain_link(state, fields.main, 0);
	thread = state_change_thread(state, event->thread);
	thread->known = 1;
	thread->main = fields.main;
	thread->running = fields.main;
	thread->os_thread = fields.os_thread;
	thread->since_ns = event->time_ns;
}

/* Its main tasklet ends with it. */
static void apply_thread_end(struct state *state, const struct event *event)
{
	struct event_thread_end fields = event_unpack_thread_end(event);
	struct state_thread *thread;

	if (!state_reach_tasklet(state, fields.main))
		return;
	thread = state_change_thread(state, event->thread);
	state_expect(state, !thread->ended && thread->main == fields.main);
	thread->ended = 1;
	thread->running = 0;
	if (state->tasklet[fields.main].thread != event->thread)
		return;
	state_detach(state, fields.main);
	state_run_stack_cut(state, fields.main);
	state_change_tasklet(state, fields.main)->ended_seq = event->seq;
	state_settle(state, state_change_tasklet(state, fields.main), STATE_ENDED);
}

/* While the thread sleeps nobody runs, though no other tasklet has been switched to. */
static void apply_thread_sleep(struct state *state, const struct event *event)
{
	struct state_thread *thread = state_change_thread(state, event->thread);
	uint32_t running = thread->running;

	if (running)
		state_change_tasklet(state, running)->run_ns += event->time_ns - thread->since_ns;
	thread->since_ns = event->time_ns;
}

static void apply_thread_wake(struct state *state, const struct event *event)
{
	state_change_thread(state, event->thread)->since_ns = event->time_ns;
}

static void apply_tasklet_create(struct state *state, const struct event *event)
{
	struct event_tasklet_create fields = event_unpack_tasklet_create(event);
	struct state_tasklet *tasklet;

	if (!state_reach_tasklet(state, fields.tasklet) ||
	    !state_expect(state, state->tasklet[fields.tasklet].where == STATE_UNKNOWN))
		return;
	tasklet = state_change_tasklet(state, fields.tasklet);
	tasklet->thread = event->thread;
	tasklet->name = fields.name;
	tasklet->creator = fields.creator;
	tasklet->function = fields.function;
	tasklet->created_at = fields.place;
	tasklet->created_seq = event->seq;
	state_settle(state, tasklet, fields.function ? STATE_PAUSED : STATE_NEW);
}

static void apply_tasklet_bind(struct state *state, const struct event *event)
{
	struct event_tasklet_bind fields = event_unpack_tasklet_bind(event);
	struct state_tasklet *tasklet;
	enum state_where where;

	if (!state_reach_tasklet(state, fields.tasklet))
		return;
	where = (enum state_where)state->tasklet[fields.tasklet].where;
	state_expect(state, where == STATE_NEW || where == STATE_PAUSED || where == STATE_ENDED);
	state_adopt(state, fields.tasklet, event->thread);
	state_detach(state, fields.tasklet);
	tasklet = state_change_tasklet(state, fields.tasklet);
	tasklet->function = fields.function;
	tasklet->started = 0;
	tasklet->error = 0;
	tasklet->frames = 0;
	tasklet->ended_seq = 0;
	tasklet->end_cause = 0;
	state_settle(state, tasklet, fields.function ? STATE_PAUSED : STATE_NEW);
}

static void apply_tasklet_insert(struct state *state, const struct event *event)
{
	struct event_tasklet_insert fields = event_unpack_tasklet_insert(event);

	if (!state_reach_tasklet(state, fields.tasklet) ||
	    (fields.successor && !state_reach_tasklet(state, fields.successor)))
		return;
	if (!state_expect(state, state->tasklet[fields.tasklet].where == STATE_PAUSED) &&
	    state->tasklet[fields.tasklet].where == STATE_CHAIN)
		return;
	if (fields.successor)
		state_insert_before(state, fields.tasklet, fields.successor, event->thread);
	else
		state_append(state, fields.tasklet, event->thread);
	if (fields.cause == EVENT_INSERT_FIRST)
		state_change_thread(state, event->thread)->first = fields.tasklet;
}

static void apply_tasklet_wait(struct state *state, const struct event *event)
{
	struct event_tasklet_wait fields = event_unpack_tasklet_wait(event);

	if (!state_reach_tasklet(state, fields.tasklet))
		return;
	state_expect(state, state->tasklet[fields.tasklet].where == STATE_CHAIN);
	state_move(state, fields.tasklet, event->thread);
	state_detach(state, fields.tasklet);
	state_settle(state, state_change_tasklet(state, fields.tasklet), STATE_WAITING);
}

static void apply_tasklet_ready(struct state *state, const struct event *event)
{
	struct event_tasklet_ready fields = event_unpack_tasklet_ready(event);

	if (!state_reach_tasklet(state, fields.tasklet))
		return;
	state_expect(state, state->tasklet[fields.tasklet].where == STATE_WAITING);
	state_adopt(state, fields.tasklet, event->thread);
	state_pause(state, fields.tasklet);
}

static void apply_tasklet_move(struct state *state, const struct event *event)
{
	struct event_tasklet_move fields = event_unpack_tasklet_move(event);
	uint32_t thread;

	if (!state_reach_tasklet(state, fields.tasklet) || !state_reach_tasklet(state, fields.main))
		return;
	thread = state->tasklet[fields.main].thread;
	/* Who waits in scheduler_run is on its thread's stack of callers, and stays there. */
	if (!state_expect(state, thread != 0 && state->tasklet[fields.main].is_main &&
					 !state->tasklet[fields.tasklet].run_depth))
		return;
	/* One that waits in a channel goes on doing so. */
	if (state->tasklet[fields.tasklet].where != STATE_CHAIN)
		state_change_tasklet(state, fields.tasklet)->thread = thread;
	else
		state_move(state, fields.tasklet, thread);
}

static void apply_tasklet_remove(struct state *state, const struct event *event)
{
	struct event_tasklet_remove fields = event_unpack_tasklet_remove(event);

	if (!state_reach_tasklet(state, fields.tasklet))
		return;
	state_expect(state, state->tasklet[fields.tasklet].where == STATE_CHAIN);
	state_adopt(state, fields.tasklet, event->thread);
	state_pause(state, fields.tasklet);
}

/* The one that stops: where it stopped, and how long it ran. */
static void switch_from(struct state *state, const struct event *event, uint32_t id, uint32_t place)
{
	struct state_thread *thread = &state->thread[event->thread];
	struct state_tasklet *tasklet = state_change_tasklet(state, id);

	if (state_expect(state, thread->running == id))
		tasklet->run_ns += event->time_ns - thread->since_ns;
	if (tasklet->where == STATE_ENDED)
		return;
	tasklet->error = 0;
	tasklet->stopped_at = place;
	if (tasklet->where == STATE_CHAIN)
		state_settle(state, tasklet, STATE_CHAIN);
}

static void apply_tasklet_switch(struct state *state, const struct event *event)
{
	struct event_tasklet_switch fields = event_unpack_tasklet_switch(event);
	struct state_tasklet *next;
	struct state_thread *thread;

	if (!state_reach_tasklet(state, fields.prev) || !state_reach_tasklet(state, fields.next))
		return;
	switch_from(state, event, fields.prev, fields.place);
	if (!state_expect(state, state->tasklet[fields.next].where == STATE_CHAIN &&
					 state->tasklet[fields.next].thread == event->thread))
		state_append(state, fields.next, event->thread);
	next = state_change_tasklet(state, fields.next);
	next->switches++;
	state_settle(state, next, STATE_CHAIN);
	thread = state_change_thread(state, event->thread);
	thread->expected = thread->first == fields.prev ? state->tasklet[fields.prev].next
							: thread->first;
	thread->previous = fields.prev;
	thread->running = fields.next;
	thread->first = fields.next;
	thread->since_ns = event->time_ns;
	thread->switches++;
}

static void stack_reaches(struct state *state, uint32_t thread_id, struct state_tasklet *tasklet,
			  uint64_t base)
{
	tasklet->stack_base = base;
	if (base > state->thread[thread_id].stack_base)
		state_change_thread(state, thread_id)->stack_base = base;
}

static void apply_tasklet_start(struct state *state, const struct event *event)
{
	struct event_tasklet_start fields = event_unpack_tasklet_start(event);
	struct state_tasklet *tasklet;

	if (!state_reach_tasklet(state, fields.tasklet))
		return;
	tasklet = state_change_tasklet(state, fields.tasklet);
	state_expect(state, tasklet->where == STATE_CHAIN);
	tasklet->started = 1;
	stack_reaches(state, event->thread, tasklet, fields.base);
}

/* A slice that is saved in pieces, each as the next tasklet needs more room, adds up. */
static void apply_slice_save(struct state *state, const struct event *event)
{
	struct event_slice_save fields = event_unpack_slice_save(event);
	struct state_tasklet *tasklet;

	if (!state_reach_tasklet(state, fields.tasklet))
		return;
	tasklet = state_change_tasklet(state, fields.tasklet);
	state_expect(state, tasklet->where != STATE_UNKNOWN);
	if (tasklet->saved_bytes && fields.address == tasklet->stack_low + tasklet->saved_bytes) {
		tasklet->saved_bytes += fields.bytes;
	} else {
		tasklet->saved_bytes = fields.bytes;
		tasklet->stack_low = fields.address;
	}
	tasklet->kept_bytes = fields.kept;
	tasklet->saved_total += fields.bytes;
	stack_reaches(state, event->thread, tasklet, fields.address + fields.bytes + fields.kept);
	state_change_thread(state, event->thread)->saved_total += fields.bytes;
}

static void apply_slice_restore(struct state *state, const struct event *event)
{
	struct event_slice_restore fields = event_unpack_slice_restore(event);
	struct state_tasklet *tasklet;

	if (!state_reach_tasklet(state, fields.tasklet))
		return;
	tasklet = state_change_tasklet(state, fields.tasklet);
	state_expect(state, tasklet->where != STATE_UNKNOWN);
	tasklet->saved_bytes = 0;
	tasklet->kept_bytes = 0;
}

static void apply_tasklet_end(struct state *state, const struct event *event)
{
	struct event_tasklet_end fields = event_unpack_tasklet_end(event);
	struct state_tasklet *tasklet;
	enum state_where where;

	if (!state_reach_tasklet(state, fields.tasklet))
		return;
	if (fields.heir && state_reach_tasklet(state, fields.heir))
		state_change_tasklet(state, fields.heir)->error = (int32_t)fields.error;
	where = (enum state_where)state->tasklet[fields.tasklet].where;
	state_expect(state, (where == STATE_CHAIN || where == STATE_PAUSED) &&
				    !state->tasklet[fields.tasklet].run_depth);
	state_adopt(state, fields.tasklet, event->thread);
	state_detach(state, fields.tasklet);
	state_run_stack_cut(state, fields.tasklet);
	tasklet = state_change_tasklet(state, fields.tasklet);
	tasklet->end_cause = (uint8_t)fields.cause;
	tasklet->error = (int32_t)fields.error;
	tasklet->saved_bytes = 0;
	tasklet->kept_bytes = 0;
	tasklet->frames = 0;
	tasklet->ended_seq = event->seq;
	state_settle(state, tasklet, STATE_ENDED);
}

/* A frame came on top or went: `frames` are there now. */
static void set_frames(struct state *state, uint32_t id, uint32_t frames)
{
	if (!state_reach_tasklet(state, id))
		return;
	state_expect(state, state->tasklet[id].where != STATE_UNKNOWN);
	state_change_tasklet(state, id)->frames = frames;
}

static void apply_frame_call(struct state *state, const struct event *event)
{
	struct event_frame_call fields = event_unpack_frame_call(event);

	set_frames(state, fields.tasklet, fields.depth);
}

static void apply_frame_return(struct state *state, const struct event *event)
{
	struct event_frame_return fields = event_unpack_frame_return(event);

	set_frames(state, fields.tasklet, fields.depth);
}

static void apply_frame_force(struct state *state, const struct event *event)
{
	struct event_frame_force fields = event_unpack_frame_force(event);

	if (!state_reach_tasklet(state, fields.tasklet))
		return;
	state_expect(state, state->tasklet[fields.tasklet].where != STATE_UNKNOWN);
	state_change_tasklet(state, fields.tasklet)->forced++;
}

static void apply_tasklet_throw(struct state *state, const struct event *event)
{
	struct event_tasklet_throw fields = event_unpack_tasklet_throw(event);

	if (!state_reach_tasklet(state, fields.target))
		return;
	state_expect(state, state->tasklet[fields.target].where != STATE_UNKNOWN);
	state_change_tasklet(state, fields.target)->error = (int32_t)fields.error;
}

static void apply_scheduler_enter(struct state *state, const struct event *event)
{
	struct event_scheduler_enter fields = event_unpack_scheduler_enter(event);

	if (!state_reach_tasklet(state, fields.tasklet))
		return;
	state_expect(state, state->tasklet[fields.tasklet].where == STATE_CHAIN &&
				    !state->tasklet[fields.tasklet].run_depth);
	state_move(state, fields.tasklet, event->thread);
	state_run_stack_cut(state, fields.tasklet);
	state_pause(state, fields.tasklet);
	state_run_stack_push(state, fields.tasklet);
	state_expect(state, state->thread[event->thread].run_depth == fields.depth);
}

static void apply_scheduler_leave(struct state *state, const struct event *event)
{
	struct event_scheduler_leave fields = event_unpack_scheduler_leave(event);

	if (!state_reach_tasklet(state, fields.tasklet))
		return;
	state_expect(state, state->tasklet[fields.tasklet].where == STATE_CHAIN);
	state_run_stack_cut(state, fields.tasklet);
}

static bool tasklet_is_known(const struct state *state, uint32_t id)
{
	return id && id <= state->head.tasklets && state->tasklet[id].where != STATE_UNKNOWN;
}

static bool channel_is_known(const struct state *state, uint32_t id)
{
	return id && id <= state->head.channels && state->channel[id].known;
}

/* What these kinds name should be known; they change nothing. */
static void apply_channel_refuse(struct state *state, const struct event *event)
{
	struct event_channel_refuse fields = event_unpack_channel_refuse(event);

	state_expect(state, tasklet_is_known(state, fields.tasklet) &&
				    channel_is_known(state, fields.channel));
}

static void apply_scheduler_deadlock(struct state *state, const struct event *event)
{
	struct event_scheduler_deadlock fields = event_unpack_scheduler_deadlock(event);

	state_expect(state, tasklet_is_known(state, fields.tasklet));
}

/* Reaches the thread of an event. One that nobody has started (its start was lost, or the trace
 * begins later) is known from now on. */
static bool thread_adopt(struct state *state, const struct event *event)
{
	uint32_t id = event->thread;

	if (id - 1 >= state->head.threads && !state_reach_slowly(state, STATE_ARRAY_THREADS, id))
		return false;
	if (!state->thread[id].known && event->kind != EVENT_thread_start &&
	    event->kind != EVENT_snapshot_thread) {
		state_expect(state, false);
		state_change_thread(state, id)->known = 1;
	}
	return true;
}

typedef void transition(struct state *state, const struct event *event);

/* Kinds that are not here are the program's own words and change nothing. */
static transition *const transitions[EVENT_KINDS] = {
	[EVENT_thread_start] = apply_thread_start,
	[EVENT_thread_end] = apply_thread_end,
	[EVENT_thread_sleep] = apply_thread_sleep,
	[EVENT_thread_wake] = apply_thread_wake,
	[EVENT_tasklet_create] = apply_tasklet_create,
	[EVENT_tasklet_bind] = apply_tasklet_bind,
	[EVENT_tasklet_insert] = apply_tasklet_insert,
	[EVENT_tasklet_remove] = apply_tasklet_remove,
	[EVENT_tasklet_switch] = apply_tasklet_switch,
	[EVENT_tasklet_start] = apply_tasklet_start,
	[EVENT_slice_save] = apply_slice_save,
	[EVENT_slice_restore] = apply_slice_restore,
	[EVENT_tasklet_end] = apply_tasklet_end,
	[EVENT_tasklet_throw] = apply_tasklet_throw,
	[EVENT_channel_create] = state_apply_channel_create,
	[EVENT_channel_destroy] = state_apply_channel_destroy,
	[EVENT_channel_prefer] = state_apply_channel_prefer,
	[EVENT_channel_close] = state_apply_channel_close,
	[EVENT_channel_open] = state_apply_channel_open,
	[EVENT_channel_block] = state_apply_channel_block,
	[EVENT_channel_leave] = state_apply_channel_leave,
	[EVENT_channel_transfer] = state_apply_channel_transfer,
	[EVENT_channel_error] = state_apply_channel_error,
	[EVENT_channel_refuse] = apply_channel_refuse,
	[EVENT_scheduler_enter] = apply_scheduler_enter,
	[EVENT_scheduler_leave] = apply_scheduler_leave,
	[EVENT_scheduler_deadlock] = apply_scheduler_deadlock,
	[EVENT_frame_call] = apply_frame_call,
	[EVENT_frame_return] = apply_frame_return,
	[EVENT_frame_force] = apply_frame_force,
	[EVENT_tasklet_move] = apply_tasklet_move,
	[EVENT_tasklet_wait] = apply_tasklet_wait,
	[EVENT_tasklet_ready] = apply_tasklet_ready,
	[EVENT_snapshot_thread] = state_apply_snapshot_thread,
	[EVENT_snapshot_tasklet] = state_apply_snapshot_tasklet,
	[EVENT_snapshot_slice] = state_apply_snapshot_slice,
	[EVENT_snapshot_caller] = state_apply_snapshot_caller,
	[EVENT_snapshot_channel] = state_apply_snapshot_channel,
	[EVENT_snapshot_queue] = state_apply_snapshot_queue,
	[EVENT_snapshot_end] = state_apply_snapshot_end,
};

void state_transition(struct state *state, const struct event *event)
{
	if (!state_expect(state, event->kind > EVENT_NONE && event->kind < EVENT_KINDS) ||
	    !thread_adopt(state, event))
		return;
	if (transitions[event->kind])
		transitions[event->kind](state, event);
}
