/* SPDX-License-Identifier: MIT */
/*
 * philosophers.c - five philosophers around a table, a fork between any two: a circle of waiting.
 *
 * Who wants to eat takes the fork to the left, then the one to the right. It goes wrong when all have
 * taken the left one: each waits for a neighbour, and so on around the table, and nobody will ever put
 * a fork down. It is no question of speed: with --right the forks are taken in the order of their
 * numbers. The last philosopher then begins at the right, the circle is open, and everybody eats.
 *
 * A fork is a channel, and a tasklet that gives itself away there and waits until it is put back.
 *
 *     greenroom record samples/philosophers
 *     greenroom explain --waits
 */
#include <greenroom.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { SEATS = 5, MEALS = 2 };

struct philosopher {
	const char *name;
	struct channel *first, *second; /* forks, in the order in which they are taken */
	int meals;
};

static struct philosopher philosophers[SEATS] = {
	{.name = "Hypatia"},  {.name = "Confucius"}, {.name = "Diotima"},
	{.name = "Averroes"}, {.name = "Aspasia"},
};
static struct channel *forks[SEATS];
static struct tasklet *lying[SEATS];

static int lie(void *argument)
{
	struct channel *fork = argument;
	int error;

	do {
		error = channel_send(fork, NULL);
		if (!error)
			error = channel_receive(fork, NULL);
	} while (!error);
	return error;
}

static int dine(void *argument)
{
	struct philosopher *self = argument;
	int error = 0;

	while (!error && self->meals < MEALS) {
		error = channel_receive(self->first, NULL);
		/* A word with the neighbours: they take forks too. */
		if (!error)
			error = tasklet_yield();
		if (!error)
			error = channel_receive(self->second, NULL);
		if (error)
			break;
		self->meals++;
		printf("%s eats\n", self->name);
		error = channel_send(self->second, NULL);
		if (!error)
			error = channel_send(self->first, NULL);
	}
	return error;
}

static int set_the_table(bool right)
{
	static char names[SEATS][8];
	int error = 0;

	for (int i = 0; i < SEATS && !error; i++) {
		snprintf(names[i], sizeof(names[i]), "fork %d", i + 1);
		error = channel_create(&forks[i], names[i], 0);
		if (!error)
			error = tasklet_create(&lying[i], names[i], lie, forks[i]);
	}
	for (int i = 0; i < SEATS && !error; i++) {
		struct channel *left = forks[i], *other = forks[(i + 1) % SEATS];
		bool turn = right && i == SEATS - 1;

		philosophers[i].first = turn ? other : left;
		philosophers[i].second = turn ? left : other;
		error = tasklet_create(NULL, philosophers[i].name, dine, &philosophers[i]);
	}
	return error;
}

/* Says who did not get enough, and which fork each of them waits for. */
static int count_the_hungry(void)
{
	int hungry = 0;

	for (int i = 0; i < SEATS; i++) {
		const struct philosopher *one = &philosophers[i];

		if (one->meals == MEALS)
			continue;
		hungry++;
		printf("%s waits for %s\n", one->name, channel_name(one->second));
	}
	return hungry;
}

int main(int argc, char **argv)
{
	bool right = argc == 2 && strcmp(argv[1], "--right") == 0;
	int error;

	if (argc > 1 && !right) {
		fprintf(stderr, "usage: philosophers [--right]\n");
		return 2;
	}
	error = set_the_table(right);
	/* Comes back when nobody is runnable any more, whether they have eaten or not. */
	if (!error)
		error = scheduler_run(NULL, NULL);
	if (error) {
		fprintf(stderr, "philosophers: %s\n", strerror(-error));
		return 1;
	}
	if (count_the_hungry() > 0)
		return 1;
	for (int i = 0; i < SEATS; i++)
		tasklet_kill(lying[i]);
	printf("everybody has eaten\n");
	return 0;
}
