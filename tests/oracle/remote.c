/* SPDX-License-Identifier: MIT */
/*
 * remote.c - scenarios in which a thread acts on the tasklets of another: runs, kills, throws into
 * them, inserts them, and takes them over when their thread has ended.
 */
#include <errno.h>

#include "forms.h"
#include "scenarios.h"

/* Shared by several scenarios, each of which runs in a process of its own. */
static struct channel *c;
static struct tasklet *tp, *tr, *tq, *th;

/* ------------------------------------------------------------------------------------- 100 */

static int say_ran(void *unused)
{
	(void)unused;
	say("ran %s", queue());
	return 0;
}

PLAIN_FORM(say_ran)

static int receive_only(void *unused)
{
	(void)unused;
	return channel_receive(c, NULL);
}

FRAME_FORM(receive_only, )
{
	FRAME_BEGIN();
	FRAME_RECEIVE(c, NULL);
	FRAME_END(self->frame.result);
}

static void keep_paused_and_block(void)
{
	tp = paused("P", say_ran, NULL);
	tr = spawn("R", receive_only, NULL);
	attempt(run_blocking());
}

void scenario_100_thread_run_and_switch(void)
{
	thread_logs_begin();
	c = new_shared_channel("c", 0);
	trace_begin();
	thread_start(keep_paused_and_block);
	wait_until_second_sleeps();
	attempt(tasklet_switch(tp));
	attempt(tasklet_run(tp));
	say("%s", queue());
	thread_join();
	thread_logs_print();
}

/* ------------------------------------------------------------------------------------- 101 */

static int receive_until_killed(void *unused)
{
	int error;

	(void)unused;
	tasklet_set_cancel(scheduler_current(), TASKLET_CANCEL_RETURN);
	error = channel_receive(c, NULL);
	if (error == -ECANCELED)
		say("TaskletExit");
	return error;
}

FRAME_FORM(receive_until_killed, )
{
	FRAME_BEGIN();
	tasklet_set_cancel(scheduler_current(), TASKLET_CANCEL_RETURN);
	FRAME_RECEIVE(c, NULL);
	if (self->frame.result == -ECANCELED)
		say("TaskletExit");
	FRAME_END(self->frame.result);
}

static void block_receiver(void)
{
	tr = spawn("R", receive_until_killed, NULL);
	attempt(run_blocking());
}

void scenario_101_thread_kill_remote(void)
{
	thread_logs_begin();
	c = new_shared_channel("c", 0);
	trace_begin();
	thread_start(block_receiver);
	wait_until_second_sleeps();
	say("%d", channel_balance(c));
	attempt(tasklet_kill(tr));
	say("balance %d %s", channel_balance(c), queue());
	thread_join();
	thread_logs_print();
}

/* ------------------------------------------------------------------------------------- 103 */

static void say_p_finally(const int *unused)
{
	(void)unused;
	say("P finally");
}

static void say_h_finally(const int *unused)
{
	(void)unused;
	say("H finally");
}

static void clean_up_p(struct frame *unused)
{
	(void)unused;
	say("P finally");
}

static int pause_and_go_on(void *unused)
{
	__attribute__((cleanup(say_p_finally), unused)) int finally = 0;

	(void)unused;
	tasklet_pause();
	say("P goes on");
	return 0;
}

FRAME_FORM(pause_and_go_on, )
{
	FRAME_BEGIN();
	self->frame.cleanup = clean_up_p;
	FRAME_PAUSE();
	say("P goes on");
	FRAME_END(0);
}

static void pause_in_function(void)
{
	__attribute__((cleanup(say_h_finally), unused)) int finally = 0;

	tasklet_pause();
}

static int pause_hard(void *unused)
{
	(void)unused;
	pause_in_function();
	return 0;
}

FRAME_FORM(pause_hard, )
{
	FRAME_BEGIN();
	pause_in_function();
	FRAME_END(0);
}

static int say_q_ran(void *unused)
{
	(void)unused;
	say("Q ran");
	return 0;
}

PLAIN_FORM(say_q_ran)

static int receive_text(void *unused)
{
	const char *text = "";

	(void)unused;
	channel_receive(c, &text);
	say("R got %s", text);
	return 0;
}

FRAME_FORM(receive_text, const char *text;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(c, &self->text);
	say("R got %s", self->text);
	FRAME_END(0);
}

