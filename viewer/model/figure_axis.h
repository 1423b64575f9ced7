/* SPDX-License-Identifier: MIT */
/*
 * figure_axis.h - the line above a timeline: numbers of events, or times, and what stands where.
 */
#ifndef GREENROOM_FIGURE_AXIS_H
#define GREENROOM_FIGURE_AXIS_H

#include "figure.h"

/* Fills a canvas of one row, as wide as the stretch. `here`: the column of the position, -1: none. */
void figure_axis(struct canvas *canvas, const struct lanes *lanes, const struct lanes_signs *signs,
		 int here);

/* What a column stands for, in so many columns of the first row: "20 events/col", "5 us/col". */
void figure_axis_scale(struct canvas *canvas, int columns, const struct lanes_range *range);

/* 999, 1.2k, 45k, 1.3M, 20G: in at most five columns. */
size_t figure_short_number(char *out, size_t size, double number);

#endif
