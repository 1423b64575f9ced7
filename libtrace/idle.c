/* SPDX-License-Identifier: MIT */
/*
 * idle.c - nothing is runnable: who goes on, or how the thread waits until somebody can.
 *
 * The rules, in this order (Stackless, slp_schedule_task and schedule_task_block in scheduling.c):
 *
 *   1 the watchdog, that is the innermost caller of scheduler_run, or main, if it is in no queue:
 *     its scheduler_run has nothing more to run (with RUN_THREAD_BLOCK: not while another thread may
 *     still bring something);
 *   2 while other threads are awake the thread sleeps until one of them makes a tasklet runnable;
 *   3 all sleep, for ever. In the thread that the process began with the watchdog goes on if it is in
 *     no queue; else whoever wanted to wait is told -EDEADLK, and is runnable again.
 *
 * When the last one has not stopped but ended there is nobody to be told by rule 3 but a watchdog
 * that waits in a queue. Stackless tells it so at once; here rule 2 comes first, since another thread
 * may be about to meet it.
 */
#include "idle.h"

#include <errno.h>

#include "channel.h"
#include "registry.h"
#include "scheduler.h"
#include "trace_control.h"

int idle_may_wait(const struct thread *thread)
{
	if (registry_has_others() || thread->waits.count ||
	    !tasklet_is_linked(idle_watchdog(thread)))
		return 0;
	return -EDEADLK;
}

int idle_may_pause(const struct thread *thread)
{
	return idle_watchdog(thread) == thread->current ? 0 : idle_may_wait(thread);
}

void idle_say_deadlock(struct thread *thread, uint32_t channel, struct greenroom_site *site)
{
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring,
			   event_pack_scheduler_deadlock((struct event_scheduler_deadlock){
				   .tasklet = tasklet_number(thread->current),
				   .channel = channel,
				   .error = (uint32_t)-EDEADLK,
				   .place = thread_place(thread, site)}));
}

static void say_sleep(struct thread *thread)
{
	thread->asleep = true;
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_thread_sleep((struct event_thread_sleep){
						 .tasklet = tasklet_number(thread->current)}));
}

static void say_wake(struct thread *thread)
{
	thread->asleep = false;
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring,
			   event_pack_thread_wake((struct event_thread_wake){
				   .tasklet = thread->chain.first
						      ? tasklet_number(thread->chain.first)
						      : 0}));
}

/* Whoever waits for a time or a descriptor comes before all rules: for as long as there is one the
 * thread sleeps until one can go on, or another thread brings something. NULL: nobody waits. */
static struct tasklet *wait_for_successor(struct thread *thread)
{
	bool slept = false;

	while (!thread->chain.first && thread->waits.count) {
		trace_answer(thread);
		inbox_empty(thread, true);
		wait_look(thread);
		if (thread->chain.first)
			break;
		if (!slept)
			say_sleep(thread);
		slept = true;
		wait_sleep(thread);
	}
	if (slept)
		say_wake(thread);
	return thread->chain.first;
}

/* Rule 2. NULL: all sleep. */
static struct tasklet *sleep_for_successor(struct thread *thread)
{
	bool slept = false;

	trace_answer(thread);
	inbox_empty(thread, true);
	while (!thread->chain.first && registry_has_others()) {
		if (!slept)
			say_sleep(thread);
		slept = true;
		if (!inbox_sleep(thread))
			break;
		trace_answer(thread);
		inbox_empty(thread, true);
	}
	if (slept)
		say_wake(thread);
	return thread->chain.first;
}

/* Puts the watchdog into the chain, with `error` (0: none) to take. */
static struct tasklet *revive(struct thread *thread, struct tasklet *watchdog, int error)
{
	watchdog->woken = RUN_EMPTY;
	if (error)
		tasklet_give_error(watchdog, error, tasklet_number(thread->current));
	tasklet_append(watchdog, EVENT_INSERT_REVIVED, NULL);
	return watchdog;
}

/* Rule 3, for one that has left the chain: it is put back, and its call fails. */
static struct tasklet *refuse(struct thread *thread, uint32_t channel, struct greenroom_site *site)
{
	struct tasklet *current = thread->current;

	idle_say_deadlock(thread, channel, site);
	if (current->blocked && !channel_leave(current, EVENT_LEAVE_DEADLOCK))
		return thread->chain.first; /* it has been woken after all */
	if (!tasklet_is_linked(current))
		tasklet_append(current, EVENT_INSERT_DEADLOCK, NULL);
	tasklet_give_error(current, -EDEADLK, 0);
	return current;
}

struct tasklet *idle_successor(struct thread *thread, int error, uint32_t channel,
			       struct greenroom_site *site)
{
	struct tasklet *watchdog = idle_watchdog(thread);
	struct tasklet *next = wait_for_successor(thread);

	if (next)
		return next;
	if (!(thread->run_flags & RUN_THREAD_BLOCK) && !tasklet_is_linked(watchdog))
		return revive(thread, watchdog, error);
	next = sleep_for_successor(thread);
	if (next)
		return next;
	if ((thread->initial || watchdog == thread->current) && !tasklet_is_linked(watchdog))
		return revive(thread, watchdog, error);
	return refuse(thread, channel, site);
}

struct tasklet *idle_heir(struct thread *thread)
{
	struct tasklet *watchdog = idle_watchdog(thread);
	struct tasklet *next = wait_for_successor(thread);

	if (!next && watchdog->blocked)
		next = sleep_for_successor(thread);
	if (next)
		return next;
	watchdog->woken = RUN_EMPTY;
	if (watchdog->blocked)
		tasklet_give_error(watchdog, -EDEADLK, 0);
	return watchdog;
}
