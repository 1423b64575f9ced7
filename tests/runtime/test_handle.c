/* SPDX-License-Identifier: MIT */
/*
 * test_handle.c - handles, ids, names, states: what can be asked of tasklets and channels, during
 * their lives and after.
 *
 * Would fail if a handle died with its tasklet in spite of a reference; if an id were used again;
 * if names were borrowed instead of copied; if a state were computed wrongly.
 */
#include <errno.h>
#include <greenroom.h>
#include <stdio.h>
#include <string.h>

#include "tap.h"

static int return_at_once(void *unused)
{
	(void)unused;
	return 0;
}

static int yield_once(void *unused)
{
	(void)unused;
	return tasklet_yield();
}

/* -------------------------------------------------------------------------- references */

static void test_references(void)
{
	struct tasklet *tasklet;
	uint64_t id;

	tasklet_create(&tasklet, "short", return_at_once, NULL);
	id = tasklet_id(tasklet);
	tap_ok(tasklet_ref(tasklet) == tasklet, "a reference is to the same handle");
	scheduler_run(NULL, NULL);
	tap_ok(!tasklet_is_alive(tasklet), "the tasklet has ended");
	tap_is(tasklet_state(tasklet), TASKLET_NEW, "its handle can be asked");
	tap_is_text(tasklet_name(tasklet), "short", "and knows its name");
	tap_is((long long)tasklet_id(tasklet), (long long)id, "and its id");
	tap_ok(tasklet_next(tasklet) == NULL, "it is in no chain");
	tap_is((long long)tasklet_saved_bytes(tasklet), 0, "it has no stack");
	tap_is(tasklet_insert(tasklet), -EINVAL, "it can't be inserted");
	tap_is(tasklet_bind(tasklet, yield_once, NULL), 0, "it can be bound again");
	tap_is(tasklet_state(tasklet), TASKLET_PAUSED, "it is paused then");
	tasklet_insert(tasklet);
	tasklet_unref(tasklet);
	tap_is(scheduler_run(NULL, NULL), 0, "it lives without a reference, too");

	tasklet_new(&tasklet, NULL);
	tasklet_unref(tasklet);
	tasklet_unref(NULL);
	tap_ok(true, "one that never had a function can be given back; so can nothing");
}

/* The last reference may be given back by the tasklet itself, or while it is bound. */
static int unref_itself(void *unused)
{
	(void)unused;
	tasklet_unref(scheduler_current());
	return tasklet_yield();
}

static void test_last_reference(void)
{
	struct tasklet *tasklet;

	tasklet_new(&tasklet, "suicidal");
	tasklet_bind(tasklet, unref_itself, NULL);
	tasklet_insert(tasklet);
	tap_is(scheduler_run(NULL, NULL), 0, "a tasklet can drop the last handle to itself");

	tasklet_new(&tasklet, "unbound");
	tasklet_bind(tasklet, return_at_once, NULL);
	tap_is(tasklet_bind(tasklet, NULL, NULL), 0, "a function can be taken away");
	tap_ok(!tasklet_is_alive(tasklet), "without one a tasklet is not alive");
	tasklet_unref(tasklet);
}

/* --------------------------------------------------------------------------------- ids */

static void test_ids(void)
{
	uint64_t last = tasklet_id(scheduler_main());
	bool grow = last > 0;
	struct channel *channel;

	for (int i = 0; i < 1000; i++) {
		struct tasklet *tasklet;

		tasklet_create(&tasklet, NULL, return_at_once, NULL);
		grow &= tasklet_id(tasklet) > last;
		last = tasklet_id(tasklet);
		scheduler_run(NULL, NULL);
	}
	tap_ok(grow, "no id of a tasklet is used again");
	last = 0;
	grow = true;
	for (int i = 0; i < 1000; i++) {
		channel_create(&channel, NULL, 1);
		grow &= channel_id(channel) > last;
		last = channel_id(channel);
		channel_destroy(channel);
	}
	tap_ok(grow, "no id of a channel is used again");
}

/* ------------------------------------------------------------------------- names, data */

static void test_names(void)
{
	char name[16] = "first name";
	struct channel *channel;
	struct tasklet *tasklet;
	int datum;

	tasklet_create(&tasklet, name, return_at_once, NULL);
	channel_create(&channel, name, 24);
	strcpy(name, "another");
	tap_is_text(tasklet_name(tasklet), "first name", "a tasklet's name is copied");
	tap_is_text(channel_name(channel), "first name", "a channel's name is copied");
	tap_is((long long)channel_size(channel), 24, "a channel knows the size of its values");
	tap_is(channel_preference(channel), CHANNEL_PREFER_RECEIVER, "it prefers the receiver");
	channel_set_preference(channel, CHANNEL_PREFER_NONE);
	tap_is(channel_preference(channel), CHANNEL_PREFER_NONE, "until it is told otherwise");
	tap_ok(tasklet_data(tasklet) == NULL, "the data pointer is NULL at first");
	tasklet_set_data(tasklet, &datum);
	tap_ok(tasklet_data(tasklet) == &datum, "and then what it was set to");
	tap_ok(tasklet_data(scheduler_main()) == NULL, "each tasklet has its own");
	scheduler_run(NULL, NULL);
	channel_destroy(channel);
}

/* -------------------------------------------------------------------------------- main */

static int look_at_main(void *state)
{
	*(enum tasklet_state *)state = tasklet_state(scheduler_main());
	return 0;
}

static void test_main(void)
{
	struct tasklet *main_tasklet = scheduler_main();
	enum tasklet_state in_run = TASKLET_NEW, in_yield = TASKLET_NEW, blocked = TASKLET_NEW;
	struct channel *channel;

	tap_ok(main_tasklet == scheduler_current(), "main is current");
	tap_ok(tasklet_is_main(main_tasklet), "it knows that it is main");
	tap_ok(tasklet_is_alive(main_tasklet), "it is alive");
	tap_is(tasklet_state(main_tasklet), TASKLET_CURRENT, "it runs");
	tap_ok(tasklet_next(main_tasklet) == main_tasklet, "alone in the chain it is its own next");
	tap_is((long long)scheduler_count(), 1, "the chain has one tasklet");

	tasklet_create(NULL, NULL, look_at_main, &in_run);
	scheduler_run(NULL, NULL);
	tap_is(in_run, TASKLET_PAUSED, "in scheduler_run it is paused");
	tasklet_create(NULL, NULL, look_at_main, &in_yield);
	tasklet_yield();
	tap_is(in_yield, TASKLET_RUNNABLE, "in a yield it is runnable");
	channel_create(&channel, NULL, 0);
	tasklet_create(NULL, NULL, look_at_main, &blocked);
	channel_receive(channel, NULL);
	tap_is(blocked, TASKLET_RECEIVING, "in a receive it is receiving");
	tasklet_create(NULL, NULL, look_at_main, &blocked);
	channel_send(channel, NULL);
	tap_is(blocked, TASKLET_SENDING, "in a send it is sending");
	channel_destroy(channel);
}

int main(void)
{
	test_main();
	test_references();
	test_last_reference();
	test_ids();
	test_names();
	return tap_end();
}
