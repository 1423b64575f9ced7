/* SPDX-License-Identifier: MIT */
/*
 * bench_threads.c - what a message between two threads costs: a value goes there and another one comes
 * back, beside the same with a word in memory that is looked at for a while and then slept on
 * (futex), and with a mutex and a condition; and what a thread uses that only waits.
 */
#include <errno.h>
#include <greenroom.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

enum { ROUNDS = 15, COUNT = 20000, SPINS = 256, WAIT_MS = 200 };

static size_t count_of_run;

static void relax(void)
{
#if defined __x86_64__ || defined __i386__
	__builtin_ia32_pause();
#endif
}

/* ------------------------------------------------------------------------ the word in memory */

struct word {
	_Alignas(64) _Atomic uint32_t value;
	_Atomic bool asleep;
};

static struct word there, back;

static void wait_for_word(struct word *word, uint32_t wanted)
{
	for (int i = 0; i < SPINS; i++) {
		if (atomic_load(&word->value) == wanted)
			return;
		relax();
	}
	for (;;) {
		uint32_t seen = atomic_load(&word->value);

		if (seen == wanted)
			return;
		atomic_store(&word->asleep, true);
		if (atomic_load(&word->value) == seen)
			syscall(SYS_futex, &word->value, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
		atomic_store(&word->asleep, false);
	}
}

static void set_word(struct word *word, uint32_t value)
{
	atomic_store(&word->value, value);
	if (atomic_load(&word->asleep))
		syscall(SYS_futex, &word->value, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void *answer_words(void *unused)
{
	(void)unused;
	for (uint32_t i = 1; i <= count_of_run; i++) {
		wait_for_word(&there, i);
		set_word(&back, i);
	}
	return NULL;
}

static void run_words(void *unused, size_t count)
{
	pthread_t thread;

	(void)unused;
	count_of_run = count;
	there.value = back.value = 0;
	pthread_create(&thread, NULL, answer_words, NULL);
	for (uint32_t i = 1; i <= count; i++) {
		set_word(&there, i);
		wait_for_word(&back, i);
	}
	pthread_join(thread, NULL);
}

/* ------------------------------------------------------------------- mutex and condition */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static uint32_t turn;

static void take_turns(uint32_t first, size_t count)
{
	pthread_mutex_lock(&lock);
	for (uint32_t i = 0; i < count; i++) {
		while (turn != 2 * i + first)
			pthread_cond_wait(&changed, &lock);
		turn++;
		pthread_cond_signal(&changed);
	}
	pthread_mutex_unlock(&lock);
}

static void *answer_turns(void *unused)
{
	(void)unused;
	take_turns(1, count_of_run);
	return NULL;
}

static void run_conditions(void *unused, size_t count)
{
	pthread_t thread;

	(void)unused;
	count_of_run = count;
	turn = 0;
	pthread_create(&thread, NULL, answer_turns, NULL);
	take_turns(0, count);
	pthread_join(thread, NULL);
}

/* ------------------------------------------------------------------------ channels */

static struct channel *ping, *pong;

static void *answer_messages(void *unused)
{
	uint64_t value;

	(void)unused;
	for (size_t i = 0; i < count_of_run; i++) {
		channel_receive(ping, &value);
		channel_send(pong, &value);
	}
	return NULL;
}

static void run_channels(void *unused, size_t count)
{
	pthread_t thread;

	(void)unused;
	count_of_run = count;
	pthread_create(&thread, NULL, answer_messages, NULL);
	for (uint64_t i = 0; i < count; i++) {
		uint64_t value = i;

		/* Before the other thread is attached nobody could ever answer. */
		while (channel_send(ping, &value) == -EDEADLK)
			relax();
		channel_receive(pong, &value);
	}
	pthread_join(thread, NULL);
}

/* ------------------------------------------------------------------------ a thread that waits */

static void *wait_for_message(void *used_ns)
{
	struct timespec time;

	channel_receive(ping, NULL);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	*(uint64_t *)used_ns = (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
	return NULL;
}

static void print_idle(void)
{
	uint64_t used_ns = 0, value = 0;
	pthread_t thread;

	pthread_create(&thread, NULL, wait_for_message, &used_ns);
	while (channel_balance(ping) == 0)
		relax();
	nanosleep(&(struct timespec){.tv_nsec = WAIT_MS * 1000000L}, NULL);
	channel_send(ping, &value);
	pthread_join(thread, NULL);
	printf("a thread that waits for a message for %d ms uses %.3f ms of a processor\n", WAIT_MS,
	       (double)used_ns / 1e6);
}

int main(void)
{
	struct bench_contender contenders[] = {
		{.name = "a word, spun on, then futex", .run = run_words},
		{.name = "mutex and condition", .run = run_conditions},
		{.name = "channels", .run = run_channels},
	};
	size_t contenders_count = sizeof(contenders) / sizeof(contenders[0]);

	channel_create_with(&ping, "ping", sizeof(uint64_t), CHANNEL_SHARED);
	channel_create_with(&pong, "pong", sizeof(uint64_t), CHANNEL_SHARED);
	bench_measure(contenders, contenders_count, ROUNDS, COUNT);
	bench_print("there and back between two threads", contenders, contenders_count);
	print_idle();
	channel_destroy(ping);
	channel_destroy(pong);
	return 0;
}
