/* SPDX-License-Identifier: MIT */
/*
 * figure_axis.c - the line above a timeline.
 *
 *     ┬+1.2 ms─────────┬+1.4 ms──•──↓──s──┬+1.6 ms────◆─────
 *
 * Labels stand at round numbers, as many as there is room for.
 */
#include "figure_axis.h"

#include <inttypes.h>
#include <stdio.h>

#include "glyph.h"

enum { AXIS_AIR = 3 /* columns between two labels */ };

static const struct {
	const char *unit;
	uint64_t ns;
} axis_units[] = {{"s", 1000000000}, {"ms", 1000000}, {"us", 1000}, {"ns", 1}};

size_t figure_short_number(char *out, size_t size, double number)
{
	static const char letters[] = {'\0', 'k', 'M', 'G', 'T', 'P', 'E'};
	size_t letter = 0;
	int length;

	while (number >= 999.5 && letter + 1 < sizeof(letters)) {
		number /= 1000;
		letter++;
	}
	length = snprintf(out, size, "%.*f", letter > 0 && number < 9.95 ? 1 : 0, number);
	if (letter > 0 && length > 0 && (size_t)length + 1 < size) {
		out[length] = letters[letter];
		out[length + 1] = '\0';
	}
	return (size_t)length;
}

/* A time in the unit that suits `most`, with as many digits as tell multiples of `step` apart. */
static void axis_time(char *out, size_t size, uint64_t time_ns, uint64_t step, uint64_t most)
{
	int unit = 0, digits = 0;

	while (axis_units[unit].ns > most && axis_units[unit].ns > 1)
		unit++;
	for (uint64_t fine = axis_units[unit].ns; fine > step && digits < 9; fine /= 10)
		digits++;
	snprintf(out, size, "+%.*f %s", digits, (double)time_ns / (double)axis_units[unit].ns,
		 axis_units[unit].unit);
}

static void axis_label(char *out, size_t size, const struct lanes_range *range, uint64_t point,
		       uint64_t step)
{
	if (range->by_time)
		axis_time(out, size, point, step, lanes_range_point(range, range->columns));
	else
		snprintf(out, size, "#%" PRIu64, point);
}

/* The number or time at a label: events are numbered from 1. */
static uint64_t axis_column_value(const struct lanes_range *range, int column)
{
	return lanes_range_point(range, column) + !range->by_time;
}

/* The closest distance of labels for which there is room. */
static uint64_t axis_distance(const struct lanes_range *range)
{
	for (unsigned int zoom = 0; zoom < LANES_ZOOM_WHOLE; zoom++) {
		uint64_t step = lanes_zoom_step(zoom);
		char text[48];

		if (step < range->step)
			continue;
		axis_label(text, sizeof(text), range, axis_column_value(range, range->columns),
			   step);
		if (step / range->step >= (uint64_t)(text_width(text) + 1 + AXIS_AIR))
			return step;
	}
	return UINT64_MAX;
}

/* Whether a sign will stand in the text of a label. */
static bool axis_covered(const struct lanes *lanes, const struct lanes_signs *signs, int here,
			 int column, int width)
{
	for (int end = column + width; column < end; column++)
		if (column == here || (lanes->flags[column] & LANES_MARKED) || signs->hit[column] ||
		    signs->sign[column])
			return true;
	return false;
}

static void axis_labels(struct canvas *canvas, const struct lanes *lanes,
			const struct lanes_signs *signs, int here)
{
	const struct lanes_range *range = &lanes->range;
	uint64_t step = axis_distance(range);
	int free_from = 0;

	for (int column = 0; column < range->columns; column++) {
		uint64_t from = axis_column_value(range, column);
		uint64_t to = axis_column_value(range, column + 1);
		uint64_t round = step == UINT64_MAX ? from : (from + step - 1) / step * step;
		char text[48];

		/* Without a round number in sight the first column has one. */
		if (round >= to || column < free_from || (step == UINT64_MAX && column > 0))
			continue;
		axis_label(text, sizeof(text), range, round, step == UINT64_MAX ? 1 : step);
		if (column + 1 + text_width(text) > range->columns)
			return;
		canvas_put(canvas, 0, column, GLYPH_TEE_DOWN, ROLE_BORDER);
		if (axis_covered(lanes, signs, here, column + 1, text_width(text)))
			continue;
		free_from = column + 1 +
			    canvas_text(canvas, 0, column + 1, canvas->columns, ROLE_DIM, text);
	}
}

void figure_axis(struct canvas *canvas, const struct lanes *lanes, const struct lanes_signs *signs,
		 int here)
{
	canvas_line(canvas, 0, 0, lanes->range.columns, GLYPH_LINE, ROLE_BORDER);
	axis_labels(canvas, lanes, signs, here);
	for (int column = 0; column < lanes->range.columns; column++) {
		if (lanes->flags[column] & LANES_MARKED)
			canvas_put(canvas, 0, column, GLYPH_MARK, ROLE_PLACE);
		if (signs->hit[column])
			canvas_put(canvas, 0, column, GLYPH_TOUCHED, ROLE_HIT);
		if (signs->sign[column])
			canvas_put(canvas, 0, column, signs->sign[column], ROLE_KEY);
	}
	if (here >= 0)
		canvas_put(canvas, 0, here, GLYPH_DOWN, ROLE_HIGHLIGHT);
}

void figure_axis_scale(struct canvas *canvas, int columns, const struct lanes_range *range)
{
	char number[24];
	int unit = 0;

	if (!range->by_time) {
		figure_short_number(number, sizeof(number), (double)range->step);
		canvas_format(canvas, 0, 0, columns, ROLE_DIM,
			      columns > 12 ? "%s event%s/col" : "%s/col", number,
			      range->step == 1 ? "" : "s");
		return;
	}
	while (axis_units[unit].ns > range->step && axis_units[unit].ns > 1)
		unit++;
	figure_short_number(number, sizeof(number),
			    (double)range->step / (double)axis_units[unit].ns);
	canvas_format(canvas, 0, 0, columns, ROLE_DIM, "%s %s/col", number, axis_units[unit].unit);
}
