/* SPDX-License-Identifier: MIT */
/*
 * lanes_range.c - which stretch of a trace a timeline shows.
 */
#include "lanes_range.h"

enum { RANGE_GRAIN = 16 };

uint64_t lanes_zoom_step(unsigned int zoom)
{
	static const uint64_t steps[] = {1, 2, 5};
	uint64_t step = steps[zoom % 3];

	for (zoom /= 3; zoom > 0; zoom--)
		step *= 10;
	return step;
}

unsigned int lanes_zoom_for(uint64_t span, int columns)
{
	unsigned int zoom = 0;

	while (zoom < LANES_ZOOM_WHOLE && columns > 0 &&
	       lanes_zoom_step(zoom) < span / (uint64_t)columns)
		zoom++;
	return zoom;
}

/* So that the whole trace is to be seen; rounded up a little, so that one which grows need not be
 * drawn anew with each event. */
static uint64_t whole_step(uint64_t total, uint64_t columns)
{
	uint64_t step = (total + columns - 1) / columns, grain = 1;

	while (grain * RANGE_GRAIN * 2 <= step)
		grain *= 2;
	return step < 1 ? 1 : (step + grain - 1) / grain * grain;
}

unsigned int lanes_range_make(struct lanes_range *range, uint64_t total, uint64_t at,
			      unsigned int zoom, int columns)
{
	uint64_t wide = columns > 0 ? (uint64_t)columns : 1, whole = whole_step(total, wide);
	uint64_t used, before;
	unsigned int closest = 0;

	while (closest < zoom && lanes_zoom_step(closest) < whole)
		closest++;
	range->step = lanes_zoom_step(closest) < whole ? lanes_zoom_step(closest) : whole;
	used = total / range->step + (total % range->step != 0);
	range->columns = (int)(used < wide ? used : wide);
	before = range->step * (uint64_t)(range->columns / 2);
	range->first = at > before ? (at - before) / range->step * range->step : 0;
	if (used > wide && range->first / range->step > used - wide)
		range->first = (used - wide) * range->step;
	else if (used <= wide)
		range->first = 0;
	return closest;
}

void lanes_range_stay(struct lanes_range *range, const struct lanes_range *before, uint64_t at)
{
	int column = lanes_range_column(before, at);

	if (range->step > 1 && range->step == before->step && range->columns == before->columns &&
	    range->by_time == before->by_time && column >= before->columns / 4 &&
	    column <= before->columns * 3 / 4)
		range->first = before->first;
}

int lanes_range_column(const struct lanes_range *range, uint64_t at)
{
	uint64_t column;

	if (range->step == 0 || at < range->first)
		return -1;
	column = (at - range->first) / range->step;
	return column < (uint64_t)range->columns ? (int)column : -1;
}

uint64_t lanes_range_point(const struct lanes_range *range, int column)
{
	return range->first + range->step * (uint64_t)column;
}

bool lanes_range_equal(const struct lanes_range *one, const struct lanes_range *other)
{
	return one->by_time == other->by_time && one->first == other->first &&
	       one->step == other->step && one->columns == other->columns;
}
