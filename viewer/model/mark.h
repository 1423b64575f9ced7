/* SPDX-License-Identifier: MIT */
/*
 * mark.h - the text of a mark, put together from the events that carry it.
 */
#ifndef GREENROOM_MARK_H
#define GREENROOM_MARK_H

#include <stddef.h>

#include "event.h"
#include "event_cache.h"
#include "replay.h"

enum { MARK_TEXT_MAX = 512 };

/* The text that follows a trace_mark event, as far as it fits; NULL for an event of another kind.
 * The replay does not move. Returns `out` or NULL. */
const char *mark_text(char *out, size_t size, struct replay *replay, const struct event *event);
/* The same with a cache in place of the replay. */
const char *mark_read(char *out, size_t size, struct event_cache *cache, const struct event *event);

#endif
