/* SPDX-License-Identifier: MIT */
/*
 * replay_find.c - moving by meaning: to the next event that has to do with something.
 */
#include "event_cache.h"
#include "replay.h"
#include "replay_core.h"

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

bool replay_matches(const struct replay_match *match, const struct event *event)
{
	if ((match->kind && event->kind != match->kind) ||
	    (match->thread && event->thread != match->thread) || event->kind >= EVENT_KINDS)
		return false;
	if (match->tasklet && !find_word(event, find_tasklets[event->kind], match->tasklet))
		return false;
	if (match->channel && !find_word(event, find_channels[event->kind], match->channel))
		return false;
	return !match->test || match->test(event, match->context);
}

int replay_find(struct replay *replay, const struct replay_match *match, int direction)
{
	struct event_cache *cache = replay_events(replay);
	uint64_t seq = replay_position(replay);
	const struct event *event;
	int result;

	direction = direction < 0 ? -1 : 1;
	for (;;) {
		if (seq == 0 && direction < 0)
			return 0;
		seq += (uint64_t)(int64_t)direction;
		result = event_cache_find(cache, seq, direction, &event);
		if (result <= 0)
			return result;
		seq = event->seq;
		if (replay_matches(match, event))
			return replay_seek(replay, seq);
	}
}
