/* SPDX-License-Identifier: MIT */
/*
 * programs.c - scenarios that are small programs: pipelines, a barrier, a sieve.
 */
#include "oracle.h"
#include "scenarios.h"

#include <search.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Shared by several scenarios, each of which runs in a process of its own. */
static struct channel *a, *b, *c;

/* A text by value, to be sent. */
struct text {
	char text[16];
};

static void send_text(struct channel *to, const char *text)
{
	struct text value;

	snprintf(value.text, sizeof(value.text), "%s", text);
	channel_send(to, &value);
}

static struct text receive_text(struct channel *from)
{
	struct text value = {"?"};

	channel_receive(from, &value);
	return value;
}

/* ------------------------------------------------------------------------------------- 82 */

/* Called from within libc's lfind, for one element after the other; never finds anything. */
static int say_key(const void *unused, const void *element)
{
	(void)unused;
	say("key %d", *(const int *)element);
	tasklet_yield();
	return 1;
}

static int compare(const void *left, const void *right)
{
	return *(const int *)left - *(const int *)right;
}

static int visit_and_sort(void *unused)
{
	int numbers[] = {3, 1, 2};
	size_t count = 3;

	(void)unused;
	lfind(&numbers[0], numbers, &count, sizeof(numbers[0]), say_key);
	qsort(numbers, count, sizeof(numbers[0]), compare);
	say("[%d, %d, %d]", numbers[0], numbers[1], numbers[2]);
	return 0;
}

static int count_three(void *unused)
{
	(void)unused;
	for (int i = 0; i < 3; i++) {
		say("%d", i);
		tasklet_yield();
	}
	return 0;
}

void scenario_82_nested_switch_back(void)
{
	trace_begin();
	spawn("A", count_three, NULL);
	spawn("N", visit_and_sort, NULL);
	spawn("B", count_three, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

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

static int consume(void *unused)
{
	(void)unused;
	for (int i = 0; i < 4; i++)
		say("got %d", receive_number(c));
	return 0;
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

static int double_three(void *unused)
{
	(void)unused;
	for (int i = 0; i < 3; i++)
		send_number(b, 2 * receive_number(a));
	say("end");
	return 0;
}

static int receive_three(void *unused)
{
	(void)unused;
	for (int i = 0; i < 3; i++)
		say("got %d", receive_number(b));
	return 0;
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

/* ------------------------------------------------------------------------------------ 113 */

static int send_two(void *name)
{
	for (int i = 0; i < 2; i++) {
		char text[8];

		snprintf(text, sizeof(text), "%s%d", (const char *)name, i);
		send_text(c, text);
	}
	say("end");
	return 0;
}

static int receive_six(void *unused)
{
	(void)unused;
	for (int i = 0; i < 6; i++)
		say("got %s", receive_text(c).text);
	return 0;
}

void scenario_113_many_senders_one_receiver(void)
{
	c = new_channel("c", sizeof(struct text));
	trace_begin();
	spawn("A", send_two, "A");
	spawn("B", send_two, "B");
	spawn("C", send_two, "C");
	spawn("R", receive_six, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------ 115 */

static int arrived;

/* The last one to come lets the others go. */
static void barrier(void)
{
	if (++arrived < 3) {
		channel_receive(c, NULL);
		return;
	}
	arrived = 0;
	while (channel_balance(c) < 0)
		channel_send(c, NULL);
}

static int pass_twice(void *unused)
{
	(void)unused;
	for (int i = 0; i < 2; i++) {
		say("before %d", i);
		barrier();
		say("after %d", i);
	}
	return 0;
}

void scenario_115_barrier(void)
{
	c = new_channel_preferring("b", 0, CHANNEL_PREFER_SENDER);
	trace_begin();
	spawn("A", pass_twice, NULL);
	spawn("B", pass_twice, NULL);
	spawn("C", pass_twice, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------ 143 */

static int serve(void *unused)
{
	(void)unused;
	say("%s", receive_text(a).text);
	say("%s", receive_text(b).text);
	say("%s", receive_text(a).text);
	return 0;
}

static int ask_b_then_a(void *unused)
{
	(void)unused;
	send_text(b, "C1.b");
	send_text(a, "C1.a");
	say("end");
	return 0;
}

static int ask_a(void *unused)
{
	(void)unused;
	send_text(a, "C2.a");
	say("end");
	return 0;
}

void scenario_143_two_channels_select_free(void)
{
	a = new_channel("a", sizeof(struct text));
	b = new_channel("b", sizeof(struct text));
	trace_begin();
	spawn("H", serve, NULL);
	spawn("C1", ask_b_then_a, NULL);
	spawn("C2", ask_a, NULL);
	scheduler_run(NULL, NULL);
	finish();
}
