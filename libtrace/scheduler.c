/* SPDX-License-Identifier: MIT */
/*
 * scheduler.c - who goes on: the one way from a tasklet to another, and what to do when nothing is
 * runnable.
 *
 * Every switch of a thread goes through scheduler_switch or scheduler_abandon. The rules are
 * Stackless Python's (schedule_task and slp_run_tasklet in its scheduling.c): the chain is never
 * reordered by a switch, it only turns; when it is empty the innermost caller of scheduler_run goes
 * on, or main; a tasklet that could never be woken again gets -EDEADLK instead of waiting.
 */
#include "scheduler.h"

#include <errno.h>

#include "call_stack.h"
#include "channel.h"
#include "frame.h"
#include "trace_control.h"

void scheduler_look_now(struct thread *thread)
{
	trace_answer(thread);
	inbox_empty(thread, false);
}

static void call_back(struct thread *thread, struct tasklet *next)
{
	thread->divert |= THREAD_BUSY;
	thread->switch_callback(thread->current, next, thread->switch_context);
	thread->divert &= (uint8_t)~THREAD_BUSY;
}

/* Bit 0: prev is left hard; bit 1: next is resumed hard. */
static int mode_of(bool soft, const struct tasklet *next)
{
	return (soft ? 0 : EVENT_MODE_HARD_SOFT) | (frame_is_soft(next) ? 0 : EVENT_MODE_SOFT_HARD);
}

static void say_switch(struct thread *thread, struct tasklet *next, struct scheduler_stop stop,
		       uint32_t place, bool soft)
{
	struct trace_ring *ring = thread->ring;

	if (thread->current->frame && !soft)
		frame_say_force(thread);
	thread->request.stamp = trace_stamp(ring);
	if (trace_takes_stacks(ring))
		call_stack_say(thread, stop.cause, soft, thread->request.stamp);
	trace_emit_at(ring, thread->request.stamp,
		      event_pack_tasklet_switch(
			      (struct event_tasklet_switch){.prev = tasklet_number(thread->current),
							    .next = tasklet_number(next),
							    .cause = (int)stop.cause,
							    .mode = mode_of(soft, next),
							    .channel = stop.channel,
							    .place = place}));
}

/* Tells of a switch before it is made. The ring may have gone by itself since it was looked at. */
static GREENROOM_TOLD void announce(struct thread *thread, struct tasklet *next,
				    struct scheduler_stop stop, bool soft)
{
	uint32_t place = thread_place(thread, stop.site); /* the callback may call twins */

	if (thread->switch_callback)
		call_back(thread, next);
	if (trace_wanted(thread->ring))
		say_switch(thread, next, stop, place, soft);
	thread->request.ring = thread->ring;
	thread_set_watched(thread);
}

int scheduler_switch_diverted(struct thread *thread, struct tasklet *next,
			      struct scheduler_stop stop)
{
	bool soft = thread->divert & THREAD_SOFT;

	if (unlikely(thread->divert & THREAD_WAITING))
		wait_look_sometimes(thread, &thread->waits);
	if (unlikely(thread->divert & THREAD_TIMED))
		next = watchdog_at_switch(thread, next, &stop);
	if (unlikely(next == thread->current))
		return scheduler_resumed(thread);
	if (thread->divert & THREAD_WATCHED)
		announce(thread, next, stop, soft);
	if (thread->divert & THREAD_CXX)
		exceptions_exchange(&thread->current->exceptions, &next->exceptions);
	if (soft) {
		thread->current->into = NULL; /* its frame takes the value */
		scheduler_pass(thread, thread->current, next);
		return FRAME_STOPPED;
	}
	return scheduler_transfer(thread, next, (thread->divert & THREAD_WATCHED) != 0);
}

int scheduler_resumed(struct thread *thread)
{
	struct tasklet *tasklet = thread->current;
	int error = tasklet->error;

	if (unlikely(thread->dead != NULL))
		tasklet_bury_dead(thread);
	tasklet->error = 0;
	tasklet_take_value(tasklet, error);
	return tasklet->obeys ? tasklet_obey(error) : error;
}

/* Called by the switch, on the stack of who goes on. */
int tasklet_arrive(void)
{
	struct thread *thread = thread_record;

	return likely(thread->current->slice.sp != NULL) ? scheduler_resumed(thread) : 0;
}

void scheduler_succeed(struct thread *thread, struct tasklet *next, struct scheduler_stop stop,
		       bool soft)
{
	if (unlikely(thread->divert & THREAD_TIMED))
		next = watchdog_at_switch(thread, next, &stop);
	announce(thread, next, stop, soft);
	if (thread->divert & THREAD_CXX)
		exceptions_exchange(&thread->current->exceptions, &next->exceptions);
	slice_withdraw(&next->slice);
	thread->chain.first = next;
	thread->current = next;
}

void scheduler_abandon(struct thread *thread, struct slice *left)
{
	struct slice_switch *request = &thread->request;

	request->prev = left;
	request->next = &thread->current->slice;
	request->prev_ends = true;
	slice_switch(request, thread->divert & THREAD_WATCHED);
	__builtin_unreachable();
}

void scheduler_ready(struct tasklet *next, enum event_leave_cause leave,
		     enum event_insert_cause insert, struct greenroom_site *site)
{
	if (next->blocked == TASKLET_WAITS)
		wait_cancel(next,
			    leave == EVENT_LEAVE_ERROR ? EVENT_WAIT_ERROR : EVENT_WAIT_THROWN);
	else if (next->blocked)
		channel_leave(next, leave);
	if (!tasklet_is_linked(next))
		tasklet_append(next, insert, site);
}

GREENROOM_API struct tasklet *scheduler_current(void)
{
	struct thread *thread = thread_self();

	return thread ? thread->current : NULL;
}

GREENROOM_API struct tasklet *scheduler_main(void)
{
	struct thread *thread = thread_self();

	return thread ? thread->main : NULL;
}

GREENROOM_API size_t scheduler_count(void)
{
	struct thread *thread = thread_self();

	if (!thread)
		return 0;
	scheduler_look(thread);
	return thread->chain.count;
}

GREENROOM_API int scheduler_switch_trap(int change)
{
	struct thread *thread = thread_self();
	int old;

	if (!thread)
		return 0;
	old = thread->switch_trap;
	thread->switch_trap += change;
	thread_set_long_way(thread);
	return old;
}
