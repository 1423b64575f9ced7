/* SPDX-License-Identifier: MIT */
/*
 * bench_yield.c - two tasklets that yield to each other, and what one switch took: to be run alone,
 * under `greenroom record`, or with a runtime that has no hooks. bench_hooks.sh does all three.
 *
 *     bench_yield [SWITCHES [ROUNDS]]
 */
#include <greenroom.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

static int yield_often(void *argument)
{
	size_t count = *(size_t *)argument / 2;

	while (count--)
		tasklet_yield();
	return 0;
}

static void run(void *context, size_t count)
{
	(void)context;
	tasklet_create(NULL, "ping", yield_often, &count);
	tasklet_create(NULL, "pong", yield_often, &count);
	scheduler_run(NULL, NULL);
}

int main(int argc, char **argv)
{
	size_t switches = argc > 1 ? strtoul(argv[1], NULL, 10) : 2000000;
	size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 5;
	struct bench_contender contender = {.name = "tasklet_yield", .run = run};

	bench_measure(&contender, 1, rounds, switches);
	printf("%.2f ns a switch (%.2f to %.2f)\n", contender.median_ns, contender.low_ns,
	       contender.high_ns);
	return 0;
}
