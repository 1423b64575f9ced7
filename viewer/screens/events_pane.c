/* SPDX-License-Identifier: MIT */
/*
 * events_pane.c - the events around the position, a line each.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/explain.h"
#include "model/glyph.h"
#include "model/mark.h"
#include "pane.h"
#include "view_request.h"

enum { EVENTS_LOOK = 2048 /* events whose sentences are made to find those that pass */ };

/* A sentence is said with the state of its own moment, so a scout goes through them. */
static void events_draw_row(struct view *view, struct canvas *canvas, int row)
{
	const struct event *event = replay_event(view->scout);
	uint64_t seq = replay_position(view->scout);
	bool here = seq == replay_position(view->replay);
	enum role role = here ? ROLE_HIGHLIGHT : ROLE_PLAIN;
	char sentence[EXPLAIN_MAX], text[MARK_TEXT_MAX];
	int column;

	if (row < VIEW_EVENT_ROWS)
		view->event_row[row] = seq;
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

/* Those around the position that pass the filter; where many do not, only so many are looked at that
 * nobody has to wait. Returns how many there are in `seq`, in order. */
static int events_pick(struct view *view, int rows, uint64_t *seq)
{
	int above = (rows - 1) / 2, count = 0, looks;

	for (int direction = -1; direction <= 1; direction += 2) {
		struct finder finder = {.filters = &view->filter,
					.count = 1,
					.direction = direction,
					.at = replay_position(view->replay),
					.inclusive = direction > 0};
		int most = direction < 0 ? above : rows;

		for (looks = 0; looks < EVENTS_LOOK && count < most; looks++) {
			enum finder_result result = finder_go_on(&finder, view->scout, 1);

			if (result == FINDER_NOTHING)
				break;
			if (result == FINDER_FOUND)
				seq[count++] = finder.at;
		}
		for (int i = 0; direction < 0 && i < count / 2; i++) {
			uint64_t other = seq[i];

			seq[i] = seq[count - 1 - i];
			seq[count - 1 - i] = other;
		}
	}
	return count;
}

static void events_draw_filtered(struct view *view, struct canvas *canvas)
{
	uint64_t seq[VIEW_EVENT_ROWS];
	int rows = canvas->rows < VIEW_EVENT_ROWS ? canvas->rows : VIEW_EVENT_ROWS;
	int count = events_pick(view, rows, seq);

	for (int row = 0; row < count; row++)
		if (replay_seek(view->scout, seq[row]) >= 0)
			events_draw_row(view, canvas, row);
	if (count == 0)
		canvas_text(canvas, 0, 0, canvas->columns, ROLE_DIM,
			    "nothing near here passes the filter");
}

static void events_draw(struct view *view, struct view_pane *pane, struct canvas *canvas)
{
	uint64_t position = replay_position(view->replay);
	uint64_t above = (uint64_t)(canvas->rows - 1) / 2;
	uint64_t first = position > above ? position - above : 1;

	pane->rows = canvas->rows;
	memset(view->event_row, 0, sizeof(view->event_row));
	if (view->filter && view->info.events > 0) {
		events_draw_filtered(view, canvas);
		return;
	}
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

	if (view->filter && (request == REQUEST_UP || request == REQUEST_DOWN)) {
		view_find_listed(view, request == REQUEST_UP ? -1 : 1);
		return true;
	}
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

static void events_click(struct view *view, struct view_pane *pane, int row, int column)
{
	(void)column;
	if (row < pane->rows && row < VIEW_EVENT_ROWS && view->event_row[row] &&
	    replay_seek(view->replay, view->event_row[row]) >= 0)
		view_moved(view);
}

const struct pane_ops events_pane = {
	.name = "events",
	.help = "The events before and after the position, a sentence each. Up and Down go to the "
		"one before and the next. With a filter only those that pass are listed.",
	.draw = events_draw,
	.request = events_request,
	.click = events_click,
};
