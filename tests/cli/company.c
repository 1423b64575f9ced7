/* SPDX-License-Identifier: MIT */
/*
 * company.c - a program that goes on until it is killed, for recorders that come later.
 *
 *     company MODE...
 *
 * Each mode is a thread of its own; when it has begun to use the runtime, "ready" is printed:
 *
 *     hard      two tasklets that talk, with pauses of a millisecond
 *     soft      the same as frames
 *     busy      computes, and uses the runtime every tenth of a second
 *     asleep    tasklets wait for a time, a descriptor, in channels
 *     gone      has used the runtime, and never does so again
 *     shared    tasklets that meet those of other such threads
 *     births    tasklets begin and end, and threads
 *     forks     a child every hundredth of a second
 *     stranger  forks too, and has not used the runtime before its children do
 *     daemon    the descriptors have been closed, as daemons do it; must come first
 */
#include <greenroom.h>
#include <greenroom_frame.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_NS = 1000000, SHARED = 3 };

static struct channel *shared[SHARED];
static pthread_barrier_t begun;

static void pause_thread(long nanoseconds)
{
	nanosleep(&(struct timespec){0, nanoseconds}, NULL);
}

static void start(const char *name, tasklet_fn *run, void *argument)
{
	struct tasklet *tasklet;

	if (tasklet_create(&tasklet, name, run, argument) != 0)
		_exit(2);
}

static void ready(void)
{
	if (pthread_barrier_wait(&begun) == PTHREAD_BARRIER_SERIAL_THREAD) {
		puts("ready");
		fflush(stdout);
	}
}

/* ---------------------------------------------------------------------------------- hard, soft */

static int produce(void *argument)
{
	for (int value = 0;; value++) {
		if (channel_send(argument, &value) != 0)
			return 0;
		if (value % 64 == 0)
			pause_thread(PAUSE_NS);
	}
}

static int consume(void *argument)
{
	int value;

	while (channel_receive(argument, &value) == 0)
		;
	return 0;
}

static void be_hard(void)
{
	struct channel *channel;

	channel_create(&channel, "numbers", sizeof(int));
	start("producer", produce, channel);
	start("consumer", consume, channel);
	ready();
	scheduler_run(NULL, NULL);
}

FRAME(soft_producer, struct channel *channel; int value;)
{
	FRAME_BEGIN();
	for (;; self->value++) {
		FRAME_SEND(self->channel, &self->value);
		if (self->value % 64 == 0)
			pause_thread(PAUSE_NS);
	}
	FRAME_END(0);
}

FRAME(soft_consumer, struct channel *channel; int value;)
{
	FRAME_BEGIN();
	for (;;)
		FRAME_RECEIVE(self->channel, &self->value);
	FRAME_END(0);
}

static void be_soft(void)
{
	struct tasklet *tasklet;
	struct channel *channel;

	channel_create(&channel, "soft numbers", sizeof(int));
	tasklet_create_frame(&tasklet, "soft producer",
			     frame_new(soft_producer, .channel = channel));
	tasklet_create_frame(&tasklet, "soft consumer",
			     frame_new(soft_consumer, .channel = channel));
	ready();
	scheduler_run(NULL, NULL);
}

/* --------------------------------------------------------------------------- busy, asleep, gone */

static int compute(void *argument)
{
	struct timespec now, start;

	(void)argument;
	do {
		clock_gettime(CLOCK_MONOTONIC, &start);
		do
			clock_gettime(CLOCK_MONOTONIC, &now);
		while ((now.tv_sec - start.tv_sec) * 1000 +
			       (now.tv_nsec - start.tv_nsec) / 1000000 <
		       100);
	} while (tasklet_yield() == 0);
	return 0;
}

static void be_busy(void)
{
	start("computer", compute, NULL);
	ready();
	scheduler_run(NULL, NULL);
}

static int sleep_long(void *argument)
{
	(void)argument;
	return tasklet_sleep(UINT64_C(3600000000000));
}

static int read_pipe(void *argument)
{
	return tasklet_wait_fd(*(int *)argument, POLLIN, TASKLET_FOREVER) < 0;
}

static int pause_it(void *argument)
{
	(void)argument;
	return tasklet_pause();
}

