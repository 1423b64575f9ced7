/* SPDX-License-Identifier: MIT */
/*
 * events_pane.c - the events around the position, a line each.
 */
#include <inttypes.h>
#include <stdio.h>

#include "model/explain.h"
#include "model/glyph.h"
#include "model/mark.h"
#include "pane.h"

/* A sentence is said with the state of its own moment, so a scout goes through them. */
static void events_draw_row(struct view *view, struct canvas *canvas, int row)
{
	const struct event *event = replay_event(view->scout);
	uint64_t seq = replay_position(view->scout);
	bool here = seq == replay_position(view->replay);
	enum role role = here ? ROLE_HIGHLIGHT : ROLE_PLAIN;
	char sentence[EXPLAIN_MAX], text[MARK_TEXT_MAX];
	int column;

	if (here)
		canvas_put(canvas, row, 0, GLYPH_CURRENT, role);
	column = 2 + canvas_format(canvas, row, 2, 12, here ? role : ROLE_DIM, "%" PRIu64 " ", seq);
	if (!event) {
		canvas_text(canvas, row, column, canvas->columns - column, ROLE_DIM, "(damaged)");
		return;
	}
	explain_event(sentence, sizeof(sentence), replay_state(view->scout), view->scene.dictionary,
		      event, mark_text(text, sizeof(text), view->scout, event));
	canvas_text(canvas, row, column, canvas->columns - column, role, sentence);
}

static void events_draw(struct view *view, struct view_pane *pane, struct canvas *canvas)
{
	uint64_t position = replay_position(view->replay);
	uint64_t above = (uint64_t)(canvas->rows - 1) / 2;
	uint64_t first = position > above ? position - above : 1;

	pane->rows = canvas->rows;
	if (view->info.events == 0 || replay_seek(view->scout, first) < 0)
		return;
	for (int row = 0; row < canvas->rows; row++) {
		events_draw_row(view, canvas, row);
		if (replay_step(view->scout) <= 0)
			break;
	}
}

static bool events_request(struct view *view, struct view_pane *pane, enum request request)
{
	uint64_t position = replay_position(view->replay), page = (uint64_t)pane->rows;

	switch (request) {
	case REQUEST_UP:
		replay_step_back(view->replay);
		break;
	case REQUEST_DOWN:
		replay_step(view->replay);
		break;
	case REQUEST_PAGE_UP:
		replay_seek(view->replay, position > page ? position - page : 0);
		break;
	case REQUEST_PAGE_DOWN:
		replay_seek(view->replay, position + page);
		break;
	default:
		return false;
	}
	view_moved(view);
	return true;
}

const struct pane_ops events_pane = {
	.name = "events",
	.help = "The events before and after the position, a sentence each. Up and Down go to the "
		"one before and the next.",
	.draw = events_draw,
	.request = events_request,
};
