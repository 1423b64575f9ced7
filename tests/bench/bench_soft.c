/* SPDX-License-Identifier: MIT */
/*
 * bench_soft.c - what a soft switch and a soft message cost, beside what they stand in for.
 *
 * The first contender is the least one would write by hand: a state machine, a switch statement behind
 * a function pointer, and a loop that calls one after the other. Everything else is told as a
 * multiple of it. C++20's coroutines hand over without going back to a loop (bench_coroutine.cpp).
 */
#include <greenroom.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "bench_coroutine.h"

enum { ROUNDS = 101, COUNT = 100000 };

/* ------------------------------------------------------------------------- written by hand */

struct machine {
	void (*step)(struct machine *self);
	struct machine *next; /* who runs after it */
	int state;
	size_t left;
};

static void machine_step(struct machine *self)
{
	switch (self->state) {
	case 0:
		self->state = 1;
		/* fall through */
	case 1:
		if (self->left) {
			self->left--;
			return;
		}
		self->state = 2;
		/* fall through */
	default:
		self->step = NULL;
	}
}

static void run_machines(void *context, size_t count)
{
	struct machine ping = {.step = machine_step, .left = count / 2};
	struct machine pong = {.step = machine_step, .left = count / 2};
	struct machine *current = &ping;

	(void)context;
	ping.next = &pong;
	pong.next = &ping;
	while (current->step) {
		current->step(current);
		current = current->next;
	}
}

/* ------------------------------------------------------------------------------------- switches */

FRAME(soft_yielder, size_t left;)
{
	FRAME_BEGIN();
	while (self->left--)
		FRAME_YIELD();
	FRAME_END(0);
}

static void run_soft(void *context, size_t count)
{
	(void)context;
	tasklet_create_frame(NULL, "ping", frame_new(soft_yielder, .left = count / 2));
	tasklet_create_frame(NULL, "pong", frame_new(soft_yielder, .left = count / 2));
	scheduler_run(NULL, NULL);
}

static int hard_yielder(void *argument)
{
	size_t left = *(size_t *)argument;

	while (left--)
		tasklet_yield();
	return 0;
}

static void run_hard(void *context, size_t count)
{
	size_t each = count / 2;

	(void)context;
	tasklet_create(NULL, "ping", hard_yielder, &each);
	tasklet_create(NULL, "pong", hard_yielder, &each);
	scheduler_run(NULL, NULL);
}

/* ------------------------------------------------------------------------------------- messages */

FRAME(soft_sender, struct channel *channel; size_t left;)
{
	FRAME_BEGIN();
	while (self->left--)
		FRAME_SEND(self->channel, &self->left);
	FRAME_END(0);
}

FRAME(soft_receiver, struct channel *channel; size_t value;)
{
	FRAME_BEGIN();
	do
		FRAME_RECEIVE(self->channel, &self->value);
	while (self->value);
	FRAME_END(0);
}

static int hard_sender(void *argument)
{
	struct channel *channel = argument;
	size_t left = *(const size_t *)tasklet_data(scheduler_current());

	while (left--)
		channel_send(channel, &left);
	return 0;
}

static int hard_receiver(void *argument)
{
	struct channel *channel = argument;
	size_t value;

	do
		channel_receive(channel, &value);
	while (value);
	return 0;
}

struct meeting {
	bool soft;
	bool sender_waits; /* it came first, and the receiver acts */
};

static void begin_sender(bool soft, struct channel *channel, size_t *count)
{
	struct tasklet *sender;

	if (soft) {
		tasklet_create_frame(NULL, "sender",
				     frame_new(soft_sender, .channel = channel, .left = *count));
		return;
	}
	tasklet_create(&sender, "sender", hard_sender, channel);
	tasklet_set_data(sender, count);
}

