/* SPDX-License-Identifier: MIT */
/*
 * watchdog.c - the budget of a scheduler_run: who goes on for too long has to stop.
 *
 * The rules are Stackless Python's (its run() with a timeout), with ticks of our own: C code cannot
 * be stopped between two instructions, so it says where by tasklet_check.
 */
#include "watchdog.h"

#include "clock.h"
#include "scheduler.h"
#include "trace_control.h"

/* A turn begins, or the run. */
static void begin_turn(struct watchdog *watchdog)
{
	watchdog->used_ticks = 0;
	if (watchdog->time)
		watchdog->began = clock_stamp(watchdog->counter);
}

static void set_time(struct watchdog *watchdog, uint64_t nanoseconds)
{
	const struct segment_clock *clock = clock_of_process();

	watchdog->counter = clock->kind == SEGMENT_CLOCK_COUNTER;
	watchdog->time = clock_ticks(clock, nanoseconds);
	if (!watchdog->time)
		watchdog->time = 1;
}

static void say_start(struct thread *thread, const struct run_options *options)
{
	const struct watchdog *watchdog = &thread->watchdog;

	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_watchdog_start((struct event_watchdog_start){
						 .caller = tasklet_number(watchdog->caller),
						 .ticks = (uint32_t)options->ticks,
						 .total = (options->flags & RUN_TOTAL) != 0,
						 .soft = (options->flags & RUN_SOFT) != 0,
						 .time = options->nanoseconds}));
}

void watchdog_start(struct thread *thread, struct tasklet *caller,
		    const struct run_options *options)
{
	struct watchdog *watchdog = &thread->watchdog;

	if (watchdog->caller || (!options->ticks && !options->nanoseconds))
		return;
	*watchdog = (struct watchdog){.caller = caller,
				      .flags = options->flags,
				      .number = watchdog->number + 1 ? watchdog->number + 1 : 1,
				      .ticks = options->ticks};
	if (options->nanoseconds)
		set_time(watchdog, options->nanoseconds);
	begin_turn(watchdog);
	thread->divert |= THREAD_TIMED;
	say_start(thread, options);
}

void watchdog_stop(struct thread *thread)
{
	thread->watchdog.caller = thread->watchdog.victim = NULL;
	thread->divert &= (uint8_t)~THREAD_TIMED;
}

static bool is_overdue(const struct watchdog *watchdog, const struct tasklet *tasklet)
{
	return tasklet->overdue == watchdog->number;
}

/* Whether a budget is used up, and which. */
static bool is_spent(const struct watchdog *watchdog, enum event_budget *budget)
{
	int64_t passed;

	*budget = EVENT_BUDGET_TICKS;
	if (watchdog->ticks && watchdog->used_ticks > watchdog->ticks)
		return true;
	*budget = EVENT_BUDGET_TIME;
	if (!watchdog->time)
		return false;
	/* The counters of two processors may differ by a little: it may not have begun yet. */
	passed = (int64_t)(clock_stamp(watchdog->counter) - watchdog->began);
	return passed > (int64_t)watchdog->time;
}

/* Whether the current tasklet has to be stopped, now or at the first occasion. */
static bool is_due(const struct thread *thread, enum event_budget *budget)
{
	if (!is_overdue(&thread->watchdog, thread->current))
		return is_spent(&thread->watchdog, budget);
	*budget = EVENT_BUDGET_EARLIER;
	return true;
}

static void say_interrupt(struct thread *thread, const struct tasklet *tasklet,
			  enum event_budget budget, enum event_interrupt_fate fate,
			  struct greenroom_site *site)
{
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring,
			   event_pack_watchdog_interrupt((struct event_watchdog_interrupt){
				   .tasklet = tasklet_number(tasklet),
				   .caller = tasklet_number(thread->watchdog.caller),
				   .fate = (int)fate,
				   .budget = budget,
				   .ticks = (uint32_t)thread->watchdog.used_ticks,
				   .place = thread_place(thread, site)}));
}

static void put_off(struct thread *thread, struct tasklet *tasklet, enum event_budget budget,
		    enum event_interrupt_fate fate, struct greenroom_site *site)
{
	if (is_overdue(&thread->watchdog, tasklet))
		return;
	tasklet->overdue = thread->watchdog.number;
	say_interrupt(thread, tasklet, budget, fate, site);
}

/* What stands against stopping a tasklet. */
static enum event_interrupt_fate fate_of(const struct thread *thread, const struct tasklet *tasklet)
{
	if (thread->watchdog.flags & RUN_SOFT)
		return EVENT_INTERRUPT_UNTIL_SWITCH;
	if (tasklet->atomic)
		return EVENT_INTERRUPT_ATOMIC;
	if (tasklet->nesting && !tasklet->ignore_nesting &&
	    !(thread->watchdog.flags & RUN_IGNORE_NESTING))
		return EVENT_INTERRUPT_NESTED;
	if (thread->divert & THREAD_BUSY)
		return EVENT_INTERRUPT_CALLBACK;
	if (thread->switch_trap)
		return EVENT_INTERRUPT_TRAP;
	return EVENT_INTERRUPT_STOPPED;
}

/* Puts the caller of scheduler_run into the chain, before `successor`: it goes on with this result. */
static struct tasklet *alarm_caller(struct thread *thread, struct tasklet *successor,
				    struct greenroom_site *site)
{
	struct tasklet *caller = thread->watchdog.caller;

	caller->woken = RUN_INTERRUPTED;
	if (!tasklet_is_linked(caller))
		tasklet_insert_before(caller, successor, EVENT_INSERT_INTERRUPT, site);
	return caller;
}

