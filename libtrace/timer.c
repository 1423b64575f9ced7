/* SPDX-License-Identifier: MIT */
/* timer.c - who waits for what time: a binary heap, the earliest on top. */
#include "timer.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

enum { CAPACITY_MIN = 64 };

int timer_reserve(struct timer_heap *heap)
{
	size_t capacity = heap->capacity ? 2 * heap->capacity : CAPACITY_MIN;
	struct timer **timers;

	if (heap->count + 1 < heap->capacity)
		return 0;
	timers = realloc(heap->timers, capacity * sizeof(struct timer *));
	if (!timers)
		return -ENOMEM;
	heap->timers = timers;
	heap->capacity = capacity;
	return 0;
}

static bool is_before(const struct timer *a, const struct timer *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void put(struct timer_heap *heap, struct timer *timer, size_t place)
{
	heap->timers[place] = timer;
	timer->place = place;
}

static void rise(struct timer_heap *heap, struct timer *timer, size_t place)
{
	for (; place > 1 && is_before(timer, heap->timers[place / 2]); place /= 2)
		put(heap, heap->timers[place / 2], place);
	put(heap, timer, place);
}

static void sink(struct timer_heap *heap, struct timer *timer, size_t place)
{
	for (;;) {
		size_t child = 2 * place;

		if (child < heap->count && is_before(heap->timers[child + 1], heap->timers[child]))
			child++;
		if (child > heap->count || !is_before(heap->timers[child], timer))
			break;
		put(heap, heap->timers[child], place);
		place = child;
	}
	put(heap, timer, place);
}

void timer_add(struct timer_heap *heap, struct timer *timer, uint64_t due)
{
	timer->due = due;
	timer->order = ++heap->last_order;
	heap->count++;
	rise(heap, timer, heap->count);
}

void timer_remove(struct timer_heap *heap, struct timer *timer)
{
	struct timer *last = heap->timers[heap->count--];
	size_t place = timer->place;

	timer->place = 0;
	if (last == timer)
		return;
	rise(heap, last, place);
	sink(heap, last, last->place);
}

void timer_term(struct timer_heap *heap)
{
	free(heap->timers);
	*heap = (struct timer_heap){0};
}
