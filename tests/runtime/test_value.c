/* SPDX-License-Identifier: MIT */
/*
 * test_value.c - values are copied, once and whole, at the moment of the call.
 *
 * Would fail if a value were read from the sender's variable later than at the call, or from a
 * stack that is out; if it were written to the receiver's stack while that is out; if a byte too
 * many or too few were copied; if a mailbox were too small or shared; if an error touched the
 * receiver's variable; if the channel were needed after the match.
 */
#include <errno.h>
#include <greenroom.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

enum { GUARD = 16, LARGEST = 4096 };

static struct channel *channel;
static size_t size;

/* The sender's variable: not on its stack, so that others can spoil it while it waits. */
static unsigned char shared[LARGEST];

/* What the receiver saw. */
static int received_error;
static bool value_good;
static bool guards_good;

static unsigned char pattern(size_t i)
{
	return (unsigned char)(i * 7 + size);
}

static int send_and_spoil(void *unused)
{
	int error;

	(void)unused;
	for (size_t i = 0; i < size; i++)
		shared[i] = pattern(i);
	error = channel_send(channel, shared);
	memset(shared, 0xff, sizeof(shared));
	return error;
}

static int spoil(void *unused)
{
	(void)unused;
	memset(shared, 0xff, sizeof(shared));
	return 0;
}

/* The buffer lies on the receiver's own stack, which is out while the value is sent. */
static int receive_on_stack(void *unused)
{
	unsigned char buffer[GUARD + LARGEST + GUARD];

	(void)unused;
	memset(buffer, 0xee, sizeof(buffer));
	received_error = channel_receive(channel, buffer + GUARD);
	value_good = guards_good = true;
	for (size_t i = 0; i < size; i++)
		value_good &= buffer[GUARD + i] == pattern(i);
	for (size_t i = 0; i < GUARD; i++)
		guards_good &= buffer[i] == 0xee;
	for (size_t i = GUARD + size; i < sizeof(buffer); i++)
		guards_good &= buffer[i] == 0xee;
	return 0;
}

static void check_received(const char *name)
{
	tap_ok(!received_error && value_good && guards_good, "%zu bytes, %s%s%s%s", size, name,
	       received_error ? ": error" : "", value_good ? "" : ": wrong value",
	       guards_good ? "" : ": written outside");
}

struct manner {
	const char *name;
	enum channel_preference preference;
	bool schedule_all;
};

static const struct manner manners[] = {
	{"receiver preferred", CHANNEL_PREFER_RECEIVER, false},
	{"nobody preferred", CHANNEL_PREFER_NONE, false},
	{"sender preferred", CHANNEL_PREFER_SENDER, false},
	{"schedule all", CHANNEL_PREFER_RECEIVER, true},
};

static void send_in(const struct manner *manner, bool sender_first)
{
	char name[64];

	channel_create(&channel, "values", size);
	channel_set_preference(channel, manner->preference);
	channel_set_schedule_all(channel, manner->schedule_all);
	received_error = 1;
	value_good = guards_good = false;
	if (!sender_first)
		tasklet_create(NULL, "receiver", receive_on_stack, NULL);
	tasklet_create(NULL, "sender", send_and_spoil, NULL);
	tasklet_create(NULL, "spoiler", spoil, NULL);
	if (sender_first)
		tasklet_create(NULL, "receiver", receive_on_stack, NULL);
	scheduler_run(NULL, NULL);
	snprintf(name, sizeof(name), "%s, %s waits", manner->name,
		 sender_first ? "sender" : "receiver");
	check_received(name);
	channel_destroy(channel);
}

static void test_sizes(void)
{
	static const size_t sizes[] = {0, 1, 7, 64, 65, LARGEST};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size = sizes[i];
		for (size_t m = 0; m < sizeof(manners) / sizeof(manners[0]); m++) {
			send_in(&manners[m], false);
			send_in(&manners[m], true);
		}
	}
}

/* --------------------------------------------------------------- main at one of the ends */

static void test_main(void)
{
	size = 65;
	channel_create(&channel, "values", size);
	tasklet_create(NULL, "sender", send_and_spoil, NULL);
	receive_on_stack(NULL);
	check_received("received by main");
	tasklet_create(NULL, "receiver", receive_on_stack, NULL);
	tasklet_create(NULL, "spoiler", spoil, NULL);
	send_and_spoil(NULL);
	scheduler_run(NULL, NULL);
	check_received("sent by main");
	channel_destroy(channel);
}

/* ------------------------------------------------------------------- no value, no buffer */

static int received_nothing = 1;

static int receive_nothing(void *unused)
{
	(void)unused;
	received_nothing = channel_receive(channel, NULL);
	return 0;
}

static int error_seen;
static unsigned char value_seen;

static int receive_into_marked(void *unused)
{
	unsigned char value = 0xaa;

	(void)unused;
	error_seen = channel_receive(channel, &value);
	value_seen = value;
	return 0;
}

