/* SPDX-License-Identifier: MIT */
/*
 * deadlock.c - two tasklets, each of which wants to hear the other first. A mistake, on purpose:
 * this program ends with 1.
 *
 * Who waits in a channel has left the chain. When the last one in the chain wants to wait too, and
 * main itself waits, nobody is left who could ever wake anybody. The runtime says so instead of
 * hanging: the call that would have closed the circle returns -EDEADLK.
 */
#include <errno.h>
#include <greenroom.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct person {
	const char *name;
	bool begins;
	struct channel *hears;
	struct channel *speaks;
};

static struct channel *done;

static int hear(const struct person *person)
{
	char words[16];
	int error;

	printf("%s listens\n", person->name);
	error = channel_receive(person->hears, words);
	if (error)
		printf("%s can't wait: %s\n", person->name, strerror(-error));
	else
		printf("%s hears \"%s\"\n", person->name, words);
	return error;
}

static int speak(const struct person *person)
{
	static const char words[16] = "how do you do";

	return channel_send(person->speaks, words);
}

static int talk(void *argument)
{
	const struct person *person = argument;
	int error = person->begins ? speak(person) : hear(person);

	if (!error)
		error = person->begins ? hear(person) : speak(person);
	/* An error that nobody takes care of ends the tasklet and goes on to main. */
	if (error)
		return error;
	return channel_send(done, NULL);
}

/* Says who is left waiting in a channel, and for what. */
static void show(const struct channel *channel)
{
	const struct tasklet *waiting = channel_first(channel);

	if (waiting)
		printf("%s still waits in the channel \"%s\" to %s\n", tasklet_name(waiting),
		       channel_name(channel), channel_balance(channel) < 0 ? "receive" : "send");
}

int main(void)
{
	struct channel *to_ann;
	struct channel *to_bob;
	/* Both are too polite. To repair the program let one of them begin. */
	struct person ann = {.name = "Ann", .begins = false};
	struct person bob = {.name = "Bob", .begins = false};
	int error = channel_create(&to_ann, "to Ann", 16);

	if (!error)
		error = channel_create(&to_bob, "to Bob", 16);
	if (!error)
		error = channel_create(&done, "done", 0);
	if (error) {
		fprintf(stderr, "deadlock: %s\n", strerror(-error));
		return 1;
	}
	ann.hears = bob.speaks = to_ann;
	bob.hears = ann.speaks = to_bob;
	error = tasklet_create(NULL, ann.name, talk, &ann);
	if (!error)
		error = tasklet_create(NULL, bob.name, talk, &bob);

	/* scheduler_run would only return and leave the two where they are: a program that has
	 * more work for them later does that. Main waits for both instead: so it is a deadlock. */
	for (int finished = 0; finished < 2 && !error; finished++)
		error = channel_receive(done, NULL);
	if (!error) {
		printf("main: both have finished\n");
		return 0;
	}
	printf("main: the tasklets wait for each other: %s\n", strerror(-error));
	show(to_ann);
	show(to_bob);
	return 1;
}
