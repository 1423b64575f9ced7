/* SPDX-License-Identifier: MIT */
/*
 * frame_operation.c - what a frame can do that may stop its tasklet: check, yield, pause, run, switch,
 * throw, kill, send, receive; and the ticks of a watchdog between two steps.
 *
 * Each returns the unwind token, the frame to go on with, when it has stopped the tasklet; or NULL
 * when it is done already, and its result stands in the frame.
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

/* What an operation came to: the token, if it has stopped the tasklet. Else NULL: it is done. */
static inline struct frame *conclude(struct thread *thread, struct frame *self, int result)
{
	if (result == FRAME_STOPPED) {
		thread->divert &= (uint8_t)~THREAD_SOFT;
		return frame_of_current(thread);
	}
	self->result = result;
	/* Else they are those of an operation whose callback runs this frame. */
	if (may_stop_softly(thread)) {
		thread->divert &= (uint8_t)~THREAD_SOFT;
		thread->current->soft_into = NULL;
	}
	return NULL;
}

/* Whether an error that has reached the current tasklet's frames is to end them. */
static inline bool is_kill(const struct tasklet *tasklet, int error)
{
	return unlikely(error == -ECANCELED) && tasklet->cancel == TASKLET_CANCEL_UNWIND;
}

/* Drops the frames of the current tasklet, and gives the token for who goes on. */
static struct frame *obey_kill(struct thread *thread)
{
	struct tasklet *tasklet = thread->current;

	tasklet->unwinding = true;
	frame_drop_all(tasklet, true);
	return frame_end(thread, -ECANCELED);
}

GREENROOM_API struct frame *frame_resumed(struct frame *self)
{
	struct thread *thread = thread_record;
	struct tasklet *tasklet = thread->current;
	int error = tasklet->error;

	tasklet->error = 0;
	if (is_kill(tasklet, error))
		return obey_kill(thread);
	if (tasklet->soft_into) {
		if (!error)
			memcpy(tasklet->soft_into, tasklet->mail, tasklet->soft_bytes);
		tasklet->soft_into = NULL;
	}
	self->result = error;
	return NULL;
}

/* ------------------------------------------------------------------------- between two steps */

/* An error was thrown into the current tasklet, which stands in no operation: it ends a frame that has
 * not begun, or takes the place of what a frame returned. */
static struct frame *fail(struct thread *thread, int error)
{
	struct frame *top = thread->current->frame;

	if (top->step && !top->resume)
		return frame_return(top, error);
	top->result = error;
	return top;
}

struct frame *frame_go_on(struct thread *thread)
{
	struct tasklet *tasklet = thread->current;
	int error = tasklet->error;

	tasklet->between_steps = false;
	tasklet->error = 0;
	if (is_kill(tasklet, error))
		return obey_kill(thread);
	return error ? fail(thread, error) : tasklet->frame;
}

struct frame *frame_tick(struct thread *thread, struct frame *next)
{
	struct tasklet *tasklet = thread->current;
	int error;

	allow_soft(thread);
	error = tasklet_obey(watchdog_check(thread, NULL));
	if (error == FRAME_STOPPED) {
		thread->divert &= (uint8_t)~THREAD_SOFT;
		tasklet->between_steps = true;
		return frame_of_current(thread);
	}
	if (may_stop_softly(thread))
		thread->divert &= (uint8_t)~THREAD_SOFT;
	return error ? fail(thread, error) : next;
}

/* ---------------------------------------------------------------------------------- operations */

GREENROOM_API struct frame *frame_check_at(struct frame *self, struct greenroom_site *site)
{
	struct thread *thread = thread_record;

	allow_soft(thread);
	return conclude(thread, self, tasklet_check_at(site));
}

GREENROOM_API struct frame *frame_yield_at(struct frame *self, struct greenroom_site *site)
{
	struct thread *thread = thread_record;

	allow_soft(thread);
	return conclude(thread, self, tasklet_yield_at(site));
}

GREENROOM_API struct frame *frame_pause_at(struct frame *self, struct greenroom_site *site)
{
	struct thread *thread = thread_record;

	allow_soft(thread);
	return conclude(thread, self, tasklet_pause_at(site));
}

GREENROOM_API struct frame *frame_run_tasklet_at(struct frame *self, struct tasklet *other,
						 struct greenroom_site *site)
{
	struct thread *thread = thread_record;

	allow_soft(thread);
	return conclude(thread, self, tasklet_run_at(other, site));
}

GREENROOM_API struct frame *frame_switch_at(struct frame *self, struct tasklet *other,
					    struct greenroom_site *site)
{
	struct thread *thread = thread_record;

	allow_soft(thread);
	return conclude(thread, self, tasklet_switch_at(other, site));
}

GREENROOM_API struct frame *frame_throw_at(struct frame *self, struct tasklet *target, int error,
					   struct greenroom_site *site)
{
	struct thread *thread = thread_record;

	if (target == thread->current && is_kill(target, error) && may_stop_softly(thread))
		return obey_kill(thread);
	allow_soft(thread);
	return conclude(thread, self, tasklet_throw_at(target, error, site));
}

GREENROOM_API struct frame *frame_kill_at(struct frame *self, struct tasklet *target,
					  struct greenroom_site *site)
{
	return frame_throw_at(self, target, -ECANCELED, site);
}

GREENROOM_API struct frame *frame_send_at(struct frame *self, struct channel *channel,
					  const void *value, struct greenroom_site *site)
{
	struct thread *thread = thread_record;

	allow_soft(thread);
	return conclude(thread, self, channel_send_at(channel, value, site));
}

GREENROOM_API struct frame *frame_send_error_at(struct frame *self, struct channel *channel,
						int error, struct greenroom_site *site)
{
	struct thread *thread = thread_record;

	allow_soft(thread);
	return conclude(thread, self, channel_send_error_at(channel, error, site));
}

GREENROOM_API struct frame *frame_receive_at(struct frame *self, struct channel *channel,
					     void *into, struct greenroom_site *site)
{
	struct thread *thread = thread_record;

	allow_soft(thread);
	if (may_stop_softly(thread)) {
		thread->current->soft_into = channel->size ? into : NULL;
		thread->current->soft_bytes = (uint32_t)channel->size;
	}
	return conclude(thread, self, channel_receive_at(channel, into, site));
}
