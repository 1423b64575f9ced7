/* SPDX-License-Identifier: MIT */
/*
 * play.c - the program of the made-up play (unit/play.h): shown, never built.
 */
#include <greenroom.h>
static struct channel *jobs, *done;

/* Makes jobs. */
static int producer(void *unused)
{
	for (int job = 1; job <= 2; job++) {
		if (job > 1)
			trace_mark("made job %d", job);
		channel_send(jobs, &job);
	}
	channel_send(done, NULL);
	return 0;
}

/* Takes jobs, and
 * waits for more
 * for ever. */
static int consumer(void *unused)
{
	int job;

	while (channel_receive(jobs, &job) == 0)
		work(job);
	return 0;
}

/* Waits for the
 * signal. */
static int logger(void *unused)
{
	return channel_receive(done, NULL);
}

int main(void)
{
	channel_create(&jobs, "jobs", 8);
	channel_create(&done, "done", 0);
	/* The first to be created is the first to run. */
	for (size_t i = 0; i < 3; i++)
		tasklet_create(NULL, names[i], functions[i], NULL);
	/* Whoever calls this leaves the chain. */

	return scheduler_run(NULL, NULL);
}
