/* SPDX-License-Identifier: MIT */
/*
 * dumped.c - tasklets for greenroom dump to look at.
 *
 *     dumped wait          some that wait, in every way there is; prints "ready", ends with its input
 *     dumped busy COUNT    COUNT that yield as fast as they can, in calls that hold canaries
 *     dumped soft COUNT    the same as frames
 *     dumped stuck         two of a thread wait for each other, for ever; prints "ready"
 *     dumped abort         waits likewise, and dies
 */
#include <greenroom.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CANARIES = 4 };
#define CANARY UINT64_C(0xca9a81e5ca9a81e5)

static struct channel *news, *nowhere, *shared;

/* ------------------------------------------------------------------------------ who wait */

static int compare_slowly(const void *left, const void *right)
{
	tasklet_pause(); /* line of the pause */
	return *(const int *)left - *(const int *)right;
}

static int sort_slowly(void *unused)
{
	int numbers[] = {3, 1, 2};

	(void)unused;
	qsort(numbers, 3, sizeof(int), compare_slowly);
	return numbers[0] != 1;
}

__attribute__((noinline)) static int wait_below(int depth)
{
	volatile int own = depth;
	int value = 0;
	int error = depth ? wait_below(depth - 1) : channel_receive(news, &value);

	return own == depth ? error : 1;
}

static int wait_for_news(void *unused)
{
	(void)unused;
	return -wait_below(3);
}

FRAME(soft_inner, int value;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(news, &self->value); /* line of the frame */
	FRAME_END(self->frame.result);
}

FRAME(soft_outer, int unused;)
{
	FRAME_BEGIN();
	FRAME_CALL(soft_inner, .value = 0);
	FRAME_END(self->frame.result);
}

static int sleep_long(void *unused)
{
	(void)unused;
	return -tasklet_sleep(UINT64_C(3600000000000));
}

static int send_shared(void *unused)
{
	int value = 1;

	(void)unused;
	return -channel_send(shared, &value);
}

static int send_nowhere(void *unused)
{
	int value = 1;

	(void)unused;
	return -channel_send(nowhere, &value);
}

static int never_starts(void *unused)
{
	(void)unused;
	return 0;
}

static int wait_for_input(void *unused)
{
	(void)unused;
	tasklet_create(NULL, "fresh", never_starts, NULL);
	puts("ready");
	fflush(stdout);
	/* In the system, and not in the runtime: nobody else goes on. */
	return getchar() == EOF ? 0 : 1;
}

static int die(void *unused)
{
	(void)unused;
	abort();
}

static void create_waiters(void)
{
	tasklet_create(NULL, "sorter", sort_slowly, NULL);
	tasklet_create(NULL, "waiter", wait_for_news, NULL);
	tasklet_create_frame(NULL, "soft", frame_new(soft_outer));
	tasklet_create(NULL, "sleeper", sleep_long, NULL);
	tasklet_create(NULL, "sharer", send_shared, NULL);
	tasklet_create(NULL, "sender", send_nowhere, NULL);
}

/* ------------------------------------------------------------------------------ who are busy */

struct worker {
	uint64_t number, round;
};

/* Its canaries say whose they are and which round it is; where it stopped is the same in all of them. */
__attribute__((noinline)) static int work_below(struct worker *worker, int depth)
{
	volatile uint64_t canary[CANARIES] = {CANARY, worker->number, worker->round,
					      (uint64_t)depth};
	int error = depth ? work_below(worker, depth - 1) : tasklet_yield();

	return canary[0] == CANARY ? error : 1;
}

__attribute__((noinline)) static int work_above(struct worker *worker, int depth)
{
	volatile uint64_t canary[CANARIES] = {CANARY, worker->number, worker->round,
					      (uint64_t)depth};
	int error = work_below(worker, depth - 1);

	return canary[0] == CANARY ? error : 1;
}

/* By turns in two ways that leave the same stack behind. */
static int work(void *argument)
{
	struct worker worker = {.number = (uintptr_t)argument};

	while (1) {
		worker.round++;
		work_below(&worker, 3);
		worker.round++;
		work_above(&worker, 3);
	}
	return 0;
}

FRAME(soft_step, uint64_t unused;)
{
	FRAME_BEGIN();
	FRAME_YIELD();
	FRAME_END(0);
}

FRAME(soft_stride, uint64_t unused;)
{
	FRAME_BEGIN();
	FRAME_CALL(soft_step, .unused = 0);
	FRAME_END(0);
}

FRAME(soft_work, uint64_t unused;)
{
	FRAME_BEGIN();
	for (;;) {
		FRAME_CALL(soft_step, .unused = 0);
		FRAME_CALL(soft_stride, .unused = 0);
	}
	FRAME_END(0);
}

static void create_workers(const char *how, long count)
{
	for (long i = 1; i <= count; i++)
		if (strcmp(how, "soft") == 0)
			tasklet_create_frame(NULL, "worker", frame_new(soft_work));
		else
			tasklet_create(NULL, "worker", work, (void *)(uintptr_t)i);
}

/* ------------------------------------------------------------------------------ who are stuck */

static int listen(void *channel)
{
	return -channel_receive(channel, NULL);
}

/* Other threads could send it tasklets to run: so the runtime lets it sleep. */
static void *get_stuck(void *unused)
{
	struct channel *here, *there;

	(void)unused;
	if (channel_create(&here, "here", 0) || channel_create(&there, "there", 0))
		exit(1);
	tasklet_create(NULL, "listener", listen, here);
	channel_receive(there, NULL);
	return NULL;
}

static int wait_beside(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, get_stuck, NULL))
		return 1;
	tasklet_sleep(1000000000);
	puts("ready");
	fflush(stdout);
	return tasklet_sleep(UINT64_C(3600000000000)) != 0;
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "wait";

	if (channel_create(&news, "news", sizeof(int)) ||
	    channel_create(&nowhere, "nowhere", sizeof(int)) ||
	    channel_create_with(&shared, "shared", sizeof(int), CHANNEL_SHARED))
		return 1;
	if (strcmp(how, "stuck") == 0)
		return wait_beside();
	if (argc > 2) {
		create_workers(how, strtol(argv[2], NULL, 10));
		puts("ready");
		fflush(stdout);
	} else {
		create_waiters();
		tasklet_create(NULL, "last", strcmp(how, "abort") == 0 ? die : wait_for_input,
			       NULL);
	}
	return scheduler_run(NULL, NULL) != 0;
}
