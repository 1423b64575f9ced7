/* SPDX-License-Identifier: MIT */
/*
 * producer_consumer.c - one produces, two consume: who waits for whom, and how a loop over a
 * channel ends.
 */
#include <errno.h>
#include <greenroom.h>
#include <stdio.h>
#include <string.h>

enum { JOBS = 6, CONSUMERS = 2 };

/* Values of any size can be sent. They are copied: the sender may change its own at once. */
struct job {
	int number;
	char text[16];
};

static struct channel *jobs;

static int produce(void *unused)
{
	struct job job;

	(void)unused;
	for (job.number = 1; job.number <= JOBS; job.number++) {
		int error;

		snprintf(job.text, sizeof(job.text), "job %d", job.number);
		printf("producer: %s\n", job.text);
		error = channel_send(jobs, &job);
		if (error)
			return error;
	}
	/* -ENODATA in place of a value ends the loop of one consumer. */
	for (int i = 0; i < CONSUMERS; i++) {
		int error = channel_send_error(jobs, -ENODATA);

		if (error)
			return error;
	}
	printf("producer: done\n");
	return 0;
}

static int consume(void *name)
{
	struct job job;
	int done = 0;
	int more;

	while ((more = channel_iterate(jobs, &job)) == 1) {
		printf("  %s: works on %s\n", (const char *)name, job.text);
		/* Somebody else may run meanwhile: the next job goes to the other consumer, who
		 * has waited longer. */
		more = tasklet_yield();
		if (more)
			return more;
		done++;
	}
	printf("  %s: did %d jobs\n", (const char *)name, done);
	return more;
}

int main(void)
{
	struct run_result result;
	int error = channel_create(&jobs, "jobs", sizeof(struct job));

	if (!error)
		error = tasklet_create(NULL, "first", consume, "first");
	if (!error)
		error = tasklet_create(NULL, "second", consume, "second");
	if (!error)
		error = tasklet_create(NULL, "producer", produce, NULL);
	if (error) {
		fprintf(stderr, "producer_consumer: %s\n", strerror(-error));
		return 1;
	}

	/* The result tells a tasklet's error from one of scheduler_run itself. */
	error = scheduler_run(NULL, &result);
	if (error) {
		fprintf(stderr, "producer_consumer: tasklet %llu: %s\n",
			(unsigned long long)result.tasklet, strerror(-error));
		return 1;
	}
	return -channel_destroy(jobs);
}
