/* SPDX-License-Identifier: MIT */
/*
 * event_cache.c - the decoded events around the places that are being looked at.
 *
 * A window holds the events whose numbers lie between two multiples of its size. An event that
 * can't be read has seq 0 there, and in time_ns the number of the first one after the damaged
 * stretch (0: none is known).
 */
#include "event_cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_WINDOWS = 4, CACHE_EVENTS = 16384 };

struct event_window {
	uint64_t first;    /* number of the first event; 0: unused */
	uint32_t count;    /* events in it, unreadable ones included */
	uint64_t last_use; /* by the clock of the cache */
	struct event *event;
};

struct event_cache {
	struct event_source *source;
	uint64_t clock;
	struct event_window *recent; /* the one used last */
	struct event_window window[CACHE_WINDOWS];
};

struct event_cache *event_cache_create(struct event_source *source)
{
	struct event_cache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		return NULL;
	cache->source = source;
	cache->recent = &cache->window[0];
	return cache;
}

void event_cache_destroy(struct event_cache *cache)
{
	if (!cache)
		return;
	for (int i = 0; i < CACHE_WINDOWS; i++)
		free(cache->window[i].event);
	free(cache);
}

struct event_source *event_cache_source(const struct event_cache *cache)
{
	return cache->source;
}

/* Marks what lies before `skip_to` (0: before the end of the trace) as unreadable. */
static void window_damage(struct event_cache *cache, struct event_window *window, uint64_t skip_to)
{
	struct event_source_info info;
	uint64_t end = skip_to;

	if (skip_to <= window->first + window->count) {
		cache->source->ops->info(cache->source, &info);
		end = info.events + 1;
		skip_to = 0;
	}
	while (window->count < CACHE_EVENTS && window->first + window->count < end) {
		window->event[window->count] = (struct event){.seq = 0, .time_ns = skip_to};
		window->count++;
	}
}

/* Reads what the window lacks: all of it, or, while a trace grows, its last part. */
static int window_fill(struct event_cache *cache, struct event_window *window)
{
	while (window->count < CACHE_EVENTS) {
		uint64_t seq = window->first + window->count;
		uint64_t skip_to = 0;
		uint32_t before = window->count;
		long result = cache->source->ops->read(cache->source, seq,
						       window->event + window->count,
						       CACHE_EVENTS - window->count, &skip_to);

		if (result < 0 && result != -EBADMSG)
			return (int)result;
		if (result < 0)
			window_damage(cache, window, skip_to);
		else
			window->count += (uint32_t)result;
		if (window->count == before)
			return 0;
	}
	return 0;
}

/* The window with that first event, or the one that has gone unused longest, emptied for it. */
static struct event_window *cache_window(struct event_cache *cache, uint64_t first)
{
	struct event_window *oldest = &cache->window[0];

	for (int i = 0; i < CACHE_WINDOWS; i++) {
		struct event_window *window = &cache->window[i];

		if (window->first == first)
			return window;
		if (window->last_use < oldest->last_use)
			oldest = window;
	}
	if (!oldest->event)
		oldest->event = calloc(CACHE_EVENTS, sizeof(*oldest->event));
	oldest->first = oldest->event ? first : 0;
	oldest->count = 0;
	return oldest;
}

/* Makes the window of an event the recent one. 1, 0 past the ends, or negative errno. */
static int cache_open(struct event_cache *cache, uint64_t seq)
{
	struct event_window *window;
	int result;

	if (!seq)
		return 0;
	window = cache_window(cache, seq - (seq - 1) % CACHE_EVENTS);
	if (!window->event)
		return -ENOMEM;
	window->last_use = ++cache->clock;
	cache->recent = window;
	if (seq - window->first < window->count)
		return 1;
	result = window_fill(cache, window);
	if (result < 0)
		return result;
	return seq - window->first < window->count;
}

int event_cache_get(struct event_cache *cache, uint64_t seq, const struct event **out)
{
	const struct event *event;

	/* 0 is before every window: the subtraction wraps. */
	if (seq - cache->recent->first >= cache->recent->count || !cache->recent->first) {
		int result = cache_open(cache, seq);

		if (result <= 0)
			return result;
	}
	event = &cache->recent->event[seq - cache->recent->first];
	if (event->seq != seq)
		return -EBADMSG;
	*out = event;
	return 1;
}

int event_cache_find(struct event_cache *cache, uint64_t seq, int direction,
		     const struct event **out)
{
	for (;;) {
		int result = event_cache_get(cache, seq, out);
		uint64_t skip_to;

		if (result != -EBADMSG)
			return result;
		if (direction < 0) {
			seq--;
			continue;
		}
		skip_to = cache->recent->event[seq - cache->recent->first].time_ns;
		if (skip_to <= seq)
			return 0;
		seq = skip_to;
	}
}
