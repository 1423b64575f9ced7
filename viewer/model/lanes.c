/* SPDX-License-Identifier: MIT */
/*
 * lanes.c - the cells of lanes, and beginning to fill them.
 */
#include "lanes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lanes_walk.h"
#include "state.h"

enum {
	LANES_CHUNK_EVENTS = 16384, /* per column: with more, summaries are as fine as columns */
	LANES_CHUNK_COST = 1024,    /* events that could be walked over in the time of a chunk's */
	LANES_SHORT = 4096          /* events that nobody has to wait for */
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
	if (!lanes->walk || replay_create(&lanes->walk->own, source) < 0) {
		lanes_destroy(lanes);
		return NULL;
	}
	replay_set_one_way(lanes->walk->own);
	lanes->walk->source = source;
	find_tasklet_words(lanes->walk);
	return lanes;
}

void lanes_destroy(struct lanes *lanes)
{
	if (!lanes)
		return;
	if (lanes->walk)
		replay_destroy(lanes->walk->own);
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

/* With the scout, which is needed elsewhere: so it is done at once. */
static int show_short(struct lanes *lanes)
{
	struct lanes_walk *walk = lanes->walk;
	int result = replay_seek(walk->replay, walk->first_seq);

	if (result < 0)
		return result;
	lanes_walk_begin(lanes);
	while (lanes->running)
		lanes_go_on(lanes, LANES_SHORT);
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
	walk->begun = false;
	walk->replay = walk->last_seq - walk->first_seq < LANES_SHORT ? wanted->scout : walk->own;
	lanes->coarse = walk->last_seq - walk->first_seq >
			(uint64_t)LANES_CHUNK_EVENTS * (uint64_t)lanes->range.columns;
	lanes_choose(lanes);
	for (int row = 0; row < lanes->rows; row++)
		if (lanes->lane[row].kind == LANE_TASKLET)
			*lanes_slot(walk, lanes->lane[row].id, true) = row;
	lanes->running = true;
	if (lanes->coarse)
		lanes_coarse_begin(lanes);
	else if (walk->replay != walk->own)
		result = show_short(lanes);
	return result;
}

bool lanes_go_on(struct lanes *lanes, uint64_t events)
{
	if (!lanes->running)
		return false;
	lanes->running = lanes->coarse ? lanes_coarse_go_on(lanes, events / LANES_CHUNK_COST + 1)
				       : lanes_walk_go_on(lanes, events);
	return lanes->running;
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
