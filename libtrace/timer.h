/* SPDX-License-Identifier: MIT */
/*
 * timer.h - who waits for what time: a binary heap, the earliest on top. Own thread only.
 *
 * Of two that wait for the same moment the one that came first comes first.
 */
#ifndef GREENROOM_TIMER_H
#define GREENROOM_TIMER_H

#include <stddef.h>
#include <stdint.h>

struct timer {
	uint64_t due;   /* CLOCK_MONOTONIC, ns */
	uint64_t order; /* of those that are due at the same time */
	size_t place;   /* in the heap, from 1; 0: not in it */
};

struct timer_heap {
	struct timer **timers; /* [0] is not used */
	size_t count, capacity;
	uint64_t last_order;
};

/* Makes room for one more. 0 or -ENOMEM. */
int timer_reserve(struct timer_heap *heap);

/* Puts in a timer, for which there is room; takes one out that is in. */
void timer_add(struct timer_heap *heap, struct timer *timer, uint64_t due);
void timer_remove(struct timer_heap *heap, struct timer *timer);

/* The earliest, or NULL. */
static inline struct timer *timer_first(const struct timer_heap *heap)
{
	return heap->count ? heap->timers[1] : NULL;
}

void timer_term(struct timer_heap *heap);

#endif
