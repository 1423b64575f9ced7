/* SPDX-License-Identifier: MIT */
/*
 * frame_operation.c - what a frame can do that may stop its tasklet: check, yield, pause, run, switch,
 * throw, kill, send, receive, scheduler_run; and the ticks of a watchdog between two steps.
 *
 * Each returns the unwind token, who goes on: another tasklet when it has stopped this one; the same
 * frame when it is done already, and its result stands there. They are what the functions of the
 * same names do, which return FRAME_STOPPED where they would save the stack. For the commonest there
 * is a short way (frame_shortcut.c), from which whatever is unusual comes here.
 */
#include <errno.h>
#include <string.h>

#include "channel.h"
#include "frame.h"
#include "scheduler.h"

/* Whether the current tasklet may be stopped softly. */
static inline bool may_stop_softly(const struct thread *thread)
{
	return likely(!thread->current->nesting && !thread->force_hard);
}

/* While the flag is set, scheduler_switch stops the current tasklet softly. */
static inline void allow_soft(struct thread *thread)
{
	if (may_stop_softly(thread))
		thread->divert |= THREAD_SOFT;
}

/* What an operation came to: who goes on. */
static inline struct frame_token conclude(struct frame_token here, int result)
{
	struct thread *thread = here.tasklet->thread;

	if (result == FRAME_STOPPED) {
		thread->divert &= (uint8_t)~THREAD_SOFT;
		here.frame->result = 0;
		return frame_token_of(thread->current);
	}
	here.frame->result = result;
	/* Else they are those of an operation whose callback runs this frame. */
	if (may_stop_softly(thread)) {
		thread->divert &= (uint8_t)~THREAD_SOFT;
		here.tasklet->soft_into = NULL;
	}
	return here;
}

/* Whether an error that has reached the current tasklet's frames is to end them. */
static inline bool is_kill(const struct tasklet *tasklet, int error)
{
	return unlikely(error == -ECANCELED) && tasklet->cancel == TASKLET_CANCEL_UNWIND;
}

/* Drops the frames of the current tasklet, and gives the token for who goes on. */
static struct frame_token obey_kill(struct tasklet *tasklet)
{
	tasklet->unwinding = true;
	frame_drop_all(tasklet, true);
	return frame_end(tasklet->thread, -ECANCELED);
}

struct frame_token frame_take(struct tasklet *tasklet)
{
	int error = tasklet->error;

	tasklet->error = 0;
	if (is_kill(tasklet, error))
		return obey_kill(tasklet);
	if (tasklet->soft_into && !error)
		memcpy(tasklet->soft_into, tasklet->mail, tasklet->into_bytes);
	tasklet->soft_into = NULL;
	tasklet->frame->result = error;
	return (struct frame_token){tasklet->frame, tasklet};
}

/* ------------------------------------------------------------------------- between two steps */

/* An error was thrown into the current tasklet, which stands in no operation: it ends a frame that has
 * not begun, or takes the place of what a frame returned. */
static struct frame_token fail(struct tasklet *tasklet, int error)
{
	struct frame_token top = {tasklet->frame, tasklet};

	if (top.frame->step && !top.frame->resume)
		return frame_return(top, error);
	top.frame->result = error;
	return top;
}

struct frame_token frame_go_on(struct tasklet *tasklet)
{
	int error = tasklet->error;

	tasklet->between_steps = false;
	tasklet->error = 0;
	if (is_kill(tasklet, error))
		return obey_kill(tasklet);
	return error ? fail(tasklet, error) : (struct frame_token){tasklet->frame, tasklet};
}

struct frame_token frame_tick(struct frame_token next)
{
	struct thread *thread = next.tasklet->thread;
	int error;

	allow_soft(thread);
	error = tasklet_obey(watchdog_check(thread, NULL));
	if (error == FRAME_STOPPED) {
		thread->divert &= (uint8_t)~THREAD_SOFT;
		next.tasklet->between_steps = true;
		return frame_token_of(thread->current);
	}
	if (may_stop_softly(thread))
		thread->divert &= (uint8_t)~THREAD_SOFT;
	return error ? fail(next.tasklet, error) : next;
}

/* ---------------------------------------------------------------------------------- operations */

GREENROOM_API struct frame_token frame_check_at(struct frame_token here,
						struct greenroom_site *site)
{
	allow_soft(here.tasklet->thread);
	return conclude(here, tasklet_check_at(site));
}

struct frame_token frame_yield_long(struct frame_token here, struct greenroom_site *site)
{
	allow_soft(here.tasklet->thread);
	return conclude(here, tasklet_yield_at(site));
}

