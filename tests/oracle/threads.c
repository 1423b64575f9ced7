/* SPDX-License-Identifier: MIT */
/*
 * threads.c - what the scenarios with a second thread are written with: lines kept apart by thread,
 * and ways for one thread to wait for what another has done.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "oracle.h"

enum { THREADS = 2, LOG_BYTES = 16384, EVENTS = 4 };

struct log {
	char text[LOG_BYTES];
	size_t used;
	const struct tasklet *main;
	uint64_t number; /* of the thread */
};

static struct log logs[THREADS];
static _Thread_local struct log *own_log;
static bool kept_apart;

static pthread_t second;
static pthread_mutex_t event_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t event_happened = PTHREAD_COND_INITIALIZER;
static bool events[EVENTS];

static void own(struct log *log)
{
	own_log = log;
	log->main = scheduler_main();
	log->number = scheduler_thread();
}

void thread_logs_begin(void)
{
	kept_apart = true;
	own(&logs[0]);
}

bool thread_log_add(const char *text)
{
	if (!kept_apart)
		return false;
	own_log->used += (size_t)snprintf(own_log->text + own_log->used, LOG_BYTES - own_log->used,
					  "%s\n", text);
	return true;
}

void thread_logs_print(void)
{
	trace_end();
	kept_apart = false;
	for (int i = 0; i < THREADS; i++) {
		if (i > 0 && !logs[i].main)
			continue;
		printf("# ---- thread %d\n%s", i + 1, logs[i].text);
	}
	fflush(stdout);
}

const char *thread_main_name(const struct tasklet *main)
{
	return main == logs[1].main ? "main2" : "main";
}

/* ------------------------------------------------------------------------ events and threads */

void event_set(int which)
{
	pthread_mutex_lock(&event_lock);
	events[which] = true;
	pthread_cond_broadcast(&event_happened);
	pthread_mutex_unlock(&event_lock);
}

void event_wait(int which)
{
	pthread_mutex_lock(&event_lock);
	while (!events[which])
		pthread_cond_wait(&event_happened, &event_lock);
	pthread_mutex_unlock(&event_lock);
}

enum { EVENT_STARTED = EVENTS - 1 };

static void *run_second(void *argument)
{
	void (*run)(void) = *(void (**)(void))argument;

	own(&logs[1]);
	if (trace_is_wanted) {
		print_switch(NULL, scheduler_main(), NULL);
		trace_begin();
	}
	event_set(EVENT_STARTED);
	run();
	return NULL;
}

void thread_start(void (*run)(void))
{
	static void (*runs)(void);

	runs = run;
	pthread_create(&second, NULL, run_second, &runs);
	event_wait(EVENT_STARTED);
}

void thread_join(void)
{
	pthread_join(second, NULL);
}

/* The driver ends a scenario that takes too long. */
static void rest(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

static void wait_until_sleeps(uint64_t thread)
{
	struct thread_info info;

	while (scheduler_thread_info(thread, &info) == 0 && !info.asleep)
		rest();
}

void wait_until_first_sleeps(void)
{
	wait_until_sleeps(logs[0].number);
}

void wait_until_second_sleeps(void)
{
	wait_until_sleeps(logs[1].number);
}

void wait_until_balance(const struct channel *channel, int balance)
{
	while (channel_balance(channel) != balance)
		rest();
}

struct channel *new_shared_channel(const char *name, size_t size)
{
	struct channel *created = NULL;
	int error = channel_create_with(&created, name, size, CHANNEL_SHARED);

	if (error)
		line("# channel_create_with: %s", error_name(error));
	return created;
}

int run_blocking(void)
{
	return scheduler_run(&(struct run_options){.flags = RUN_THREAD_BLOCK}, NULL);
}
