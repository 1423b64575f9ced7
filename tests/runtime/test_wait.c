/* SPDX-License-Identifier: MIT */
/*
 * test_wait.c - tasklets that wait for a time or for a descriptor, as functions and as frames.
 *
 * Would fail if one came before its time, or never; if they came in another order than that of their
 * moments; if a ready descriptor woke the wrong tasklet, or nobody because others were busy; if a
 * throw left something behind; if scheduler_run ended while one waited; if a thread with nothing to do
 * used the processor.
 */
#include <errno.h>
#include <fcntl.h>
#include <greenroom.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "plays.h"
#include "tap.h"

enum { MS = 1000000 };

static uint64_t now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (uint64_t)time.tv_sec * 1000 * MS + (uint64_t)time.tv_nsec;
}

/* ------------------------------------------------------------------------------ times */

static int sleep_and_say(void *milliseconds)
{
	uint64_t nanoseconds = (uint64_t)(uintptr_t)milliseconds * MS;
	uint64_t before = now(CLOCK_MONOTONIC);
	int result = tasklet_sleep(nanoseconds);

	say("%d:%d%s", (int)(nanoseconds / MS), result,
	    now(CLOCK_MONOTONIC) - before < nanoseconds ? " too early" : "");
	return 0;
}

FRAME(sleeper, uint64_t nanoseconds; uint64_t before;)
{
	FRAME_BEGIN();
	self->before = now(CLOCK_MONOTONIC);
	FRAME_SLEEP(self->nanoseconds);
	say("%d:%d%s", (int)(self->nanoseconds / MS), self->frame.result,
	    now(CLOCK_MONOTONIC) - self->before < self->nanoseconds ? " too early" : "");
	FRAME_END(0);
}

static void play_times(void)
{
	uint64_t before = now(CLOCK_THREAD_CPUTIME_ID);

	tasklet_create(NULL, NULL, sleep_and_say, (void *)150);
	tasklet_create_frame(NULL, NULL, frame_new(sleeper, .nanoseconds = 100 * MS));
	tasklet_create(NULL, NULL, sleep_and_say, (void *)50);
	tasklet_create_frame(NULL, NULL, frame_new(sleeper, .nanoseconds = 200 * MS));
	tasklet_create(NULL, NULL, sleep_and_say, (void *)0);
	say("run%d", scheduler_run(NULL, NULL));
	say(now(CLOCK_THREAD_CPUTIME_ID) - before < 50 * MS ? "idle" : "busy");
}

/* ------------------------------------------------------------------------------ descriptors */

static int ends[2];

static int wait_to_read(void *unused)
{
	char text[16] = "";
	int result = tasklet_wait_fd(ends[0], POLLIN, TASKLET_FOREVER);

	(void)unused;
	if (result > 0 && read(ends[0], text, sizeof(text) - 1) < 0)
		say("nothing");
	say("%d:%s", result, text);
	return 0;
}

FRAME(reader, char text[16];)
{
	FRAME_BEGIN();
	FRAME_WAIT_FD(ends[0], POLLIN, TASKLET_FOREVER);
	if (read(ends[0], self->text, 4) < 0)
		say("nothing");
	say("%d:%s", self->frame.result, self->text);
	FRAME_END(0);
}

static int write_later(void *text)
{
	tasklet_sleep(5 * MS);
	if (write(ends[1], text, strlen(text)) < 0)
		say("not written");
	say("wrote");
	return 0;
}

static void play_pipe(void)
{
	if (pipe(ends))
		return;
	tasklet_create(NULL, NULL, wait_to_read, NULL);
	tasklet_create(NULL, NULL, write_later, "four");
	scheduler_run(NULL, NULL);
	tasklet_create_frame(NULL, NULL, frame_new(reader, .text = ""));
	tasklet_create(NULL, NULL, write_later, "more");
	scheduler_run(NULL, NULL);
	say("%d", tasklet_wait_fd(ends[1], POLLOUT, TASKLET_FOREVER));
	say("%d", tasklet_wait_fd(ends[0], POLLIN, 5 * MS));
	close(ends[1]);
	say("%d", tasklet_wait_fd(ends[0], POLLIN, TASKLET_FOREVER));
	close(ends[0]);
}

/* A descriptor number that is used again for another file. */
static void play_reopened(void)
{
	char byte;

	for (int i = 0; i < 3; i++) {
		if (pipe(ends) || write(ends[1], "x", 1) < 0)
			return;
		say("%d", tasklet_wait_fd(ends[0], POLLIN, 1000 * (uint64_t)MS));
		say("%d", (int)read(ends[0], &byte, 1));
		close(ends[0]);
		close(ends[1]);
	}
}

/* One reads, one writes, on the same end of a pair. */
static int wait_for_both(void *events)
{
	unsigned int wanted = (unsigned int)(uintptr_t)events;
	int result = tasklet_wait_fd(ends[0], wanted, 300 * MS);

	say("%u:%d", wanted, result);
	return 0;
}

static void play_directions(void)
{
	if (pipe(ends))
		return;
	tasklet_create(NULL, NULL, wait_for_both, (void *)(uintptr_t)POLLIN);
	tasklet_create(NULL, NULL, wait_for_both, (void *)(uintptr_t)POLLIN);
	tasklet_create(NULL, NULL, wait_for_both, (void *)(uintptr_t)POLLPRI);
	tasklet_create(NULL, NULL, write_later, "x");
	scheduler_run(NULL, NULL);
	close(ends[0]);
	close(ends[1]);
}

/* ------------------------------------------------------------------------------ in company */

static bool done;

