/* SPDX-License-Identifier: MIT */
/*
 * programs.c - scenarios that are small programs: a producer and its consumer, a pipeline, a sieve.
 */
#include "forms.h"
#include "scenarios.h"

#include <stdint.h>
#include <stdio.h>

/* Shared by several scenarios, each of which runs in a process of its own. */
static struct channel *a, *b, *c;

/* ------------------------------------------------------------------------------------- 86 */

static int produce(void *unused)
{
	(void)unused;
	for (int i = 0; i < 4; i++) {
		send_number(c, i);
		say("sent %d", i);
	}
	return 0;
}

FRAME_FORM(produce, int i;)
{
	FRAME_BEGIN();
	for (self->i = 0; self->i < 4; self->i++) {
		FRAME_SEND(c, &self->i);
		say("sent %d", self->i);
	}
	FRAME_END(0);
}

static int consume(void *unused)
{
	(void)unused;
	for (int i = 0; i < 4; i++)
		say("got %d", receive_number(c));
	return 0;
}

FRAME_FORM(consume, int i; int value;)
{
	FRAME_BEGIN();
	for (self->i = 0; self->i < 4; self->i++) {
		FRAME_RECEIVE(c, &self->value);
		say("got %d", self->value);
	}
	FRAME_END(0);
}

void scenario_86_producer_consumer(void)
{
	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("K", consume, NULL);
	spawn("P", produce, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 88 */

static int generate_three(void *unused)
{
	(void)unused;
	for (int i = 1; i <= 3; i++)
		send_number(a, i);
	say("end");
	return 0;
}

FRAME_FORM(generate_three, int i;)
{
	FRAME_BEGIN();
	for (self->i = 1; self->i <= 3; self->i++)
		FRAME_SEND(a, &self->i);
	say("end");
	FRAME_END(0);
}

static int double_three(void *unused)
{
	(void)unused;
	for (int i = 0; i < 3; i++)
		send_number(b, 2 * receive_number(a));
	say("end");
	return 0;
}

FRAME_FORM(double_three, int i; int value;)
{
	FRAME_BEGIN();
	for (self->i = 0; self->i < 3; self->i++) {
		FRAME_RECEIVE(a, &self->value);
		self->value *= 2;
		FRAME_SEND(b, &self->value);
	}
	say("end");
	FRAME_END(0);
}

static int receive_three(void *unused)
{
	(void)unused;
	for (int i = 0; i < 3; i++)
		say("got %d", receive_number(b));
	return 0;
}

FRAME_FORM(receive_three, int i; int value;)
{
	FRAME_BEGIN();
	for (self->i = 0; self->i < 3; self->i++) {
		FRAME_RECEIVE(b, &self->value);
		say("got %d", self->value);
	}
	FRAME_END(0);
}

void scenario_88_pipeline(void)
{
	a = new_channel("c1", sizeof(int));
	b = new_channel("c2", sizeof(int));
	trace_begin();
	spawn("R", receive_three, NULL);
	spawn("M", double_three, NULL);
	spawn("G", generate_three, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 89 */

enum { PLAYERS = 4 };

static struct channel *hands[PLAYERS];
static int kicks;

static int play(void *number)
{
	int player = (int)(intptr_t)number;

	for (;;) {
		int error = channel_receive(hands[player], NULL);

		if (error)
			return error;
		say("kick %d", ++kicks);
		if (kicks == 6)
			return exception("Done", "enough");
		error = channel_send(hands[(player + 1) % PLAYERS], NULL);
		if (error)
			return error;
	}
}

FRAME_FORM(play, int player;)
{
	FRAME_BEGIN();
	self->player = (int)(intptr_t)self->argument;
	do {
		FRAME_RECEIVE(hands[self->player], NULL);
		if (self->frame.result)
			FRAME_RETURN(self->frame.result);
		say("kick %d", ++kicks);
		if (kicks == 6)
			FRAME_RETURN(exception("Done", "enough"));
		FRAME_SEND(hands[(self->player + 1) % PLAYERS], NULL);
	} while (!self->frame.result);
	FRAME_END(self->frame.result);
}

static void say_queue_and_balances(void)
{
	say("%s [%d, %d, %d, %d]", queue(), channel_balance(hands[0]), channel_balance(hands[1]),
	    channel_balance(hands[2]), channel_balance(hands[3]));
}

void scenario_89_hackysack(void)
{
	char name[8];

	for (int i = 0; i < PLAYERS; i++) {
		snprintf(name, sizeof(name), "h%d", i);
		hands[i] = new_channel(name, 0);
	}
	trace_begin();
	for (int i = 0; i < PLAYERS; i++) {
		snprintf(name, sizeof(name), "P%d", i);
		spawn(name, play, (void *)(intptr_t)i);
	}
	scheduler_run(NULL, NULL);
	attempt(channel_send(hands[0], NULL));
	say_queue_and_balances();
	attempt(scheduler_run(NULL, NULL));
	say_queue_and_balances();
	finish();
}

/* ------------------------------------------------------------------------------------- 91 */

struct filter {
	int prime;
	struct channel *input;
	struct channel *output;
};

static int generate(void *output)
{
	for (int i = 2;; i++) {
		int error = channel_send(output, &i);

		if (error)
			return error;
	}
}

FRAME_FORM(generate, int i;)
{
	FRAME_BEGIN();
	for (self->i = 2; !self->frame.result; self->i++)
		FRAME_SEND(self->argument, &self->i);
	FRAME_END(self->frame.result);
}

static int filter_out(void *argument)
{
	const struct filter *filter = argument;

	for (;;) {
		int value;
		int error = channel_receive(filter->input, &value);

		if (!error && value % filter->prime)
			error = channel_send(filter->output, &value);
		if (error)
			return error;
	}
}

FRAME_FORM(filter_out, int value;)
{
	const struct filter *filter = self->argument;

	FRAME_BEGIN();
	do {
		FRAME_RECEIVE(filter->input, &self->value);
		if (!self->frame.result && self->value % filter->prime)
			FRAME_SEND(filter->output, &self->value);
	} while (!self->frame.result);
	FRAME_END(self->frame.result);
}

void scenario_91_sieve(void)
{
	static struct filter filters[4];
	char name[8];

	trace_begin();
	c = new_channel("c0", sizeof(int));
	spawn("G", generate, c);
	for (int i = 0; i < 4; i++) {
		struct filter *filter = &filters[i];

		filter->prime = receive_number(c);
		say("prime %d", filter->prime);
		filter->input = c;
		snprintf(name, sizeof(name), "c%d", i + 1);
		filter->output = new_channel(name, sizeof(int));
		snprintf(name, sizeof(name), "F%d", filter->prime);
		spawn(name, filter_out, filter);
		c = filter->output;
	}
	trace_end();
	line("# end");
}
