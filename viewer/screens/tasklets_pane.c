/* SPDX-License-Identifier: MIT */
/*
 * tasklets_pane.c - the tasklets: a table of them, or, where they are many, groups of those alike.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/figure.h"
#include "pane.h"

enum {
	TASKLETS_LOOK = 4096, /* at so many to find some that pass the filter */
	TASKLETS_GROUPS = 60  /* scrolling goes no farther */
};

/* Those that somebody should worry about are in the title. */
static void tasklets_title(struct view *view, char *out, size_t size)
{
	uint32_t paused = view->scene.crowd ? crowd_count(view->crowd, CROWD_PAUSED) : 0;
	int length = snprintf(out, size, "tasklets (%" PRIu32 ")",
			      state_tasklets(view->scene.state));

	if (paused && length > 0 && (size_t)length < size)
		snprintf(out + length, size - (size_t)length, ", %" PRIu32 " paused", paused);
}

/* Which are seen, from pane->first on: returns how many. */
static int tasklets_pick(struct view *view, const struct view_pane *pane, int rows)
{
	uint32_t id = pane->first, last = state_tasklets(view->scene.state);
	int count = 0;

	if (rows > VIEW_TASKLET_ROWS)
		rows = VIEW_TASKLET_ROWS;
	memset(view->tasklet_row, 0, sizeof(view->tasklet_row));
	for (int looks = 0; count < rows && id <= last && looks < TASKLETS_LOOK; id++, looks++)
		if (!view->filter || filter_passes_tasklet(view->filter, &view->scene, id))
			view->tasklet_row[count++] = id;
	return count;
}

static void tasklets_pane_draw(struct view *view, struct view_pane *pane, struct canvas *canvas)
{
	bool focus = view_focus(view) == PANE_TASKLETS;
	uint32_t running = state_thread(view->scene.state, view_thread(view))->running;
	int count;

	pane->rows = canvas->rows > 2 ? canvas->rows - 1 : 1;
	if (view_is_grouped(view)) {
		figure_crowd(canvas, &view->scene, view->crowd, pane->by_hand ? pane->first : 0);
		return;
	}
	if (!view->filter || !filter_is_for_tasklets(view->filter)) {
		pane_follow(pane, running, pane->rows);
		pane_follow(pane, scene_tasklet(&view->scene), pane->rows);
	}
	if (pane->first == 0)
		pane->first = 1;
	count = tasklets_pick(view, pane, canvas->rows);
	figure_tasklets_list(canvas, &view->scene, view->tasklet_row, count,
			     focus ? pane->selected : 0);
	if (count == 0 && view->filter)
		canvas_text(canvas, 1, 2, canvas->columns, ROLE_DIM,
			    "none from here on passes the filter");
}

static bool tasklets_pane_request(struct view *view, struct view_pane *pane, enum request request)
{
	if (view_is_grouped(view))
		return pane_scroll(pane, request, TASKLETS_GROUPS);
	return pane_select(pane, request, state_tasklets(view->scene.state));
}

static void tasklets_pane_click(struct view *view, struct view_pane *pane, int row, int column)
{
	(void)column;
	if (!view_is_grouped(view) && row > 0 && row <= VIEW_TASKLET_ROWS &&
	    view->tasklet_row[row - 1])
		pane->selected = view->tasklet_row[row - 1];
}

const struct pane_ops tasklets_pane = {
	.name = "tasklets",
	.help = "All tasklets there have been: state, the channel in which each waits, the bytes "
		"of "
		"its slice in the heap, and where it stopped. Up and Down select one; t and T then "
		"go to its next event and the one before. A ! marks those that are paused, which "
		"nobody will run unless somebody inserts them, and those that are starving: "
		"runnable for more than 50 ms without a turn. y groups those that are alike, below "
		"a strip that stands for all.",
	.title = tasklets_title,
	.draw = tasklets_pane_draw,
	.request = tasklets_pane_request,
	.click = tasklets_pane_click,
};
