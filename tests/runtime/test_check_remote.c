/* SPDX-License-Identifier: MIT */
/*
 * test_check_remote.c - a checkpoint is where a loop gets what other threads want of it.
 *
 * Would fail, by hanging, if a loop that never gives way could not be reached.
 */
#include <errno.h>
#include <greenroom.h>
#include <pthread.h>
#include <stdatomic.h>

#include "tap.h"

static struct tasklet *loop;
static _Atomic bool is_running;
static int got, cleanups;

static int check_for_ever(void *unused)
{
	(void)unused;
	atomic_store(&is_running, true);
	while (!got)
		got = tasklet_check();
	return 0;
}

static void count_cleanup(const int *unused)
{
	(void)unused;
	cleanups++;
}

static int check_until_killed(void *unused)
{
	__attribute__((cleanup(count_cleanup))) int guard = 0;

	(void)guard;
	return check_for_ever(unused);
}

static void count_frame_cleanup(struct frame *self)
{
	(void)self;
	cleanups++;
}

FRAME(checking, )
{
	FRAME_BEGIN();
	self->frame.cleanup = count_frame_cleanup;
	atomic_store(&is_running, true);
	while (!got) {
		FRAME_CHECK();
		got = self->frame.result;
	}
	FRAME_END(0);
}

static void *throw_from_outside(void *error)
{
	while (!atomic_load(&is_running))
		continue;
	tasklet_throw(loop, *(int *)error);
	return NULL;
}

/* Runs `loop`; another thread throws into it. */
static int run_and_throw(int error)
{
	pthread_t thread;
	int result;

	got = cleanups = 0;
	atomic_store(&is_running, false);
	tasklet_ref(loop);
	if (pthread_create(&thread, NULL, throw_from_outside, &error))
		return -EAGAIN;
	result = scheduler_run(NULL, NULL);
	pthread_join(thread, NULL);
	tap_ok(!tasklet_is_alive(loop), "... and it ends");
	tasklet_unref(loop);
	return result;
}

int main(void)
{
	tasklet_create(&loop, "loop", check_for_ever, NULL);
	tap_is(run_and_throw(-EIO), 0, "another thread throws into a loop");
	tap_is(got, -EIO, "... its checkpoint returns the error");
	tasklet_create(&loop, "loop", check_until_killed, NULL);
	tap_is(run_and_throw(-ECANCELED), 0, "another thread kills a loop");
	tap_is(cleanups, 1, "... with its cleanup");
	tasklet_create_frame(&loop, "loop", frame_new(checking));
	tap_is(run_and_throw(-EIO), 0, "another thread throws into a frame");
	tap_is(got, -EIO, "... its checkpoint has the error");
	tasklet_create_frame(&loop, "loop", frame_new(checking));
	tap_is(run_and_throw(-ECANCELED), 0, "another thread kills a frame");
	tap_is(cleanups, 1, "... with its cleanup");
	tap_is((long long)scheduler_count(), 1, "at last only main is there");
	return tap_end();
}
