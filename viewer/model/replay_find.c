/* SPDX-License-Identifier: MIT */
/*
 * replay_find.c - moving by meaning: to the next event that has to do with something.
 */
#include "event_cache.h"
#include "replay.h"

int replay_find(struct replay *replay, const struct event_match *match, int direction)
{
	uint64_t seq = replay_position(replay);
	const struct event *event;
	int result;

	direction = direction < 0 ? -1 : 1;
	if (seq == 0 && direction < 0)
		return 0;
	seq += (uint64_t)(int64_t)direction;
	result = event_match_find(replay_events(replay), match, seq, direction, &event);
	return result <= 0 ? result : replay_seek(replay, event->seq);
}
