/* SPDX-License-Identifier: MIT */
/*
 * test_put_off.c - whom a watchdog may not stop yet, and what comes of it: atomic tasklets, callbacks,
 * switch traps, nested runs.
 *
 * Would fail if an interrupt that had to be put off were forgotten, or not put off.
 */
#include <errno.h>
#include <greenroom.h>

#include "noted.h"
#include "tap.h"

/* ----------------------------------------------------------------------------------- atomic */

static int atomic_then_check(void *unused)
{
	struct tasklet *self = scheduler_current();

	(void)unused;
	note(tasklet_set_atomic(self, true) ? "1" : "0");
	check_often(2 * BUDGET);
	note("a");
	note(tasklet_set_atomic(self, false) ? "1" : "0");
	note("b");
	return check_often(1);
}

static void test_atomic(void)
{
	struct tasklet *a = spawn("a", atomic_then_check);

	run_ticks(0, BUDGET);
	tap_ok(result.interrupted == a, "an atomic tasklet is stopped");
	check_log("0a", "when it stops being atomic");
	tasklet_insert(a);
	run_to_end();
	check_log("1b", "and goes on from there");
}

static void test_atomic_error(void)
{
	struct tasklet *a = spawn("a", atomic_then_check);

	run_ticks(0, BUDGET);
	clear_log();
	tap_is(tasklet_throw(a, -EIO), -EIO, "an error thrown into tasklet_set_atomic");
	check_log("1b", "comes out of the next checkpoint");
	a = spawn("a", atomic_then_check);
	run_ticks(0, BUDGET);
	clear_log();
	tap_is(tasklet_kill(a), 0, "a kill");
	check_log("", "is obeyed there");
}

static int atomic_yields(void *name)
{
	tasklet_set_atomic(scheduler_current(), true);
	return say_and_yield(name);
}

static void test_atomic_yields(void)
{
	spawn("a", atomic_yields);
	spawn("b", atomic_yields);
	run_ticks(RUN_TOTAL, BUDGET);
	tap_is(result.reason, RUN_EMPTY, "atomic tasklets give way, and are not stopped");
	check_log("ab", "... to their end");
}

static int say_atomic(void *unused)
{
	(void)unused;
	note(tasklet_is_atomic(scheduler_current()) ? "1" : "0");
	note(tasklet_ignores_nesting(scheduler_current()) ? "1" : "0");
	return 0;
}

static void test_not_inherited(void)
{
	struct tasklet *self = scheduler_current();

	tap_ok(!tasklet_set_atomic(self, true), "main is not atomic at first");
	tap_ok(!tasklet_set_ignore_nesting(self, true), "and does not ignore nesting");
	tap_ok(tasklet_is_atomic(self) && tasklet_ignores_nesting(self), "now it does both");
	tasklet_create(NULL, NULL, say_atomic, NULL);
	run_to_end();
	check_log("00", "a new tasklet inherits neither");
	tap_ok(tasklet_set_atomic(self, false), "the old setting comes back");
	tap_ok(tasklet_set_ignore_nesting(self, false), "... both");
}

/* An interrupt that was put off belongs to one run: the next one begins anew. */
static int atomic_till_end_of_run(void *unused)
{
	struct tasklet *self = scheduler_current();

	(void)unused;
	tasklet_set_atomic(self, true);
	check_often(2 * BUDGET);
	tasklet_run(scheduler_main());
	tasklet_set_atomic(self, false);
	check_often(BUDGET / 2);
	note("e");
	return 0;
}

static void test_forgotten(void)
{
	tasklet_create(NULL, NULL, atomic_till_end_of_run, NULL);
	run_ticks(0, BUDGET);
	tap_is(result.reason, RUN_WOKEN, "the run ended before the tasklet could be stopped");
	run_ticks(0, BUDGET);
	tap_is(result.reason, RUN_EMPTY, "... and the next one has forgotten it");
	check_log("e", "... so it came to its end");
}

/* ----------------------------------------------------------------- callbacks, traps, nesting */

static int callbacks_begun, callbacks_ended;

