/* SPDX-License-Identifier: MIT */
/*
 * view_mouse.c - clicks and the wheel, on what was drawn last.
 */
#include "help.h"
#include "live.h"
#include "pane.h"
#include "time_bar.h"
#include "view_request.h"

static const struct layout_slot *mouse_slot(const struct view *view, int row, int column)
{
	for (int i = 0; i < view->layout.slots; i++) {
		const struct layout_slot *slot = &view->layout.slot[i];

		/* The title has the first row of the screen. */
		if (row - 1 >= slot->row && row - 1 < slot->row + slot->rows &&
		    column >= slot->column && column < slot->column + slot->columns)
			return slot;
	}
	return NULL;
}

/* Rows and columns of a pane's content begin behind its frame, and a column of air. */
static void mouse_click_pane(struct view *view, const struct layout_slot *slot, int row, int column)
{
	const struct pane_ops *ops = pane_ops(slot->pane);

	view_set_focus(view, slot->pane);
	row -= slot->row + 2;
	column -= slot->column + 2;
	if (ops->click && row >= 0 && row < slot->rows - 2 && column >= 0)
		ops->click(view, &view->pane[slot->pane], row, column);
}

static void mouse_click(struct view *view, int row, int column)
{
	const struct layout_slot *slot = mouse_slot(view, row, column);

	if (row == view->rows - 2) {
		player_stop(&view->player);
		view_move_done(view,
			       replay_seek(view->replay, time_bar_seq(view, column, view->columns)),
			       "");
	} else if (slot) {
		mouse_click_pane(view, slot, row, column);
	}
}

/* The pane under the mouse scrolls, whoever has the keys. */
static void mouse_wheel(struct view *view, int row, int column, enum request request)
{
	const struct layout_slot *slot = mouse_slot(view, row, column);
	const struct pane_ops *ops;

	if (row == view->rows - 2) {
		view_request(view, request == REQUEST_UP ? REQUEST_BACK : REQUEST_STEP, KEYS_NONE);
		return;
	}
	ops = slot ? pane_ops(slot->pane) : NULL;
	if (ops && ops->wheel_zooms)
		request = request == REQUEST_UP ? REQUEST_FASTER : REQUEST_SLOWER;
	if (ops && ops->request)
		ops->request(view, &view->pane[slot->pane], request);
}

enum view_result view_mouse(struct view *view, const struct keys_mouse *mouse)
{
	enum request wheel = mouse->did == KEYS_WHEEL_UP ? REQUEST_UP : REQUEST_DOWN;

	view->message[0] = '\0';
	search_stop(&view->search);
	if (view->prompt.label)
		return VIEW_GO_ON;
	if (mouse->did == KEYS_CLICK && mouse->row == view->rows - 1 && view->rows > 0) {
		enum request request = view_bar_request(view, mouse->column);

		if (request != REQUEST_NONE && !(view->help && help_request(view, request)))
			return view_request(view, request, KEYS_NONE);
		return VIEW_GO_ON;
	}
	if (view->help) {
		if (mouse->did != KEYS_CLICK)
			help_request(view, wheel);
		return VIEW_GO_ON;
	}
	if (live_is_shown(view)) {
		if (mouse->did == KEYS_CLICK)
			live_click(view, mouse->row, mouse->column);
		else
			live_request(view, wheel, KEYS_NONE);
		return VIEW_GO_ON;
	}
	if (mouse->did == KEYS_CLICK)
		mouse_click(view, mouse->row, mouse->column);
	else
		mouse_wheel(view, mouse->row, mouse->column, wheel);
	return VIEW_GO_ON;
}
