/* SPDX-License-Identifier: MIT */
/*
 * time_bar.c - the whole trace in one line.
 *
 *     └───*──╱─────*─▲───s───╳╳───┘    hits (*), the position, a mark called "start"; events that
 *                                      were lost (╱), and that cannot be read (╳)
 *
 * The bar goes by events, not by time: quiet hours take no room.
 */
#include "time_bar.h"

#include "model/glyph.h"

/* Events are spread evenly over the cells; before the first event is in the first cell too. */
static int time_bar_cell(const struct view *view, uint64_t seq, int cells)
{
	if (seq <= 1 || view->info.events == 0)
		return 0;
	if (seq >= view->info.events)
		return cells - 1;
	return (int)((double)(seq - 1) / (double)view->info.events * cells);
}

uint64_t time_bar_seq(const struct view *view, int column, int columns)
{
	int cells = columns - 2, cell = column - 1;

	if (cell <= 0 || cells <= 1)
		return 0;
	if (cell >= cells - 1)
		return view->info.events;
	return (uint64_t)((double)cell / cells * (double)view->info.events) + 1;
}

void time_bar_draw(const struct view *view, struct canvas *canvas, int row)
{
	int cells = canvas->columns - 2;

	if (cells < 1 || view->info.events == 0)
		return;
	for (int i = 0; i < view->gaps.count; i++) {
		const struct gap *gap = &view->gaps.gap[i];
		int from = time_bar_cell(view, gap->first_seq, cells);
		int to = time_bar_cell(view, gap->last_seq, cells);

		canvas_line(canvas, row, 1 + from, to - from + 1,
			    gap->damaged ? GLYPH_HOLE : GLYPH_HATCH, ROLE_WARNING);
	}
	for (int cell = 0; cell < cells; cell++)
		if (survey_hits(&view->survey, cell, cell + 1, cells))
			canvas_put(canvas, row, 1 + cell, GLYPH_TOUCHED, ROLE_HIT);
	for (int i = 0; i < view->bookmarks.count; i++) {
		const struct bookmark *bookmark = &view->bookmarks.bookmark[i];
		const char *name = bookmark->name;

		canvas_put(canvas, row, 1 + time_bar_cell(view, bookmark->seq, cells),
			   text_next(&name), ROLE_KEY);
	}
	canvas_put(canvas, row, 1 + time_bar_cell(view, replay_position(view->replay), cells),
		   GLYPH_POSITION, ROLE_CURRENT);
}
