/* SPDX-License-Identifier: MIT */
/*
 * puppet.c - a program to be watched: it does what it is told, and nothing else.
 *
 *     puppet FIFO     reads words from FIFO, one a line:
 *
 *     yield N    two tasklets, left and right, yield N times each
 *     wait       one more tasklet, patient, waits in a channel for ever
 *     spin N     the tasklet greedy runs for N milliseconds without yielding
 *     say WORD   writes WORD to standard output
 *     exit N     ends with that code
 */
#include <greenroom.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long number; /* behind the word */
static struct channel *never;

static int yield(void *unused)
{
	(void)unused;
	for (long i = 0; i < number; i++)
		tasklet_yield();
	return 0;
}

static int wait_for_ever(void *unused)
{
	char nothing;

	(void)unused;
	return channel_receive(never, &nothing);
}

static long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int spin(void *unused)
{
	long end = milliseconds() + number;

	(void)unused;
	while (milliseconds() < end)
		;
	return 0;
}

/* Whoever waits for ever must not let the others end in a deadlock: main only gives way. */
static void let_them_run(long turns)
{
	while (turns-- > 0)
		tasklet_yield();
}

static void obey(const char *line)
{
	char word[16] = "", rest[64] = "";

	if (sscanf(line, "%15s %63s", word, rest) < 1)
		return;
	number = atol(rest);
	if (strcmp(word, "yield") == 0) {
		tasklet_create(NULL, "left", yield, NULL);
		tasklet_create(NULL, "right", yield, NULL);
		let_them_run(number + 1);
	} else if (strcmp(word, "wait") == 0) {
		tasklet_create(NULL, "patient", wait_for_ever, NULL);
		let_them_run(1);
	} else if (strcmp(word, "spin") == 0) {
		tasklet_create(NULL, "greedy", spin, NULL);
		let_them_run(1);
	} else if (strcmp(word, "say") == 0) {
		puts(rest);
		fflush(stdout);
	} else if (strcmp(word, "exit") == 0) {
		exit((int)number);
	}
}

int main(int argc, char **argv)
{
	char line[128];

	if (argc != 2 || channel_create(&never, "never", 1) != 0)
		return 8;
	for (;;) {
		FILE *words = fopen(argv[1], "re"); /* until somebody opens it for writing */

		if (!words)
			return 9;
		while (fgets(line, sizeof(line), words))
			obey(line);
		fclose(words);
	}
}
