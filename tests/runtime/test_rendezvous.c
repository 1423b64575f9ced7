/* SPDX-License-Identifier: MIT */
/*
 * test_rendezvous.c - who goes on when two meet in a channel, or when they can't: the rules one by one,
 * told by who notes a letter.
 *
 * Would fail if a preference, the order of those who wait, or an error in place of a value had
 * another effect than the rule says. Tasklets have names of one letter.
 */
#include <errno.h>
#include <greenroom.h>

#include "noted.h"
#include "tap.h"

static struct tasklet *a;
static struct channel *channel;

static int receive(void *unused)
{
	int error;

	(void)unused;
	note_self();
	error = channel_receive(channel, NULL);
	note(error ? "!" : ".");
	note_self();
	return error;
}

/* ------------------------------------------------------------------------------------- channels */

static int receive_again(void *unused)
{
	(void)unused;
	while (channel_receive(channel, NULL) == -EIO)
		continue;
	note_self();
	return 0;
}

static void test_back_of_the_queue(void)
{
	a = spawn("a", receive_again);
	spawn("b", receive_again);
	spawn("c", receive_again);
	run_to_end();
	tasklet_throw(a, -EIO);
	note(letter(channel_first(channel)));
	for (int i = 0; i < 3; i++)
		channel_send(channel, NULL);
	run_to_end();
	check_log("bbca", "who was thrown out and waits again is the last");
}

static int send(void *unused)
{
	(void)unused;
	note_self();
	channel_send(channel, NULL);
	note_self();
	return 0;
}

/* a waits, b acts, c stands behind. */
static void test_preference(bool sends, enum channel_preference preference, bool schedule_all,
			    const char *expected, const char *name)
{
	channel_set_preference(channel, preference);
	channel_set_schedule_all(channel, schedule_all);
	a = spawn("a", sends ? receive : send);
	spawn("b", sends ? send : receive);
	spawn("c", say);
	run_to_end();
	check_log(expected, name);
	channel_set_preference(channel, CHANNEL_PREFER_RECEIVER);
	channel_set_schedule_all(channel, false);
}

static void test_preferences(void)
{
	test_preference(true, CHANNEL_PREFER_RECEIVER, false, "ab.acb", "send, receiver first");
	test_preference(true, CHANNEL_PREFER_NONE, false, "abbc.a", "send, the caller first");
	test_preference(true, CHANNEL_PREFER_SENDER, false, "abbc.a", "send, sender first");
	test_preference(false, CHANNEL_PREFER_RECEIVER, false, "ab.bca", "receive, receiver first");
	test_preference(false, CHANNEL_PREFER_NONE, false, "ab.bca", "receive, the caller first");
	test_preference(false, CHANNEL_PREFER_SENDER, false, "abac.b", "receive, sender first");
	test_preference(true, CHANNEL_PREFER_RECEIVER, true, "abc.ab", "send, all yield");
	test_preference(false, CHANNEL_PREFER_SENDER, true, "abca.b", "receive, all yield");
}

static int send_error(void *unused)
{
	(void)unused;
	note(channel_send_error(channel, -EIO) ? "?" : "s");
	return 0;
}

static void test_sent_error(void)
{
	a = spawn("a", send_error);
	run_to_end();
	tap_is(channel_balance(channel), 1, "a sender of an error waits like others");
	tap_is(channel_receive(channel, NULL), -EIO, "... it is what the receiver gets");
	run_to_end();
	check_log("s", "... and the sender's call returns 0");
}

static int iterate(void *unused)
{
	int count = 0;

	(void)unused;
	while (channel_iterate(channel, NULL) == 1)
		count++;
	note(count == 3 ? "3" : "?");
	return 0;
}

static int send_three(void *how)
{
	if (how)
		channel_close(channel);
	for (int i = 0; i < 3; i++)
		channel_send(channel, NULL);
	if (!how)
		channel_send_error(channel, -ENODATA);
	return 0;
}

static void test_iteration(void)
{
	tasklet_create(NULL, "a", iterate, NULL);
	tasklet_create(NULL, "b", send_three, NULL);
	run_to_end();
	check_log("3", "a loop over a channel ends by -ENODATA");
	for (int i = 0; i < 3; i++)
		spawn("s", send);
	run_to_end();
	clear_log();
	channel_close(channel);
	spawn("a", iterate);
	run_to_end();
	check_log("3sss", "... or when it is closing and no sender waits");
	channel_open(channel);
}

/* ------------------------------------------------------------------------------------- deadlock */

static int receive_and_live(void *unused)
{
	(void)unused;
	note(channel_receive(channel, NULL) == -EDEADLK ? "d" : "?");
	return 0;
}

static void test_deadlock(void)
{
	struct channel *other;

	channel_create(&other, NULL, 0);
	tap_is(channel_receive(channel, NULL), -EDEADLK, "main alone may not wait");
	tap_is(channel_balance(channel), 0, "... and does not");
	a = spawn("a", receive_and_live);
	tap_is(channel_receive(other, NULL), -EDEADLK, "main waits, and the last one wants to");
	check_log("d", "... that one gets the error; its end leaves main without a sender");
	channel_destroy(other);
}

int main(void)
{
	channel_create(&channel, NULL, 0);
	test_back_of_the_queue();
	test_preferences();
	test_sent_error();
	test_iteration();
	test_deadlock();
	tap_is(channel_destroy(channel), 0, "at last nobody waits");
	tap_is((long long)scheduler_count(), 1, "... and only main is there");
	return tap_end();
}
