/* SPDX-License-Identifier: MIT */
/*
 * pane.c - the list of panes, and what those that scroll have in common.
 */
#include "pane.h"

static const struct pane_ops *const pane_list[PANE_COUNT] = {
	[PANE_RING] = &ring_pane,         [PANE_STACK] = &stack_pane,
	[PANE_SOURCE] = &source_pane,     [PANE_CHANNELS] = &channels_pane,
	[PANE_TASKLETS] = &tasklets_pane, [PANE_STORY] = &story_pane,
	[PANE_EVENTS] = &events_pane,     [PANE_TIMELINE] = &timeline_pane,
	[PANE_WAITS] = &waits_pane,       [PANE_FRAMES] = &frames_pane,
};

const struct pane_ops *pane_ops(enum pane_id pane)
{
	return pane_list[pane];
}

char pane_key(enum pane_id pane)
{
	return "123456789u"[pane];
}

/* How far a request moves: rows, negative is up; 0 for one that does not. */
static int64_t pane_distance(const struct view_pane *pane, enum request request)
{
	int page = pane->rows > 1 ? pane->rows - 1 : 1;

	switch (request) {
	case REQUEST_UP:
		return -1;
	case REQUEST_DOWN:
		return 1;
	case REQUEST_PAGE_UP:
		return -page;
	case REQUEST_PAGE_DOWN:
		return page;
	default:
		return 0;
	}
}

static uint32_t pane_moved(uint32_t row, int64_t distance, uint32_t least, uint32_t most)
{
	int64_t moved = (int64_t)row + distance;

	if (moved > (int64_t)most)
		moved = most;
	return moved < (int64_t)least ? least : (uint32_t)moved;
}

bool pane_scroll(struct view_pane *pane, enum request request, uint32_t last)
{
	int64_t distance = pane_distance(pane, request);

	if (distance == 0)
		return false;
	pane->first = pane_moved(pane->first, distance, 0, last);
	pane->by_hand = true;
	return true;
}

bool pane_select(struct view_pane *pane, enum request request, uint32_t count)
{
	int64_t distance = pane_distance(pane, request);

	if (distance == 0)
		return false;
	pane->selected = pane_moved(pane->selected, distance, count ? 1 : 0, count);
	pane->by_hand = false;
	pane_follow(pane, pane->selected, pane->rows);
	pane->by_hand = true;
	return true;
}

void pane_follow(struct view_pane *pane, uint32_t row, int seen)
{
	if (pane->by_hand || row == 0 || seen <= 0)
		return;
	if (row < pane->first)
		pane->first = row;
	else if (row >= pane->first + (uint32_t)seen)
		pane->first = row - (uint32_t)seen + 1;
}
