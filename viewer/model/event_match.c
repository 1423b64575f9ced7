/* SPDX-License-Identifier: MIT */
/*
 * event_match.c - which events are looked for, and the nearest of them.
 */
#include "event_match.h"

/* Where in the records of a kind fields of one type lie: a bit a position, from the catalogue. */
#define FIND_BIT(type, position)                                                                   \
	(EVENT_TYPE_##type == FIND_TYPE ? 1 << EVENT_POSITION_##position : 0)
#define FIELD(type, position, name, meaning)    | FIND_BIT(type, position)
#define EVENT(kind, category, sentence, fields) [EVENT_##kind] = 0 fields,

#define FIND_TYPE EVENT_TYPE_tasklet
static const uint8_t find_tasklets[EVENT_KINDS] = {
#include "event.def"
};
#undef FIND_TYPE

#define FIELD(type, position, name, meaning)    | FIND_BIT(type, position)
#define EVENT(kind, category, sentence, fields) [EVENT_##kind] = 0 fields,

#define FIND_TYPE EVENT_TYPE_channel
static const uint8_t find_channels[EVENT_KINDS] = {
#include "event.def"
};
#undef FIND_TYPE

static bool find_word(const struct event *event, uint8_t positions, uint32_t id)
{
	for (int i = 0; i < EVENT_WORDS; i++)
		if (positions & 1 << (EVENT_POSITION_A + i) && event->word[i] == id)
			return true;
	return false;
}

bool event_matches(const struct event_match *match, const struct event *event)
{
	const struct event_source_query *query = &match->query;

	if ((query->kind && event->kind != query->kind) ||
	    (query->thread && event->thread != query->thread) || event->kind >= EVENT_KINDS)
		return false;
	if (query->tasklet && !find_word(event, find_tasklets[event->kind], query->tasklet))
		return false;
	if (query->channel && !find_word(event, find_channels[event->kind], query->channel))
		return false;
	return !match->test || match->test(event, match->context);
}

/* Whether `seq` lies beyond `until`, in the direction. */
static bool is_beyond(uint64_t seq, uint64_t until, int direction)
{
	return direction > 0 ? seq > until : seq < until;
}

int event_match_find(struct event_cache *cache, const struct event_match *match, uint64_t seq,
		     int direction, const struct event **out)
{
	struct event_source *source = event_cache_source(cache);
	uint64_t until = direction > 0 ? 0 : UINT64_MAX; /* nothing is known yet */
	int result;

	while (seq) {
		if (source->ops->narrow && is_beyond(seq, until, direction)) {
			result = source->ops->narrow(source, &match->query, direction, &seq,
						     &until);
			if (result <= 0)
				return result;
		}
		result = event_cache_find(cache, seq, direction, out);
		if (result <= 0)
			return result;
		if (event_matches(match, *out))
			return 1;
		seq = (*out)->seq + (uint64_t)(int64_t)direction;
	}
	return 0;
}
