/* SPDX-License-Identifier: MIT */
/*
 * finder.c - looking for events that pass a filter.
 */
#include "finder.h"

#include "event_match.h"

/* What an event costs that only had to be looked at, beside one that needed a state. */
enum { FINDER_LOOKS = 32 };

/* One call of finder_go_on. */
struct finder_call {
	const struct finder *finder;
	uint64_t looks; /* that are left */
	bool candidate; /* the last event looked at is one */
};

static bool is_candidate(const struct event *event, void *context)
{
	struct finder_call *call = context;

	call->candidate = false;
	for (int i = 0; i < call->finder->count && !call->candidate; i++)
		call->candidate = filter_may_pass(call->finder->filters[i], event);
	if (call->looks > 0)
		call->looks--;
	return call->candidate || call->looks == 0;
}

/* Whether the event, which is a candidate, passes one of the filters. */
static bool finder_here(struct finder *finder, struct replay *scout, const struct event *event)
{
	for (int i = 0; i < finder->count; i++) {
		const struct filter *filter = finder->filters[i];

		if (!filter_may_pass(filter, event))
			continue;
		if (!filter_is_simple(filter)) {
			if (replay_position(scout) != finder->at &&
			    replay_seek(scout, finder->at) < 0)
				continue;
			if (!filter_passes(filter, scout))
				continue;
		}
		finder->which = i;
		return true;
	}
	return false;
}

static bool is_past(const struct finder *finder, uint64_t seq)
{
	return finder->limit && (finder->direction > 0 ? seq > finder->limit : seq < finder->limit);
}

enum finder_result finder_go_on(struct finder *finder, struct replay *scout, uint64_t events)
{
	struct finder_call call = {.finder = finder, .looks = events * FINDER_LOOKS};
	struct event_match match = {.test = is_candidate, .context = &call};

	if (finder->count == 1)
		match.query = filter_query(finder->filters[0]);
	while (events > 0 && call.looks > 0) {
		const struct event *found;
		struct event event;
		uint64_t seq = finder->at;

		if (!finder->inclusive || seq == 0)
			seq += (uint64_t)(int64_t)finder->direction;
		finder->inclusive = false;
		if (event_match_find(replay_events(scout), &match, seq, finder->direction,
				     &found) <= 0)
			return FINDER_NOTHING;
		event = *found;
		if (is_past(finder, event.seq))
			return FINDER_NOTHING;
		finder->at = event.seq;
		if (!call.candidate)
			continue;
		if (finder_here(finder, scout, &event))
			return FINDER_FOUND;
		events--;
	}
	return FINDER_GOES_ON;
}
