/* SPDX-License-Identifier: MIT */
/*
 * crossings.c - scenarios in which two threads meet: channels between them.
 */
#include "forms.h"
#include "scenarios.h"

/* Shared by several scenarios, each of which runs in a process of its own. */
static struct channel *c, *d;

static int receive_and_say(void *unused)
{
	(void)unused;
	say("got %d", receive_number(c));
	return 0;
}

FRAME_FORM(receive_and_say, int value;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(c, &self->value);
	say("got %d", self->value);
	FRAME_END(0);
}

static int say_name_of_end(void *unused)
{
	(void)unused;
	say("end");
	return 0;
}

PLAIN_FORM(say_name_of_end)

/* ------------------------------------------------------------------------------------- 97 */

static int receive_and_say_queue(void *unused)
{
	int value;

	(void)unused;
	value = receive_number(c);
	say("got %d %s", value, queue());
	return 0;
}

FRAME_FORM(receive_and_say_queue, int value;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(c, &self->value);
	say("got %d %s", self->value, queue());
	FRAME_END(0);
}

static void send_from_second(void)
{
	wait_until_first_sleeps();
	say("balance %d thread 1 runcount 0", channel_balance(c));
	send_number(c, 5);
	say("sent, balance %d %s", channel_balance(c), queue());
}

void scenario_97_thread_send_to_waiting(void)
{
	thread_logs_begin();
	c = new_shared_channel("c", sizeof(int));
	trace_begin();
	spawn("R", receive_and_say_queue, NULL);
	thread_start(send_from_second);
	attempt(run_blocking());
	thread_join();
	thread_logs_print();
}

/* ------------------------------------------------------------------------------------- 98 */

static int send_letter(void *unused)
{
	(void)unused;
	channel_send(c, "v");
	say("sent %s", queue());
	return 0;
}

FRAME_FORM(send_letter, )
{
	FRAME_BEGIN();
	FRAME_SEND(c, "v");
	say("sent %s", queue());
	FRAME_END(0);
}

static void run_sender(void)
{
	spawn("S", send_letter, NULL);
	attempt(run_blocking());
}

void scenario_98_thread_receive_from_waiting(void)
{
	char letter = '?';

	thread_logs_begin();
	c = new_shared_channel("c", 1);
	trace_begin();
	thread_start(run_sender);
	wait_until_balance(c, 1);
	say("balance %d", channel_balance(c));
	channel_receive(c, &letter);
	say("got %c %d %s", letter, channel_balance(c), queue());
	thread_join();
	thread_logs_print();
}

/* ------------------------------------------------------------------------------------- 106 */

static void receive_in_main(void)
{
	say("got %d", receive_number(c));
}

void scenario_106_thread_deadlock(void)
{
	thread_logs_begin();
	c = new_shared_channel("c", sizeof(int));
	d = new_shared_channel("d", sizeof(int));
	trace_begin();
	thread_start(receive_in_main);
	wait_until_second_sleeps();
	attempt(channel_receive(d, NULL));
	send_number(c, 1);
	thread_join();
	thread_logs_print();
}

/* ------------------------------------------------------------------------------------- 107 */

static void send_three_after_event(void)
{
	event_wait(0);
	send_number(c, 3);
	say("sent");
}

void scenario_107_run_without_threadblock(void)
{
	thread_logs_begin();
	c = new_shared_channel("c", sizeof(int));
	trace_begin();
	spawn("R", receive_and_say, NULL);
	thread_start(send_three_after_event);
	attempt(scheduler_run(NULL, NULL));
	say("%d", channel_balance(c));
	event_set(0);
	thread_join();
	say("%d %s", channel_balance(c), queue());
	attempt(scheduler_run(NULL, NULL));
	thread_logs_print();
}

/* ------------------------------------------------------------------------------------- 109 */

static int say_a_ran(void *unused)
{
	(void)unused;
	say("A ran");
	return 0;
}

PLAIN_FORM(say_a_ran)

static void run_receiver(void)
{
	spawn("R", receive_and_say, NULL);
	attempt(run_blocking());
}

void scenario_109_thread_schedule_all(void)
{
	thread_logs_begin();
	c = new_shared_channel("c", sizeof(int));
	channel_set_schedule_all(c, true);
	trace_begin();
	thread_start(run_receiver);
	wait_until_second_sleeps();
	spawn("A", say_a_ran, NULL);
	send_number(c, 1);
	say("sent %s", queue());
	thread_join();
	scheduler_run(NULL, NULL);
	thread_logs_print();
}

/* ------------------------------------------------------------------------------------- 121 */

static int receive_never(void *unused)
{
	(void)unused;
	return channel_receive(d, NULL);
}

FRAME_FORM(receive_never, )
{
	FRAME_BEGIN();
	FRAME_RECEIVE(d, NULL);
	FRAME_END(self->frame.result);
}

static void send_three_when_first_sleeps(void)
{
	wait_until_first_sleeps();
	send_number(c, 3);
}

/* The flag counts without a budget too; but with no other thread there is nothing to wait for. */
void scenario_121_threadblock_needs_timeout(void)
{
	thread_logs_begin();
	c = new_shared_channel("c", sizeof(int));
	d = new_shared_channel("never", 0);
	trace_begin();
	spawn("R", receive_and_say, NULL);
	attempt(run_blocking());
	say("%d", channel_balance(c));
	thread_start(send_three_when_first_sleeps);
	spawn("K", receive_never, NULL);
	attempt(run_blocking());
	say("%d", channel_balance(c));
	thread_join();
	thread_logs_print();
}

/* ------------------------------------------------------------------------------------- 122 */

static void send_after_event(void)
{
	event_wait(0);
	send_number(c, 3);
}

void scenario_122_threadblock_last_ends(void)
{
	thread_logs_begin();
	c = new_shared_channel("c", sizeof(int));
	trace_begin();
	spawn("S", receive_and_say, NULL);
	spawn("E", say_name_of_end, NULL);
	thread_start(send_after_event);
	attempt(run_blocking());
	say("%d %s", channel_balance(c), queue());
	event_set(0);
	thread_join();
	scheduler_run(NULL, NULL);
	thread_logs_print();
}

/* ------------------------------------------------------------------------------------- 125 */

static void answer(void)
{
	for (int i = 0; i < 3; i++)
		send_number(d, receive_number(c) + 10);
	say("end");
}

void scenario_125_thread_pingpong(void)
{
	int got[3];

	thread_logs_begin();
	c = new_shared_channel("ping", sizeof(int));
	d = new_shared_channel("pong", sizeof(int));
	thread_start(answer);
	for (int i = 0; i < 3; i++) {
		send_number(c, i);
		got[i] = receive_number(d);
	}
	say("[%d, %d, %d]", got[0], got[1], got[2]);
	thread_join();
	thread_logs_print();
}
