/* SPDX-License-Identifier: MIT */
/*
 * test_misuse.c - calls that make no sense are refused, and leave everything as it was.
 *
 * Would fail if a refusal came too late, when something had changed already: after each the chain,
 * the queues and the states are compared with those before.
 */
#include <errno.h>
#include <greenroom.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "tap.h"

static struct channel *channel, *idle;
static struct tasklet *runnable, *paused, *blocked, *ended;

static int yield_for_ever(void *unused)
{
	int error = 0;

	(void)unused;
	while (!error)
		error = tasklet_yield();
	return error;
}

static int pause_for_ever(void *unused)
{
	int error = 0;

	(void)unused;
	while (!error)
		error = tasklet_pause();
	return error;
}

static int receive_for_ever(void *unused)
{
	int error = 0;

	(void)unused;
	while (!error)
		error = channel_receive(channel, NULL);
	return error;
}

static int return_at_once(void *unused)
{
	(void)unused;
	return 0;
}

static int received_from_idle;

static int receive_from_idle(void *unused)
{
	(void)unused;
	received_from_idle = channel_receive(idle, NULL);
	return 0;
}

static void create_all(void)
{
	channel_create(&channel, "c", 1);
	tasklet_create(&ended, "ended", return_at_once, NULL);
	tasklet_ref(ended);
	tasklet_create(&paused, "paused", pause_for_ever, NULL);
	tasklet_create(&blocked, "blocked", receive_for_ever, NULL);
	tasklet_create(&runnable, "runnable", yield_for_ever, NULL);
	tasklet_yield();
	tasklet_yield();
}

/* Everything there is, as text. */
static const char *everything(void)
{
	static char text[256];
	const struct tasklet *all[] = {scheduler_main(), runnable, paused, blocked, ended};
	size_t length = 0;

	for (size_t i = 0; i < 5; i++) {
		const struct tasklet *next = tasklet_next(all[i]);

		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s:%d>%s ",
					   tasklet_name(all[i]), tasklet_state(all[i]),
					   next ? tasklet_name(next) : "-");
	}
	snprintf(text + length, sizeof(text) - length, "%zu %d %s", scheduler_count(),
		 channel_balance(channel),
		 channel_first(channel) ? tasklet_name(channel_first(channel)) : "-");
	return text;
}

static char before[256];

/* The call has been made; its result is given. */
static void check(int result, int expected, const char *name)
{
	tap_is(result, expected, "%s", name);
	tap_is_text(everything(), before, "... and changes nothing");
}

static void test_tasklets(void)
{
	struct tasklet *self = scheduler_current();

	check(tasklet_bind(self, return_at_once, NULL), -EINVAL, "bind of the current tasklet");
	check(tasklet_bind(runnable, return_at_once, NULL), -EINVAL, "bind of a runnable one");
	check(tasklet_bind(blocked, return_at_once, NULL), -EINVAL, "bind of a blocked one");
	check(tasklet_bind(paused, return_at_once, NULL), -EINVAL, "bind of one with a stack");
	check(tasklet_bind(paused, NULL, NULL), -EINVAL, "unbind of one with a stack");
	check(tasklet_insert(blocked), -EINVAL, "insert of a blocked one");
	check(tasklet_insert(ended), -EINVAL, "insert of one that has ended");
	check(tasklet_insert(runnable), 0, "insert of a runnable one");
	check(tasklet_insert(self), 0, "insert of the current one");
	check(tasklet_remove(self), -EINVAL, "remove of the current one");
	check(tasklet_remove(blocked), -EINVAL, "remove of a blocked one");
	check(tasklet_remove(paused), 0, "remove of a paused one");
	check(tasklet_remove(ended), 0, "remove of one that has ended");
	check(tasklet_run(blocked), -EINVAL, "run of a blocked one");
	check(tasklet_run(ended), -EINVAL, "run of one that has ended");
	check(tasklet_run(self), 0, "run of oneself");
	check(tasklet_switch(blocked), -EINVAL, "switch to a blocked one");
	check(tasklet_switch(ended), -EINVAL, "switch to one that has ended");
	check(tasklet_switch(self), 0, "switch to oneself");
	check(tasklet_throw(runnable, 5), -EINVAL, "throw of a positive error");
	check(tasklet_throw(runnable, 0), -EINVAL, "throw of no error");
	check(tasklet_throw_pending(paused, 5), -EINVAL, "pending throw of a positive error");
	check(tasklet_throw(ended, -EIO), -ESRCH, "throw into one that has ended");
	check(tasklet_throw_pending(ended, -EIO), -ESRCH, "pending throw into it");
	check(tasklet_throw(self, -EIO), -EIO, "throw into oneself");
	check(tasklet_kill(ended), 0, "kill of one that has ended");
	check(tasklet_create(NULL, "none", NULL, NULL), -EINVAL, "create without a function");
}

