/* SPDX-License-Identifier: MIT */
/*
 * test_shared.c - channels that threads share, and threads that act on each other's tasklets, all at
 * once: what is sent arrives, once, and everything comes to an end.
 *
 *     test_shared [SECONDS [VALUES]]    goes on with new rounds for so long; so many values of each
 *
 * Would fail if a wake-up were lost (the round would hang, and the alarm end it), a value arrive twice
 * or not at all, a deadlock be seen where there is none or not be seen where there is one, or a
 * tasklet be lost when it is thrown into, moved or left by its thread.
 */
#include <errno.h>
#include <greenroom.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

enum {
	THREADS = 4,
	TASKLETS = 1024, /* so that each channel has as many senders as receivers */
	CHANNELS = 8,
	PAIRS_A_THREAD = TASKLETS / THREADS / 2,
	LIMIT = 300 /* seconds for all of it, at most */
};

static struct channel *channels[CHANNELS];
static _Atomic uint64_t sent, received, transfers;
static _Atomic int wrong;
static int values = 40;        /* sent by a sender in a round */
static _Thread_local int left; /* tasklets of the crowd that have not ended */

/* ------------------------------------------------------------------------------ the crowd */

static int send_all(void *channel)
{
	for (uint64_t i = 1; i <= (uint64_t)values; i++) {
		uint64_t value = tasklet_id(scheduler_current()) * 1000 + i;

		if (channel_send(channel, &value))
			wrong++;
		sent += value;
	}
	left--;
	return 0;
}

static int receive_all(void *channel)
{
	for (int i = 0; i < values; i++) {
		uint64_t value = 0;

		if (channel_receive(channel, &value))
			wrong++;
		received += value;
		transfers++;
	}
	left--;
	return 0;
}

FRAME(sender, struct channel *channel; uint64_t i; uint64_t value;)
{
	FRAME_BEGIN();
	for (self->i = 1; self->i <= (uint64_t)values; self->i++) {
		self->value = tasklet_id(scheduler_current()) * 1000 + self->i;
		FRAME_SEND(self->channel, &self->value);
		wrong += self->frame.result != 0;
		sent += self->value;
	}
	left--;
	FRAME_END(0);
}

FRAME(receiver, struct channel *channel; int i; uint64_t value;)
{
	FRAME_BEGIN();
	for (self->i = 0; self->i < values; self->i++) {
		FRAME_RECEIVE(self->channel, &self->value);
		wrong += self->frame.result != 0;
		received += self->value;
		transfers++;
	}
	left--;
	FRAME_END(0);
}

/* Senders here, their receivers in any thread. */
static void *join_crowd(void *argument)
{
	size_t number = (size_t)(uintptr_t)argument;

	for (size_t i = 0; i < PAIRS_A_THREAD; i++) {
		struct channel *out = channels[(i + number) % CHANNELS];
		struct channel *in = channels[(i * 3 + number) % CHANNELS];

		if (i % 2) {
			tasklet_create(NULL, NULL, send_all, out);
			tasklet_create_frame(NULL, NULL, frame_new(receiver, .channel = in));
		} else {
			tasklet_create_frame(NULL, NULL, frame_new(sender, .channel = out));
			tasklet_create(NULL, NULL, receive_all, in);
		}
	}
	/* The last runnable one that ends ends the run, though others may wait. */
	left = 2 * PAIRS_A_THREAD;
	while (left > 0)
		wrong += scheduler_run(&(struct run_options){.flags = RUN_THREAD_BLOCK}, NULL) != 0;
	return NULL;
}

static void play_crowd(void)
{
	pthread_t threads[THREADS];

	sent = received = transfers = 0;
	for (size_t i = 0; i < CHANNELS; i++)
		channel_create_with(&channels[i], "crowd", sizeof(uint64_t), CHANNEL_SHARED);
	for (size_t i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, join_crowd, (void *)(uintptr_t)i);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < CHANNELS; i++)
		wrong += channel_destroy(channels[i]) != 0;
	wrong += sent != received;
}

/* ------------------------------------------------------------------------------ interference */

static struct channel *calls;
static struct tasklet *_Atomic victim;
static _Atomic bool over;
static _Atomic int hits;

/* Waits for somebody to do something to it, in whatever way. */
static int suffer(void *unused)
{
	(void)unused;
	tasklet_set_cancel(scheduler_current(), TASKLET_CANCEL_RETURN);
	for (int turn = 0; !over; turn++) {
		int error;

		if (turn % 3 == 0)
			error = channel_receive(calls, NULL);
		else if (turn % 3 == 1)
			error = tasklet_pause();
		else
			error = tasklet_yield();
		if (error == -EIO || error == -ECANCELED)
			hits++;
		else if (error && error != -EDEADLK)
			wrong++;
	}
	return 0;
}

static void *keep_victim(void *unused)
{
	struct tasklet *tasklet;

	(void)unused;
	tasklet_create(&tasklet, "victim", suffer, NULL);
	victim = tasklet_ref(tasklet);
	while (!over)
		scheduler_run(&(struct run_options){.flags = RUN_THREAD_BLOCK}, NULL);
	scheduler_run(NULL, NULL);
	return NULL;
}

