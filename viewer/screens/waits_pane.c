/* SPDX-License-Identifier: MIT */
/*
 * waits_pane.c - who waits for whom, and who can never run again.
 *
 * The graph is made anew for each position that is drawn, and kept while the position stays. Who uses
 * which channel is read from the whole trace, once, while nothing else is to be done: until then
 * only what is certain is said.
 */
#include <inttypes.h>
#include <stdio.h>

#include "model/figure.h"
#include "pane.h"

enum { WAITS_ROWS = 4096, WAITS_EVENTS = 65536 };

static void waits_refresh(struct view *view)
{
	struct view_waits *waits = &view->waits;
	uint64_t position = replay_position(view->replay);

	if (waits->made && waits->position == position &&
	    waits->seen == wait_users_seq(waits->users) && waits->scene_complete == waits->complete)
		return;
	if (waits->made)
		wait_scene_term(&waits->scene);
	waits->position = position;
	waits->seen = wait_users_seq(waits->users);
	waits->scene_complete = waits->complete;
	waits->made = wait_scene_make(&waits->scene, &view->scene, waits->users, waits->complete,
				      WAITS_ROWS) == 0;
}

static void waits_title(struct view *view, char *out, size_t size)
{
	uint64_t seen = wait_users_seq(view->waits.users), all = view->info.events;

	if (view->waits.complete || !view->waits.wanted)
		snprintf(out, size, "who waits for whom");
	else
		snprintf(out, size, "who waits for whom (users of channels: %d %% read)",
			 all ? (int)((double)seen / (double)all * 100) : 100);
}

static void waits_draw(struct view *view, struct view_pane *pane, struct canvas *canvas)
{
	view->waits.wanted = true;
	if (!view->waits.complete)
		view_read_users(view, WAITS_EVENTS);
	waits_refresh(view);
	pane->rows = canvas->rows;
	if (!view->waits.made) {
		canvas_text(canvas, 0, 0, canvas->columns, ROLE_WARNING, "out of memory");
		return;
	}
	if (!pane->by_hand)
		pane->first = 0;
	figure_waits(canvas, &view->scene, &view->waits.scene, pane->first);
}

static bool waits_request(struct view *view, struct view_pane *pane, enum request request)
{
	uint32_t rows = view->waits.made ? view->waits.scene.tree.rows : 0;

	return pane_scroll(pane, request, rows ? rows - 1 : 0);
}

static void waits_click(struct view *view, struct view_pane *pane, int row, int column)
{
	const struct wait_tree *tree = &view->waits.scene.tree;
	uint32_t at = pane->first + (uint32_t)row;

	(void)column;
	if (view->waits.made && row >= 0 && at < tree->rows &&
	    tree->row[at].kind == WAIT_ROW_TASKLET)
		view->pane[PANE_TASKLETS].selected = tree->row[at].id;
}

const struct pane_ops waits_pane = {
	.name = "waits",
	.help = "Who waits for whom: below each tasklet stand those whom it could wake, because it "
		"uses the channel in which they wait. Those who can never run again come first: a "
		"deadlock, when nobody at all can run; a partial deadlock, a circle in which each "
		"waits for the one in the next row, the last for the first; an orphan, which waits "
		"where nobody else is known to come. The whole trace counts, later uses too.",
	.title = waits_title,
	.draw = waits_draw,
	.request = waits_request,
	.click = waits_click,
};
