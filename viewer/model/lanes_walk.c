/* SPDX-License-Identifier: MIT */
/*
 * lanes_walk.c - walking over a stretch of events.
 *
 * Only tasklets that an event names can change with it, and who runs in its thread. So a lane is looked
 * at only then, and what it did in between is added to its columns at once.
 */
#include "lanes_walk.h"

#include "state.h"

/* ---------------------------------------------------------------------------------------------
 * Phases
 */

/* 0: nobody does. The last one that ran before its thread went to sleep waits, and is none. */
static uint32_t thread_runs(const struct state *state, uint32_t thread)
{
	uint32_t running = state_thread(state, thread)->running;

	return state_tasklet(state, running)->where == STATE_CHAIN ? running : 0;
}

static enum lanes_phase tasklet_phase(const struct state *state, uint32_t id)
{
	const struct state_tasklet *tasklet = state_tasklet(state, id);

	if (id > state_tasklets(state))
		return LANES_ABSENT;
	switch ((enum state_where)tasklet->where) {
	case STATE_CHAIN:
		return state_thread(state, tasklet->thread)->running == id ? LANES_RUNS
									   : LANES_READY;
	case STATE_SENDING:
	case STATE_RECEIVING:
		return LANES_WAITS;
	case STATE_WAITING:
		return LANES_SLEEPS;
	case STATE_NEW:
	case STATE_PAUSED:
		return LANES_APART;
	case STATE_ENDED:
		return LANES_ENDED;
	case STATE_UNKNOWN:
		break;
	}
	return LANES_ABSENT;
}

static enum lanes_phase lane_phase(const struct lanes *lanes, const struct state *state,
				   const struct lane *lane)
{
	const struct state_thread *thread;

	switch (lane->kind) {
	case LANE_TASKLET:
		return tasklet_phase(state, lane->id);
	case LANE_THREAD:
		thread = state_thread(state, lane->id);
		if (!thread->known || thread->ended)
			return LANES_ABSENT;
		return thread_runs(state, lane->id) ? LANES_RUNS : LANES_SLEEPS;
	case LANE_OTHERS:
		for (int i = 0; i < LANES_THREADS; i++)
			if (lanes->walk->others_run[i])
				return LANES_RUNS;
		break;
	}
	return LANES_ABSENT;
}

static void lane_update(struct lanes *lanes, const struct state *state, struct lane *lane,
			uint64_t at)
{
	enum lanes_phase phase = lane_phase(lanes, state, lane);

	if (phase == lane->phase)
		return;
	lane_pass(lanes, lane, at);
	lane->phase = phase;
}

static void others_update(struct lanes *lanes, const struct state *state, uint32_t thread)
{
	uint32_t runs = thread_runs(state, thread);

	if (thread < LANES_THREADS)
		lanes->walk->others_run[thread] = runs && lanes_row(lanes, runs) < 0;
}

/* All lanes begin at a point, with what the state says. */
static void lanes_restart(struct lanes *lanes, const struct state *state, uint64_t at)
{
	for (uint32_t thread = 0; thread < LANES_THREADS; thread++)
		others_update(lanes, state, thread);
	for (int row = 0; row < lanes->rows; row++) {
		lanes->lane[row].phase = lane_phase(lanes, state, &lanes->lane[row]);
		lanes->lane[row].since = at;
	}
}

/* ---------------------------------------------------------------------------------------------
 * The walk
 */

static uint64_t event_point(const struct lanes *lanes, const struct event *event)
{
	return lanes->range.by_time ? event->time_ns : event->seq - 1;
}

static void walk_lanes(struct lanes *lanes, const struct state *state, const struct event *event,
		       uint64_t at)
{
	const struct lanes_walk *walk = lanes->walk;
	unsigned int words = event->kind < EVENT_KINDS ? walk->tasklet_words[event->kind] : 0;

	for (; words; words &= words - 1) {
		int row = lanes_row(lanes, event->word[__builtin_ctz(words)]);

		if (row >= 0)
			lane_update(lanes, state, &lanes->lane[row], at);
	}
	others_update(lanes, state, event->thread);
	for (int row = 0; row < lanes->rows && lanes->lane[row].kind == LANE_THREAD; row++)
		lane_update(lanes, state, &lanes->lane[row], at);
	if (lanes->rows && lanes->lane[lanes->rows - 1].kind == LANE_OTHERS)
		lane_update(lanes, state, &lanes->lane[lanes->rows - 1], at);
}

