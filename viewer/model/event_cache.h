/* SPDX-License-Identifier: MIT */
/*
 * event_cache.h - the decoded events around the places that are being looked at.
 *
 * Reads whole windows from a source and keeps the few used last, so that walking in either direction
 * costs nothing but a look into an array.
 */
#ifndef GREENROOM_EVENT_CACHE_H
#define GREENROOM_EVENT_CACHE_H

#include <stdint.h>

#include "event_source.h"

struct event_cache;

struct event_cache *event_cache_create(struct event_source *source); /* NULL when out of memory */
void event_cache_destroy(struct event_cache *cache);
struct event_source *event_cache_source(const struct event_cache *cache);

/* The event with that number: 1 and *out (borrowed until the next call); 0 past the ends; -EBADMSG
 * inside a damaged stretch; other negative errno when reading failed. */
int event_cache_get(struct event_cache *cache, uint64_t seq, const struct event **out);

/* The first readable event at or after `seq` (direction +1), or the last one at or before it (-1),
 * over damaged stretches: as above, but never -EBADMSG. */
int event_cache_find(struct event_cache *cache, uint64_t seq, int direction,
		     const struct event **out);

#endif
