/* SPDX-License-Identifier: MIT */
/*
 * channels.c - scenarios about rendezvous: who waits, who gets the value, who goes on.
 */
#include "forms.h"
#include "scenarios.h"

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

PLAIN_FORM(say_queue)

static int receive_and_say_queue(void *from)
{
	int value = receive_number(from);

	say("got %d %s", value, queue());
	return 0;
}

FRAME_FORM(receive_and_say_queue, int value;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(self->argument, &self->value);
	say("got %d %s", self->value, queue());
	FRAME_END(0);
}

static int send_and_say_queue(void *to)
{
	send_number(to, 1);
	say("sent %s", queue());
	return 0;
}

FRAME_FORM(send_and_say_queue, int value;)
{
	FRAME_BEGIN();
	self->value = 1;
	FRAME_SEND(self->argument, &self->value);
	say("sent %s", queue());
	FRAME_END(0);
}

static int receive_and_say(void *from)
{
	say("got %d", receive_number(from));
	return 0;
}

FRAME_FORM(receive_and_say, int value;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(self->argument, &self->value);
	say("got %d", self->value);
	FRAME_END(0);
}

/* ------------------------------------------------------------------------------------- 41 */

static int say_queue_and_send(void *to)
{
	say("%s", queue());
	return send_and_say_queue(to);
}

FRAME_FORM(say_queue_and_send, )
{
	FRAME_BEGIN();
	say("%s", queue());
	FRAME_CALL(send_and_say_queue_frame, .argument = self->argument);
	FRAME_END(self->frame.result);
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

FRAME_FORM(send_and_say, int value;)
{
	FRAME_BEGIN();
	self->value = (int)(intptr_t)self->argument;
	FRAME_SEND(c, &self->value);
	say("sent %d", self->value);
	FRAME_END(0);
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

FRAME_FORM(send_v, const char *text;)
{
	FRAME_BEGIN();
	self->text = "v";
	FRAME_SEND(c, &self->text);
	say("sent %s", queue());
	FRAME_END(0);
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

static void fill_values(struct value values[4])
{
	values[0] = (struct value){.type = "NoneType"};
	values[1] = (struct value){.type = "int", .number = 0};
	values[2] = (struct value){.type = "ValueError", .number = exception("ValueError", "x")};
	values[3] = (struct value){.type = "Ch", .channel = c};
}

static int send_values(void *unused)
{
	struct value values[4];

	(void)unused;
	fill_values(values);
	for (int i = 0; i < 4; i++)
		channel_send(c, &values[i]);
	return 0;
}

FRAME_FORM(send_values, struct value values[4]; int i;)
{
	FRAME_BEGIN();
	fill_values(self->values);
	for (self->i = 0; self->i < 4; self->i++)
		FRAME_SEND(c, &self->values[self->i]);
	FRAME_END(0);
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

FRAME_FORM(receive_values, struct value value; int i;)
{
	FRAME_BEGIN();
	for (self->i = 0; self->i < 4; self->i++) {
		FRAME_RECEIVE(c, &self->value);
		if (self->frame.result)
			FRAME_RETURN(self->frame.result);
		say("%s %s", self->value.type, python_bool(self->value.channel == c));
	}
	FRAME_END(0);
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
