/* SPDX-License-Identifier: MIT */
/*
 * bench_channel.c - what a message costs within one thread: a send to a receiver that waits, the
 * switch to it, its next receive, and the switch back.
 *
 * Under both policies of copying: receiver and sender are started one on top of the other, so that
 * one of them can stay in place.
 */
#include <alloca.h>
#include <greenroom.h>
#include <stdint.h>
#include <stdio.h>

#include "bench.h"

enum { ROUNDS = 101, COUNT = 20000 };

struct message {
	struct channel *channel;
	enum scheduler_slices slices;
	size_t pad; /* more bytes of stack on both sides */
	size_t count;
	size_t saved; /* bytes of the receiver, as the sender saw them */
	struct tasklet *receiver;
};

__attribute__((noinline)) static void send_all(struct message *message)
{
	char *pad = alloca(message->pad + 1);

	bench_keep(pad);
	for (uint64_t value = 1; value <= message->count; value++)
		channel_send(message->channel, &value);
	message->saved = tasklet_saved_bytes(message->receiver);
	tasklet_kill(message->receiver);
}

__attribute__((noinline)) static void receive_all(struct message *message)
{
	char *pad = alloca(message->pad + 1);
	uint64_t value;

	bench_keep(pad);
	while (channel_receive(message->channel, &value) == 0)
		bench_keep(&value);
}

static int sender(void *message)
{
	send_all(message);
	return 0;
}

static int receiver(void *message)
{
	receive_all(message);
	return 0;
}

static void run_hard(void *context, size_t count)
{
	struct message *message = context;

	message->count = count;
	scheduler_set_slices(message->slices);
	tasklet_create(&message->receiver, "receiver", receiver, message);
	tasklet_create(NULL, "sender", sender, message);
	scheduler_run(NULL, NULL);
}

FRAME(soft_sender, struct message *message; uint64_t value;)
{
	FRAME_BEGIN();
	for (self->value = 1; self->value <= self->message->count; self->value++)
		FRAME_SEND(self->message->channel, &self->value);
	tasklet_kill_pending(self->message->receiver);
	FRAME_END(0);
}

FRAME(soft_receiver, struct message *message; uint64_t value;)
{
	FRAME_BEGIN();
	for (;;)
		FRAME_RECEIVE(self->message->channel, &self->value);
	FRAME_END(0);
}

static void run_soft(void *context, size_t count)
{
	struct message *message = context;

	message->count = count;
	tasklet_create_frame(&message->receiver, "receiver",
			     frame_new(soft_receiver, .message = message));
	tasklet_create_frame(NULL, "sender", frame_new(soft_sender, .message = message));
	scheduler_run(NULL, NULL);
}

int main(void)
{
	struct channel *channel;
	struct message whole = {0}, overlap = {.slices = SLICES_OVERLAP}, soft = {0};
	struct bench_contender contenders[] = {
		{.name = "soft", .run = run_soft, .context = &soft},
		{.name = "hard, whole slice", .run = run_hard, .context = &whole},
		{.name = "hard, overlap only", .run = run_hard, .context = &overlap},
	};
	char title[128];

	channel_create(&channel, "messages", sizeof(uint64_t));
	soft.channel = whole.channel = overlap.channel = channel;
	for (size_t pad = 0; pad <= 4096; pad = pad ? pad * 4 : 1024) {
		whole.pad = overlap.pad = pad;
		bench_measure(contenders, 3, ROUNDS, COUNT);
		snprintf(title, sizeof(title),
			 "a message, there and back (receiver's slice: whole %zu bytes, overlap "
			 "%zu)",
			 whole.saved, overlap.saved);
		bench_print(title, contenders, 3);
	}
	channel_destroy(channel);
	return 0;
}
