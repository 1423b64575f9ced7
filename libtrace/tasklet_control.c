/* SPDX-License-Identifier: MIT */
/*
 * tasklet_control.c - what one tasklet can do to another, or to itself: insert, remove, run, switch,
 * yield, pause, throw, kill.
 */
#include <errno.h>

#include "channel.h"
#include "scheduler.h"
#include "tasklet.h"
#include "tasklet_remote.h"
#include "thread.h"

/* The calling thread, if the tasklet belongs to it; it has looked into its inbox. */
static int own_thread(const struct tasklet *tasklet, struct thread **out)
{
	*out = thread_self();
	if (!*out)
		return -ENOMEM;
	scheduler_look(*out);
	return tasklet->thread == *out ? 0 : -EXDEV;
}

GREENROOM_API int tasklet_insert_at(struct tasklet *tasklet, struct greenroom_site *site)
{
	struct thread *thread;
	int error = own_thread(tasklet, &thread);

	if (error == -EXDEV)
		return tasklet_remote_insert(thread, tasklet, false, site);
	if (error)
		return error;
	if (tasklet->blocked || !tasklet->alive)
		return -EINVAL;
	if (!tasklet_is_linked(tasklet))
		tasklet_append(tasklet, EVENT_INSERT_CALLED, site);
	return 0;
}

static void unlink_and_say(struct thread *thread, struct tasklet *tasklet,
			   enum event_remove_cause cause, struct greenroom_site *site)
{
	chain_unlink(&thread->chain, tasklet);
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_tasklet_remove((struct event_tasklet_remove){
						 .tasklet = tasklet_number(tasklet),
						 .actor = tasklet_number(thread->current),
						 .cause = (int)cause,
						 .place = thread_place(thread, site)}));
}

GREENROOM_API int tasklet_remove_at(struct tasklet *tasklet, struct greenroom_site *site)
{
	struct thread *thread;
	int error = own_thread(tasklet, &thread);

	if (error)
		return error;
	if (thread->divert & THREAD_BUSY) /* it may be the one that is about to go on */
		return -EBUSY;
	if (tasklet->blocked || tasklet == thread->current)
		return -EINVAL;
	if (tasklet_is_linked(tasklet))
		unlink_and_say(thread, tasklet, EVENT_REMOVE_CALLED, site);
	return 0;
}

/* Common to run and switch: 0 when the caller may go over to `tasklet` now. */
static int may_go_to(struct thread *thread, const struct tasklet *tasklet)
{
	int error;

	if (tasklet->blocked || !tasklet->alive)
		return -EINVAL;
	error = scheduler_prepare(thread);
	return error ? error : scheduler_trapped(thread);
}

GREENROOM_API int tasklet_run_at(struct tasklet *tasklet, struct greenroom_site *site)
{
	struct thread *thread;
	struct scheduler_stop stop = {EVENT_SWITCH_RUN, 0, site};
	int error = own_thread(tasklet, &thread);

	if (error == -EXDEV)
		return tasklet_remote_insert(thread, tasklet, true, site);
	if (error || tasklet == thread->current)
		return error;
	error = may_go_to(thread, tasklet);
	if (error)
		return error;
	if (!tasklet_is_linked(tasklet))
		tasklet_append(tasklet, EVENT_INSERT_RUN, site);
	return scheduler_switch_last(thread, tasklet, stop);
}

GREENROOM_API int tasklet_switch_at(struct tasklet *tasklet, struct greenroom_site *site)
{
	struct thread *thread;
	struct scheduler_stop stop = {EVENT_SWITCH_SWITCH, 0, site};
	int error = own_thread(tasklet, &thread);

	if (error || tasklet == thread->current)
		return error;
	error = may_go_to(thread, tasklet);
	if (error)
		return error;
	if (!tasklet_is_linked(tasklet))
		tasklet_append(tasklet, EVENT_INSERT_RUN, site);
	unlink_and_say(thread, thread->current, EVENT_REMOVE_SWITCHED, site);
	return scheduler_switch_last(thread, tasklet, stop);
}

