/* SPDX-License-Identifier: MIT */
/*
 * lanes.c - walking over a stretch of events with a scout.
 */
#include "lanes.h"

#include <stdbool.h>
#include <string.h>

static bool lanes_has(const struct lanes *lanes, uint32_t id)
{
	for (int row = 0; row < lanes->rows; row++)
		if (lanes->tasklet[row] == id)
			return true;
	return false;
}

static void lanes_add(struct lanes *lanes, uint32_t id, int rows)
{
	int row = lanes->rows;

	if (id == 0 || lanes_has(lanes, id))
		return;
	if (lanes->rows == rows) {
		lanes->more++;
		return;
	}
	for (; row > 0 && lanes->tasklet[row - 1] > id; row--)
		lanes->tasklet[row] = lanes->tasklet[row - 1];
	lanes->tasklet[row] = id;
	lanes->rows++;
}

/* The tasklets an event names. */
static void lanes_add_event(struct lanes *lanes, struct replay *scout, uint64_t seq, int rows)
{
	const struct event_description *description;
	struct event event;

	if (replay_peek(scout, seq, &event) <= 0)
		return;
	description = event_describe(event.kind);
	for (int i = 0; description && i < description->fields; i++)
		if (description->field[i].type == EVENT_TYPE_tasklet)
			lanes_add(lanes,
				  (uint32_t)event_field_value(&event, &description->field[i]),
				  rows);
}

/* From the position outward, so that the nearest come first; no more once the lanes are full. */
static void lanes_choose(struct lanes *lanes, struct replay *scout, uint64_t position, int rows)
{
	uint64_t last = lanes->first + (uint64_t)lanes->columns - 1;

	for (uint64_t far = 0; far < (uint64_t)lanes->columns && lanes->more == 0; far++) {
		if (position + far <= last)
			lanes_add_event(lanes, scout, position + far, rows);
		if (far > 0 && position >= lanes->first + far)
			lanes_add_event(lanes, scout, position - far, rows);
	}
}

static enum lanes_cell lanes_cell(const struct state *state, uint32_t id)
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
	case STATE_WAITING:
		return LANES_WAITS;
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

static int lanes_fill(struct lanes *lanes, struct replay *scout)
{
	int result = replay_seek(scout, lanes->first);

	for (int column = 0; column < lanes->columns; column++) {
		const struct state *state = replay_state(scout);

		/* A damaged stretch is stepped over: columns without a state stay empty. */
		if (result < 0)
			return result;
		if (replay_position(scout) != lanes->first + (uint64_t)column)
			continue;
		for (int row = 0; row < lanes->rows; row++)
			lanes->cell[row][column] = lanes_cell(state, lanes->tasklet[row]);
		if (column == 0)
			lanes->first_ns = state_time_ns(state);
		lanes->last_ns = state_time_ns(state);
		result = replay_step(scout);
	}
	return 0;
}

int lanes_make(struct lanes *lanes, struct replay *scout, uint64_t position, int rows, int columns)
{
	uint64_t count = replay_count(scout), before;

	memset(lanes, 0, sizeof(*lanes));
	if (count == 0 || rows < 1 || columns < 1)
		return 0;
	if (columns > LANES_COLUMNS)
		columns = LANES_COLUMNS;
	if (rows > LANES_ROWS)
		rows = LANES_ROWS;
	if ((uint64_t)columns > count)
		columns = (int)count;
	before = (uint64_t)columns / 2;
	lanes->first = position > before ? position - before : 1;
	if (lanes->first + (uint64_t)columns - 1 > count)
		lanes->first = count - (uint64_t)columns + 1;
	lanes->columns = columns;
	lanes_choose(lanes, scout, position ? position : 1, rows);
	return lanes_fill(lanes, scout);
}
