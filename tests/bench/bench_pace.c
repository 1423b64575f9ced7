/* SPDX-License-Identifier: MIT */
/*
 * bench_pace.c - a program with so many events a second: what bench_live watches.
 *
 *     bench_pace EVENTS SECONDS    about so many events a second (0: as many as it can), a
 *                                  thousandth of them at a time
 *
 * Says at the end how many switches there were.
 */
#include <greenroom.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { TASKLETS = 100, EVENTS_A_SWITCH = 3, BURST_NS = 1000000, LOOK = 100 };

static long burst; /* switches until it is looked at the clock */
static double end;
static long switches;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int turn(void *unused)
{
	(void)unused;
	while (now() < end)
		for (int i = 0; i < LOOK; i++)
			tasklet_yield();
	return 0;
}

/* One that gives the others a burst of turns, then sleeps until the next is due. */
static int pace(void *unused)
{
	struct timespec due;

	(void)unused;
	clock_gettime(CLOCK_MONOTONIC, &due);
	while (now() < end) {
		for (long i = 0; i <= burst / TASKLETS; i++)
			tasklet_yield();
		switches += burst;
		due.tv_nsec += BURST_NS;
		if (due.tv_nsec >= 1000000000) {
			due.tv_nsec -= 1000000000;
			due.tv_sec++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
	}
	return 0;
}

static int hurry(void *unused)
{
	(void)unused;
	while (now() < end) {
		for (int i = 0; i < LOOK; i++)
			tasklet_yield();
		switches += (long)LOOK * (TASKLETS + 1);
	}
	return 0;
}

int main(int argc, char **argv)
{
	long events = argc == 3 ? atol(argv[1]) : -1;

	if (events < 0)
		return 2;
	burst = events / EVENTS_A_SWITCH / (1000000000 / BURST_NS);
	end = now() + atof(argv[2]);
	for (int i = 0; i < TASKLETS; i++)
		tasklet_create(NULL, "turn", turn, NULL);
	tasklet_create(NULL, "pace", events ? pace : hurry, NULL);
	scheduler_run(NULL, NULL);
	printf("%ld switches in %s s\n", switches, argv[2]);
	return 0;
}
