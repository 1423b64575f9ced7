/* SPDX-License-Identifier: MIT */
/*
 * lanes.c - walking over a stretch of events.
 *
 * Only tasklets that an event names can change with it, and who runs in its thread. So a lane is looked
 * at only then, and what it did in between is added to its columns at once.
 */
#include "lanes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lanes_walk.h"
#include "state.h"

enum {
	LANES_CHUNK_EVENTS = 16384, /* per column: with more, summaries are as fine as columns */
	LANES_CHUNK_COST = 1024     /* events that could be walked over in the time of a chunk's */
};

static void find_tasklet_words(struct lanes_walk *walk)
{
	struct event event = {0};

	for (unsigned int kind = 0; kind < EVENT_KINDS; kind++) {
		const struct event_description *description = event_describe(kind);

		event.kind = (uint16_t)kind;
		for (int i = 0; description && i < description->fields; i++) {
			if (description->field[i].type != EVENT_TYPE_tasklet)
				continue;
			/* The one word that the field's value comes from. */
			for (int word = 0; word < EVENT_WORDS; word++) {
				event.word[word] = 1;
				if (event_field_value(&event, &description->field[i]))
					walk->tasklet_words[kind] |= (uint8_t)(1 << word);
				event.word[word] = 0;
			}
		}
	}
}

struct lanes *lanes_create(struct event_source *source)
{
	struct lanes *lanes = calloc(1, sizeof(*lanes));

	if (!lanes)
		return NULL;
	lanes->walk = calloc(1, sizeof(*lanes->walk));
	if (!lanes->walk || replay_create(&lanes->walk->replay, source) < 0) {
		lanes_destroy(lanes);
		return NULL;
	}
	replay_set_one_way(lanes->walk->replay);
	lanes->walk->source = source;
	find_tasklet_words(lanes->walk);
	return lanes;
}

void lanes_destroy(struct lanes *lanes)
{
	if (!lanes)
		return;
	if (lanes->walk)
		replay_destroy(lanes->walk->replay);
	free(lanes->walk);
	free(lanes);
}

/* ---------------------------------------------------------------------------------------------
 * Cells
 */

void lane_tell(struct lane *lane)
{
	struct lanes_cell *cell = &lane->cell[lane->column];
	uint64_t total = 0, ran = lane->weight[LANES_RUNS];
	int most = LANES_ABSENT;

	for (int phase = 0; phase < LANES_PHASES; phase++) {
		total += lane->weight[phase];
		if (phase != LANES_RUNS && lane->weight[phase] > lane->weight[most])
			most = phase;
	}
	if (total == 0)
		return;
	cell->phase = (uint8_t)(ran == total ? LANES_RUNS : most);
	cell->ran = (uint8_t)((double)ran / (double)total * LANES_RAN_ALL);
	/* However short it was, it is to be seen. */
	if (ran && cell->ran == 0)
		cell->ran = 1;
}

void lane_pass(const struct lanes *lanes, struct lane *lane, uint64_t to)
{
	while (lane->since < to) {
		int column = lanes_range_column(&lanes->range, lane->since);
		uint64_t until;

		if (column < 0)
			break;
		if (column != lane->column) {
			lane_tell(lane);
			memset(lane->weight, 0, sizeof(lane->weight));
			lane->column = column;
		}
		until = lanes_range_point(&lanes->range, column + 1);
		if (until > to)
			until = to;
		lane->weight[lane->phase] += until - lane->since;
		lane->since = until;
	}
	lane->since = to;
}

void lanes_flag(struct lanes *lanes, uint64_t from, uint64_t to, unsigned int flag)
{
	int column;

	if (from < lanes->range.first)
		from = lanes->range.first;
	column = lanes_range_column(&lanes->range, from);
	for (; column >= 0 && column < lanes->range.columns; column++) {
		lanes->flags[column] |= (uint8_t)flag;
		if (lanes_range_point(&lanes->range, column + 1) >= to)
			break;
	}
}

/* ---------------------------------------------------------------------------------------------
 * Phases
 */

static int *lanes_slot(struct lanes_walk *walk, uint32_t id, bool make)
{
	uint32_t at = id * 2654435761u % LANES_SLOTS;

	while (walk->slot[at].id != id) {
		if (walk->slot[at].id == 0) {
			if (!make)
				return NULL;
			walk->slot[at].id = id;
			break;
		}
		at = (at + 1) % LANES_SLOTS;
	}
	return &walk->slot[at].row;
}

int lanes_row(const struct lanes *lanes, uint32_t tasklet)
{
	const int *row = tasklet ? lanes_slot(lanes->walk, tasklet, false) : NULL;

	return row ? *row : -1;
}

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

bool lanes_go_on(struct lanes *lanes, uint64_t events)
{
	struct lanes_walk *walk = lanes->walk;

	if (!lanes->running)
		return false;
	if (lanes->coarse) {
		lanes->running = lanes_coarse_go_on(lanes, events / LANES_CHUNK_COST + 1);
		return lanes->running;
	}
	while (events-- > 0 && lanes->running)
		lanes->running = walk_step(lanes);
	walk_tell(lanes, lanes->running ? walk->at : walk->end);
	return lanes->running;
}

