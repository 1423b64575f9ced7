/* SPDX-License-Identifier: MIT */
/*
 * event_match.h - which events are looked for, and the nearest of them.
 */
#ifndef GREENROOM_EVENT_MATCH_H
#define GREENROOM_EVENT_MATCH_H

#include <stdbool.h>

#include "event_cache.h"
#include "event_source.h"

/* What an event has to speak of, and a test of one's own. */
struct event_match {
	struct event_source_query query; /* tasklet, channel: any field of the event */
	bool (*test)(const struct event *event, void *context); /* may be NULL */
	void *context;
};

bool event_matches(const struct event_match *match, const struct event *event);

/* The nearest event at or after `seq` (direction +1), or at or before it (-1), that matches: 1 and
 * *out (borrowed until the cache is asked again), 0 when there is none, negative errno. Chunks that
 * cannot hold one are not read. */
int event_match_find(struct event_cache *cache, const struct event_match *match, uint64_t seq,
		     int direction, const struct event **out);

#endif