static void test_channels(void)
{
	struct channel *none = NULL;
	char value = 1;

	check(channel_destroy(channel), -EBUSY, "destroy of a channel with a waiter");
	check(channel_destroy(NULL), 0, "destroy of no channel");
	check(channel_create(&none, "huge", ((size_t)1 << 30) + 1), -EINVAL,
	      "create for more than a gibibyte");
	check(channel_send_error(channel, 5), -EINVAL, "send of a positive error");
	check(channel_send_error(channel, 0), -EINVAL, "send of no error");
	channel_close(channel);
	check(channel_receive(channel, &value), -EPIPE, "receive from a closed channel");
	channel_open(channel);
	tap_is(value, 1, "the variable is untouched");
	tasklet_set_block_trap(scheduler_current(), true);
	check(channel_receive(channel, &value), -EWOULDBLOCK, "receive under a block trap");
	tap_ok(tasklet_set_block_trap(scheduler_current(), false), "the trap was set");
}

static void test_switch_trap(void)
{
	char value = 1;

	scheduler_switch_trap(1);
	check(tasklet_yield(), -EPERM, "yield under a switch trap");
	check(tasklet_pause(), -EPERM, "pause under it");
	check(tasklet_run(paused), -EPERM, "run of a paused one under it");
	check(tasklet_switch(runnable), -EPERM, "switch under it");
	check(tasklet_throw(blocked, -EIO), -EPERM, "throw into a blocked one under it");
	check(tasklet_kill(paused), -EPERM, "kill of a paused one under it");
	check(scheduler_run(NULL, NULL), -EPERM, "scheduler_run under it");
	check(channel_send(channel, &value), -EPERM, "send to a waiting one under it");
	check(channel_receive(channel, &value), -EPERM, "receive that would wait under it");
	tap_is(scheduler_switch_trap(0), 1, "the level can be asked for");
	tap_is(scheduler_switch_trap(-1), 1, "and is what it was");
	tasklet_yield();
	tap_is_text(everything(), before, "without it a yield works");
}

/* ---------------------------------------------------------------------------- callbacks */

enum { CALLS = 11 };

static int in_callback[CALLS];
static size_t count_in_callback;

static void misuse_all(void)
{
	char value = 1;
	int *result = in_callback;

	*result++ = tasklet_yield();
	*result++ = tasklet_pause();
	*result++ = tasklet_run(paused);
	*result++ = tasklet_switch(paused);
	*result++ = tasklet_throw(blocked, -EIO);
	*result++ = scheduler_run(NULL, NULL);
	*result++ = channel_send(channel, &value);
	*result++ = channel_receive(channel, &value);
	*result++ = channel_destroy(idle);
	*result++ = tasklet_remove(runnable);
	*result++ = tasklet_kill(scheduler_current());
	count_in_callback = scheduler_count();
}

static void misuse_in_switch(struct tasklet *prev, struct tasklet *next, void *context)
{
	(void)prev, (void)next, (void)context;
	misuse_all();
}

static void misuse_in_operation(const struct channel_call *call, void *context)
{
	(void)call, (void)context;
	misuse_all();
}

static void check_callback(const char *name)
{
	bool all_busy = true;

	for (int i = 0; i < CALLS; i++)
		all_busy &= in_callback[i] == -EBUSY;
	tap_ok(all_busy, "%s may not switch", name);
	tap_is((long long)count_in_callback, 2, "... nor change the chain");
	tap_is_text(everything(), before, "... and changes nothing");
	memset(in_callback, 0, sizeof(in_callback));
}

