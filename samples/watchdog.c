/* SPDX-License-Identifier: MIT */
/*
 * watchdog.c - a loop that lets nobody else run is caught.
 *
 * Tasklets give way by themselves, or not at all: `greedy` computes and computes. It passes a
 * checkpoint (tasklet_check) in its loop, though, which is where a watchdog can stop it.
 *
 *     watchdog           a budget for each turn: who goes on for too long is stopped, and main puts it
 *                        at the end of the chain, so that the others have their turns
 *     watchdog none      no budget: greedy runs to its end before anybody else
 *
 * Record it and look for the event watchdog_interrupt.
 */
#include <greenroom.h>
#include <stdio.h>
#include <string.h>

enum { BUDGET = 1000, WORK = 2500, ROUNDS = 3 };

static unsigned long long sum;

static int greedy(void *unused)
{
	(void)unused;
	for (int i = 0; i < WORK; i++) {
		sum += (unsigned long long)i * i;
		tasklet_check();
	}
	printf("greedy has its sum: %llu\n", sum);
	return 0;
}

static int polite(void *unused)
{
	(void)unused;
	for (int round = 1; round <= ROUNDS; round++) {
		printf("polite: round %d\n", round);
		tasklet_yield();
	}
	return 0;
}

/* What lies between the two calls of tasklet_set_atomic is never interrupted. */
static int careful(void *unused)
{
	struct tasklet *self = scheduler_current();

	(void)unused;
	printf("careful: begins what must not be interrupted\n");
	tasklet_set_atomic(self, true);
	for (int i = 0; i < 2 * BUDGET; i++)
		tasklet_check();
	printf("careful: has done it\n");
	tasklet_set_atomic(self, false); /* here it is stopped: it has gone on for too long */
	printf("careful: ends\n");
	return 0;
}

int main(int argc, char **argv)
{
	struct run_options options = {.ticks = BUDGET};
	struct run_result result;

	if (argc > 1 && !strcmp(argv[1], "none"))
		options.ticks = 0;
	tasklet_create(NULL, "greedy", greedy, NULL);
	tasklet_create(NULL, "polite", polite, NULL);
	tasklet_create(NULL, "careful", careful, NULL);
	while (scheduler_run(&options, &result) == 0 && result.reason == RUN_INTERRUPTED) {
		printf("main: %s went on for too long\n", tasklet_name(result.interrupted));
		tasklet_insert(result.interrupted);
	}
	return 0;
}