static void *attack(void *argument)
{
	unsigned int seed = (unsigned int)(uintptr_t)argument;
	struct tasklet *tasklet;

	tasklet_set_block_trap(scheduler_current(), true);
	while (!(tasklet = victim))
		;
	while (hits < 500) {
		switch (rand_r(&seed) % 5) {
		case 0:
			tasklet_insert(tasklet);
			break;
		case 1:
			tasklet_run(tasklet);
			break;
		case 2:
			tasklet_throw(tasklet, -EIO);
			break;
		case 3:
			tasklet_kill(tasklet);
			break;
		default:
			channel_send(calls, NULL);
			break;
		}
	}
	over = true;
	tasklet_throw(tasklet, -EIO);
	return NULL;
}

static void play_attack(void)
{
	pthread_t keeper, attackers[2];

	over = false;
	hits = 0;
	victim = NULL;
	channel_create_with(&calls, "calls", 0, CHANNEL_SHARED);
	pthread_create(&keeper, NULL, keep_victim, NULL);
	for (size_t i = 0; i < 2; i++)
		pthread_create(&attackers[i], NULL, attack, (void *)(uintptr_t)(i + 1));
	pthread_join(keeper, NULL);
	for (size_t i = 0; i < 2; i++)
		pthread_join(attackers[i], NULL);
	tasklet_unref(victim);
	wrong += channel_destroy(calls) != 0;
}

/* ------------------------------------------------------------------------------ moves */

static struct channel *hops;

FRAME(traveller, struct channel *home; int hops;)
{
	FRAME_BEGIN();
	for (self->hops = 0; self->hops < 2; self->hops++)
		FRAME_RECEIVE(self->home, NULL);
	FRAME_END(0);
}

/* Ends with tasklets that wait. */
static void *leave_travellers(void *handles)
{
	struct tasklet **tasklet = handles;

	for (int i = 0; i < 10; i++) {
		tasklet_create_frame(&tasklet[i], NULL, frame_new(traveller, .home = hops));
		tasklet_ref(tasklet[i]);
	}
	scheduler_run(NULL, NULL);
	return NULL;
}

static void play_moves(void)
{
	struct tasklet *tasklet[10];
	pthread_t thread;

	channel_create_with(&hops, "hops", 0, CHANNEL_SHARED);
	pthread_create(&thread, NULL, leave_travellers, tasklet);
	pthread_join(thread, NULL);
	wrong += channel_balance(hops) != -10;
	wrong += channel_send(hops, NULL) != -ESRCH;
	for (int i = 0; i < 10; i++) {
		wrong += tasklet_is_alive(tasklet[i]);
		wrong += tasklet_thread(tasklet[i]) != 0;
		wrong += tasklet_insert(tasklet[i]) != -ESRCH;
		wrong += i < 9 ? tasklet_bind_thread(tasklet[i], 0) != 0
			       : tasklet_kill(tasklet[i]) != 0;
	}
	wrong += tasklet_bind_thread(tasklet[0], 1000000) != -ESRCH;
	for (int i = 0; i < 18; i++)
		wrong += channel_send(hops, NULL) != 0;
	scheduler_run(NULL, NULL);
	for (int i = 0; i < 10; i++) {
		wrong += tasklet_is_alive(tasklet[i]);
		tasklet_unref(tasklet[i]);
	}
	wrong += channel_destroy(hops) != 0;
}

/* ------------------------------------------------------------------------------ deadlock */

static struct channel *never;
static _Atomic int deadlocks;

static void *wait_for_ever(void *unused)
{
	(void)unused;
	deadlocks += channel_receive(never, NULL) == -EDEADLK;
	return NULL;
}

static void create_never(void)
{
	channel_create_with(&never, "never", 0, CHANNEL_SHARED);
}

static void destroy_never(void)
{
	wrong += channel_destroy(never) != 0;
}

/* Main must not be attached while the others may be in a deadlock: it would count as awake. */
static void in_thread(void (*play)(void));

/* Each of the threads waits for the others; as each is refused and ends, the next is the last. */
static void play_deadlock(void)
{
	pthread_t threads[THREADS];

	deadlocks = 0;
	in_thread(create_never);
	for (size_t i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, wait_for_ever, NULL);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	in_thread(destroy_never);
}

static void *with_runtime(void *play)
{
	(*(void (**)(void))play)();
	return NULL;
}

static void in_thread(void (*play)(void))
{
	pthread_t thread;

	pthread_create(&thread, NULL, with_runtime, &play);
	pthread_join(thread, NULL);
}

static void check(void (*play)(void), const char *name)
{
	wrong = 0;
	in_thread(play);
	tap_is(wrong, 0, "%s", name);
}

int main(int argc, char **argv)
{
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 0);
	uint64_t all = 0;

	if (argc > 2)
		values = atoi(argv[2]);

	alarm(LIMIT);
	do {
		check(play_crowd, "a crowd of senders and receivers in four threads");
		all += transfers;
		check(play_attack, "tasklets of one thread at the mercy of others");
		check(play_moves, "tasklets that change their thread");
		play_deadlock();
		tap_is(wrong, 0, "threads that wait for each other");
		tap_is(deadlocks, THREADS, "... are told so, each");
	} while (time(NULL) < end);
	tap_note("%llu values through %d channels", (unsigned long long)all, CHANNELS);
	return tap_end();
}