GREENROOM_API int tasklet_yield_at(struct greenroom_site *site)
{
	struct thread *thread = thread_self();
	struct tasklet *current;
	int error;

	if (!thread)
		return -ENOMEM;
	current = thread->current;
	error = scheduler_prepare(thread);
	if (error)
		return error;
	if (current->next == current && inbox_is_waiting(&thread->inbox))
		inbox_empty(thread, true); /* an error for the caller itself waits */
	if (current->next == current && thread->divert & THREAD_WAITING)
		wait_look_sometimes(thread, &thread->waits);
	if (current->next != current)
		error = scheduler_trapped(thread);
	if (error)
		return error;
	return scheduler_switch_last(thread, current->next,
				     (struct scheduler_stop){EVENT_SWITCH_YIELD, 0, site});
}

GREENROOM_API int tasklet_pause_at(struct greenroom_site *site)
{
	struct thread *thread = thread_self();
	struct scheduler_stop stop = {EVENT_SWITCH_PAUSE, 0, site};
	struct tasklet *current;
	int error;

	if (!thread)
		return -ENOMEM;
	error = scheduler_prepare(thread);
	if (error)
		return error;
	error = scheduler_may_pause(thread);
	current = thread->current;
	if (error)
		idle_say_deadlock(thread, 0, site);
	else if (thread->chain.count > 1 || idle_watchdog(thread) != current)
		error = scheduler_trapped(thread);
	if (error)
		return error;
	unlink_and_say(thread, current, EVENT_REMOVE_PAUSED, site);
	current->obeys = true;
	return scheduler_leave(thread, 0, stop);
}

static void say_throw(struct thread *thread, const struct tasklet *target, uint32_t actor,
		      int error, bool pending, struct greenroom_site *site)
{
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_tasklet_throw((struct event_tasklet_throw){
						 .target = tasklet_number(target),
						 .actor = actor,
						 .pending = pending,
						 .error = (uint32_t)error,
						 .place = thread_place(thread, site)}));
}

static int throw_into(struct tasklet *target, int error, bool pending, struct greenroom_site *site)
{
	struct thread *thread;
	struct scheduler_stop stop = {EVENT_SWITCH_THROW, 0, site};
	int result = own_thread(target, &thread);

	if (result && result != -EXDEV)
		return result;
	if (error >= 0)
		return -EINVAL;
	if (result)
		return tasklet_remote_throw(thread, target, error, site);
	if (target == thread->current) {
		/* In a callback it may be in a queue already, or have ended. That it cannot be
		 * saved is no reason: it is not left. */
		result = scheduler_prepare(thread);
		return result && result != -ENOMEM ? result : tasklet_obey(error);
	}
	if (!target->alive)
		return error == -ECANCELED ? 0 : -ESRCH;
	if (!pending) {
		result = scheduler_prepare(thread);
		if (!result)
			result = scheduler_trapped(thread);
		if (result)
			return result;
	}
	say_throw(thread, target, tasklet_number(thread->current), error, pending, site);
	scheduler_ready(target, EVENT_LEAVE_THROWN, EVENT_INSERT_THROWN, site);
	tasklet_give_error(target, error, 0); /* see tasklet_take_throw */
	if (pending)
		return 0;
	return scheduler_switch_last(thread, target, stop);
}

void tasklet_take_throw(struct tasklet *tasklet, int error, uint32_t actor)
{
	say_throw(tasklet->thread, tasklet, actor, error, true, NULL);
	scheduler_ready(tasklet, EVENT_LEAVE_THROWN, EVENT_INSERT_THROWN, NULL);
	/* Not before it has left a shared channel's queue: there another thread may meet it. */
	tasklet_give_error(tasklet, error, 0);
}

GREENROOM_API int tasklet_throw_at(struct tasklet *tasklet, int error, struct greenroom_site *site)
{
	return throw_into(tasklet, error, false, site);
}

GREENROOM_API int tasklet_throw_pending_at(struct tasklet *tasklet, int error,
					   struct greenroom_site *site)
{
	return throw_into(tasklet, error, true, site);
}

GREENROOM_API int tasklet_kill_at(struct tasklet *tasklet, struct greenroom_site *site)
{
	return throw_into(tasklet, -ECANCELED, false, site);
}

GREENROOM_API int tasklet_kill_pending_at(struct tasklet *tasklet, struct greenroom_site *site)
{
	return throw_into(tasklet, -ECANCELED, true, site);
}