/* Stops a tasklet, if nothing stands against it: returns who goes on in its place, else NULL. */
static struct tasklet *stop_tasklet(struct thread *thread, struct tasklet *tasklet,
				    enum event_budget budget, struct greenroom_site *site)
{
	enum event_interrupt_fate fate = fate_of(thread, tasklet);

	if (fate != EVENT_INTERRUPT_STOPPED) {
		put_off(thread, tasklet, budget, fate, site);
		return NULL;
	}
	say_interrupt(thread, tasklet, budget, fate, site);
	thread->watchdog.victim = tasklet;
	return alarm_caller(thread, tasklet, site);
}

/* Stops the current tasklet, in a call that may switch. */
static int stop_here(struct thread *thread, enum event_budget budget, struct greenroom_site *site)
{
	struct scheduler_stop stop = {EVENT_SWITCH_INTERRUPT, 0, site};
	struct tasklet *next;
	int error = scheduler_prepare(thread);

	if (error && error != -EBUSY)
		return 0; /* no memory, perhaps: the next tick may do better */
	next = stop_tasklet(thread, thread->current, budget, site);
	thread->current->obeys = false;
	return next ? scheduler_switch(thread, next, stop) : 0;
}

int watchdog_check(struct thread *thread, struct greenroom_site *site)
{
	enum event_budget budget;

	thread->watchdog.used_ticks++;
	return is_due(thread, &budget) ? stop_here(thread, budget, site) : 0;
}

void watchdog_catch_up(struct thread *thread, struct greenroom_site *site)
{
	struct tasklet *current = thread->current;
	int error = 0;

	if (thread->divert & THREAD_TIMED && is_overdue(&thread->watchdog, current))
		error = stop_here(thread, EVENT_BUDGET_EARLIER, site);
	error = tasklet_obey(error);
	if (error)
		current->check_error = error;
}

/* The current tasklet gives way by itself: that is what a soft watchdog has waited for. */
static struct tasklet *give_way(struct thread *thread, struct tasklet *next,
				const struct scheduler_stop *stop, enum event_budget budget)
{
	struct tasklet *prev = thread->current;

	prev->overdue = 0;
	if (tasklet_is_linked(thread->watchdog.caller))
		return next; /* it comes by itself */
	if (stop->cause == EVENT_SWITCH_PREFERENCE) {
		put_off(thread, next, budget, EVENT_INTERRUPT_HANDED_ON, stop->site);
		return next;
	}
	say_interrupt(thread, prev, budget, EVENT_INTERRUPT_GAVE_WAY, stop->site);
	return alarm_caller(thread, next, stop->site);
}

/* Who goes on if the watchdog wants somebody else than `next`; else NULL. */
static struct tasklet *successor_of(struct thread *thread, struct tasklet *next,
				    const struct scheduler_stop *stop)
{
	const struct watchdog *watchdog = &thread->watchdog;
	struct tasklet *successor = NULL;
	enum event_budget budget;

	if (watchdog->flags & RUN_SOFT)
		return is_due(thread, &budget) ? give_way(thread, next, stop, budget) : NULL;
	if (stop->cause == EVENT_SWITCH_YIELD && is_due(thread, &budget))
		successor = stop_tasklet(thread, thread->current, budget, stop->site);
	if (!successor && next != thread->current && watchdog->flags & RUN_TOTAL &&
	    is_spent(watchdog, &budget))
		successor = stop_tasklet(thread, next, budget, stop->site);
	return successor;
}

/* Only that goes on with a turn; who waits, and is woken before anybody else ran, has given way. */
static bool yields_to_nobody(const struct thread *thread, const struct tasklet *next,
			     const struct scheduler_stop *stop)
{
	return next == thread->current && stop->cause == EVENT_SWITCH_YIELD;
}

struct tasklet *watchdog_at_switch(struct thread *thread, struct tasklet *next,
				   struct scheduler_stop *stop)
{
	struct watchdog *watchdog = &thread->watchdog;
	struct tasklet *successor;

	if (next == watchdog->caller || thread->current == watchdog->caller)
		return next; /* it ends, or begins */
	watchdog->used_ticks++;
	successor = successor_of(thread, next, stop);
	if (successor && successor != next) {
		stop->cause = EVENT_SWITCH_INTERRUPT;
		stop->channel = 0;
		return successor;
	}
	if (!(watchdog->flags & RUN_TOTAL) && !yields_to_nobody(thread, next, stop))
		begin_turn(watchdog);
	return next;
}

/* -------------------------------------------------------------------------- what a program calls */

/* What the current tasklet's next checkpoint returns, before any look at a budget: an error thrown into
 * it by another thread since, or where it was told nothing. */
static int take_error(struct thread *thread)
{
	struct tasklet *current = thread->current;
	int error = current->check_error;

	if (!error && inbox_is_waiting(&thread->inbox) && !(thread->divert & THREAD_BUSY)) {
		trace_answer(thread);
		inbox_empty(thread, true);
		error = current->error;
		current->error = 0;
	}
	current->check_error = 0;
	return error;
}

GREENROOM_API int tasklet_check_at(struct greenroom_site *site)
{
	struct thread *thread = thread_self();
	int error;

	if (unlikely(!thread))
		return -ENOMEM;
	if (likely(!thread->current->check_error && !inbox_is_waiting(&thread->inbox) &&
		   !(thread->divert & THREAD_TIMED)))
		return 0;
	error = take_error(thread);
	if (!error && thread->divert & THREAD_TIMED)
		error = watchdog_check(thread, site);
	return tasklet_obey(error);
}
