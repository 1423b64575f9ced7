/* SPDX-License-Identifier: MIT */
/*
 * pingpong.c - two tasklets hit a ball to and fro: what a rendezvous is.
 *
 * A channel has no buffer. The first to come waits, the second brings the value and finds the
 * first one waiting; only then does the value pass, directly from one to the other.
 *
 *     pingpong [rounds]
 */
#include <greenroom.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int rounds = 3;

/* Each player owns the channel on which it waits for the ball. The ball is a number: how often it
 * has been hit. */
static struct channel *to_ping;
static struct channel *to_pong;

static int ping(void *unused)
{
	(void)unused;
	for (int ball = 1; ball <= 2 * rounds; ball++) {
		int error;

		printf("ping hits ball %d\n", ball);
		/* pong waits already. By default the receiver is preferred: pong runs at once,
		 * and ping goes on only when pong itself has to wait. */
		error = channel_send(to_pong, &ball);
		if (error)
			return error;
		/* This variable lives on ping's stack. While pong runs, that piece of the stack
		 * lies in the heap; it is back in its place before the value is written. */
		error = channel_receive(to_ping, &ball);
		if (error)
			return error;
	}
	printf("ping has had enough\n");
	return 0;
}

static int pong(void *unused)
{
	(void)unused;
	for (int round = 0; round < rounds; round++) {
		int ball;
		int error = channel_receive(to_pong, &ball);

		if (error)
			return error;
		ball++;
		printf("     pong hits ball %d\n", ball);
		error = channel_send(to_ping, &ball);
		if (error)
			return error;
	}
	printf("     pong has had enough\n");
	return 0;
}

int main(int argc, char **argv)
{
	int error;

	if (argc > 1)
		rounds = atoi(argv[1]);

	error = channel_create(&to_ping, "to ping", sizeof(int));
	if (!error)
		error = channel_create(&to_pong, "to pong", sizeof(int));
	/* Tasklets run in the order in which they were created: pong is there first, and waits. */
	if (!error)
		error = tasklet_create(NULL, "pong", pong, NULL);
	if (!error)
		error = tasklet_create(NULL, "ping", ping, NULL);
	/* Nothing has run so far. Now everything does, until nothing can any more. */
	if (!error)
		error = scheduler_run(NULL, NULL);
	if (error) {
		fprintf(stderr, "pingpong: %s\n", strerror(-error));
		return 1;
	}
	channel_destroy(to_pong);
	channel_destroy(to_ping);
	return 0;
}
