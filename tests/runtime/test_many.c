/* SPDX-License-Identifier: MIT */
/*
 * test_many.c - ten thousand tasklets, created, blocked and ended, again and again, and not a byte
 * more memory in use afterwards.
 *
 * Would fail if a slice, a mailbox, a name, a header or a channel were lost, however the tasklet
 * ends; if waiting tasklets were not served in the order in which they came.
 */
#include <errno.h>
#include <greenroom.h>
#include <malloc.h>
#include <stdint.h>

#include "tap.h"

enum { TASKLETS = 10000, VALUE = 200 };

static struct channel *channel;
static long received;
static int last;
static bool in_order;

/* Larger than a tasklet's own mailbox. */
struct value {
	int number;
	char filling[VALUE - sizeof(int)];
};

__attribute__((noinline)) static int receive_below(int depth)
{
	volatile char filling[32] = {(char)depth};
	struct value value;
	int error;

	if (depth > 0)
		return receive_below(depth - 1) + filling[0] - (char)depth;
	error = channel_receive(channel, &value);
	if (error)
		return error;
	received++;
	in_order &= value.number == last + 1;
	last = value.number;
	return 0;
}

static int receive(void *depth)
{
	return receive_below((int)(intptr_t)depth);
}

static void create_all(void)
{
	channel_create(&channel, "values", sizeof(struct value));
	for (intptr_t i = 0; i < TASKLETS; i++)
		tasklet_create(NULL, "one of many", receive, (void *)(i % 8));
	scheduler_run(NULL, NULL);
}

static void serve_all(void)
{
	struct value value = {0};

	received = last = 0;
	in_order = true;
	create_all();
	while (channel_balance(channel) < 0) {
		value.number++;
		channel_send(channel, &value);
	}
	scheduler_run(NULL, NULL);
	channel_destroy(channel);
}

static void kill_all(void)
{
	create_all();
	while (channel_first(channel))
		tasklet_kill(channel_first(channel));
	channel_destroy(channel);
}

static void throw_all(void)
{
	create_all();
	while (channel_first(channel))
		tasklet_throw_pending(channel_first(channel), -EIO);
	while (scheduler_run(NULL, NULL) == -EIO)
		;
	channel_destroy(channel);
}

static size_t memory_in_use(void)
{
	return mallinfo2().uordblks;
}

static void repeat(void (*round)(void), const char *name)
{
	size_t before, after;

	round();
	before = memory_in_use();
	for (int i = 0; i < 3; i++)
		round();
	after = memory_in_use();
	tap_ok(after <= before, "%s: no memory is lost", name);
	if (after > before)
		tap_note("%zu bytes before, %zu after", before, after);
	tap_is((long long)scheduler_count(), 1, "%s: none is left", name);
}

int main(void)
{
	serve_all();
	tap_is(received, TASKLETS, "all of them get a value");
	tap_ok(in_order, "in the order in which they came");
	repeat(serve_all, "all return");
	repeat(kill_all, "all are killed");
	repeat(throw_all, "all end with an error");
	return tap_end();
}
