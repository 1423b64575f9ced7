/* SPDX-License-Identifier: MIT */
/*
 * replay.c - moving through a trace, both ways.
 *
 * The state at a position is defined so: take the newest good keyframe at or before it (or the empty
 * state), and apply every readable event from there on. Three routes lead to it:
 *
 *     forward     apply the events in between
 *     back        undo them, as far as the journal reaches
 *     by a jump   as the definition says
 *
 * and all of them give the same state. For a sound trace that is clear, since a keyframe is nothing
 * but the state that applying gives. (So is a checkpoint, a state that was come by on the way: a jump
 * starts from one that is near, as long as nothing is damaged in between.) Behind a damaged stretch it is not: the state has missed events
 * and differs from the next keyframe's. It is `astray` then, and whoever walks over the place of a
 * keyframe takes that one's state.
 */
#include "replay.h"

#include <errno.h>
#include <stdlib.h>

#include "checkpoint.h"
#include "event_cache.h"

enum {
	REPLAY_JOURNAL = 1 << 16, /* events that can be taken back without a jump */
	REPLAY_BEFORE = 1 << 12,  /* the same just after a jump: it costs more than applying */
	REPLAY_DETOUR = 1 << 18,  /* from so far away a checkpoint is as good as a keyframe */
	REPLAY_NEAR = 1 << 16,    /* so few are always applied, not jumped over */
	REPLAY_AHEAD = 1 << 14    /* how far ahead keyframes are looked for */
};

struct replay {
	struct event_source *source;
	struct event_cache *cache;
	struct checkpoints *checkpoints;
	struct state *state;
	uint64_t position;
	struct event event;         /* at the position; seq 0: none */
	bool journal;               /* it is on */
	bool one_way;               /* it never will be */
	bool approaching;           /* replay_approach has been begun, ... */
	uint64_t approached;        /* ... to that place */
	bool astray;                /* events before the position could not be read */
	bool broken;                /* out of memory in the midst of an event */
	uint64_t no_keyframe_until; /* while astray: there is none between position and here */
};

int replay_create(struct replay **out, struct event_source *source)
{
	struct replay *replay = calloc(1, sizeof(*replay));

	if (!replay)
		return -ENOMEM;
	replay->source = source;
	replay->cache = event_cache_create(source);
	replay->checkpoints = checkpoints_create();
	replay->state = state_create();
	if (!replay->cache || !replay->checkpoints || !replay->state) {
		replay_destroy(replay);
		return -ENOMEM;
	}
	*out = replay;
	return 0;
}

void replay_destroy(struct replay *replay)
{
	if (!replay)
		return;
	event_cache_destroy(replay->cache);
	checkpoints_destroy(replay->checkpoints);
	state_destroy(replay->state);
	free(replay);
}

void replay_set_one_way(struct replay *replay)
{
	replay->one_way = true;
}

uint64_t replay_position(const struct replay *replay)
{
	return replay->position;
}

uint64_t replay_count(const struct replay *replay)
{
	struct event_source_info info;

	replay->source->ops->info(replay->source, &info);
	return info.events;
}

const struct state *replay_state(const struct replay *replay)
{
	return replay->state;
}

struct event_source *replay_source(const struct replay *replay)
{
	return replay->source;
}

struct event_cache *replay_events(struct replay *replay)
{
	return replay->cache;
}

const struct event *replay_event(const struct replay *replay)
{
	return replay->event.seq ? &replay->event : NULL;
}

int replay_peek(struct replay *replay, uint64_t seq, struct event *out)
{
	const struct event *event;
	int result = event_cache_get(replay->cache, seq, &event);

	if (result > 0)
		*out = *event;
	return result;
}

int replay_peek_near(struct replay *replay, uint64_t seq, int direction, struct event *out)
{
	const struct event *event;
	int result = event_cache_find(replay->cache, seq, direction, &event);

	if (result > 0)
		*out = *event;
	return result;
}

/* ---------------------------------------------------------------------------------------------
 * The three routes
 */

/* Loads the newest good keyframe at or before `seq`, or the empty state: its position goes to
 * *position. 0 or negative errno. */
