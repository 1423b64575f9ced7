/* SPDX-License-Identifier: MIT */
/*
 * figure_lanes.c - who ran when: a lane a tasklet, a column an event, or many, or some time.
 *
 *    1 event/col  ┬#12────────↓────┬#40
 *    T1 main      ████
 *    T2 ping          ────█████······         █ runs, ─ could run, · waits
 *    T3 pong      ────────████
 *
 * Where a column stands for more than an event, what happened is drawn as curves above the lanes.
 */
#include "figure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "figure_axis.h"
#include "glyph.h"

enum { LABEL_NARROW = 11, LABEL_WIDE = 17, CURVES = 3, CURVE_HEIGHTS = 8, LEGEND_ITEMS = 12 };

static const struct {
	uint32_t symbol;
	enum role role;
	const char *word;
} phase_looks[LANES_PHASES] = {
	[LANES_ABSENT] = {' ', ROLE_PLAIN, NULL},
	[LANES_RUNS] = {GLYPH_FULL, ROLE_CURRENT, "runs"},
	[LANES_READY] = {GLYPH_LINE, ROLE_RUNNABLE, "could run"},
	[LANES_WAITS] = {GLYPH_DOT, ROLE_BLOCKED, "waits"},
	[LANES_SLEEPS] = {'~', ROLE_BLOCKED, "sleeps"},
	[LANES_APART] = {' ', ROLE_PAUSED, NULL},
	[LANES_ENDED] = {' ', ROLE_ENDED, NULL},
};

static const struct {
	enum lanes_amount amount;
	const char *word;
} curves[CURVES] = {
	{LANES_SWITCHES, "switches"}, {LANES_TRANSFERS, "transfers"}, {LANES_SAVED, "saved"}};

/* Width of the labels before the lanes. */
static int label_width(const struct canvas *canvas)
{
	return canvas->columns < 60 ? LABEL_NARROW : LABEL_WIDE;
}

/* Rows between the axis and the legend. */
static int rows_between(const struct canvas *canvas)
{
	int rows = canvas->rows > 5 ? canvas->rows - 2 : canvas->rows - 1;

	return rows > 0 ? rows : 0;
}

static int rows_of_curves(const struct canvas *canvas)
{
	int rows = rows_between(canvas);

	return rows >= 12 ? CURVES : rows >= 3 ? 1 : 0;
}

int figure_lanes_columns(const struct canvas *canvas)
{
	int columns = canvas->columns - label_width(canvas);

	return columns > 0 ? columns : 0;
}

int figure_lanes_rows(const struct canvas *canvas, bool curves_too)
{
	return rows_between(canvas) - (curves_too ? rows_of_curves(canvas) : 0);
}

/* ---------------------------------------------------------------------------------------------
 * Cells
 */

/* One that ran for a part of the column is shaded. */
static uint32_t cell_symbol(const struct lanes_cell *cell)
{
	if (cell->ran == 0)
		return phase_looks[cell->phase].symbol;
	if (cell->ran >= LANES_RAN_ALL * 3 / 4)
		return GLYPH_FULL;
	return cell->ran >= LANES_RAN_ALL / 4 ? GLYPH_DARK : GLYPH_MEDIUM;
}

static enum role cell_role(const struct lanes_cell *cell)
{
	return cell->ran ? ROLE_CURRENT : phase_looks[cell->phase].role;
}

static void draw_label(struct canvas *canvas, const struct scene *scene, const struct lane *lane,
		       int row, bool selected)
{
	int width = label_width(canvas) - 1;
	char text[128];

	switch (lane->kind) {
	case LANE_TASKLET:
		scene_tasklet_label(text, sizeof(text), scene, lane->id);
		canvas_text(canvas, row, 0, width,
			    selected ? ROLE_SELECTED : scene_condition(scene, lane->id).role, text);
		break;
	case LANE_THREAD:
		canvas_format(canvas, row, 0, width, ROLE_DIM, "thread %" PRIu32, lane->id);
		break;
	case LANE_OTHERS:
		canvas_text(canvas, row, 0, width, ROLE_DIM, "others");
		break;
	}
}

