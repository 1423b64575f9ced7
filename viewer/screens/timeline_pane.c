/* SPDX-License-Identifier: MIT */
/*
 * timeline_pane.c - who ran when, around the position.
 */
#include <inttypes.h>
#include <stdio.h>

#include "model/figure.h"
#include "pane.h"

static void timeline_draw(struct view *view, struct view_pane *pane, struct canvas *canvas)
{
	uint64_t position = replay_position(view->replay);
	struct lanes lanes;

	pane->rows = figure_lanes_rows(canvas);
	if (lanes_make(&lanes, view->scout, position, pane->rows, figure_lanes_columns(canvas)) < 0)
		return;
	figure_lanes(canvas, &view->scene, &lanes, position);
}

const struct pane_ops timeline_pane = {
	.name = "timeline",
	.help = "The events around the position, one a column, and what became of each tasklet: a "
		"block where it ran, a line where it could have run, dots where it waited in a "
		"channel. The arrow marks the position.",
	.draw = timeline_draw,
};
