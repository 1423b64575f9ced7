/* SPDX-License-Identifier: MIT */
/*
 * bench_events.c - a program with something to tell: many tasklets that throw balls at each other in no
 * regular order. Each player waits on its own channel; whoever gets a ball throws it at a player
 * drawn by lot, yields now and then, and calls itself a few times before, so that slices differ.
 *
 *     bench_events [PLAYERS [THROWS]]
 */
#include <greenroom.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

enum { BALLS = 16 };

static struct channel **channels;
static size_t players, throws_left;
static uint64_t lot = 88172645463325252u;

/* Marsaglia's xorshift: cheap, and the same in every run. */
static size_t draw(size_t below)
{
	lot ^= lot << 13;
	lot ^= lot >> 7;
	lot ^= lot << 17;
	return (size_t)(lot % below);
}

/* Somebody who waits for a ball: two who throw at each other would wait for ever. */
static struct channel *somebody(void)
{
	size_t i = draw(players);

	for (size_t tried = 1; channel_balance(channels[i]) >= 0; tried++) {
		if (tried % 16 == 0)
			tasklet_yield(); /* those who have thrown come to wait again */
		i = (i + 1) % players;
	}
	return channels[i];
}

static int throw_at_somebody(int ball, size_t depth)
{
	char padding[64];
	int result;

	bench_keep(padding);
	if (depth)
		result = throw_at_somebody(ball, depth - 1);
	else if (ball & 1)
		result = tasklet_yield();
	else
		result = 0;
	if (!depth && !result)
		result = channel_send(somebody(), &ball);
	bench_keep(padding);
	return result;
}

static int play(void *argument)
{
	struct channel *own = argument;
	int ball;

	while (channel_receive(own, &ball) == 0) {
		if (!throws_left)
			continue; /* keeps the ball */
		throws_left--;
		if (throw_at_somebody(ball, draw(8)))
			return 0;
	}
	return 0;
}

int main(int argc, char **argv)
{
	players = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
	throws_left = argc > 2 ? strtoul(argv[2], NULL, 10) : 1000000;
	if (players <= BALLS)
		return 2;
	channels = calloc(players, sizeof(struct channel *));
	for (size_t i = 0; i < players; i++) {
		char name[32];

		snprintf(name, sizeof(name), "player %zu", i);
		if (channel_create(&channels[i], name, sizeof(int)) ||
		    tasklet_create(NULL, name, play, channels[i]))
			return 1;
	}
	for (int ball = 0; ball < BALLS; ball++) {
		scheduler_run(NULL, NULL);
		channel_send(somebody(), &ball);
	}
	scheduler_run(NULL, NULL);
	return 0;
}