static void be_asleep(void)
{
	static int ends[2];
	struct channel *channel;
	struct tasklet *kept;

	if (pipe(ends) != 0)
		_exit(2);
	channel_create(&channel, "empty", sizeof(int));
	channel_set_preference(channel, CHANNEL_PREFER_SENDER);
	start("sleeper", sleep_long, NULL);
	start("reader", read_pipe, &ends[0]);
	start("first", consume, channel);
	start("second", consume, channel);
	start("paused", pause_it, NULL);
	tasklet_new(&kept, "new");
	for (int i = 0; i < 5; i++)
		tasklet_yield();
	ready();
	scheduler_run(NULL, NULL);
}

static void be_gone(void)
{
	tasklet_yield();
	ready();
	for (;;)
		pause();
}

/* ------------------------------------------------------------------------------ shared, births */

static int send_any(void *argument)
{
	unsigned int random = (unsigned int)(uintptr_t)argument;

	do
		random = random * 1103515245 + 12345;
	while (channel_send(shared[(random >> 16) % SHARED], &random) == 0);
	return 0;
}

static int receive_any(void *argument)
{
	unsigned int random = (unsigned int)(uintptr_t)argument;
	unsigned int value;

	do
		random = random * 1103515245 + 12345;
	while (channel_receive(shared[(random >> 16) % SHARED], &value) == 0);
	return 0;
}

static int sleep_short(void *argument)
{
	(void)argument;
	while (tasklet_sleep(3 * PAUSE_NS) == 0)
		;
	return 0;
}

static void be_shared(void)
{
	for (uintptr_t i = 0; i < 3; i++) {
		uintptr_t seed = (uintptr_t)scheduler_thread() * 10 + i;

		start("sender", send_any, (void *)seed);
		start("receiver", receive_any, (void *)seed);
	}
	start("sleeper", sleep_short, NULL);
	ready();
	scheduler_run(NULL, NULL);
}

static int live_briefly(void *argument)
{
	(void)argument;
	return tasklet_yield();
}

static void *run_briefly(void *argument)
{
	for (int i = 0; i < 3; i++)
		start("brief", live_briefly, argument);
	scheduler_run(NULL, NULL);
	return NULL;
}

static int beget(void *argument)
{
	(void)argument;
	do {
		pthread_t thread;

		start("brief", live_briefly, NULL);
		if (pthread_create(&thread, NULL, run_briefly, NULL) == 0)
			pthread_join(thread, NULL);
	} while (tasklet_sleep(PAUSE_NS) == 0);
	return 0;
}

static void be_births(void)
{
	start("parent", beget, NULL);
	ready();
	scheduler_run(NULL, NULL);
}

/* ---------------------------------------------------------------------------------------- forks */

static int fork_often(void *argument)
{
	(void)argument;
	do {
		pid_t child = fork();

		if (child == 0) {
			start("brief", live_briefly, NULL);
			tasklet_yield();
			_exit(0);
		}
		waitpid(child, NULL, 0);
	} while (tasklet_sleep(10 * PAUSE_NS) == 0);
	return 0;
}

static void be_forks(void)
{
	start("parent", fork_often, NULL);
	ready();
	scheduler_run(NULL, NULL);
}

static void be_stranger(void)
{
	ready();
	for (;;) {
		pid_t child = fork();

		if (child == 0) {
			run_briefly(NULL);
			_exit(0);
		}
		waitpid(child, NULL, 0);
		pause_thread(10 * PAUSE_NS);
	}
}

/* The runtime has been used, and its descriptors with it. */
static void be_daemon(void)
{
	tasklet_yield();
	for (int descriptor = 3; descriptor < 1024; descriptor++)
		close(descriptor);
	ready();
	scheduler_run(NULL, NULL);
}

static const struct mode {
	const char *name;
	void (*run)(void);
} modes[] = {
	{"hard", be_hard},         {"soft", be_soft},   {"busy", be_busy},
	{"asleep", be_asleep},     {"gone", be_gone},   {"shared", be_shared},
	{"births", be_births},     {"forks", be_forks}, {"daemon", be_daemon},
	{"stranger", be_stranger},
};

static void *run_mode(void *name)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(modes[i].name, name) == 0)
			modes[i].run();
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc < 2)
		return 2;
	pthread_barrier_init(&begun, NULL, (unsigned int)argc - 1);
	for (int i = 0; i < SHARED; i++)
		channel_create_with(&shared[i], "shared", sizeof(unsigned int), CHANNEL_SHARED);
	/* The last one in the thread that the process began with. */
	for (int i = 1; i < argc - 1; i++) {
		if (pthread_create(&thread, NULL, run_mode, argv[i]) != 0)
			return 2;
	}
	run_mode(argv[argc - 1]);
	for (;;)
		pause();
}
