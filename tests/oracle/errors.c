/* SPDX-License-Identifier: MIT */
/*
 * errors.c - scenarios about uncaught errors, throwing and killing.
 */
#include "oracle.h"
#include "scenarios.h"

#include <errno.h>

/* Shared by several scenarios, each of which runs in a process of its own. */
static struct tasklet *ta, *tb;
static struct channel *c;

static int say_queue(void *unused)
{
	(void)unused;
	say("%s", queue());
	return 0;
}

static int say_ran(void *unused)
{
	(void)unused;
	say("ran");
	return 0;
}

/* To catch a kill as Python's `except TaskletExit` does. */
static void catch_kills(void)
{
	tasklet_set_cancel(scheduler_current(), TASKLET_CANCEL_RETURN);
}

/* ------------------------------------------------------------------------------------- 23 */

static int say_and_raise(void *unused)
{
	(void)unused;
	say("raise");
	return exception("ValueError", "boom");
}

void scenario_23_exception_to_main_in_run(void)
{
	trace_begin();
	ta = spawn("A", say_and_raise, NULL);
	spawn("B", say_queue, NULL);
	spawn("C", say_queue, NULL);
	attempt(scheduler_run(NULL, NULL));
	say("%s A: %s", queue(), states(ta));
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 25 */

static int say_balance_and_raise(void *unused)
{
	(void)unused;
	say("raise, balance %d", channel_balance(c));
	return exception("ValueError", "boom");
}

void scenario_25_exception_to_blocked_main(void)
{
	int value;

	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", say_balance_and_raise, NULL);
	spawn("B", say_queue, NULL);
	attempt(channel_receive(c, &value));
	say("balance %d %s", channel_balance(c), queue());
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 26 */

static int attempt_run(void *unused)
{
	(void)unused;
	attempt(scheduler_run(NULL, NULL));
	say("%s", queue());
	return 0;
}

static int raise_k(void *unused)
{
	(void)unused;
	return exception("KeyError", "'k'");
}

void scenario_26_exception_to_innermost_run(void)
{
	trace_begin();
	spawn("A", attempt_run, NULL);
	spawn("B", raise_k, NULL);
	spawn("C", say_ran, NULL);
	attempt(scheduler_run(NULL, NULL));
	finish();
}

/* ------------------------------------------------------------------------------------- 29 */

static int handle_error(struct tasklet *tasklet, int error, void *context)
{
	(void)tasklet;
	(void)context;
	say("handler %s %s", exception_type(error), exception_text(error));
	if (error == exception("ValueError", "second"))
		return exception("KeyError", "'from handler'");
	return 0;
}

static int raise_value_error(void *text)
{
	return exception("ValueError", text);
}

void scenario_29_error_handler(void)
{
	scheduler_error_fn *previous;

	trace_begin();
	previous = scheduler_set_error_handler(handle_error, NULL);
	say("previous: %s", previous ? "?" : "None");
	spawn("A", raise_value_error, "first");
	spawn("B", say_ran, NULL);
	spawn("C", raise_value_error, "second");
	spawn("D", say_ran, NULL);
	attempt(scheduler_run(NULL, NULL));
	say("%s", queue());
	previous = scheduler_set_error_handler(NULL, NULL);
	say("previous is h: %s", python_bool(previous == handle_error));
	attempt(scheduler_run(NULL, NULL));
	finish();
}

/* ------------------------------------------------------------------------------------- 31 */

static void say_finally(int *unused)
{
	(void)unused;
	say("finally %s", queue());
}

static int pause_with_finally(void *unused)
{
	__attribute__((cleanup(say_finally))) int guard = 0;

	(void)unused;
	say("start");
	tasklet_pause();
	return guard;
}

void scenario_31_kill_paused(void)
{
	trace_begin();
	ta = spawn("A", pause_with_finally, NULL);
	scheduler_run(NULL, NULL);
	spawn("B", say_ran, NULL);
	say("%s %s", queue(), states(ta));
	attempt(tasklet_kill(ta));
	say("%s %s", states(ta), queue());
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 32 */

static int receive_until_killed(void *unused)
{
	int value;
	int error;

	(void)unused;
	catch_kills();
	error = channel_receive(c, &value);
	if (error == -ECANCELED)
		say("TaskletExit, balance %d %s", channel_balance(c), queue());
	return error;
}

void scenario_32_kill_blocked(void)
{
	c = new_channel("c", sizeof(int));
	trace_begin();
	ta = spawn("A", receive_until_killed, NULL);
	tb = spawn("B", receive_until_killed, NULL);
	scheduler_run(NULL, NULL);
	say("%d %s", channel_balance(c), waiters(c));
	attempt(tasklet_kill(ta));
	say("%d %s %s", channel_balance(c), waiters(c), states(ta));
	attempt(tasklet_kill(tb));
	say("%d", channel_balance(c));
	finish();
}

/* ------------------------------------------------------------------------------------- 34 */

static int kill_itself(void *unused)
{
	(void)unused;
	catch_kills();
	if (tasklet_kill(scheduler_current()) == -ECANCELED)
		say("caught");
	if (tasklet_kill_pending(scheduler_current()) == -ECANCELED)
		say("caught 2");
	tasklet_set_cancel(scheduler_current(), TASKLET_CANCEL_UNWIND);
	tasklet_kill(scheduler_current());
	say("not reached");
	return 0;
}

void scenario_34_kill_self_and_dead(void)
{
	trace_begin();
	ta = spawn("A", kill_itself, NULL);
	scheduler_run(NULL, NULL);
	attempt(tasklet_kill(ta));
	attempt(tasklet_kill_pending(ta));
	attempt(tasklet_kill(unbound("N")));
	say("%s", states(ta));
	finish();
}

/* ------------------------------------------------------------------------------------- 35 */

static int survive(void *unused)
{
	(void)unused;
	catch_kills();
	for (;;) {
		int error = tasklet_pause();

		if (!error) {
			say("resumed");
			continue;
		}
		say("survive %s", queue());
		error = tasklet_yield();
		if (error)
			return error;
		say("again %s", queue());
		return -ECANCELED;
	}
}

void scenario_35_kill_survivor(void)
{
	trace_begin();
	ta = spawn("A", survive, NULL);
	scheduler_run(NULL, NULL);
	attempt(tasklet_kill(ta));
	say("%s %s", states(ta), queue());
	attempt(tasklet_kill(ta));
	say("%s %s", states(ta), queue());
	finish();
}

/* ------------------------------------------------------------------------------------- 37 */

static int pause_and_raise(void *unused)
{
	int error = tasklet_pause();

	(void)unused;
	if (error)
		say("got %s", exception_text(error));
	return error;
}

void scenario_37_raise_exception(void)
{
	trace_begin();
	ta = spawn("A", pause_and_raise, NULL);
	scheduler_run(NULL, NULL);
	tb = spawn("B", say_ran, NULL);
	attempt(tasklet_throw(ta, exception("ValueError", "x")));
	say("%s %s", queue(), states(ta));
	attempt(tasklet_throw(tb, exception("KeyError", "'y'")));
	say("%s %s", queue(), states(tb));
	finish();
}

/* ------------------------------------------------------------------------------------- 38 */

static int pause_four_times(void *unused)
{
	(void)unused;
	for (int i = 0; i < 4; i++) {
		int error = tasklet_pause();

		if (error)
			say("got %s %s", exception_type(error), exception_text(error));
	}
	return 0;
}

void scenario_38_throw_forms(void)
{
	trace_begin();
	ta = spawn("A", pause_four_times, NULL);
	scheduler_run(NULL, NULL);
	attempt(tasklet_throw(ta, exception("ValueError", "")));
	attempt(tasklet_throw(ta, exception("ValueError", "1")));
	attempt(tasklet_throw(ta, exception("KeyError", "2")));
	attempt(tasklet_throw_pending(ta, exception("IndexError", "p")));
	say("%s %s", queue(), states(ta));
	scheduler_run(NULL, NULL);
	say("%s", states(ta));
	attempt(tasklet_throw(ta, exception("ValueError", "")));
	attempt(tasklet_throw(ta, -ECANCELED));
	/* What is no exception in Python is a positive error here. */
	attempt(tasklet_throw(ta, 5));
	attempt(tasklet_throw_pending(ta, exception("ValueError", "1")));
	finish();
}

/* ------------------------------------------------------------------------------------- 40 */

static int throw_to_itself(void *unused)
{
	struct tasklet *self = scheduler_current();

	(void)unused;
	attempt(tasklet_throw(self, exception("ValueError", "me")));
	attempt(tasklet_throw_pending(self, exception("ValueError", "me2")));
	return 0;
}

void scenario_40_throw_to_current(void)
{
	trace_begin();
	spawn("A", throw_to_itself, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------ 118 */

static int yield_and_catch(void *unused)
{
	int error = tasklet_yield();

	(void)unused;
	if (error)
		say("got %s %s", exception_type(error), exception_text(error));
	else
		say("went on");
	return 0;
}

void scenario_118_throw_pending_queued(void)
{
	trace_begin();
	ta = spawn("A", yield_and_catch, NULL);
	spawn("B", yield_and_catch, NULL);
	tasklet_yield();
	tasklet_throw_pending(ta, exception("ValueError", "1"));
	tasklet_throw_pending(ta, exception("KeyError", "2"));
	say("%s", queue());
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------ 133 */

static int yield_and_raise(void *unused)
{
	(void)unused;
	tasklet_yield();
	return exception("ValueError", "x");
}

static int count_three(void *unused)
{
	(void)unused;
	for (int i = 0; i < 3; i++) {
		say("%d %s", i, queue());
		tasklet_yield();
	}
	return 0;
}

void scenario_133_exception_order_main_in_queue(void)
{
	trace_begin();
	spawn("A", yield_and_raise, NULL);
	spawn("B", count_three, NULL);
	tasklet_yield();
	say("1 %s", queue());
	attempt(tasklet_yield());
	say("2 %s", queue());
	tasklet_yield();
	say("3 %s", queue());
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------ 137 */

static int run_and_pass_on(void *unused)
{
	(void)unused;
	return scheduler_run(NULL, NULL);
}

static int raise_up(void *unused)
{
	(void)unused;
	return exception("ValueError", "up");
}

void scenario_137_nested_exception_through_watchdogs(void)
{
	trace_begin();
	spawn("A", run_and_pass_on, NULL);
	spawn("B", raise_up, NULL);
	spawn("X", say_ran, NULL);
	attempt(scheduler_run(NULL, NULL));
	say("%s", queue());
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------ 139 */

/* Switches to the receiver, in the middle of the unwinding. */
static void send_bye(int *unused)
{
	const char *bye = "bye";

	(void)unused;
	channel_send(c, &bye);
	say("cleaned %s", queue());
}

static int pause_and_send_bye(void *unused)
{
	__attribute__((cleanup(send_bye))) int guard = 0;

	(void)unused;
	tasklet_pause();
	return guard;
}

static int receive_text(void *unused)
{
	const char *text = NULL;
	int error = channel_receive(c, &text);

	(void)unused;
	if (!error)
		say("got %s %s", text, queue());
	return error;
}

void scenario_139_send_in_finally_on_kill(void)
{
	c = new_channel("c", sizeof(const char *));
	trace_begin();
	ta = spawn("A", pause_and_send_bye, NULL);
	spawn("R", receive_text, NULL);
	scheduler_run(NULL, NULL);
	attempt(tasklet_kill(ta));
	say("%s %s", queue(), states(ta));
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------ 140 */

/* In Python it returns 42, which goes nowhere. In C a function has no result but an error. */
static int return_nothing(void *unused)
{
	(void)unused;
	return 0;
}

void scenario_140_tasklet_result_ignored(void)
{
	trace_begin();
	spawn("A", return_nothing, NULL);
	attempt(scheduler_run(NULL, NULL));
	say("None");
	finish();
}