/* ---------------------------------------------------------------------------------------------
 * Beginning
 */

/* Which events the stretch holds. */
static int find_stretch(struct lanes *lanes)
{
	struct lanes_walk *walk = lanes->walk;
	struct event_source *source = walk->source;
	const struct lanes_range *range = &lanes->range;
	struct event_source_info info;
	uint64_t end = lanes_range_point(range, range->columns), total;
	int result;

	source->ops->info(source, &info);
	total = range->by_time ? info.duration_ns + 1 : info.events;
	walk->end = end < total ? end : total;
	walk->at = range->first;
	walk->first_seq = range->first + 1;
	walk->last_seq = walk->end;
	if (!range->by_time)
		return 0;
	result = source->ops->seek_time(source, range->first, &walk->first_seq);
	if (result >= 0)
		result = source->ops->seek_time(source, walk->end - 1, &walk->last_seq);
	return result;
}

static int begin_walk(struct lanes *lanes)
{
	struct lanes_walk *walk = lanes->walk;
	const struct event *event;
	int result = replay_seek(walk->replay, walk->first_seq);

	if (result < 0)
		return result;
	event = replay_event(walk->replay);
	walk->blind = !event && walk->first_seq > 0;
	lanes_restart(lanes, replay_state(walk->replay), lanes->range.first);
	if (event && event_point(lanes, event) >= lanes->range.first)
		walk_amounts(lanes, event, event_point(lanes, event));
	if (!lanes->range.by_time && !walk->blind)
		walk->at++;
	if (lanes->range.by_time && lanes->last_seq[0] == 0)
		lanes->last_seq[0] = walk->first_seq;
	return 0;
}

static bool is_same(const struct lanes_wanted *one, const struct lanes_wanted *other)
{
	/* A selected tasklet must have a lane; to have one for who runs is only a wish. */
	return lanes_range_equal(&one->range, &other->range) && one->rows == other->rows &&
	       one->threads == other->threads && one->selected == other->selected;
}

/* Whether those who are at the position are to be seen. */
static bool shows_position(const struct lanes *lanes, const struct lanes_wanted *wanted)
{
	return lanes->coarse || lanes->others == 0 || wanted->running == 0 ||
	       lanes->range.step > 1 || lanes_row(lanes, wanted->running) >= 0;
}

int lanes_show(struct lanes *lanes, const struct lanes_wanted *wanted)
{
	struct lanes_walk *walk = lanes->walk;
	int result;

	if (is_same(&walk->wanted, wanted) && shows_position(lanes, wanted))
		return 0;
	lanes->range = wanted->range;
	lanes->coarse = lanes->running = false;
	lanes->rows = 0;
	lanes->others = 0;
	memset(lanes->lane, 0, sizeof(lanes->lane));
	memset(lanes->amount, 0, sizeof(lanes->amount));
	memset(lanes->flags, 0, sizeof(lanes->flags));
	memset(lanes->last_seq, 0, sizeof(lanes->last_seq));
	memset(walk->slot, 0, sizeof(walk->slot));
	walk->wanted = *wanted;
	if (lanes->range.columns > LANES_COLUMNS)
		lanes->range.columns = LANES_COLUMNS;
	if (lanes->range.columns < 1)
		return 0;
	result = find_stretch(lanes);
	if (result < 0)
		return result;
	lanes->coarse = walk->last_seq - walk->first_seq >
			(uint64_t)LANES_CHUNK_EVENTS * (uint64_t)lanes->range.columns;
	lanes_choose(lanes);
	for (int row = 0; row < lanes->rows; row++)
		if (lanes->lane[row].kind == LANE_TASKLET)
			*lanes_slot(walk, lanes->lane[row].id, true) = row;
	lanes->running = true;
	if (lanes->coarse) {
		lanes_coarse_begin(lanes);
		return 0;
	}
	result = begin_walk(lanes);
	lanes->running = result >= 0;
	return result;
}

uint64_t lanes_column_seq(const struct lanes *lanes, int column)
{
	uint64_t before;

	if (!lanes->range.by_time)
		return lanes_range_point(&lanes->range, column) + 1;
	before = column > 0 ? lanes->last_seq[column - 1] : lanes->walk->first_seq;
	return before < lanes->last_seq[column] ? before + 1 : before;
}

int lanes_seq_column(const struct lanes *lanes, uint64_t seq)
{
	int low = 0, high = lanes->range.columns;

	if (seq == 0)
		return -1;
	if (!lanes->range.by_time)
		return lanes_range_column(&lanes->range, seq - 1);
	if (seq < lanes->walk->first_seq)
		return -1;
	while (low < high) {
		int middle = low + (high - low) / 2;

		if (lanes->last_seq[middle] < seq)
			low = middle + 1;
		else
			high = middle;
	}
	return low < lanes->range.columns ? low : -1;
}
