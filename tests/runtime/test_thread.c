/* SPDX-License-Identifier: MIT */
/*
 * test_thread.c - every thread has a scheduler, a main and a stack of its own.
 *
 * Would fail if anything of the runtime were shared between threads that must not be; if a thread
 * could not end with tasklets left, or main's callers lost what they had on the stack.
 */
#include <errno.h>
#include <greenroom.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

enum { THREADS = 4, ROUNDS = 2000 };

struct worker {
	pthread_t thread;
	struct channel *there, *back;
	int number;
	int wrong;
	uint64_t main_id;
};

static int echo(void *argument)
{
	struct worker *worker = argument;

	for (;;) {
		int value;
		int error = channel_receive(worker->there, &value);

		value += worker->number;
		if (!error)
			error = channel_send(worker->back, &value);
		if (error)
			return error;
	}
}

/* Something for main's callers to lose. */
__attribute__((noinline)) static void work(struct worker *worker)
{
	volatile unsigned char kept[512];

	memset((unsigned char *)kept, worker->number, sizeof(kept));
	tasklet_create(NULL, "echo", echo, worker);
	for (int i = 0; i < ROUNDS; i++) {
		int value = i;

		if (channel_send(worker->there, &value) || channel_receive(worker->back, &value) ||
		    value != i + worker->number)
			worker->wrong++;
	}
	for (size_t i = 0; i < sizeof(kept); i++)
		worker->wrong += kept[i] != worker->number;
}

static void *run_worker(void *argument)
{
	struct worker *worker = argument;

	worker->main_id = tasklet_id(scheduler_main());
	if (scheduler_current() != scheduler_main() || scheduler_count() != 1)
		worker->wrong++;
	channel_create(&worker->there, "there", sizeof(int));
	channel_create(&worker->back, "back", sizeof(int));
	work(worker);
	/* The echo still waits: the thread ends all the same. */
	return NULL;
}

static void *do_nothing(void *unused)
{
	if (scheduler_count() != 1)
		return NULL;
	tasklet_yield();
	scheduler_run(NULL, NULL);
	return unused;
}

static void test_small_stack(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	void *result = NULL;
	int token;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 128 * 1024);
	if (pthread_create(&thread, &attributes, do_nothing, &token))
		tap_skip(1, "no thread with a small stack");
	else {
		pthread_join(thread, &result);
		tap_ok(result == &token, "a thread with a small stack has a scheduler too");
	}
	pthread_attr_destroy(&attributes);
}

static struct tasklet *kept[3];

static int return_at_once(void *unused)
{
	(void)unused;
	return 0;
}

static void *keep_handles(void *unused)
{
	tasklet_new(&kept[0], "new");
	tasklet_create(&kept[1], "ended", return_at_once, NULL);
	tasklet_ref(kept[1]);
	kept[2] = tasklet_ref(scheduler_main());
	tasklet_yield();
	return unused;
}

/* Uses what the thread before gave back. */
static void *use_memory(void *unused)
{
	enum { BYTES = 1 << 16 };
	volatile unsigned char *memory = aligned_alloc(64, BYTES);

	for (int i = 0; memory && i < BYTES; i++)
		memory[i] = 0x55;
	free((void *)memory);
	return unused;
}

static void test_handles(void)
{
	static const char *const names[] = {"new", "ended", "main"};
	pthread_t thread;

	pthread_create(&thread, NULL, keep_handles, NULL);
	pthread_join(thread, NULL);
	pthread_create(&thread, NULL, use_memory, NULL);
	pthread_join(thread, NULL);
	for (int i = 0; i < 3; i++) {
		tap_is_text(tasklet_name(kept[i]), names[i],
			    "a handle that is kept outlives its thread: %s", names[i]);
		tasklet_unref(kept[i]);
	}
}

int main(void)
{
	static struct worker workers[THREADS]; /* what they leave behind is not lost */
	bool distinct = true;

	for (int i = 0; i < THREADS; i++) {
		workers[i].number = i + 1;
		if (pthread_create(&workers[i].thread, NULL, run_worker, &workers[i]))
			return tap_skip_all("no threads");
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(workers[i].thread, NULL);
	for (int i = 0; i < THREADS; i++) {
		tap_is(workers[i].wrong, 0, "thread %d works for itself", i + 1);
		distinct &= workers[i].main_id != tasklet_id(scheduler_main());
		for (int j = 0; j < i; j++)
			distinct &= workers[i].main_id != workers[j].main_id;
	}
	tap_ok(distinct, "every thread has a main of its own");
	test_small_stack();
	test_handles();
	return tap_end();
}