static void draw_lane(struct canvas *canvas, const struct lanes *lanes, const struct lane *lane,
		      int row, int here)
{
	int label = label_width(canvas);

	for (int column = 0; column < lanes->range.columns; column++) {
		const struct lanes_cell *cell = &lane->cell[column];

		canvas_put(canvas, row, label + column, cell_symbol(cell),
			   column == here ? ROLE_HIGHLIGHT : cell_role(cell));
	}
}

/* ---------------------------------------------------------------------------------------------
 * Curves
 */

static void draw_curve(struct canvas *canvas, const struct lanes *lanes, int curve, int row)
{
	static const uint32_t heights[CURVE_HEIGHTS] = {GLYPH_EIGHTH_1, GLYPH_EIGHTH_2,
							GLYPH_EIGHTH_3, GLYPH_EIGHTH_4,
							GLYPH_EIGHTH_5, GLYPH_EIGHTH_6,
							GLYPH_EIGHTH_7, GLYPH_FULL};
	const double *amount = lanes->amount[curves[curve].amount];
	int label = label_width(canvas);
	double most = 0;
	char text[32];

	for (int column = 0; column < lanes->range.columns; column++)
		if (amount[column] > most)
			most = amount[column];
	for (int column = 0; column < lanes->range.columns; column++) {
		int height = most > 0 ? (int)(amount[column] / most * (CURVE_HEIGHTS - 1) + 0.5)
				      : 0;

		if (amount[column] > 0)
			canvas_put(canvas, row, label + column, heights[height], ROLE_STACK);
	}
	figure_short_number(text, sizeof(text), most);
	if (label == LABEL_WIDE)
		canvas_format(canvas, row, 0, label - 1, ROLE_DIM, "%s <=%s", curves[curve].word,
			      text);
	else
		canvas_text(canvas, row, 0, label - 1, ROLE_DIM, curves[curve].word);
}

/* ---------------------------------------------------------------------------------------------
 * What is not known
 */

/* Fills the rows of a run of columns, and says why, where there is room for a word. */
static void draw_gap(struct canvas *canvas, int rows, int from, int to, uint32_t symbol,
		     const char *word)
{
	int label = label_width(canvas), width = (int)strlen(word);

	for (int row = 1; row <= rows; row++)
		canvas_line(canvas, row, label + from, to - from, symbol, ROLE_WARNING);
	if (to - from >= width + 2)
		canvas_format(canvas, 1 + rows / 2, label + from + (to - from - width - 2) / 2,
			      width + 2, ROLE_WARNING, " %s ", word);
}

static bool is_damaged(const struct lanes *lanes, const struct lanes_signs *signs, int column)
{
	return (lanes->flags[column] & LANES_DAMAGED) || signs->damaged[column];
}

static void draw_gaps(struct canvas *canvas, const struct lanes *lanes,
		      const struct lanes_signs *signs, int rows)
{
	for (int from = 0, to; from < lanes->range.columns; from = to) {
		bool hole = is_damaged(lanes, signs, from), lost = signs->lost[from];

		to = from + 1;
		while (to < lanes->range.columns && is_damaged(lanes, signs, to) == hole &&
		       (bool)signs->lost[to] == lost)
			to++;
		if (hole)
			draw_gap(canvas, rows, from, to, GLYPH_HOLE, "damaged");
		else if (lost)
			draw_gap(canvas, rows, from, to, GLYPH_HATCH, "lost");
	}
}

/* ---------------------------------------------------------------------------------------------
 * The legend
 */

struct legend {
	struct canvas *canvas;
	int column;
};

