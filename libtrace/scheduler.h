/* SPDX-License-Identifier: MIT */
/*
 * scheduler.h - who goes on: the one way from a tasklet to another, and what to do when nothing is
 * runnable.
 */
#ifndef GREENROOM_SCHEDULER_H
#define GREENROOM_SCHEDULER_H

#include <errno.h>
#include <stdint.h>

#include "event.h"
#include "idle.h"
#include "tasklet.h"
#include "thread.h"

/* Why and where the current tasklet stops: two registers. */
struct scheduler_stop {
	enum event_switch_cause cause;
	uint32_t channel; /* number of the channel that is the reason, or 0 */
	struct greenroom_site *site;
};

/* The slow half of the next one. */
GREENROOM_COLD void scheduler_look_now(struct thread *thread);

/* Looks what other threads want: at the beginning of whatever depends on the chain, or on where a
 * tasklet is. */
static inline void scheduler_look(struct thread *thread)
{
	if (inbox_is_waiting(&thread->inbox) && !(thread->divert & THREAD_BUSY))
		scheduler_look_now(thread);
}

/* What an operation has to ask before it changes anything, if it may end in a switch: 0; -EBUSY in a
 * callback; -ENOMEM, -EINVAL from slice_reserve. Whether a switch trap is set has to be asked only
 * when it is certain that another tasklet will run. (What is asked here, is_short asks for frames.) */
static inline int scheduler_prepare(struct thread *thread)
{
	scheduler_look(thread);
	if (unlikely(thread->divert & (THREAD_BUSY | THREAD_SOFT)))
		return thread->divert & THREAD_BUSY ? -EBUSY : 0;
	return slice_reserve(&thread->stack);
}

static inline int scheduler_trapped(const struct thread *thread)
{
	return unlikely(thread->switch_trap != 0) ? -EPERM : 0;
}

/* The steps of scheduler_switch, inlined into the public functions, which do nothing after it (see
 * switch_tasklet): so nothing of them is on the stack either, and what is not there is not copied.
 * What remains to be done for a tasklet that goes on, tasklet_arrive does. */

/* Saves the current tasklet and resumes `next`; `told`: and says so. */
static inline __attribute__((always_inline)) int scheduler_transfer(struct thread *thread,
								    struct tasklet *next, bool told)
{
	struct slice_switch *request = &thread->request;

	request->prev = &thread->current->slice;
	request->next = &next->slice;
	request->prev_ends = false;
	thread->chain.first = next;
	thread->current = next;
	return slice_switch(request, told);
}

/* Makes `next` current in place of `prev`, which leaves no stack to save. */
static inline void scheduler_pass(struct thread *thread, struct tasklet *prev, struct tasklet *next)
{
	if (unlikely(prev->slice.sp != NULL))
		prev->slice.sp = NULL;
	slice_publish(&prev->slice);
	slice_withdraw(&next->slice);
	thread->current = next;
	thread->chain.first = next;
}

/* What the pending call of the current tasklet returns. */
int scheduler_resumed(struct thread *thread);

/* A switch with something beside it: it has to be told, may be soft, or is a watchdog's tick. */
int scheduler_switch_diverted(struct thread *thread, struct tasklet *next,
			      struct scheduler_stop stop);

/* Goes on with `next`, which is in the chain, and returns what the current tasklet's pending call is
 * to return, once it runs again; a kill has been obeyed then, if the tasklet `obeys`. Next is
 * current: no switch, no callback. */
static inline __attribute__((always_inline)) int
scheduler_switch(struct thread *thread, struct tasklet *next, struct scheduler_stop stop)
{
	if (unlikely(thread->divert))
		return scheduler_switch_diverted(thread, next, stop);
	if (unlikely(next == thread->current))
		return scheduler_resumed(thread);
	return scheduler_transfer(thread, next, false);
}

/* The same as the last thing that a call does. */
static inline __attribute__((always_inline)) int
scheduler_switch_last(struct thread *thread, struct tasklet *next, struct scheduler_stop stop)
{
	thread->current->obeys = true;
	return scheduler_switch(thread, next, stop);
}

/* Makes `next` current in place of a tasklet that has ended, without going on with it yet. */
void scheduler_succeed(struct thread *thread, struct tasklet *next, struct scheduler_stop stop,
		       bool soft);

/* Goes over to the tasklet that is current now from a stack that nobody needs any more: it is not
 * saved, and `left`, the slice it would have gone to, may lie on it. */
_Noreturn void scheduler_abandon(struct thread *thread, struct slice *left);

/* Makes `next` ready to be switched to: out of its channel, into the chain. */
void scheduler_ready(struct tasklet *next, enum event_leave_cause leave,
		     enum event_insert_cause insert, struct greenroom_site *site);

/* Whether the current tasklet may leave the chain, to wait in a channel's queue or to pause: 0;
 * -EDEADLK when it is the last one, and nobody is left who could go on. */
static inline int scheduler_may_wait(const struct thread *thread)
{
	return likely(thread->chain.count > 1) ? 0 : idle_may_wait(thread);
}

static inline int scheduler_may_pause(const struct thread *thread)
{
	return likely(thread->chain.count > 1) ? 0 : idle_may_pause(thread);
}

/* To be called when the current tasklet has left the chain: goes on with the first of the chain, or
 * with whom idle_successor names if it is empty. `error` (0: none) is what the watchdog gets then. */
static inline __attribute__((always_inline)) int scheduler_leave(struct thread *thread, int error,
								 struct scheduler_stop stop)
{
	struct tasklet *next = thread->chain.first;

	if (unlikely(!next))
		next = idle_successor(thread, error, stop.channel, stop.site);
	return scheduler_switch(thread, next, stop);
}

/* The two halves of scheduler_run: the current tasklet becomes the innermost caller, and leaves the
 * chain, or there is an error; and it goes on, with `error` for its pending call. */
int scheduler_begin_run(struct thread *thread, const struct run_options *options,
			struct greenroom_site *site);
struct run_result scheduler_end_run(struct thread *thread, struct tasklet *tasklet, int error);

#endif
