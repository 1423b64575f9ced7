/* SPDX-License-Identifier: MIT */
/*
 * chain.c - scenarios about the chain: creating, inserting, removing, yielding, pausing, states.
 */
#include "forms.h"
#include "scenarios.h"

#include <errno.h>
#include <stdio.h>

/* Shared by several scenarios, each of which runs in a process of its own. */
static struct tasklet *ta, *tb, *tc;
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

static int receive_from_c(void *unused)
{
	int value;

	(void)unused;
	return channel_receive(c, &value);
}

FRAME_FORM(receive_from_c, int value;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(c, &self->value);
	FRAME_END(self->frame.result);
}

static int say_queue_for_ever(void *unused)
{
	(void)unused;
	for (;;) {
		int error;

		say("%s", queue());
		error = tasklet_yield();
		if (error)
			return error;
	}
}

FRAME_FORM(say_queue_for_ever, )
{
	FRAME_BEGIN();
	do {
		say("%s", queue());
		FRAME_YIELD();
	} while (!self->frame.result);
	FRAME_END(self->frame.result);
}

/* ------------------------------------------------------------------------------------- 01 */

static int one_two(void *unused)
{
	(void)unused;
	say("1 %s", queue());
	tasklet_yield();
	say("2 %s", queue());
	return 0;
}

FRAME_FORM(one_two, )
{
	FRAME_BEGIN();
	say("1 %s", queue());
	FRAME_YIELD();
	say("2 %s", queue());
	FRAME_END(0);
}

void scenario_01_two_tasklets_schedule(void)
{
	trace_begin();
	spawn("A", one_two, NULL);
	spawn("B", one_two, NULL);
	say("%s %zu", queue(), scheduler_count());
	scheduler_run(NULL, NULL);
	say("%s", queue());
	finish();
}

/* ------------------------------------------------------------------------------------- 02 */

static int create_two(void *unused)
{
	(void)unused;
	say("%s %zu", queue(), scheduler_count());
	spawn("D", say_queue, NULL);
	spawn("E", say_queue, NULL);
	say("%s %zu", queue(), scheduler_count());
	return 0;
}

PLAIN_FORM(create_two)