static int replay_load(struct replay *replay, uint64_t seq, uint64_t *position)
{
	*position = 0;
	while (seq) {
		uint64_t found = 0;
		void *image = NULL;
		size_t bytes = 0;
		int result = replay->source->ops->keyframe(replay->source, seq, &found, &image,
							   &bytes);

		if (result > 0)
			result = state_load(replay->state, image, bytes);
		else if (result == 0)
			found = 0;
		free(image);
		if (result == -ENOMEM)
			return result;
		if (!found || found > seq)
			break;
		if (result == 0 && state_seq(replay->state) == found) {
			*position = found;
			return 0;
		}
		seq = found - 1;
	}
	state_clear(replay->state);
	return 0;
}

static int replay_set_journal(struct replay *replay, bool on)
{
	int result;

	on = on && !replay->one_way;
	if (replay->journal == on)
		return 0;
	result = state_set_journal(replay->state, on ? REPLAY_JOURNAL : 0);
	if (result == 0)
		replay->journal = on;
	return result;
}

static int replay_apply(struct replay *replay, const struct event *event)
{
	int result;

	if (event->seq != replay->position + 1)
		replay->astray = true;
	result = state_apply(replay->state, event);
	if (result < 0) {
		replay->broken = true;
		return result;
	}
	replay->position = event->seq;
	replay->event = *event;
	if (!replay->astray && event->seq % CHECKPOINT_EVENTS == 0)
		checkpoints_offer(replay->checkpoints, replay->state);
	return 1;
}

/* Applies events up to `target`, the last one that can be read if it can't. Of these `undoable`
 * ones can be taken back. */
static int replay_forward(struct replay *replay, uint64_t target, uint64_t undoable)
{
	const struct event *event;
	int result = 1;

	while (replay->position < target) {
		result = replay_set_journal(replay, target - replay->position <= undoable);
		if (result < 0)
			return result;
		result = event_cache_find(replay->cache, replay->position + 1, 1, &event);
		if (result < 0)
			return result;
		if (result == 0 || event->seq > target) {
			replay->position = target;
			replay->event.seq = 0;
			replay->astray = true;
			return 1;
		}
		result = replay_apply(replay, event);
		if (result < 0)
			return result;
	}
	return 1;
}

/* The state has been replaced by the one at `position`: forward from there. */
static int replay_land(struct replay *replay, uint64_t position, uint64_t target)
{
	const struct event *event;

	replay->broken = false;
	replay->astray = false;
	replay->no_keyframe_until = 0;
	replay->position = position;
	replay->event.seq = 0;
	if (position && event_cache_get(replay->cache, position, &event) > 0)
		replay->event = *event;
	return replay_forward(replay, target, REPLAY_BEFORE);
}

/* From a checkpoint that is near: 1, or 0 when there is none, or something damaged on the way. */
static int replay_detour(struct replay *replay, uint64_t target)
{
	const struct state *checkpoint = checkpoints_find(replay->checkpoints, target);
	uint64_t start;
	int result;

	if (!checkpoint || target - state_seq(checkpoint) > REPLAY_DETOUR)
		return 0;
	start = state_seq(checkpoint);
	result = state_copy(replay->state, checkpoint);
	if (result == 0)
		result = replay_land(replay, start, target);
	return result > 0 && replay->astray ? 0 : result;
}

static int replay_jump(struct replay *replay, uint64_t target)
{
	uint64_t position;
	int result = replay_detour(replay, target);

	if (result != 0)
		return result;
	result = replay_load(replay, target, &position);
	return result < 0 ? result : replay_land(replay, position, target);
}

/* Undoes events down to `target`, which must be in reach. */
static void replay_back(struct replay *replay, uint64_t target)
{
	const struct event *event;

	while (state_seq(replay->state) > target && state_undo(replay->state))
		;
	replay->no_keyframe_until = 0;
	replay->position = target;
	replay->event.seq = 0;
	if (target && event_cache_get(replay->cache, target, &event) > 0)
		replay->event = *event;
}

/* Whether undoing leads to the state at `target`. What is undone event by event is the number of
 * events in between, or less where some are missing. */
static bool replay_can_undo(const struct replay *replay, uint64_t target)
{
	return !replay->broken && replay->journal && target < replay->position &&
	       replay->position - target <= state_undo_depth(replay->state);
}

