/* SPDX-License-Identifier: MIT */
/*
 * test_frame_watchdog.c - watchdogs and frames: stopped softly at a checkpoint, at a call and at a
 * return; put off where frames run from a C function.
 *
 * Would fail if a stopped frame did not go on where it was, or if an error thrown into it were lost.
 */
#include <errno.h>
#include <greenroom.h>
#include <stdlib.h>

#include "noted.h"
#include "tap.h"

/* ---------------------------------------------------------------------------------- checkpoints */

FRAME(checking, int i; int error;)
{
	FRAME_BEGIN();
	note("a");
	for (self->i = 0; self->i < 2 * BUDGET; self->i++) {
		FRAME_CHECK();
		self->error = self->frame.result;
		if (self->error)
			note("!");
	}
	note(".");
	FRAME_END(0);
}

static void test_check(void)
{
	struct tasklet *a;

	tasklet_create_frame(&a, "a", frame_new(checking));
	run_ticks(0, BUDGET);
	tap_is(result.reason, RUN_INTERRUPTED, "a frame is stopped at its checkpoint");
	tap_ok(result.interrupted == a, "... it");
	tap_is((long long)tasklet_saved_bytes(a), 0, "... softly");
	check_log("a", "... before its end");
	tasklet_insert(a);
	run_to_end();
	check_log(".", "and goes on");
	tasklet_create_frame(&a, "a", frame_new(checking));
	run_ticks(0, BUDGET);
	tasklet_throw(a, -EIO);
	check_log("a!.", "an error thrown into it is its checkpoint's result");
}

/* ------------------------------------------------------------------------------ call and return */

static int cleanups;

static void count_cleanup(struct frame *self)
{
	(void)self;
	cleanups++;
}

FRAME(callee, )
{
	FRAME_BEGIN();
	FRAME_END(7);
}

/* Calls without a checkpoint; notes what is not 7. */
FRAME(calling, int i; int begun; int good;)
{
	FRAME_BEGIN();
	self->frame.cleanup = count_cleanup;
	for (self->i = 0; self->i < BUDGET; self->i++) {
		FRAME_CALL(callee);
		if (self->frame.result == 7)
			self->good++;
		else
			note(self->frame.result == -EIO ? "!" : "?");
	}
	note(self->good == BUDGET ? "." : "-");
	FRAME_END(0);
}

/* The tick beyond the budget stops it: call and return count by turns, and a call is the first. */
static void test_call(uint64_t budget, const char *name)
{
	struct tasklet *a;

	cleanups = 0;
	tasklet_create_frame(&a, "a", frame_new(calling));
	run_ticks(0, budget);
	tap_ok(result.interrupted == a, "%s: a frame without a checkpoint is stopped", name);
	tap_is((long long)tasklet_saved_bytes(a), 0, "... softly");
	tasklet_insert(a);
	run_to_end();
	check_log(".", "... and goes on as if nothing had happened");
	tap_is(cleanups, 1, "... to its end");
	tasklet_create_frame(&a, "a", frame_new(calling));
	run_ticks(0, budget);
	tap_is(tasklet_throw(a, -EIO), 0, "... an error thrown into it");
	check_log("!-", "... is the result of its call");
	tasklet_create_frame(&a, "a", frame_new(calling));
	run_ticks(0, budget);
	cleanups = 0;
	tap_is(tasklet_kill(a), 0, "... and a kill");
	check_log("", "... ends it");
	tap_is(cleanups, 1, "... with its cleanup");
}

static void test_bind_again(void)
{
	struct tasklet *a;

	tasklet_create_frame(&a, "a", frame_new(calling));
	run_ticks(0, BUDGET);
	tap_is(tasklet_bind(a, say_and_check, (void *)(uintptr_t) "b"), 0,
	       "a stopped frame may be replaced");
	tasklet_insert(a);
	run_to_end();
	check_log("b.", "... by a function");
}

/* --------------------------------------------------------------------------------------- nested */

FRAME(nested, int i;)
{
	FRAME_BEGIN();
	for (self->i = 0; self->i < 2 * BUDGET; self->i++)
		FRAME_CHECK();
	note("n");
	FRAME_END(0);
}

static int run_frame(void *ignore_nesting)
{
	tasklet_set_ignore_nesting(scheduler_current(), ignore_nesting != NULL);
	frame_run(frame_new(nested));
	note("o");
	check_often(1);
	note("p");
	return 0;
}

FRAME(calls_function, void *ignore_nesting;)
{
	FRAME_BEGIN();
	tasklet_set_ignore_nesting(scheduler_current(), self->ignore_nesting != NULL);
	frame_run(frame_new(nested));
	note("o");
	FRAME_CHECK();
	note("p");
	FRAME_END(0);
}

static void test_nesting(bool as_frame, unsigned int flags, const void *ignore_nesting,
			 const char *first, const char *rest, const char *name)
{
	void *argument = (void *)(uintptr_t)ignore_nesting;

	if (as_frame)
		tasklet_create_frame(NULL, "a",
				     frame_new(calls_function, .ignore_nesting = argument));
	else
		tasklet_create(NULL, "a", run_frame, argument);
	run_ticks(flags, BUDGET);
	tap_is(result.reason, RUN_INTERRUPTED, "%s: stopped", name);
	check_log(first, "... where it may be");
	tasklet_insert(result.interrupted);
	run_to_end();
	check_log(rest, "... and goes on");
}

/* --------------------------------------------------------------------------------------- values */

FRAME(offering, void *value;)
{
	FRAME_BEGIN();
	self->value = (void *)(uintptr_t) "out";
	FRAME_YIELD_VALUE(self->value);
	note(self->value);
	FRAME_PAUSE_VALUE(self->value);
	note(self->value);
	FRAME_END(0);
}

static int offer(void *unused)
{
	void *value = (void *)(uintptr_t) "out";

	(void)unused;
	tasklet_yield_value(&value);
	note(value);
	tasklet_pause_value(&value);
	note(value);
	return 0;
}

static void test_values(struct tasklet *a, const char *name)
{
	tasklet_yield();
	tap_is_text(tasklet_value(a), "out", "%s: others see the value of who is out", name);
	tasklet_set_value(a, (void *)(uintptr_t) "1");
	tasklet_yield();
	check_log("1", "... and may change it");
	tap_is_text(tasklet_value(a), "1", "... also while it is paused");
	tasklet_set_value(a, (void *)(uintptr_t) "2");
	tasklet_ref(a);
	tasklet_insert(a);
	run_to_end();
	check_log("2", "... which it finds then");
	tap_ok(!tasklet_value(a), "... and takes away");
	tasklet_unref(a);
}

int main(void)
{
	struct tasklet *a;

	setenv("GREENROOM_SWITCH", "soft", 1); /* else nothing is soft */
	test_check();
	test_call(BUDGET - 1, "at a return");
	test_call(BUDGET, "at a call");
	test_bind_again();
	for (int as_frame = 0; as_frame < 2; as_frame++) {
		test_nesting(as_frame, 0, NULL, "no", "p", "nested");
		test_nesting(as_frame, RUN_IGNORE_NESTING, NULL, "", "nop", "the run ignores it");
		test_nesting(as_frame, 0, "yes", "", "nop", "the tasklet ignores it");
	}
	tasklet_create(&a, NULL, offer, NULL);
	test_values(a, "function");
	tasklet_create_frame(&a, NULL, frame_new(offering));
	test_values(a, "frame");
	tap_is((long long)scheduler_count(), 1, "at last only main is there");
	return tap_end();
}