void scenario_02_insert_at_end(void)
{
	trace_begin();
	say("%zu", scheduler_count());
	spawn("A", create_two, NULL);
	say("%zu", scheduler_count());
	spawn("B", say_queue, NULL);
	spawn("C", say_queue, NULL);
	say("%s %zu", queue(), scheduler_count());
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 04 */

void scenario_04_setup_alive_error(void)
{
	struct tasklet *b;

	trace_begin();
	ta = spawn("A", say_ran, NULL);
	attempt(setup(ta, say_ran));
	scheduler_run(NULL, NULL);
	/* Having ended, it has no function any more. */
	attempt(tasklet_insert(ta));
	setup(ta, say_ran);
	scheduler_run(NULL, NULL);
	b = unbound("B");
	attempt(setup_form(b, NULL, NULL));
	attempt(tasklet_insert(b));
	finish();
}

/* ------------------------------------------------------------------------------------- 05 */

static int live(void *unused)
{
	(void)unused;
	say("A running  %s", states(ta));
	say("main in run %s", states(scheduler_main()));
	tasklet_pause();
	receive_number(c);
	say("A received %s", states(ta));
	return 0;
}

FRAME_FORM(live, int value;)
{
	FRAME_BEGIN();
	say("A running  %s", states(ta));
	say("main in run %s", states(scheduler_main()));
	FRAME_PAUSE();
	FRAME_RECEIVE(c, &self->value);
	say("A received %s", states(ta));
	FRAME_END(0);
}

void scenario_05_states(void)
{
	c = new_channel("c", sizeof(int));
	ta = unbound("A");
	say("created  %s", states(ta));
	/* Python has a step between: bound to a function, but without arguments not alive yet. */
	say("bound    %s", states(ta));
	bind(ta, live, NULL);
	say("args     %s", states(ta));
	tasklet_insert(ta);
	say("inserted %s", states(ta));
	scheduler_run(NULL, NULL);
	say("removed  %s", states(ta));
	tasklet_insert(ta);
	scheduler_run(NULL, NULL);
	say("blocked  %s", states(ta));
	channel_set_preference(c, CHANNEL_PREFER_SENDER);
	send_number(c, 0);
	say("ready    %s", states(ta));
	scheduler_run(NULL, NULL);
	say("dead     %s", states(ta));
	say("main     %s", states(scheduler_main()));
	finish();
}

/* ------------------------------------------------------------------------------------- 07 */

/* In Python the value given to the call comes back from it, unless somebody changed it. */
static int pause_with_value(void *unused)
{
	const char *value = "val";

	(void)unused;
	tasklet_pause();
	say("got %s %s", value, queue());
	return 0;
}

FRAME_FORM(pause_with_value, const char *value;)
{
	FRAME_BEGIN();
	self->value = "val";
	FRAME_PAUSE();
	say("got %s %s", self->value, queue());
	FRAME_END(0);
}

static int insert_a(void *unused)
{
	(void)unused;
	say("A is %s", states(ta));
	tasklet_insert(ta);
	say("%s", queue());
	return 0;
}

PLAIN_FORM(insert_a)

void scenario_07_schedule_remove_reinsert(void)
{
	trace_begin();
	ta = spawn("A", pause_with_value, NULL);
	spawn("B", insert_a, NULL);
	spawn("C", say_queue, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 08 */

static int watch_main(void *unused)
{
	(void)unused;
	say("%s", states(scheduler_main()));
	tasklet_yield();
	say("end");
	return 0;
}

FRAME_FORM(watch_main, )
{
	FRAME_BEGIN();
	say("%s", states(scheduler_main()));
	FRAME_YIELD();
	say("end");
	FRAME_END(0);
}

void scenario_08_schedule_remove_main(void)
{
	trace_begin();
	spawn("A", watch_main, NULL);
	spawn("B", watch_main, NULL);
	tasklet_pause();
	say("woken %s", queue());
	finish();
}

/* ------------------------------------------------------------------------------------- 10 */

void scenario_10_run_scheduled_tasklet(void)
{
	trace_begin();
	ta = spawn("A", say_queue_for_ever, NULL);
	tb = spawn("B", say_queue_for_ever, NULL);
	tc = spawn("C", say_queue_for_ever, NULL);
	tasklet_run(tb);
	say("back %s", queue());
	tasklet_run(ta);
	say("back %s", queue());
	trace_end();
}

/* ------------------------------------------------------------------------------------- 11 */

void scenario_11_run_unscheduled_tasklet(void)
{
	trace_begin();
	ta = spawn("A", say_queue_for_ever, NULL);
	tb = spawn("B", say_queue_for_ever, NULL);
	tc = spawn("C", say_queue_for_ever, NULL);
	tasklet_remove(tb);
	say("%s %s", queue(), states(tb));
	tasklet_run(tb);
	say("back %s", queue());
	tasklet_yield();
	say("back %s", queue());
	trace_end();
}

/* ------------------------------------------------------------------------------------- 13 */

static int switch_to_c(void *unused)
{
	(void)unused;
	say("%s", queue());
	tasklet_switch(tc);
	say("A again %s", queue());
	return 0;
}

FRAME_FORM(switch_to_c, )
{
	FRAME_BEGIN();
	say("%s", queue());
	FRAME_SWITCH(tc);
	say("A again %s", queue());
	FRAME_END(0);
}

static int say_queue_and_a(void *unused)
{
	(void)unused;
	say("%s A: %s", queue(), states(ta));
	return 0;
}

PLAIN_FORM(say_queue_and_a)

void scenario_13_switch(void)
{
	trace_begin();
	ta = spawn("A", switch_to_c, NULL);
	tb = spawn("B", say_queue_and_a, NULL);
	tc = spawn("C", say_queue_and_a, NULL);
	scheduler_run(NULL, NULL);
	say("run returned %s", states(ta));
	tasklet_insert(ta);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 14 */

static int say_queue_and_main(void *unused)
{
	(void)unused;
	say("%s main: %s", queue(), states(scheduler_main()));
	tasklet_yield();
	say("end");
	return 0;
}

FRAME_FORM(say_queue_and_main, )
{
	FRAME_BEGIN();
	say("%s main: %s", queue(), states(scheduler_main()));
	FRAME_YIELD();
	say("end");
	FRAME_END(0);
}

void scenario_14_switch_from_main(void)
{
	trace_begin();
	ta = spawn("A", say_queue_and_main, NULL);
	tb = spawn("B", say_queue_and_main, NULL);
	tasklet_switch(ta);
	say("woken %s", queue());
	finish();
}

/* ------------------------------------------------------------------------------------- 16 */

void scenario_16_remove_errors(void)
{
	struct tasklet *x;

	c = new_channel("c", sizeof(int));
	trace_begin();
	ta = spawn("A", say_ran, NULL);
	tb = spawn("B", say_ran, NULL);
	x = spawn("X", receive_from_c, NULL);
	tasklet_remove(ta);
	say("%s", queue());
	tasklet_remove(ta);
	say("%s", queue());
	attempt(tasklet_remove(scheduler_current()));
	scheduler_run(NULL, NULL);
	attempt(tasklet_remove(x));
	tasklet_insert(ta);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 17 */

void scenario_17_insert_errors(void)
{
	struct tasklet *x;

	c = new_channel("c", sizeof(int));
	trace_begin();
	ta = spawn("A", say_ran, NULL);
	x = spawn("X", receive_from_c, NULL);
	scheduler_run(NULL, NULL);
	attempt(tasklet_insert(ta));
	attempt(tasklet_run(ta));
	attempt(tasklet_switch(ta));
	attempt(tasklet_insert(x));
	attempt(tasklet_run(x));
	attempt(tasklet_switch(x));
	tb = spawn("B", say_ran, NULL);
	tasklet_insert(tb);
	say("%s", queue());
	attempt_returning(tasklet_insert(scheduler_current()), "main");
	say("%s", queue());
	attempt(tasklet_run(scheduler_current()));
	say("%s", queue());
	finish();
}

/* ------------------------------------------------------------------------------------- 19 */

static int node(void *unused);

PLAIN_FORM(node)

/* A node of the tree; children have a letter more in their names, which say how deep they are. */
static int node(void *unused)
{
	const char *name = tasklet_name(scheduler_current());

	(void)unused;
	say("%s", queue());
	if (name[1] && name[2])
		return 0;
	for (int i = 0; i < 2; i++) {
		char child[4];

		snprintf(child, sizeof(child), "%s%d", name, i);
		spawn(child, node, NULL);
	}
	return 0;
}

void scenario_19_nested_spawn(void)
{
	trace_begin();
	spawn("n", node, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 92 */

/* The one whose next is `tasklet`: there is no way back along the chain but around. */
static const struct tasklet *previous(const struct tasklet *tasklet, const struct channel *in)
{
	const struct tasklet *at = in ? channel_first(in) : tasklet_next(tasklet);

	while (at && tasklet_next(at) != tasklet)
		at = tasklet_next(at);
	return at;
}

void scenario_92_runcount_and_chain(void)
{
	struct tasklet *p;

	c = new_channel("c", sizeof(int));
	ta = spawn("A", receive_from_c, NULL);
	tb = spawn("B", receive_from_c, NULL);
	p = paused("P", receive_from_c, NULL);
	say("%s %s %s %zu", name_of(previous(ta, NULL)), name_of(tasklet_next(ta)),
	    name_of(tasklet_next(tb)), scheduler_count());
	scheduler_run(NULL, NULL);
	say("%s %s %s %s %zu", name_of(previous(ta, c)), name_of(tasklet_next(ta)),
	    name_of(previous(tb, c)), name_of(tasklet_next(tb)), scheduler_count());
	/* A tasklet can't be asked for its channel: its state says that there is none. */
	say("%s %s %s %s", name_of(previous(p, NULL)), name_of(tasklet_next(p)),
	    tasklet_state(p) == TASKLET_PAUSED ? "None" : "?",
	    channel_first(c) == ta ? channel_name(c) : "?");
	finish();
}