static void walk_amounts(struct lanes *lanes, const struct event *event, uint64_t at)
{
	int column = lanes_range_column(&lanes->range, at);

	if (column < 0)
		return;
	lanes->amount[LANES_EVENTS][column]++;
	lanes->last_seq[column] = event->seq;
	if (event->kind == EVENT_tasklet_switch)
		lanes->amount[LANES_SWITCHES][column]++;
	else if (event->kind == EVENT_channel_transfer)
		lanes->amount[LANES_TRANSFERS][column]++;
	else if (event->kind == EVENT_slice_save)
		lanes->amount[LANES_SAVED][column] += event_unpack_slice_save(event).bytes;
	else if (event->kind == EVENT_trace_mark)
		lanes->flags[column] |= LANES_MARKED;
}

/* What lies between two points is not known. */
static void walk_hole(struct lanes *lanes, uint64_t from, uint64_t to)
{
	for (int row = 0; row < lanes->rows; row++)
		lane_pass(lanes, &lanes->lane[row], from);
	lanes_flag(lanes, from, to, LANES_DAMAGED);
	lanes_restart(lanes, replay_state(lanes->walk->replay), to);
}

static void walk_event(struct lanes *lanes, const struct event *event, bool hole)
{
	struct lanes_walk *walk = lanes->walk;
	uint64_t at = event_point(lanes, event);

	if (hole)
		walk_hole(lanes, walk->at, at);
	else
		walk_lanes(lanes, replay_state(walk->replay), event, at);
	walk_amounts(lanes, event, at);
	walk->at = lanes->range.by_time ? at : at + 1;
}

/* Whether there are more. */
static bool walk_step(struct lanes *lanes)
{
	struct lanes_walk *walk = lanes->walk;
	uint64_t before = replay_position(walk->replay);
	const struct event *event;
	bool hole = walk->blind;

	if (before >= walk->last_seq)
		return false;
	if (replay_step(walk->replay) <= 0 || replay_position(walk->replay) > walk->last_seq) {
		walk_hole(lanes, walk->at, walk->end);
		return false;
	}
	event = replay_event(walk->replay);
	walk->blind = !event;
	if (event)
		walk_event(lanes, event, hole || event->seq != before + 1);
	return true;
}

/* Cells say all that is known, and columns without an event end where the one before does. */
static void walk_tell(struct lanes *lanes, uint64_t at)
{
	for (int row = 0; row < lanes->rows; row++) {
		lane_pass(lanes, &lanes->lane[row], at);
		lane_tell(&lanes->lane[row]);
	}
	for (int column = 1; column < lanes->range.columns; column++)
		if (lanes->last_seq[column] < lanes->last_seq[column - 1])
			lanes->last_seq[column] = lanes->last_seq[column - 1];
}

void lanes_walk_begin(struct lanes *lanes)
{
	struct lanes_walk *walk = lanes->walk;
	const struct event *event = replay_event(walk->replay);

	walk->begun = true;
	walk->blind = !event && walk->first_seq > 0;
	lanes_restart(lanes, replay_state(walk->replay), lanes->range.first);
	if (event && event_point(lanes, event) >= lanes->range.first)
		walk_amounts(lanes, event, event_point(lanes, event));
	if (!lanes->range.by_time && !walk->blind)
		walk->at++;
	if (lanes->range.by_time && lanes->last_seq[0] == 0)
		lanes->last_seq[0] = walk->first_seq;
}

/* A part of the way to the first event; false when it cannot be got to. */
static bool walk_approach(struct lanes *lanes, uint64_t events)
{
	struct lanes_walk *walk = lanes->walk;
	int result = replay_approach(walk->replay, walk->first_seq, events);

	if (result > 0)
		lanes_walk_begin(lanes);
	return result >= 0;
}

bool lanes_walk_go_on(struct lanes *lanes, uint64_t events)
{
	struct lanes_walk *walk = lanes->walk;
	bool more = true;

	if (!walk->begun)
		return walk_approach(lanes, events);
	while (events-- > 0 && more)
		more = walk_step(lanes);
	walk_tell(lanes, more ? walk->at : walk->end);
	return more;
}
