/* SPDX-License-Identifier: MIT */
/*
 * bench_mix.c - a program that does a bit of everything, as many events as one likes: what a recorder
 * has to keep up with.
 *
 *     bench_mix [TASKLETS [TURNS]]
 *
 * Of each ten tasklets four are two pairs of functions and frames that hand values over in bursts (one
 * pair hard, one soft), two a soft sender with a hard receiver, two yield (one of them soft, with a
 * call), and two are parents whose few children, a function and a frame, live shortly. Each takes TURNS
 * turns. All kinds of event that an ordinary program fires are among what comes of it.
 */
#include <errno.h>
#include <greenroom.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

enum { BURST = 8, MARK_EVERY = 64, CHILD_EVERY = 256 }; /* values; turns */

static size_t turns;

/* ------------------------------------------------------------------------------------ functions */

static int send_bursts(void *argument)
{
	struct channel *out = argument;

	for (size_t turn = 0; turn < turns; turn++) {
		for (size_t i = 0; i < BURST; i++)
			channel_send(out, &i);
		if (turn % MARK_EVERY == 0)
			channel_send_error(out, -EAGAIN);
		tasklet_yield();
	}
	channel_send_error(out, -EPIPE);
	return channel_close(out);
}

static int receive_all(void *argument)
{
	struct channel *in = argument;
	size_t value;
	int result;

	do
		result = channel_receive(in, &value);
	while (result == 0 || result == -EAGAIN);
	return 0;
}

/* Deeper now and then: slices of several sizes. */
static int yield_below(size_t depth)
{
	char padding[192];
	int result;

	bench_keep(padding);
	result = depth ? yield_below(depth - 1) : tasklet_yield();
	bench_keep(padding);
	return result;
}

static int yield_often(void *argument)
{
	size_t number = (size_t)argument;

	for (size_t turn = 0; turn < turns * BURST / 2; turn++) {
		yield_below(turn % 4);
		if (turn % (MARK_EVERY * BURST) == 0)
			trace_mark("tasklet %zu has taken turn %zu", number, turn);
	}
	return 0;
}

static int wait_to_be_killed(void *unused)
{
	(void)unused;
	return tasklet_pause();
}

static int rear_children(void *unused)
{
	(void)unused;
	for (size_t turn = 0; turn < turns; turn++) {
		struct tasklet *child;

		tasklet_yield();
		if (turn % CHILD_EVERY != 0 ||
		    tasklet_create(&child, "victim", wait_to_be_killed, NULL) != 0)
			continue;
		tasklet_ref(child);
		tasklet_yield();
		tasklet_kill(child);
		tasklet_unref(child);
	}
	return 0;
}

/* --------------------------------------------------------------------------------------- frames */

FRAME(soft_sender, struct channel *out; size_t turn, i;)
{
	FRAME_BEGIN();
	for (self->turn = 0; self->turn < turns; self->turn++) {
		for (self->i = 0; self->i < BURST; self->i++)
			FRAME_SEND(self->out, &self->i);
		FRAME_YIELD();
	}
	FRAME_SEND_ERROR(self->out, -EPIPE);
	FRAME_END(channel_close(self->out));
}

FRAME(soft_receiver, struct channel *in; size_t value;)
{
	FRAME_BEGIN();
	do
		FRAME_RECEIVE(self->in, &self->value);
	while (self->frame.result == 0);
	FRAME_END(0);
}

FRAME(soft_pause, int unused;)
{
	FRAME_BEGIN();
	FRAME_YIELD();
	FRAME_END(0);
}

FRAME(soft_yielder, size_t turn;)
{
	FRAME_BEGIN();
	for (self->turn = 0; self->turn < turns * BURST / 2; self->turn++) {
		FRAME_CALL(soft_pause);
		FRAME_YIELD();
	}
	FRAME_END(0);
}

FRAME(soft_child, int unused;)
{
	FRAME_BEGIN();
	FRAME_END(0);
}

FRAME(soft_parent, size_t turn;)
{
	FRAME_BEGIN();
	for (self->turn = 0; self->turn < turns; self->turn++) {
		if (self->turn % CHILD_EVERY == 0)
			tasklet_create_frame(NULL, "soft child", frame_new(soft_child));
		FRAME_YIELD();
	}
	FRAME_END(0);
}

/* -------------------------------------------------------------------------------------- the cast */

static struct channel *new_channel(size_t number)
{
	struct channel *channel = NULL;
	char name[32];

	snprintf(name, sizeof(name), "line %zu", number);
	if (channel_create(&channel, name, sizeof(size_t)) != 0)
		exit(1);
	return channel;
}

static void create_ten(size_t number)
{
	struct channel *hard = new_channel(number), *soft = new_channel(number + 1);
	struct channel *both = new_channel(number + 2);

	tasklet_create(NULL, "receiver", receive_all, hard);
	tasklet_create(NULL, "sender", send_bursts, hard);
	tasklet_create_frame(NULL, "soft receiver", frame_new(soft_receiver, .in = soft));
	tasklet_create_frame(NULL, "soft sender", frame_new(soft_sender, .out = soft));
	tasklet_create(NULL, "receiver of a soft one", receive_all, both);
	tasklet_create_frame(NULL, "sender to a hard one", frame_new(soft_sender, .out = both));
	tasklet_create(NULL, "yielder", yield_often, (void *)number);
	tasklet_create_frame(NULL, "soft yielder", frame_new(soft_yielder));
	tasklet_create(NULL, "parent", rear_children, NULL);
	tasklet_create_frame(NULL, "soft parent", frame_new(soft_parent));
}

int main(int argc, char **argv)
{
	size_t tasklets = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;

	turns = argc > 2 ? strtoul(argv[2], NULL, 10) : 10;
	for (size_t number = 0; number < tasklets; number += 10)
		create_ten(number);
	return scheduler_run(NULL, NULL) == 0 ? 0 : 1;
}