/* ---------------------------------------------------------------------------------------------
 * Moves
 */

static int replay_go(struct replay *replay, uint64_t target)
{
	if (replay_can_undo(replay, target)) {
		replay_back(replay, target);
		return 1;
	}
	if (!replay->broken && !replay->astray && target > replay->position &&
	    target - replay->position <= REPLAY_NEAR) {
		int result = replay_forward(replay, target, REPLAY_JOURNAL);

		/* Went over a damaged stretch: there may have been a keyframe behind it. */
		if (result < 0 || !replay->astray)
			return result;
	}
	return replay_jump(replay, target);
}

/* After a failure: back to where it was, or, if not even that can be done, to the beginning. */
static int replay_fail(struct replay *replay, uint64_t position, int result)
{
	if (replay_jump(replay, position) < 0) {
		state_clear(replay->state);
		replay->broken = false;
		replay->position = 0;
		replay->event.seq = 0;
	}
	return result;
}

int replay_seek(struct replay *replay, uint64_t position)
{
	uint64_t count = replay_count(replay);
	uint64_t before = replay->position;
	int result;

	if (position > count)
		position = count;
	if (position == before)
		return 0;
	result = replay_go(replay, position);
	return result < 0 ? replay_fail(replay, before, result) : 1;
}

int replay_approach(struct replay *replay, uint64_t position, uint64_t events)
{
	uint64_t count = replay_count(replay), next;
	bool near = !replay->broken && !replay->astray && position >= replay->position &&
		    position - replay->position <= REPLAY_NEAR;
	int result = 0;

	if (position > count)
		position = count;
	if (!near && (!replay->approaching || replay->approached != position)) {
		uint64_t start;

		result = replay_load(replay, position, &start);
		if (result == 0)
			result = replay_land(replay, start, start);
	}
	replay->approaching = true;
	replay->approached = position;
	next = position - replay->position <= events ? position : replay->position + events;
	if (result >= 0)
		result = replay_forward(replay, next, 0);
	if (result < 0 || next == position)
		replay->approaching = false;
	return result < 0 ? replay_fail(replay, 0, result) : next == position;
}

/* Whether there is a keyframe behind `before` and not behind `seq`. Looks ahead, so that it need not
 * ask at every step. */
static bool replay_passes_keyframe(struct replay *replay, uint64_t before, uint64_t seq)
{
	uint64_t first = 0;
	uint64_t at = seq + REPLAY_AHEAD;

	if (seq <= replay->no_keyframe_until)
		return false;
	replay->no_keyframe_until = at;
	while (at > before) {
		uint64_t found = 0;
		void *image = NULL;
		size_t bytes;
		int result = replay->source->ops->keyframe(replay->source, at, &found, &image,
							   &bytes);

		free(image);
		if (result <= 0 || found <= before || found > at)
			break;
		first = found;
		replay->no_keyframe_until = found - 1;
		at = found - 1;
	}
	return first && first <= seq;
}

int replay_step(struct replay *replay)
{
	const struct event *event;
	uint64_t before = replay->position;
	int result = event_cache_find(replay->cache, before + 1, 1, &event);

	if (result <= 0)
		return result;
	if ((replay->astray || event->seq != before + 1) &&
	    replay_passes_keyframe(replay, before, event->seq)) {
		result = replay_jump(replay, event->seq);
	} else {
		result = replay_set_journal(replay, true);
		if (result == 0)
			result = replay_apply(replay, event);
	}
	return result < 0 ? replay_fail(replay, before, result) : 1;
}

int replay_step_back(struct replay *replay)
{
	const struct event *event;
	uint64_t before = replay->position;
	int result;

	if (!before)
		return 0;
	result = event_cache_find(replay->cache, before - 1, -1, &event);
	if (result >= 0)
		result = replay_go(replay, result ? event->seq : 0);
	return result < 0 ? replay_fail(replay, before, result) : 1;
}

int replay_seek_time(struct replay *replay, uint64_t time_ns)
{
	uint64_t seq = 0;
	int result = replay->source->ops->seek_time(replay->source, time_ns, &seq);

	return result < 0 ? result : replay_seek(replay, seq);
}