static int be_busy(void *unused)
{
	(void)unused;
	while (!done)
		tasklet_yield();
	say("busy");
	return 0;
}

static int end_it(void *unused)
{
	(void)unused;
	tasklet_sleep(MS);
	done = true;
	say("done");
	return 0;
}

/* Nobody is ever idle: the one that sleeps has to be woken all the same, beside others and alone. */
static void play_busy(void)
{
	done = false;
	tasklet_create(NULL, NULL, end_it, NULL);
	tasklet_create(NULL, NULL, be_busy, NULL);
	tasklet_create(NULL, NULL, be_busy, NULL);
	scheduler_run(NULL, NULL);
	done = false;
	tasklet_create(NULL, NULL, end_it, NULL);
	be_busy(NULL);
}

static int sleep_long(void *unused)
{
	int result;

	(void)unused;
	tasklet_set_cancel(scheduler_current(), TASKLET_CANCEL_RETURN);
	result = tasklet_sleep(TASKLET_FOREVER);
	say("%d", result);
	result = tasklet_wait_fd(ends[0], POLLIN, TASKLET_FOREVER);
	say("%d", result);
	return 0;
}

static void play_throw(void)
{
	struct tasklet *tasklet;

	if (pipe(ends))
		return;
	tasklet_create(&tasklet, NULL, sleep_long, NULL);
	tasklet_yield();
	say("state%d insert%d run%d remove%d", tasklet_state(tasklet), tasklet_insert(tasklet),
	    tasklet_run(tasklet), tasklet_remove(tasklet));
	tasklet_throw(tasklet, -EIO);
	tasklet_kill(tasklet);
	say("run%d", scheduler_run(NULL, NULL));
	close(ends[0]);
	close(ends[1]);
}

static void play_errors(void)
{
	int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int regular = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	say("%d %d %d", tasklet_wait_fd(-1, POLLIN, 0), tasklet_wait_fd(1000, POLLIN, 0),
	    tasklet_wait_fd(file, 0, 0));
	say("%d", tasklet_wait_fd(regular, POLLIN, TASKLET_FOREVER));
	tasklet_set_block_trap(scheduler_current(), true);
	say("%d %d", tasklet_sleep(1), tasklet_wait_fd(file, POLLIN, 0));
	tasklet_set_block_trap(scheduler_current(), false);
	scheduler_switch_trap(1);
	say("%d", tasklet_sleep(1));
	scheduler_switch_trap(-1);
	close(file);
	close(regular);
}

/* Main waits in a channel while the last runnable tasklet sleeps: no deadlock. */
static int send_later(void *unused)
{
	int value = 7;

	(void)unused;
	tasklet_sleep(2 * MS);
	channel_send(channel, &value);
	return 0;
}

static void play_main_waits(void)
{
	int value = 0;

	tasklet_create(NULL, NULL, send_later, NULL);
	say("receive%d", channel_receive(channel, &value));
	say("value%d", value);
	tasklet_yield();
}

/* A thread that sleeps in a timer, or polls, is woken by another. */
static struct tasklet *sleeping;
static struct channel *started;
static pthread_barrier_t attached;

static void *wake_from_outside(void *unused)
{
	(void)unused;
	scheduler_current();
	pthread_barrier_wait(&attached);
	channel_receive(started, NULL);
	tasklet_throw(sleeping, -EINTR);
	channel_receive(started, NULL);
	tasklet_throw(sleeping, -EINTR);
	return NULL;
}

/* The error may come while it still waits for the other thread to come. */
static int tell_and_sleep(void *unused)
{
	int error;

	(void)unused;
	error = channel_send(started, NULL);
	say("%d", error ? error : tasklet_sleep(TASKLET_FOREVER));
	error = channel_send(started, NULL);
	say("%d", error ? error : tasklet_wait_fd(ends[0], POLLIN, TASKLET_FOREVER));
	return 0;
}

static void play_woken(void)
{
	pthread_t thread;

	if (pipe(ends))
		return;
	channel_create_with(&started, "started", 0, CHANNEL_SHARED);
	tasklet_create(&sleeping, NULL, tell_and_sleep, NULL);
	tasklet_ref(sleeping);
	pthread_barrier_init(&attached, NULL, 2);
	pthread_create(&thread, NULL, wake_from_outside, NULL);
	pthread_barrier_wait(&attached); /* before that there is nobody to wait for */
	scheduler_run(&(struct run_options){.flags = RUN_THREAD_BLOCK}, NULL);
	pthread_join(thread, NULL);
	pthread_barrier_destroy(&attached);
	tasklet_unref(sleeping);
	channel_destroy(started);
	close(ends[0]);
	close(ends[1]);
}

static const struct play plays[] = {
	{"times come in their order", play_times, "0:0 50:0 100:0 150:0 200:0 run0 idle "},
	{"a pipe is read when there is something", play_pipe,
	 "wrote 1:four wrote 1:more 4 -110 16 "},
	{"a descriptor that is another file now", play_reopened, "1 1 1 1 1 1 "},
	{"several wait for one descriptor", play_directions, "wrote 1:1 1:1 2:-110 "},
	{"who waits is looked for although others are busy", play_busy,
	 "done busy busy done busy "},
	{"errors reach who waits", play_throw, "state6 insert-22 run-22 remove-22 -5 -125 run0 "},
	{"what cannot be waited for", play_errors, "-9 -9 -22 1 -11 -11 -1 "},
	{"main in a channel waits for who sleeps", play_main_waits, "receive0 value7 "},
	{"another thread wakes who sleeps", play_woken, "-4 -4 "},
};

int main(void)
{
	plays_run(plays, sizeof(plays) / sizeof(plays[0]));
	return tap_end();
}
