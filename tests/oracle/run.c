/* SPDX-License-Identifier: MIT */
/*
 * run.c - scenarios about scheduler_run and about the moment when nothing is runnable any more.
 */
#include "forms.h"
#include "scenarios.h"

/* Shared by several scenarios, each of which runs in a process of its own. */
static struct tasklet *ta, *tb, *td;
static struct channel *c, *d;

static int say_queue(void *unused)
{
	(void)unused;
	say("%s", queue());
	return 0;
}

PLAIN_FORM(say_queue)

/* ------------------------------------------------------------------------------------- 20 */

static int run_inside(void *unused)
{
	(void)unused;
	say("before run %s", queue());
	scheduler_run(NULL, NULL);
	say("after run %s", queue());
	return 0;
}

FRAME_FORM(run_inside, )
{
	FRAME_BEGIN();
	say("before run %s", queue());
	FRAME_RUN_SCHEDULER(NULL, NULL);
	say("after run %s", queue());
	FRAME_END(0);
}

static int one_two(void *unused)
{
	(void)unused;
	say("1 %s A: %s", queue(), states(ta));
	tasklet_yield();
	say("2");
	return 0;
}

FRAME_FORM(one_two, )
{
	FRAME_BEGIN();
	say("1 %s A: %s", queue(), states(ta));
	FRAME_YIELD();
	say("2");
	FRAME_END(0);
}

void scenario_20_run_inside_tasklet(void)
{
	trace_begin();
	ta = spawn("A", run_inside, NULL);
	spawn("B", one_two, NULL);
	spawn("C", one_two, NULL);
	scheduler_run(NULL, NULL);
	say("main back %s", queue());
	finish();
}

/* ------------------------------------------------------------------------------------- 22 */

static int run_and_come_back(void *unused)
{
	(void)unused;
	say("run");
	scheduler_run(NULL, NULL);
	say("A back %s", queue());
	return 0;
}

FRAME_FORM(run_and_come_back, )
{
	FRAME_BEGIN();
	say("run");
	FRAME_RUN_SCHEDULER(NULL, NULL);
	say("A back %s", queue());
	FRAME_END(0);
}

static int insert_main(void *unused)
{
	(void)unused;
	say("insert main");
	tasklet_insert(scheduler_main());
	say("%s", queue());
	tasklet_yield();
	say("B end");
	return 0;
}

FRAME_FORM(insert_main, )
{
	FRAME_BEGIN();
	say("insert main");
	tasklet_insert(scheduler_main());
	say("%s", queue());
	FRAME_YIELD();
	say("B end");
	FRAME_END(0);
}

