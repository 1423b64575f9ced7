/* SPDX-License-Identifier: MIT */
/*
 * tasklets_pane.c - the table of tasklets.
 */
#include <inttypes.h>
#include <stdio.h>

#include "model/figure.h"
#include "pane.h"

static void tasklets_title(struct view *view, char *out, size_t size)
{
	snprintf(out, size, "tasklets (%" PRIu32 ")", state_tasklets(view->scene.state));
}

static void tasklets_pane_draw(struct view *view, struct view_pane *pane, struct canvas *canvas)
{
	bool focus = view_focus(view) == PANE_TASKLETS;
	uint32_t running = state_thread(view->scene.state, view_thread(view))->running;
	uint32_t touched = scene_tasklet(&view->scene);

	pane->rows = canvas->rows > 2 ? canvas->rows - 1 : 1;
	pane_follow(pane, running, pane->rows);
	pane_follow(pane, touched, pane->rows);
	if (pane->first == 0)
		pane->first = 1;
	figure_tasklets(canvas, &view->scene, pane->first, focus ? pane->selected : 0);
}

static bool tasklets_pane_request(struct view *view, struct view_pane *pane, enum request request)
{
	return pane_select(pane, request, state_tasklets(view->scene.state));
}

static void tasklets_pane_click(struct view *view, struct view_pane *pane, int row, int column)
{
	uint32_t id = pane->first + (uint32_t)row - 1;

	(void)column;
	if (row > 0 && id <= state_tasklets(view->scene.state))
		pane->selected = id;
}

const struct pane_ops tasklets_pane = {
	.name = "tasklets",
	.help = "All tasklets there have been: state, the channel in which each waits, the bytes "
		"of "
		"its slice in the heap, and where it stopped. Up and Down select one; t and T then "
		"go to its next event and the one before.",
	.title = tasklets_title,
	.draw = tasklets_pane_draw,
	.request = tasklets_pane_request,
	.click = tasklets_pane_click,
};
