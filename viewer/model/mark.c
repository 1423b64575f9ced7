/* SPDX-License-Identifier: MIT */
/*
 * mark.c - texts are longer than events: they follow in pieces, between events of other threads.
 */
#include "mark.h"

#include <string.h>

/* How many events of other threads may stand between two pieces. */
enum { MARK_LOOK = 512 };

const char *mark_read(char *out, size_t size, struct event_cache *cache, const struct event *event)
{
	struct event mark = *event;
	size_t length = 0, wanted;

	if (mark.kind != EVENT_trace_mark || size == 0)
		return NULL;
	wanted = event_unpack_trace_mark(&mark).length;
	if (wanted > size - 1)
		wanted = size - 1;
	for (uint64_t i = 1; length < wanted && i <= MARK_LOOK; i++) {
		const struct event *next;
		size_t piece;

		if (event_cache_get(cache, mark.seq + i, &next) <= 0)
			break;
		if (next->thread != mark.thread)
			continue;
		if (next->kind != EVENT_trace_text)
			break;
		piece = next->small < EVENT_TEXT_BYTES ? next->small : EVENT_TEXT_BYTES;
		if (piece == 0)
			break;
		if (piece > wanted - length)
			piece = wanted - length;
		memcpy(out + length, next->word, piece);
		length += piece;
	}
	out[length] = '\0';
	return out;
}

const char *mark_text(char *out, size_t size, struct replay *replay, const struct event *event)
{
	return mark_read(out, size, replay_events(replay), event);
}