static void leave_tasklets(void)
{
	tp = spawn("P", pause_and_go_on, NULL);
	th = spawn("H", pause_hard, NULL);
	tr = spawn("R", receive_text, NULL);
	scheduler_run(NULL, NULL);
	tq = spawn("Q", say_q_ran, NULL);
	say("thread end %s", queue());
}

static void say_left(const char *name, const struct tasklet *tasklet)
{
	uint64_t thread = tasklet_thread(tasklet);

	say("%s %s thread_id %d", name, states(tasklet), thread ? (int)thread : -1);
}

void scenario_103_thread_end_with_tasklets(void)
{
	const char *late = "late";

	thread_logs_begin();
	c = new_shared_channel("c", sizeof(late));
	thread_start(leave_tasklets);
	thread_join();
	say_left("Q", tq);
	say_left("P", tp);
	say_left("H", th);
	say_left("R", tr);
	say("balance %d", channel_balance(c));
	attempt(tasklet_insert(tp));
	attempt(tasklet_run(tp));
	attempt(tasklet_bind_thread(tp, 0));
	say("%s", states(tp));
	attempt_returning(tasklet_insert(tp), "P");
	scheduler_run(NULL, NULL);
	attempt(tasklet_kill(tq));
	say("%s", states(tq));
	attempt(tasklet_bind_thread(tr, 0));
	say("%s", states(tr));
	channel_send(c, &late);
	scheduler_run(NULL, NULL);
	thread_logs_print();
}

/* ------------------------------------------------------------------------------------- 104 */

static int fail_in_second(void *unused)
{
	(void)unused;
	return exception("ValueError", "t2");
}

PLAIN_FORM(fail_in_second)

static void run_failing(void)
{
	spawn("B", fail_in_second, NULL);
	attempt(scheduler_run(NULL, NULL));
}

void scenario_104_thread_exception(void)
{
	thread_logs_begin();
	trace_begin();
	thread_start(run_failing);
	thread_join();
	attempt(scheduler_run(NULL, NULL));
	thread_logs_print();
}

/* ------------------------------------------------------------------------------------- 110 */

static int pause_and_get(void *unused)
{
	int error;

	(void)unused;
	error = tasklet_pause();
	say("got %s", exception_text(error));
	return error;
}

FRAME_FORM(pause_and_get, )
{
	FRAME_BEGIN();
	FRAME_PAUSE();
	say("got %s", exception_text(self->frame.result));
	FRAME_END(self->frame.result);
}

static void pause_and_block(void)
{
	tp = spawn("P", pause_and_get, NULL);
	tr = spawn("R", receive_only, NULL);
	attempt(run_blocking());
	say("%s", queue());
}

void scenario_110_throw_remote(void)
{
	thread_logs_begin();
	c = new_shared_channel("c", 0);
	trace_begin();
	thread_start(pause_and_block);
	wait_until_second_sleeps();
	attempt(tasklet_throw(tp, exception("ValueError", "remote")));
	say("%s", queue());
	thread_join();
	thread_logs_print();
}

/* ------------------------------------------------------------------------------------- 124 */

static void receive_and_be_woken(void)
{
	tp = scheduler_main();
	attempt(channel_receive(c, NULL));
	say("%d %s", channel_balance(c), queue());
}

void scenario_124_thread_main_exception_while_blocked(void)
{
	thread_logs_begin();
	c = new_shared_channel("c", 0);
	trace_begin();
	thread_start(receive_and_be_woken);
	wait_until_second_sleeps();
	attempt(tasklet_throw(tp, exception("ValueError", "wake")));
	thread_join();
	thread_logs_print();
}

/* ------------------------------------------------------------------------------------- 127 */

static int say_queue(void *unused)
{
	(void)unused;
	say("%s", queue());
	return 0;
}

PLAIN_FORM(say_queue)

static void stay_busy(void)
{
	tp = paused("P", say_queue, NULL);
	spawn("X", say_queue, NULL);
	spawn("Y", say_queue, NULL);
	event_set(0);
	event_wait(1);
	say("%s", queue());
	scheduler_run(NULL, NULL);
}

void scenario_127_insert_remote_busy_thread(void)
{
	thread_logs_begin();
	trace_begin();
	thread_start(stay_busy);
	event_wait(0);
	tasklet_insert(tp);
	event_set(1);
	thread_join();
	thread_logs_print();
}
