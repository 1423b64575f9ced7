/* SPDX-License-Identifier: MIT */
/*
 * channels.c - scenarios about rendezvous: who waits, who gets the value, who goes on.
 */
#include "oracle.h"
#include "scenarios.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>

/* Shared by several scenarios, each of which runs in a process of its own. */
static struct channel *c;

static int say_queue(void *unused)
{
	(void)unused;
	say("%s", queue());
	return 0;
}

static int receive_and_say_queue(void *from)
{
	int value = receive_number(from);

	say("got %d %s", value, queue());
	return 0;
}

static int send_and_say_queue(void *to)
{
	send_number(to, 1);
	say("sent %s", queue());
	return 0;
}

static int receive_and_say(void *from)
{
	say("got %d", receive_number(from));
	return 0;
}

/* ------------------------------------------------------------------------------------- 41 */

static int say_queue_and_send(void *to)
{
	say("%s", queue());
	return send_and_say_queue(to);
}

void scenario_41_recv_blocks_send_pref_receiver(void)
{
	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", receive_and_say_queue, c);
	spawn("B", say_queue_and_send, c);
	spawn("C", say_queue, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 43 */

void scenario_43_recv_blocks_send_pref_sender(void)
{
	c = new_channel_preferring("c", sizeof(int), CHANNEL_PREFER_SENDER);
	trace_begin();
	spawn("A", receive_and_say_queue, c);
	spawn("B", send_and_say_queue, c);
	spawn("C", say_queue, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* --------------------------------------------------------------------------------- 44, 46 */

static void send_blocks_receive(enum channel_preference preference)
{
	c = new_channel_preferring("c", sizeof(int), preference);
	trace_begin();
	spawn("A", send_and_say_queue, c);
	spawn("B", receive_and_say_queue, c);
	spawn("C", say_queue, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

void scenario_44_send_blocks_recv_pref_sender(void)
{
	send_blocks_receive(CHANNEL_PREFER_SENDER);
}

void scenario_46_pref_none_recv(void)
{
	send_blocks_receive(CHANNEL_PREFER_NONE);
}

/* ------------------------------------------------------------------------------------- 47 */

void scenario_47_schedule_all_send(void)
{
	trace_begin();
	for (int preference = -1; preference <= 1; preference++) {
		line("# preference %d", preference);
		c = new_channel_preferring("c", sizeof(int), (enum channel_preference)preference);
		channel_set_schedule_all(c, true);
		spawn("A", receive_and_say_queue, c);
		spawn("B", send_and_say_queue, c);
		spawn("C", say_queue, NULL);
		scheduler_run(NULL, NULL);
	}
	finish();
}

/* ------------------------------------------------------------------------------------- 49 */

void scenario_49_fifo_receivers(void)
{
	c = new_channel_preferring("c", sizeof(int), CHANNEL_PREFER_SENDER);
	trace_begin();
	spawn("A", receive_and_say, c);
	spawn("B", receive_and_say, c);
	spawn("C", receive_and_say, c);
	scheduler_run(NULL, NULL);
	say("%d %s", channel_balance(c), waiters(c));
	for (int value = 1; value <= 3; value++) {
		send_number(c, value);
		say("%d %s %s", channel_balance(c), waiters(c), queue());
	}
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 50 */

/* Sends the number it is given in place of a pointer. */
static int send_and_say(void *number)
{
	int value = (int)(intptr_t)number;

	send_number(c, value);
	say("sent %d", value);
	return 0;
}

void scenario_50_fifo_senders(void)
{
	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", send_and_say, (void *)0);
	spawn("B", send_and_say, (void *)1);
	spawn("C", send_and_say, (void *)2);
	scheduler_run(NULL, NULL);
	say("%d %s", channel_balance(c), waiters(c));
	for (int i = 0; i < 3; i++) {
		int value = receive_number(c);

		say("got %d %d %s %s", value, channel_balance(c), waiters(c), queue());
	}
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 52 */

static int send_v(void *unused)
{
	const char *text = "v";

	(void)unused;
	channel_send(c, &text);
	say("sent %s", queue());
	return 0;
}

void scenario_52_main_receive_runs_others(void)
{
	const char *text = NULL;

	c = new_channel("c", sizeof(const char *));
	trace_begin();
	spawn("A", say_queue, NULL);
	spawn("B", say_queue, NULL);
	spawn("S", send_v, NULL);
	channel_receive(c, &text);
	say("got %s %s", text, queue());
	tasklet_yield();
	finish();
}

/* ------------------------------------------------------------------------------------- 53 */

static int receive_error(void *unused)
{
	int value;
	int error = channel_receive(c, &value);

	(void)unused;
	if (error == exception("ValueError", "x"))
		say("got exception %s %s", exception_text(error), queue());
	return 0;
}

static int send_error(void *unused)
{
	int result = channel_send_error(c, exception("ValueError", "x"));

	(void)unused;
	say("returned %s %s", result ? error_name(result) : "None", queue());
	return 0;
}

void scenario_53_send_exception_to_waiting(void)
{
	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", receive_error, NULL);
	spawn("B", send_error, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 55 */

static int receive_two_errors(void *unused)
{
	int value;

	(void)unused;
	for (int i = 0; i < 2; i++)
		attempt(channel_receive(c, &value));
	return 0;
}

static int send_three_errors(void *unused)
{
	(void)unused;
	channel_send_error(c, exception("ValueError", "cls"));
	channel_send_error(c, exception("KeyError", "'inst'"));
	/* What is no exception in Python is a positive error here. */
	attempt(channel_send_error(c, 5));
	say("end");
	return 0;
}

void scenario_55_send_throw(void)
{
	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", receive_two_errors, NULL);
	spawn("B", send_three_errors, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 56 */

static int iterate(void *unused)
{
	int value;

	(void)unused;
	while (channel_iterate(c, &value) == 1)
		say("item %d", value);
	say("loop ended");
	return 0;
}

static int send_sequence(void *unused)
{
	static const int values[] = {0, 1, 2};
	ptrdiff_t sent = channel_send_sequence(c, values, 3);

	(void)unused;
	say("sequence returned %td", sent);
	channel_send_error(c, -ENODATA);
	say("end");
	return 0;
}

void scenario_56_sequence_and_iteration(void)
{
	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", iterate, NULL);
	spawn("B", send_sequence, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 58 */

static int attempt_send_nine(void *unused)
{
	int value = 9;

	(void)unused;
	attempt(channel_send(c, &value));
	return 0;
}

static void say_closing(void)
{
	say("closing %s closed %s", python_bool(channel_is_closing(c)),
	    python_bool(channel_is_closed(c)));
}

void scenario_58_close_with_senders(void)
{
	int value;

	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", send_and_say, (void *)1);
	spawn("B", send_and_say, (void *)2);
	scheduler_run(NULL, NULL);
	channel_close(c);
	say("closing %s closed %s balance %d", python_bool(channel_is_closing(c)),
	    python_bool(channel_is_closed(c)), channel_balance(c));
	spawn("C", attempt_send_nine, NULL);
	scheduler_run(NULL, NULL);
	while (channel_iterate(c, &value) == 1)
		say("item %d closed %s", value, python_bool(channel_is_closed(c)));
	say_closing();
	attempt(channel_receive(c, &value));
	channel_open(c);
	say_closing();
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 59 */

void scenario_59_close_with_receivers(void)
{
	int value;
	int items;

	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", receive_and_say, c);
	scheduler_run(NULL, NULL);
	channel_close(c);
	for (items = 0; channel_iterate(c, &value) == 1; items++)
		;
	say("closing %s closed %s balance %d items %s", python_bool(channel_is_closing(c)),
	    python_bool(channel_is_closed(c)), channel_balance(c), items ? "[?]" : "[]");
	send_number(c, 1);
	say("closed %s", python_bool(channel_is_closed(c)));
	value = 2;
	attempt(channel_send(c, &value));
	finish();
}

/* ------------------------------------------------------------------------------------ 112 */

void scenario_112_channel_preference_swap(void)
{
	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", receive_and_say_queue, c);
	spawn("B", receive_and_say_queue, c);
	scheduler_run(NULL, NULL);
	channel_set_preference(c, CHANNEL_PREFER_SENDER);
	send_number(c, 1);
	say("sent %s", queue());
	channel_set_preference(c, CHANNEL_PREFER_RECEIVER);
	send_number(c, 2);
	say("sent %s", queue());
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------ 142 */

/* Python sends None, a number, an exception that is not raised, and the channel itself. */
struct value {
	const char *type;
	int number;
	struct channel *channel;
};

static int send_values(void *unused)
{
	struct value values[] = {
		{.type = "NoneType"},
		{.type = "int", .number = 0},
		{.type = "ValueError", .number = exception("ValueError", "x")},
		{.type = "Ch", .channel = c},
	};

	(void)unused;
	for (int i = 0; i < 4; i++)
		channel_send(c, &values[i]);
	return 0;
}

static int receive_values(void *unused)
{
	(void)unused;
	for (int i = 0; i < 4; i++) {
		struct value value = {0};
		int error = channel_receive(c, &value);

		if (error)
			return error;
		say("%s %s", value.type, python_bool(value.channel == c));
	}
	return 0;
}

void scenario_142_channel_send_none_and_values(void)
{
	c = new_channel("c", sizeof(struct value));
	trace_begin();
	spawn("R", receive_values, NULL);
	spawn("S", send_values, NULL);
	scheduler_run(NULL, NULL);
	finish();
}