void scenario_22_outer_watchdog_woken_early(void)
{
	trace_begin();
	ta = spawn("A", run_and_come_back, NULL);
	spawn("B", insert_main, NULL);
	scheduler_run(NULL, NULL);
	say("main back %s A: %s", queue(), states(ta));
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 61 */

static int say_end(void *unused)
{
	(void)unused;
	say("end");
	return 0;
}

PLAIN_FORM(say_end)

void scenario_61_main_receiving_last_ends(void)
{
	int value;

	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", say_end, NULL);
	attempt(channel_receive(c, &value));
	say("%d %s", channel_balance(c), queue());
	finish();
}

/* ------------------------------------------------------------------------------------- 62 */

void scenario_62_main_sending_last_ends(void)
{
	int value = 1;

	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", say_end, NULL);
	attempt(channel_send(c, &value));
	say("%d %s", channel_balance(c), queue());
	finish();
}

/* ------------------------------------------------------------------------------------- 64 */

static int receive_from_d(void *unused)
{
	int value;

	(void)unused;
	return channel_receive(d, &value);
}

FRAME_FORM(receive_from_d, int value;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(d, &self->value);
	FRAME_END(self->frame.result);
}

void scenario_64_main_blocked_last_blocks_uncaught(void)
{
	int value;

	c = new_channel("c", sizeof(int));
	d = new_channel("d", sizeof(int));
	trace_begin();
	spawn("A", receive_from_d, NULL);
	attempt(channel_receive(c, &value));
	say("%d %d %s", channel_balance(c), channel_balance(d), queue());
	finish();
}

/* ------------------------------------------------------------------------------------- 65 */

static int receive_and_say(void *from)
{
	int value;
	int error = channel_receive(from, &value);

	if (!error)
		say("got");
	return error;
}

FRAME_FORM(receive_and_say, int value;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(self->argument, &self->value);
	if (!self->frame.result)
		say("got");
	FRAME_END(self->frame.result);
}

void scenario_65_run_last_blocks(void)
{
	c = new_channel("c", sizeof(int));
	d = new_channel("d", sizeof(int));
	trace_begin();
	ta = spawn("A", receive_and_say, c);
	tb = spawn("B", receive_and_say, d);
	attempt(scheduler_run(NULL, NULL));
	say("%s %d %d %s", states(ta), channel_balance(c), channel_balance(d), queue());
	finish();
}

/* ------------------------------------------------------------------------------------- 85 */

static int run_main(void *unused)
{
	(void)unused;
	say("run main");
	tasklet_run(scheduler_main());
	say("A again %s", queue());
	return 0;
}

FRAME_FORM(run_main, )
{
	FRAME_BEGIN();
	say("run main");
	FRAME_RUN(scheduler_main());
	say("A again %s", queue());
	FRAME_END(0);
}

void scenario_85_main_insert_run(void)
{
	trace_begin();
	spawn("A", run_main, NULL);
	spawn("B", say_queue, NULL);
	attempt(scheduler_run(NULL, NULL));
	say("%s", queue());
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------ 116 */

static int run_d(void *unused)
{
	(void)unused;
	say("%s", queue());
	tasklet_run(td);
	say("after D %s", queue());
	return 0;
}

FRAME_FORM(run_d, )
{
	FRAME_BEGIN();
	say("%s", queue());
	FRAME_RUN(td);
	say("after D %s", queue());
	FRAME_END(0);
}

static int run_b(void *unused)
{
	(void)unused;
	say("%s", queue());
	tasklet_run(tb);
	say("after B %s", queue());
	return 0;
}

FRAME_FORM(run_b, )
{
	FRAME_BEGIN();
	say("%s", queue());
	FRAME_RUN(tb);
	say("after B %s", queue());
	FRAME_END(0);
}

void scenario_116_run_dies_in_callback_chain(void)
{
	trace_begin();
	td = paused("D", say_queue, NULL);
	tb = paused("B", run_d, NULL);
	spawn("A", run_b, NULL);
	spawn("Z", say_queue, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------ 119 */

static int send_and_say_never(void *unused)
{
	(void)unused;
	send_number(c, 1);
	say("never");
	return 0;
}

FRAME_FORM(send_and_say_never, int value;)
{
	FRAME_BEGIN();
	self->value = 1;
	FRAME_SEND(c, &self->value);
	say("never");
	FRAME_END(0);
}

void scenario_119_send_to_self_deadlock(void)
{
	int value;

	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", send_and_say_never, NULL);
	attempt(scheduler_run(NULL, NULL));
	say("%d %s", channel_balance(c), waiters(c));
	value = receive_number(c);
	say("main receives %d %d %s", value, channel_balance(c), queue());
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------ 131 */

static int run_itself(void *unused)
{
	(void)unused;
	attempt(tasklet_run(scheduler_current()));
	say("%s", queue());
	return 0;
}

FRAME_FORM(run_itself, )
{
	FRAME_BEGIN();
	FRAME_RUN(scheduler_current());
	attempt(self->frame.result);
	say("%s", queue());
	FRAME_END(0);
}

void scenario_131_self_run(void)
{
	trace_begin();
	spawn("A", run_itself, NULL);
	spawn("B", run_itself, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------ 134 */

static int remove_b(void *unused)
{
	(void)unused;
	tasklet_remove(tb);
	say("%s %s", queue(), states(tb));
	return 0;
}

PLAIN_FORM(remove_b)

static int yield_and_end(void *unused)
{
	(void)unused;
	tasklet_yield();
	say("end");
	return 0;
}

FRAME_FORM(yield_and_end, )
{
	FRAME_BEGIN();
	FRAME_YIELD();
	say("end");
	FRAME_END(0);
}

void scenario_134_remove_then_end_wakes_main(void)
{
	trace_begin();
	tb = spawn("B", yield_and_end, NULL);
	spawn("A", remove_b, NULL);
	scheduler_run(NULL, NULL);
	say("%s", states(tb));
	tasklet_insert(tb);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------ 136 */

static int pause_and_say_again(void *unused)
{
	(void)unused;
	tasklet_pause();
	say("again");
	return 0;
}

FRAME_FORM(pause_and_say_again, )
{
	FRAME_BEGIN();
	FRAME_PAUSE();
	say("again");
	FRAME_END(0);
}

void scenario_136_schedule_remove_last(void)
{
	trace_begin();
	ta = spawn("A", pause_and_say_again, NULL);
	scheduler_run(NULL, NULL);
	say("%s", states(ta));
	/* In Python the value given, 7, comes back. */
	attempt_returning(tasklet_pause(), "7");
	say("%s", queue());
	tasklet_insert(ta);
	scheduler_run(NULL, NULL);
	finish();
}
