/* SPDX-License-Identifier: MIT */
/*
 * hackysack.c - players in a circle kick a sack from one to the next: many tasklets, one function.
 *
 * All players run the same function. What makes them different is the argument each was created
 * with, and the local variables on a stack that each has for itself.
 *
 *     hackysack [players [kicks]]
 */
#include <greenroom.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct player {
	int number;
	struct channel *catches; /* where this one waits for the sack */
	struct player *next;     /* the one it kicks the sack to */
};

static int kicks_wanted = 10;

static int play(void *argument)
{
	struct player *player = argument;
	int own_kicks = 0;

	for (;;) {
		int kick;
		int error = channel_receive(player->catches, &kick);

		if (error)
			return error;
		own_kicks++;
		printf("kick %d: player %d (kick %d of its own)\n", kick, player->number,
		       own_kicks);
		if (kick == kicks_wanted) {
			printf("player %d keeps the sack\n", player->number);
			return 0;
		}
		kick++;
		error = channel_send(player->next->catches, &kick);
		if (error)
			return error;
	}
}

/* Makes a circle of players, all in the chain and none yet running. */
static int create_players(struct player *players, int count)
{
	int error = 0;

	for (int i = 0; i < count && !error; i++) {
		char name[32];

		snprintf(name, sizeof(name), "player %d", i);
		players[i].number = i;
		players[i].next = &players[(i + 1) % count];
		error = channel_create(&players[i].catches, name, sizeof(int));
		if (!error)
			error = tasklet_create(NULL, name, play, &players[i]);
	}
	return error;
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 4;
	struct player *players;
	int first_kick = 1;
	int error;

	if (argc > 2)
		kicks_wanted = atoi(argv[2]);
	if (count < 2) {
		fprintf(stderr, "hackysack: it takes two to play\n");
		return 2;
	}
	players = calloc((size_t)count, sizeof(*players));
	if (!players)
		return 1;

	error = create_players(players, count);
	/* Let everybody run until all stand and wait. */
	if (!error)
		error = scheduler_run(NULL, NULL);
	/* Main is a tasklet too, and throws the sack in. */
	if (!error)
		error = channel_send(players[0].catches, &first_kick);
	if (!error)
		error = scheduler_run(NULL, NULL);
	if (error) {
		fprintf(stderr, "hackysack: %s\n", strerror(-error));
		return 1;
	}
	/* The players who are left wait for a sack that never comes. That is no error: a run ends
	 * when nothing is runnable. */
	for (int i = 0; i < count; i++)
		printf("player %d %s\n", i,
		       channel_balance(players[i].catches) < 0 ? "still waits" : "has gone home");
	return 0;
}