static void legend_add(struct legend *legend, uint32_t symbol, enum role role, const char *word)
{
	int row = legend->canvas->rows - 1, width = 2 + text_width(word);

	if (legend->column + width > legend->canvas->columns)
		return;
	canvas_put(legend->canvas, row, legend->column, symbol, role);
	canvas_text(legend->canvas, row, legend->column + 2, width, ROLE_DIM, word);
	legend->column += width + 2;
}

/* Which phases there are to be seen: bits. */
static unsigned int phases_seen(const struct lanes *lanes)
{
	unsigned int seen = 0;

	for (int row = 0; row < lanes->rows; row++)
		for (int column = 0; column < lanes->range.columns; column++)
			seen |= 1u << lanes->lane[row].cell[column].phase;
	return seen;
}

static bool has_flag(const struct lanes *lanes, unsigned int flag)
{
	for (int column = 0; column < lanes->range.columns; column++)
		if (lanes->flags[column] & flag)
			return true;
	return false;
}

static void draw_legend(struct canvas *canvas, const struct lanes *lanes,
			const struct lanes_signs *signs)
{
	struct legend legend = {.canvas = canvas};
	unsigned int seen = phases_seen(lanes) | 1u << LANES_RUNS | 1u << LANES_READY |
			    1u << LANES_WAITS;

	if (lanes->coarse) {
		legend_add(&legend, GLYPH_FULL, ROLE_CURRENT, "took part");
		legend_add(&legend, GLYPH_MEDIUM, ROLE_CURRENT, "in a part of it");
	} else {
		for (int phase = 0; phase < LANES_PHASES; phase++)
			if (phase_looks[phase].word && (seen & 1u << phase))
				legend_add(&legend, phase_looks[phase].symbol,
					   phase_looks[phase].role, phase_looks[phase].word);
		if (lanes->range.step > 1)
			legend_add(&legend, GLYPH_MEDIUM, ROLE_CURRENT, "runs for a part");
	}
	if (has_flag(lanes, LANES_DAMAGED) || memchr(signs->damaged, 1, sizeof(signs->damaged)))
		legend_add(&legend, GLYPH_HOLE, ROLE_WARNING, "damaged");
	if (memchr(signs->lost, 1, sizeof(signs->lost)))
		legend_add(&legend, GLYPH_HATCH, ROLE_WARNING, "lost");
	if (has_flag(lanes, LANES_MARKED))
		legend_add(&legend, GLYPH_MARK, ROLE_PLACE, "the program's mark");
	if (lanes->running)
		legend_add(&legend, GLYPH_ELLIPSIS, ROLE_DIM, "still reading");
	else if (lanes->others && lanes->lane[lanes->rows - 1].kind != LANE_OTHERS)
		legend_add(&legend, ' ', ROLE_DIM, "(others took part too)");
}

void figure_lanes(struct canvas *canvas, const struct scene *scene, const struct lanes *lanes,
		  const struct lanes_signs *signs)
{
	bool with_curves = lanes->range.step > 1 || lanes->range.by_time;
	int label = label_width(canvas), row = 1, here, last = rows_between(canvas);
	struct canvas axis = canvas_area(canvas, 0, label, 1, lanes->range.columns);

	if (lanes->range.columns == 0)
		return;
	here = lanes->range.by_time ? lanes_range_column(&lanes->range, state_time_ns(scene->state))
				    : lanes_seq_column(lanes, signs->position);
	figure_axis(&axis, lanes, signs, here);
	figure_axis_scale(canvas, label - 1, &lanes->range);
	for (int i = 0; with_curves && i < rows_of_curves(canvas); i++)
		draw_curve(canvas, lanes, i, row++);
	for (int i = 0; i < lanes->rows && row <= last; i++, row++) {
		const struct lane *lane = &lanes->lane[i];

		draw_label(canvas, scene, lane, row,
			   lane->kind == LANE_TASKLET && lane->id == signs->selected);
		draw_lane(canvas, lanes, lane, row, here);
	}
	draw_gaps(canvas, lanes, signs, row - 1);
	if (last + 1 < canvas->rows)
		draw_legend(canvas, lanes, signs);
}
