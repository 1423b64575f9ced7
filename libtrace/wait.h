/* SPDX-License-Identifier: MIT */
/*
 * wait.h - tasklets that wait for the world: for a time, or for a descriptor. Own thread only.
 */
#ifndef GREENROOM_WAIT_H
#define GREENROOM_WAIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "timer.h"

struct tasklet;
struct trace_ring;
struct thread;

/* What one tasklet waits for. */
struct waiter {
	struct timer timer; /* first */
	struct tasklet *tasklet;
	struct waiter *next; /* for the same descriptor */
	int descriptor;      /* -1: for the time alone */
	uint32_t events;
};

/* What a thread's tasklets wait for. Zeroed: nothing. */
struct wait_set {
	size_t count; /* tasklets that wait */
	struct timer_heap timers;
	struct waiter **by_descriptor; /* the first who waits for it, linked; [descriptors] */
	size_t descriptors;
	int poll;              /* epoll descriptor plus one; 0: none yet */
	int alarm;             /* eventfd that other threads ring while this one polls, plus one */
	unsigned int switches; /* since the last look */
};

/* Takes a waiting tasklet out of all it waits in, without making it runnable. */
void wait_cancel(struct tasklet *tasklet, enum event_wait_end cause);

/* Makes runnable whose time has come or whose descriptor is ready; does not wait. */
void wait_look(struct thread *thread);

/* The same, every so many calls: at switches, while others are runnable too. */
static inline void wait_look_sometimes(struct thread *thread, struct wait_set *set)
{
	if (++set->switches % 64 == 0)
		wait_look(thread);
}

/* Sleeps until something can be made runnable by wait_look, or another thread posts something. */
void wait_sleep(struct thread *thread);

/* Says what a tasklet waits for, when recording begins. */
void wait_say_snapshot(struct trace_ring *ring, uint64_t stamp, const struct tasklet *tasklet);

/* In the child after a fork: the epoll descriptor is the parent's. */
void wait_after_fork(struct thread *thread);

void wait_term(struct wait_set *set);

#endif
