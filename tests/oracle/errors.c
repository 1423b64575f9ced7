/* SPDX-License-Identifier: MIT */
/*
 * errors.c - scenarios about how tasklets end: uncaught errors and who gets them, results.
 */
#include "forms.h"
#include "scenarios.h"

/* Shared by several scenarios, each of which runs in a process of its own. */
static struct tasklet *ta;
static struct channel *c;

static int say_queue(void *unused)
{
	(void)unused;
	say("%s", queue());
	return 0;
}

PLAIN_FORM(say_queue)

static int say_ran(void *unused)
{
	(void)unused;
	say("ran");
	return 0;
}

PLAIN_FORM(say_ran)

/* ------------------------------------------------------------------------------------- 23 */

static int say_and_raise(void *unused)
{
	(void)unused;
	say("raise");
	return exception("ValueError", "boom");
}

PLAIN_FORM(say_and_raise)

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

PLAIN_FORM(say_balance_and_raise)

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

FRAME_FORM(attempt_run, )
{
	FRAME_BEGIN();
	FRAME_RUN_SCHEDULER(NULL, NULL);
	attempt(self->frame.result);
	say("%s", queue());
	FRAME_END(0);
}

static int raise_k(void *unused)
{
	(void)unused;
	return exception("KeyError", "'k'");
}

PLAIN_FORM(raise_k)

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

PLAIN_FORM(raise_value_error)

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

/* ------------------------------------------------------------------------------------ 133 */

static int yield_and_raise(void *unused)
{
	(void)unused;
	tasklet_yield();
	return exception("ValueError", "x");
}

FRAME_FORM(yield_and_raise, )
{
	FRAME_BEGIN();
	FRAME_YIELD();
	FRAME_END(exception("ValueError", "x"));
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

FRAME_FORM(count_three, int i;)
{
	FRAME_BEGIN();
	for (self->i = 0; self->i < 3; self->i++) {
		say("%d %s", self->i, queue());
		FRAME_YIELD();
	}
	FRAME_END(0);
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

FRAME_FORM(run_and_pass_on, )
{
	FRAME_BEGIN();
	FRAME_RUN_SCHEDULER(NULL, NULL);
	FRAME_END(self->frame.result);
}

static int raise_up(void *unused)
{
	(void)unused;
	return exception("ValueError", "up");
}

PLAIN_FORM(raise_up)

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

/* ------------------------------------------------------------------------------------ 140 */

/* In Python it returns 42, which goes nowhere. In C a function has no result but an error. */
static int return_nothing(void *unused)
{
	(void)unused;
	return 0;
}

PLAIN_FORM(return_nothing)

void scenario_140_tasklet_result_ignored(void)
{
	trace_begin();
	spawn("A", return_nothing, NULL);
	attempt(scheduler_run(NULL, NULL));
	say("None");
	finish();
}