static void begin_receiver(bool soft, struct channel *channel)
{
	if (soft)
		tasklet_create_frame(NULL, "receiver",
				     frame_new(soft_receiver, .channel = channel));
	else
		tasklet_create(NULL, "receiver", hard_receiver, channel);
}

static void run_meeting(void *context, size_t count)
{
	const struct meeting *meeting = context;
	struct channel *channel;

	channel_create(&channel, "values", sizeof(size_t));
	if (meeting->sender_waits) {
		channel_set_preference(channel, CHANNEL_PREFER_NONE);
		begin_sender(meeting->soft, channel, &count);
	}
	begin_receiver(meeting->soft, channel);
	if (!meeting->sender_waits)
		begin_sender(meeting->soft, channel, &count);
	scheduler_run(NULL, NULL);
	channel_destroy(channel);
}

/* --------------------------------------------------------------------------- lives and calls */

FRAME(short_life, int unused;)
{
	FRAME_BEGIN();
	FRAME_END(0);
}

static int hard_short_life(void *unused)
{
	(void)unused;
	return 0;
}

FRAME(soft_parent, size_t left;)
{
	FRAME_BEGIN();
	while (self->left--) {
		tasklet_create_frame(NULL, NULL, frame_new(short_life));
		FRAME_YIELD();
	}
	FRAME_END(0);
}

static void run_soft_lives(void *context, size_t count)
{
	(void)context;
	tasklet_create_frame(NULL, NULL, frame_new(soft_parent, .left = count));
	scheduler_run(NULL, NULL);
}

static int hard_parent(void *argument)
{
	size_t left = *(const size_t *)argument;

	while (left--) {
		tasklet_create(NULL, NULL, hard_short_life, NULL);
		tasklet_yield();
	}
	return 0;
}

static void run_hard_lives(void *context, size_t count)
{
	(void)context;
	tasklet_create(NULL, NULL, hard_parent, &count);
	scheduler_run(NULL, NULL);
}

FRAME(soft_caller, size_t left;)
{
	FRAME_BEGIN();
	while (self->left--)
		FRAME_CALL(short_life);
	FRAME_END(0);
}

static void run_calls(void *context, size_t count)
{
	(void)context;
	frame_run(frame_new(soft_caller, .left = count));
}

/* ------------------------------------------------------------------------------------- the runs */

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

int main(void)
{
	struct meeting soft = {.soft = true}, hard = {0};
	struct meeting soft_sender_waits = {.soft = true, .sender_waits = true};
	struct bench_contender switches[] = {
		{.name = "state machine, called by a loop", .run = run_machines},
		{.name = "C++20 coroutine, symmetric transfer", .run = run_coroutines},
		{.name = "frames, FRAME_YIELD", .run = run_soft},
		{.name = "functions, tasklet_yield", .run = run_hard},
	};
	struct bench_contender messages[] = {
		{.name = "state machine, called by a loop", .run = run_machines},
		{.name = "frames, the receiver waits", .run = run_meeting, .context = &soft},
		{.name = "frames, now one waits, now the other",
		 .run = run_meeting,
		 .context = &soft_sender_waits},
		{.name = "functions, the receiver waits", .run = run_meeting, .context = &hard},
	};
	struct bench_contender lives[] = {
		{.name = "state machine, called by a loop", .run = run_machines},
		{.name = "tasklet of a frame: created, run, ended", .run = run_soft_lives},
		{.name = "tasklet of a function: the same", .run = run_hard_lives},
		{.name = "FRAME_CALL and return", .run = run_calls},
	};

	bench_measure(switches, LENGTH(switches), ROUNDS, COUNT);
	bench_print("one switch", switches, LENGTH(switches));
	bench_measure(messages, LENGTH(messages), ROUNDS, COUNT);
	bench_print("one message, sent and received", messages, LENGTH(messages));
	bench_measure(lives, LENGTH(lives), ROUNDS, COUNT);
	bench_print("one life, one call", lives, LENGTH(lives));
	return 0;
}
