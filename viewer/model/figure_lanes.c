/* SPDX-License-Identifier: MIT */
/*
 * figure_lanes.c - who ran when: a lane a tasklet, a column an event.
 *
 *               #12        v            #40
 *    T1 main    ####
 *    T2 ping        ####-----#####......         # runs, - could run, . waits
 *    T3 pong    ----------####
 */
#include "figure.h"

#include <inttypes.h>
#include <stdio.h>

#include "glyph.h"

static const struct {
	uint32_t symbol;
	enum role role;
} lanes_cells[] = {
	[LANES_ABSENT] = {' ', ROLE_PLAIN},          [LANES_RUNS] = {GLYPH_FULL, ROLE_CURRENT},
	[LANES_READY] = {GLYPH_LINE, ROLE_RUNNABLE}, [LANES_WAITS] = {GLYPH_DOT, ROLE_BLOCKED},
	[LANES_APART] = {' ', ROLE_PAUSED},          [LANES_ENDED] = {' ', ROLE_ENDED},
};

/* Width of the labels before the lanes. */
static int lanes_label_width(const struct canvas *canvas)
{
	return canvas->columns < 60 ? 11 : 16;
}

int figure_lanes_columns(const struct canvas *canvas)
{
	int columns = canvas->columns - lanes_label_width(canvas);

	return columns > 0 ? columns : 0;
}

int figure_lanes_rows(const struct canvas *canvas)
{
	return canvas->rows > 5 ? canvas->rows - 2 : canvas->rows - 1;
}

static void lanes_draw_axis(struct canvas *canvas, const struct lanes *lanes, uint64_t position)
{
	int label = lanes_label_width(canvas), last = label + lanes->columns;
	char text[32];

	canvas_line(canvas, 0, label, lanes->columns, GLYPH_LINE, ROLE_BORDER);
	canvas_format(canvas, 0, label, lanes->columns, ROLE_DIM, "#%" PRIu64 " ", lanes->first);
	snprintf(text, sizeof(text), " #%" PRIu64, lanes->first + (uint64_t)lanes->columns - 1);
	if (lanes->columns > 24)
		canvas_text_right(canvas, 0, label, last - label, ROLE_DIM, text);
	if (position >= lanes->first)
		canvas_put(canvas, 0, label + (int)(position - lanes->first), GLYPH_DOWN,
			   ROLE_HIGHLIGHT);
}

static void lanes_draw_row(struct canvas *canvas, const struct lanes *lanes,
			   const struct scene *scene, int row, uint64_t position)
{
	int label = lanes_label_width(canvas);
	uint32_t id = lanes->tasklet[row];
	char text[128];

	scene_tasklet_label(text, sizeof(text), scene, id);
	canvas_text(canvas, row + 1, 0, label - 1, scene_condition(scene, id).role, text);
	for (int column = 0; column < lanes->columns; column++) {
		uint8_t cell = lanes->cell[row][column];
		bool here = lanes->first + (uint64_t)column == position;

		canvas_put(canvas, row + 1, label + column, lanes_cells[cell].symbol,
			   here ? ROLE_HIGHLIGHT : lanes_cells[cell].role);
	}
}

void figure_lanes(struct canvas *canvas, const struct scene *scene, const struct lanes *lanes,
		  uint64_t position)
{
	int row = lanes->rows + 1;

	if (lanes->columns == 0)
		return;
	lanes_draw_axis(canvas, lanes, position);
	for (int lane = 0; lane < lanes->rows; lane++)
		lanes_draw_row(canvas, lanes, scene, lane, position);
	if (row < canvas->rows)
		canvas_format(canvas, canvas->rows - 1, 0, canvas->columns, ROLE_DIM,
			      "█ runs  ─ could run  · waits%s",
			      lanes->more ? "   (others took part too)" : "");
}