static void check_in_callback(struct tasklet *prev, struct tasklet *next, void *unused)
{
	(void)prev;
	(void)next;
	(void)unused;
	callbacks_begun++;
	check_often(2 * BUDGET);
	callbacks_ended++;
}

static void test_callback(void)
{
	struct tasklet *a = spawn("a", say_and_yield);

	spawn("b", say_and_yield);
	scheduler_set_switch_callback(check_in_callback, NULL);
	run_ticks(RUN_TOTAL, BUDGET);
	scheduler_set_switch_callback(NULL, NULL);
	tap_is(result.reason, RUN_INTERRUPTED, "callbacks use up a budget");
	tap_ok(result.interrupted != NULL, "... but a tasklet is stopped after them");
	tap_is(callbacks_ended, callbacks_begun, "... not in them");
	tap_ok(tasklet_is_alive(a), "... safely");
	tasklet_insert(result.interrupted);
	run_to_end();
	clear_log();
}

static int check_under_trap(void *unused)
{
	(void)unused;
	scheduler_switch_trap(1);
	check_often(2 * BUDGET);
	note("t");
	scheduler_switch_trap(-1);
	check_often(1);
	note("u");
	return 0;
}

static void test_trap(void)
{
	tasklet_create(NULL, NULL, check_under_trap, NULL);
	run_ticks(0, BUDGET);
	tap_is(result.reason, RUN_INTERRUPTED, "nobody is stopped under a switch trap");
	check_log("t", "but after it");
	tasklet_insert(result.interrupted);
	run_to_end();
	check_log("u", "... and goes on");
}

/* ----------------------------------------------------------------------------------- nested runs */

static struct run_result inner;
static int inner_budget;

static int run_inside(void *unused)
{
	struct run_options options = {.ticks = (uint64_t)inner_budget};

	(void)unused;
	scheduler_run(&options, &inner);
	note("i");
	return 0;
}

/* The outer watchdog gets control; the inner run ends with it. */
static void test_nested_runs(void)
{
	struct tasklet *b;

	inner_budget = BUDGET / 10;
	tasklet_create(NULL, NULL, run_inside, NULL);
	b = spawn("b", say_and_check);
	run_ticks(0, BUDGET);
	tap_is(result.reason, RUN_INTERRUPTED, "of two watchdogs the outer one");
	tap_ok(result.interrupted == b, "... stops a tasklet");
	check_log("b", "... by its own budget");
	run_to_end();
	check_log("i", "the inner caller is runnable");
	tap_is(inner.reason, RUN_WOKEN, "... since the outer run has returned");
	tasklet_kill(b);
	clear_log();
}

/* An inner watchdog alone. */
static void test_inner_watchdog(void)
{
	inner_budget = BUDGET;
	tasklet_create(NULL, NULL, run_inside, NULL);
	spawn("b", say_and_check);
	run_to_end();
	tap_is(inner.reason, RUN_INTERRUPTED, "an inner run may be the only watchdog");
	check_log("bi", "... and its caller goes on");
	tasklet_kill(inner.interrupted);
	clear_log();
}

static int insert_main(void *unused)
{
	(void)unused;
	tasklet_insert(scheduler_main());
	return 0;
}

/* The caller with the watchdog is taken off the stack by an outer one. */
static void test_watchdog_released(void)
{
	inner_budget = BUDGET;
	tasklet_create(NULL, NULL, run_inside, NULL);
	tasklet_create(NULL, NULL, insert_main, NULL);
	spawn("b", say_and_check);
	tap_is(tasklet_yield(), 0, "(main lets them begin)");
	run_to_end();
	clear_log();
	tasklet_create(NULL, NULL, run_inside, NULL);
	tasklet_create(NULL, NULL, insert_main, NULL);
	run_to_end();
	spawn("b", say_and_check);
	run_to_end();
	check_log("ib.", "a watchdog ends with the outer run, whoever its caller is");
}

int main(void)
{
	test_atomic();
	test_atomic_error();
	test_atomic_yields();
	test_not_inherited();
	test_forgotten();
	test_callback();
	test_trap();
	test_nested_runs();
	test_inner_watchdog();
	test_watchdog_released();
	tap_is((long long)scheduler_count(), 1, "at last only main is there");
	return tap_end();
}