GREENROOM_API struct frame_token frame_sleep_at(struct frame_token here, uint64_t nanoseconds,
						struct greenroom_site *site)
{
	allow_soft(here.tasklet->thread);
	return conclude(here, tasklet_sleep_at(nanoseconds, site));
}

GREENROOM_API struct frame_token frame_wait_fd_at(struct frame_token here, int descriptor,
						  unsigned int events, uint64_t timeout,
						  struct greenroom_site *site)
{
	allow_soft(here.tasklet->thread);
	return conclude(here, tasklet_wait_fd_at(descriptor, events, timeout, site));
}

GREENROOM_API struct frame_token frame_pause_at(struct frame_token here,
						struct greenroom_site *site)
{
	allow_soft(here.tasklet->thread);
	return conclude(here, tasklet_pause_at(site));
}

GREENROOM_API struct frame_token
frame_run_tasklet_at(struct frame_token here, struct tasklet *other, struct greenroom_site *site)
{
	allow_soft(here.tasklet->thread);
	return conclude(here, tasklet_run_at(other, site));
}

GREENROOM_API struct frame_token frame_switch_at(struct frame_token here, struct tasklet *other,
						 struct greenroom_site *site)
{
	allow_soft(here.tasklet->thread);
	return conclude(here, tasklet_switch_at(other, site));
}

GREENROOM_API struct frame_token frame_throw_at(struct frame_token here, struct tasklet *target,
						int error, struct greenroom_site *site)
{
	struct thread *thread = here.tasklet->thread;

	if (target == here.tasklet && is_kill(target, error) && may_stop_softly(thread))
		return obey_kill(target);
	allow_soft(thread);
	return conclude(here, tasklet_throw_at(target, error, site));
}

GREENROOM_API struct frame_token frame_kill_at(struct frame_token here, struct tasklet *target,
					       struct greenroom_site *site)
{
	return frame_throw_at(here, target, -ECANCELED, site);
}

struct frame_token frame_send_long(struct frame_token here, struct channel *channel,
				   const void *value, struct greenroom_site *site)
{
	allow_soft(here.tasklet->thread);
	return conclude(here, channel_send_at(channel, value, site));
}

GREENROOM_API struct frame_token frame_send_error_at(struct frame_token here,
						     struct channel *channel, int error,
						     struct greenroom_site *site)
{
	allow_soft(here.tasklet->thread);
	return conclude(here, channel_send_error_at(channel, error, site));
}

struct frame_token frame_receive_long(struct frame_token here, struct channel *channel, void *into,
				      struct greenroom_site *site)
{
	struct thread *thread = here.tasklet->thread;

	allow_soft(thread);
	if (may_stop_softly(thread)) {
		here.tasklet->soft_into = channel->size ? into : NULL;
		here.tasklet->into_bytes = (uint32_t)channel->size;
	}
	return conclude(here, channel_receive_at(channel, into, site));
}

/* ------------------------------------------------------------------------------ scheduler_run */

/* The caller waits in a frame of the library: there is something to do when it goes on. */
struct scheduler_runner;

static void end_run(struct scheduler_runner *self, int error);

static void end_killed_run(struct frame *self)
{
	end_run((struct scheduler_runner *)self, -ECANCELED);
}

static struct frame_token begin_run(struct frame_token here, const struct run_options *options,
				    struct greenroom_site *site)
{
	struct scheduler_stop stop = {EVENT_SWITCH_SCHEDULER, 0, site};
	struct thread *thread = here.tasklet->thread;
	int error;

	allow_soft(thread);
	error = scheduler_begin_run(thread, options, site);
	if (!error) {
		here.frame->cleanup = end_killed_run;
		error = scheduler_leave(thread, 0, stop);
	}
	return conclude(here, error);
}

FRAME(scheduler_runner, struct run_options options; struct run_result * result;
      struct greenroom_site * site;)
{
	FRAME_BEGIN();
	FRAME_WAIT_(begin_run(frame_here_, &self->options, self->site));
	if (self->frame.cleanup)
		end_run(self, self->frame.result);
	FRAME_END(tasklet_obey(self->frame.result));
}

static void end_run(struct scheduler_runner *self, int error)
{
	struct thread *thread = thread_record;
	struct run_result end = scheduler_end_run(thread, thread->current, error);

	self->frame.cleanup = NULL;
	if (self->result)
		*self->result = end;
}

GREENROOM_API struct frame *frame_scheduler(const struct run_options *options,
					    struct run_result *result, struct greenroom_site *site)
{
	struct run_options copy = options ? *options : (struct run_options){0};

	return frame_new(scheduler_runner, .options = copy, .result = result, .site = site);
}