static void test_callbacks(void)
{
	char value = 1;

	channel_create(&idle, "idle", 1);
	scheduler_set_switch_callback(misuse_in_switch, NULL);
	tasklet_yield();
	scheduler_set_switch_callback(NULL, NULL);
	check_callback("a switch callback");
	scheduler_set_channel_callback(misuse_in_operation, NULL);
	channel_set_preference(channel, CHANNEL_PREFER_SENDER);
	channel_close(channel);
	channel_receive(channel, &value);
	channel_open(channel);
	scheduler_set_channel_callback(NULL, NULL);
	check_callback("a channel callback");
	tap_is(tasklet_yield(), 0, "afterwards all is allowed again");
	tap_is(channel_destroy(idle), 0, "... a channel may be destroyed too");
}

/* A callback that is allowed, and takes away the partner that the operation has seen. */
static void throw_into_partner(const struct channel_call *call, void *result)
{
	struct tasklet *partner = channel_first(call->channel);

	*(int *)result = partner ? tasklet_throw_pending(partner, -EIO) : -ESRCH;
}

static void test_lost_partner(void)
{
	struct tasklet *waiter;
	char value = 1;
	int thrown = 0;

	channel_create(&idle, "idle", 1);
	tasklet_create(&waiter, "waiter", receive_from_idle, NULL);
	tasklet_run(waiter);
	channel_close(idle); /* so that main need not wait */
	scheduler_set_channel_callback(throw_into_partner, &thrown);
	tap_is(channel_send(idle, &value), -EPIPE,
	       "a partner that the callback throws out is gone");
	scheduler_set_channel_callback(NULL, NULL);
	tap_is(thrown, 0, "... and may be thrown out");
	tasklet_yield();
	tap_is(received_from_idle, -EIO, "... and gets the error");
	channel_destroy(idle);
}

/* -------------------------------------------------------------------------- foreign threads */

enum { CALLS_FROM_OUTSIDE = 12 };

static int from_outside[CALLS_FROM_OUTSIDE];

FRAME(at_home, int unused;)
{
	FRAME_BEGIN();
	FRAME_END(0);
}

static struct frame *frame;

/* None of these makes a runtime for the thread. */
static void *misuse_unattached(void *results)
{
	int *result = results;

	*result++ = channel_close(channel);
	*result++ = channel_open(channel);
	*result++ = channel_set_preference(channel, CHANNEL_PREFER_NONE);
	*result++ = channel_set_schedule_all(channel, true);
	*result++ = frame_destroy(frame);
	return NULL;
}

static void *misuse_from_outside(void *unused)
{
	char value = 1;
	int *result = from_outside;

	(void)unused;

	*result++ = tasklet_remove(runnable);
	*result++ = tasklet_switch(runnable);
	*result++ = channel_send(channel, &value);
	*result++ = channel_receive(channel, &value);
	*result++ = channel_destroy(channel);
	*result++ = tasklet_create_frame(NULL, "foreign", frame);
	*result++ = frame_run(frame);
	return misuse_unattached(result);
}

static void test_threads(void)
{
	pthread_t thread;
	int unattached[5] = {0};

	frame = frame_new(at_home);
	if (pthread_create(&thread, NULL, misuse_unattached, unattached)) {
		tap_skip(CALLS_FROM_OUTSIDE + 8, "no second thread");
		return;
	}
	pthread_join(thread, NULL);
	for (int i = 0; i < 5; i++)
		tap_is(unattached[i], -EXDEV, "call %d of a thread without a runtime", i);
	if (pthread_create(&thread, NULL, misuse_from_outside, NULL))
		return;
	pthread_join(thread, NULL);
	for (int i = 0; i < CALLS_FROM_OUTSIDE; i++)
		tap_is(from_outside[i], -EXDEV, "call %d from another thread", i);
	tap_is_text(everything(), before, "... and nothing changes");
	tap_ok(!channel_is_closing(channel), "... nor the settings of a channel");
	tap_is(channel_preference(channel), CHANNEL_PREFER_SENDER, "... its preference neither");
	tap_is(frame_destroy(frame), 0, "the frame can be destroyed at home");
	tap_is(frame_destroy(NULL), 0, "... and no frame, too");
}

int main(void)
{
	create_all();
	snprintf(before, sizeof(before), "%s", everything());
	tap_note("%s", before);
	test_tasklets();
	test_channels();
	test_switch_trap();
	test_callbacks();
	test_lost_partner();
	test_threads();
	return tap_end();
}
