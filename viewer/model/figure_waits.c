/* SPDX-License-Identifier: MIT */
/*
 * figure_waits.c - who waits for whom, and who can never run again.
 *
 *    partial deadlock: T7 waits for T8 (C2), T8 waits for T7 (C1); nobody else could wake them.
 *    ╭▶ T7 to receive on C2, 3.2 ms      Each waits for the one in the row below, the last for the
 *    │  └─ T2 to receive on C1, 4 ms     first; below each those who wait for it.
 *    ╰─ T8 to receive on C1, 2.1 ms
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "figure.h"
#include "glyph.h"

enum { WAITS_WIDE = 76 /* from here on rows say everything */ };

static enum role waits_role(const struct wait_scene *waits, const struct scene *scene,
			    const struct wait_row *row)
{
	if (row->kind == WAIT_ROW_GROUP)
		return ROLE_WARNING;
	if (row->kind != WAIT_ROW_TASKLET)
		return ROLE_DIM;
	if (scene_touches_tasklet(scene, row->id))
		return ROLE_HIGHLIGHT;
	if (wait_graph_verdict(waits->graph, row->id) != WAIT_GOES_ON)
		return ROLE_BLOCKED;
	return scene_condition(scene, row->id).role;
}

/* A verdict takes as many rows as its sentence needs; returns how many. */
static int waits_draw_row(struct canvas *canvas, const struct wait_scene *waits,
			  const struct scene *scene, int row, const struct wait_row *what)
{
	char prefix[WAIT_PREFIX_BYTES], text[EXPLAIN_MAX];
	enum role role = waits_role(waits, scene, what);
	bool brief = canvas->columns < WAITS_WIDE;
	int column;

	wait_scene_row(text, sizeof(text), waits, scene, what, brief);
	if (what->kind == WAIT_ROW_GROUP)
		return canvas_wrap(canvas, row, 0, canvas->rows - row, canvas->columns, role, text);
	wait_tree_prefix(prefix, what);
	column = canvas_text(canvas, row, 0, canvas->columns, ROLE_BORDER, prefix);
	if (what->circle == WAIT_CIRCLE_FIRST || what->circle == WAIT_CIRCLE_NEXT ||
	    what->circle == WAIT_CIRCLE_LAST)
		canvas_paint(canvas, row, 0, column, ROLE_WARNING);
	canvas_text(canvas, row, column, canvas->columns - column, role, text);
	return 1;
}

void figure_waits(struct canvas *canvas, const struct scene *scene, const struct wait_scene *waits,
		  uint32_t first)
{
	const struct wait_tree *tree = &waits->tree;
	int row = 0;

	if (tree->rows == 0)
		canvas_text(canvas, 0, 0, canvas->columns, ROLE_DIM, "nobody waits");
	for (; row < canvas->rows && first < tree->rows; first++)
		row += waits_draw_row(canvas, waits, scene, row, &tree->row[first]);
	if (first < tree->rows || tree->cut)
		canvas_text_right(canvas, canvas->rows - 1, 0, canvas->columns, ROLE_DIM, "… more");
}
