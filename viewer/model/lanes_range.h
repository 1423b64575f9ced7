/* SPDX-License-Identifier: MIT */
/*
 * lanes_range.h - which stretch of a trace a timeline shows, and how close it looks.
 *
 * Two axes. By events a column stands for some events, one at the closest; by time for some
 * nanoseconds. A point on either is a number from 0: the event's number less one, or its time.
 */
#ifndef GREENROOM_LANES_RANGE_H
#define GREENROOM_LANES_RANGE_H

#include <stdbool.h>
#include <stdint.h>

enum { LANES_ZOOM_WHOLE = 57 };

struct lanes_range {
	bool by_time;
	uint64_t first; /* point where the first column begins */
	uint64_t step;  /* how much a column stands for */
	int columns;
};

/* The stretch around the point `at` of a trace that ends before the point `total`. At zoom 0 a column
 * is one event or nanosecond, then 2, 5, 10, 20, and so on until the whole trace is to be seen: returns
 * the zoom that is left. `range->by_time` is not touched. */
unsigned int lanes_range_make(struct lanes_range *range, uint64_t total, uint64_t at,
			      unsigned int zoom, int columns);

/* What a column stands for at a zoom, at most LANES_ZOOM_WHOLE. */
uint64_t lanes_zoom_step(unsigned int zoom);
/* The closest zoom at which so much is seen at once. */
unsigned int lanes_zoom_for(uint64_t span, int columns);

/* Keeps the stretch that was shown before while `at` is well within it, so that a step does not move
 * the whole picture. */
void lanes_range_stay(struct lanes_range *range, const struct lanes_range *before, uint64_t at);

/* The column of a point, or -1 when it is not in the stretch. */
int lanes_range_column(const struct lanes_range *range, uint64_t at);

/* The point where a column begins; that of the one behind the last is the end. */
uint64_t lanes_range_point(const struct lanes_range *range, int column);

bool lanes_range_equal(const struct lanes_range *one, const struct lanes_range *other);

#endif
