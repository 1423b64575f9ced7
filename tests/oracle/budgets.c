/* SPDX-License-Identifier: MIT */
/*
 * budgets.c - scenarios about watchdogs and atomic tasklets.
 *
 * Python counts instructions, and can stop a tasklet at any; here a loop that does nothing passes a
 * checkpoint each time. What Python calls nested, a call from C, is here a frame run from a C
 * function: an ordinary function that passes a checkpoint may be stopped there.
 */
#include "forms.h"
#include "scenarios.h"

#include <stdint.h>
#include <stdlib.h>

static struct run_result result;

static int run_with(unsigned int flags, uint64_t ticks)
{
	struct run_options options = {.flags = flags, .ticks = ticks};

	return scheduler_run(&options, &result);
}

static void spin(int count)
{
	while (count-- > 0)
		tasklet_check();
}

/* -------------------------------------------------------------------------------------- 73, 74 */

static int yield_often(void *count)
{
	for (int i = 0; i < (int)(intptr_t)count; i++)
		tasklet_yield();
	say("end");
	return 0;
}

FRAME_FORM(yield_often, int i;)
{
	FRAME_BEGIN();
	for (self->i = 0; self->i < (int)(intptr_t)self->argument; self->i++)
		FRAME_YIELD();
	say("end");
	FRAME_END(0);
}

void scenario_73_watchdog_cooperative(void)
{
	void *count = (void *)(intptr_t)300;

	spawn("A", yield_often, count);
	spawn("B", yield_often, count);
	attempt_returning(run_with(0, 200), result.interrupted ? "a tasklet" : "None");
	finish();
}

void scenario_74_watchdog_totaltimeout(void)
{
	void *count = (void *)(intptr_t)300;

	spawn("A", yield_often, count);
	spawn("B", yield_often, count);
	run_with(RUN_TOTAL, 500);
	say("returned a tasklet: %s scheduled %s runcount %zu", python_bool(result.interrupted),
	    python_bool(tasklet_state(result.interrupted) != TASKLET_PAUSED), scheduler_count());
	tasklet_insert(result.interrupted);
	attempt(scheduler_run(NULL, NULL));
	finish();
}

/* ------------------------------------------------------------------------------------------ 76 */

static int spin_atomic(void *unused)
{
	struct tasklet *self = scheduler_current();

	(void)unused;
	say("old %s", python_bool(tasklet_set_atomic(self, true)));
	spin(2000);
	say("still here");
	tasklet_set_atomic(self, false);
	spin(2000);
	say("not reached before reinsertion");
	return 0;
}

FRAME_FORM(spin_atomic, int i;)
{
	FRAME_BEGIN();
	say("old %s", python_bool(tasklet_set_atomic(scheduler_current(), true)));
	for (self->i = 0; self->i < 2000; self->i++)
		FRAME_CHECK();
	say("still here");
	tasklet_set_atomic(scheduler_current(), false);
	for (self->i = 0; self->i < 2000; self->i++)
		FRAME_CHECK();
	say("not reached before reinsertion");
	FRAME_END(0);
}

void scenario_76_watchdog_atomic(void)
{
	struct tasklet *a = spawn("A", spin_atomic, NULL);

	run_with(0, 1000);
	say("returned %s %s", name_of(result.interrupted), states(a));
	tasklet_insert(result.interrupted);
	attempt(scheduler_run(NULL, NULL));
	finish();
}

/* ------------------------------------------------------------------------------------------ 77 */

static bool inside;

FRAME(key, int i;)
{
	FRAME_BEGIN();
	inside = true;
	for (self->i = 0; self->i < 3000; self->i++)
		FRAME_CHECK();
	inside = false;
	FRAME_END(0);
}

static int compare(const void *left, const void *right)
{
	(void)left;
	(void)right;
	return frame_run(frame_new(key));
}

static void sort(void)
{
	int values[2] = {1, 2};

	qsort(values, 2, sizeof(values[0]), compare);
}

static int sort_and_spin(void *ignore_nesting)
{
	if (ignore_nesting)
		tasklet_set_ignore_nesting(scheduler_current(), true);
	sort();
	spin(3000);
	return 0;
}

FRAME_FORM(sort_and_spin, int i;)
{
	FRAME_BEGIN();
	if (self->argument)
		tasklet_set_ignore_nesting(scheduler_current(), true);
	sort();
	for (self->i = 0; self->i < 3000; self->i++)
		FRAME_CHECK();
	FRAME_END(0);
}

/* A tasklet could be restored elsewhere if it is not nested. */
static void run_nested(unsigned int flags, void *ignore_nesting, const char *how)
{
	spawn("A", sort_and_spin, ignore_nesting);
	run_with(flags, 500);
	say("%s %d interrupted %s inside nested: %s restorable %s", how, ignore_nesting != NULL,
	    name_of(result.interrupted), python_bool(inside), python_bool(!inside));
	tasklet_insert(result.interrupted);
	attempt(scheduler_run(NULL, NULL));
}

void scenario_77_watchdog_nesting(void)
{
	static char yes[] = "yes";

	run_nested(0, NULL, "{}");
	run_nested(RUN_IGNORE_NESTING, NULL, "{'ignore_nesting': True}");
	run_nested(0, yes, "{}");
	finish();
}

/* ----------------------------------------------------------------------------------------- 130 */

static int say_settings(void *unused)
{
	struct tasklet *self = scheduler_current();
	bool block_trap = tasklet_set_block_trap(self, false);

	(void)unused;
	say("%s %s %s", python_bool(tasklet_is_atomic(self)), python_bool(block_trap),
	    python_bool(tasklet_ignores_nesting(self)));
	return 0;
}

PLAIN_FORM(say_settings)

void scenario_130_atomic_not_inherited(void)
{
	struct tasklet *self = scheduler_current();
	struct tasklet *a;

	tasklet_set_atomic(self, true);
	tasklet_set_block_trap(self, true);
	a = spawn("A", say_settings, NULL);
	say("%s %s", python_bool(tasklet_is_atomic(self)), python_bool(tasklet_is_atomic(a)));
	tasklet_set_atomic(self, false);
	tasklet_set_block_trap(self, false);
	scheduler_run(NULL, NULL);
	finish();
}
