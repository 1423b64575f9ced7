/* SPDX-License-Identifier: MIT */
/*
 * run.c - scheduler_run: a tasklet leaves the chain and lets the others run.
 *
 * The callers of a thread form a stack, run_top the innermost: that one goes on when nothing is
 * runnable any more, and takes the errors that nobody took. Whoever returns takes those above it off
 * the stack with it.
 */
#include <errno.h>

#include "scheduler.h"

enum { RUN_FLAGS = RUN_TOTAL | RUN_SOFT | RUN_IGNORE_NESTING | RUN_THREAD_BLOCK };

static const struct run_options no_options;

/* Puts the caller of scheduler_run on the stack of callers and takes it out of the chain. */
static void begin_run(struct thread *thread, struct tasklet *tasklet, unsigned int flags,
		      struct greenroom_site *site)
{
	tasklet->run_below = thread->run_top;
	tasklet->run_depth = thread->run_top ? thread->run_top->run_depth + 1 : 1;
	tasklet->in_run = true;
	tasklet->run_flags = (uint8_t)flags;
	tasklet->woken = RUN_WOKEN;
	tasklet->failed = 0;
	thread->run_top = tasklet;
	thread->run_flags = flags;
	chain_unlink(&thread->chain, tasklet);
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_scheduler_enter((struct event_scheduler_enter){
						 .tasklet = tasklet_number(tasklet),
						 .depth = tasklet->run_depth,
						 .place = thread_place(thread, site)}));
}

static enum run_reason reason_of(const struct tasklet *tasklet, int error)
{
	if (error)
		return tasklet->failed ? RUN_ERROR : RUN_WOKEN;
	return tasklet->woken;
}

static void say_end_of_run(struct thread *thread, struct tasklet *tasklet, int error)
{
	if (!trace_wanted(thread->ring))
		return;
	trace_emit(thread->ring, event_pack_scheduler_leave((struct event_scheduler_leave){
					 .tasklet = tasklet_number(tasklet),
					 .failed = error ? tasklet->failed : 0,
					 .reason = (int)reason_of(tasklet, error),
					 .error = (uint32_t)error}));
}

/* Takes the innermost caller of scheduler_run off the stack of callers. */
static struct tasklet *pop_caller(struct thread *thread)
{
	struct tasklet *popped = thread->run_top;

	thread->run_top = popped->run_below;
	thread->run_flags = thread->run_top ? thread->run_top->run_flags : 0;
	popped->run_below = NULL;
	popped->in_run = false;
	if (popped == thread->watchdog.caller)
		watchdog_stop(thread);
	return popped;
}

/* Takes a caller of scheduler_run off the stack of callers. The inner callers have to return too,
 * since an outer one does: they become runnable. */
static void end_run(struct thread *thread, struct tasklet *tasklet, int error)
{
	struct tasklet *popped;

	say_end_of_run(thread, tasklet, error);
	if (!tasklet->in_run)
		return;
	do {
		popped = pop_caller(thread);
		if (!tasklet_is_linked(popped))
			tasklet_append(popped, EVENT_INSERT_RELEASED, NULL);
	} while (popped != tasklet);
}

/* Takes the tasklet that the watchdog has stopped out of the chain. */
static void pause_victim(struct thread *thread, struct tasklet *victim)
{
	chain_unlink(&thread->chain, victim);
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_tasklet_remove((struct event_tasklet_remove){
						 .tasklet = tasklet_number(victim),
						 .actor = tasklet_number(thread->current),
						 .cause = EVENT_REMOVE_INTERRUPTED}));
}

/* Who is to blame for the end of the run: id of a tasklet, or 0. */
static uint64_t blamed(const struct tasklet *tasklet, int error, const struct tasklet *victim)
{
	if (error)
		return tasklet->failed;
	return victim ? victim->id : 0;
}

struct run_result scheduler_end_run(struct thread *thread, struct tasklet *tasklet, int error)
{
	struct tasklet *victim = NULL;

	if (tasklet == thread->watchdog.caller)
		victim = thread->watchdog.victim;
	end_run(thread, tasklet, error);
	if (victim) /* it may be one of the inner callers */
		pause_victim(thread, victim);
	return (struct run_result){.reason = reason_of(tasklet, error),
				   .tasklet = blamed(tasklet, error, victim),
				   .error = error,
				   .interrupted = victim};
}

int scheduler_begin_run(struct thread *thread, const struct run_options *options,
			struct greenroom_site *site)
{
	struct tasklet *current = thread->current;
	int error;

	if (options->flags & ~(unsigned int)RUN_FLAGS)
		return -EINVAL;
	error = scheduler_prepare(thread);
	if (!error && thread->chain.count > 1)
		error = scheduler_trapped(thread);
	if (error)
		return error;
	current->obeys = false; /* the callers of scheduler_run have to be put in order first */
	begin_run(thread, current, options->flags, site);
	watchdog_start(thread, current, options);
	return 0;
}

GREENROOM_API int scheduler_run_at(const struct run_options *options, struct run_result *result,
				   struct greenroom_site *site)
{
	struct thread *thread = thread_self();
	struct run_result end;
	struct tasklet *current;
	int error;

	if (!thread)
		return -ENOMEM;
	error = scheduler_begin_run(thread, options ? options : &no_options, site);
	if (error)
		return error;
	current = thread->current;
	error = scheduler_leave(thread, 0,
				(struct scheduler_stop){EVENT_SWITCH_SCHEDULER, 0, site});
	end = scheduler_end_run(thread, current, error);
	if (result)
		*result = end;
	return tasklet_obey(error);
}