static void test_dropped(void)
{
	unsigned char value = 1;

	channel_create(&channel, "values", 1);
	tasklet_create(NULL, "receiver", receive_nothing, NULL);
	scheduler_run(NULL, NULL);
	tap_is(channel_send(channel, &value), 0, "a value can be sent to one who drops it");
	tap_is(received_nothing, 0, "who drops the value gets no error");
	tap_is(channel_send(channel, NULL), -EINVAL, "no value can't be sent as one");
	channel_destroy(channel);
}

static void check_untouched(int expected, const char *name)
{
	tap_ok(error_seen == expected && value_seen == 0xaa,
	       "%s: the receiver's variable is untouched (error %d, value %#x)", name, error_seen,
	       value_seen);
	error_seen = value_seen = 0;
}

static struct tasklet *start_marked_receiver(void)
{
	struct tasklet *tasklet;

	tasklet_create(&tasklet, "receiver", receive_into_marked, NULL);
	scheduler_run(NULL, NULL);
	return tasklet;
}

static void test_errors(void)
{
	unsigned char value = 1;
	struct tasklet *receiver;

	channel_create(&channel, "values", 1);
	start_marked_receiver();
	channel_send_error(channel, -EIO);
	check_untouched(-EIO, "an error is sent");

	tasklet_throw(start_marked_receiver(), -EIO);
	check_untouched(-EIO, "an error is thrown");

	/* It has been given the value already, but has not run since. */
	receiver = start_marked_receiver();
	channel_set_preference(channel, CHANNEL_PREFER_SENDER);
	channel_send(channel, &value);
	tasklet_throw_pending(receiver, -EIO);
	scheduler_run(NULL, NULL);
	check_untouched(-EIO, "an error is thrown after the value was sent");

	channel_close(channel);
	start_marked_receiver();
	check_untouched(-EPIPE, "the channel is closed");
	channel_destroy(channel);
}

/* An error that waits in a channel is sent, even though the channel has values. */
static int send_error(void *unused)
{
	(void)unused;
	return channel_send_error(channel, -EIO);
}

static void test_waiting_error(void)
{
	channel_create(&channel, "values", 1);
	tasklet_create(NULL, "sender", send_error, NULL);
	scheduler_run(NULL, NULL);
	tap_is(channel_balance(channel), 1, "the sender of an error waits like any other");
	start_marked_receiver();
	check_untouched(-EIO, "an error waited to be received");
	channel_destroy(channel);
}

/* -------------------------------------------------------------- the channel is gone early */

/* Once the value has been sent nobody waits, and the channel may be destroyed although the receiver
 * has not run. Its memory is used for other things then. */
static void test_destroyed(void)
{
	enum { PIECES = 32 };
	void *pieces[PIECES];

	size = 7;
	channel_create(&channel, "short-lived", size);
	channel_set_preference(channel, CHANNEL_PREFER_SENDER);
	tasklet_create(NULL, "receiver", receive_on_stack, NULL);
	scheduler_run(NULL, NULL);
	send_and_spoil(NULL);
	tap_is(channel_destroy(channel), 0, "a channel without waiters can be destroyed");
	for (size_t i = 0; i < PIECES; i++) {
		pieces[i] = malloc(16 * (i + 1));
		memset(pieces[i], 1, 16 * (i + 1));
	}
	scheduler_run(NULL, NULL);
	check_received("whose channel is gone");
	for (size_t i = 0; i < PIECES; i++)
		free(pieces[i]);
}

/* -------------------------------------------------------------------------- many at once */

static int sums[2];

static int receive_all(void *sum)
{
	int value;

	while (channel_iterate(channel, &value) == 1)
		*(int *)sum += value;
	return 0;
}

static void test_sequence(void)
{
	int values[100];

	for (int i = 0; i < 100; i++)
		values[i] = i;
	channel_create(&channel, "numbers", sizeof(int));
	tasklet_create(NULL, "first", receive_all, &sums[0]);
	tasklet_create(NULL, "second", receive_all, &sums[1]);
	tap_is(channel_send_sequence(channel, values, 0), 0, "a sequence may be empty");
	tap_is(channel_send_sequence(channel, values, 100), 100, "a sequence is sent whole");
	tap_is(sums[0] + sums[1], 4950, "every value of it arrives once");
	channel_close(channel);
	channel_send_error(channel, -ENODATA);
	channel_send_error(channel, -ENODATA);
	tap_is(channel_send_sequence(channel, values, 100), -EPIPE,
	       "a sequence that can't begin returns the error");
	scheduler_run(NULL, NULL);
	tap_is(channel_destroy(channel), 0, "both loops have ended");
}

int main(void)
{
	test_sizes();
	test_main();
	test_dropped();
	test_errors();
	test_waiting_error();
	test_destroyed();
	test_sequence();
	return tap_end();
}
