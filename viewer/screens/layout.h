/* SPDX-License-Identifier: MIT */
/*
 * layout.h - which panes are seen on a screen of a certain size, and where.
 *
 * The screen is divided into slots; neighbours share the line between them. A slot belongs to one
 * pane or to several that take turns: the one that had the keys last is seen.
 */
#ifndef GREENROOM_LAYOUT_H
#define GREENROOM_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

enum pane_id {
	PANE_RING,
	PANE_STACK,
	PANE_SOURCE,
	PANE_CHANNELS,
	PANE_TASKLETS,
	PANE_STORY,
	PANE_EVENTS,
	PANE_TIMELINE,
	PANE_WAITS,
	PANE_FRAMES,
	PANE_COUNT
};

enum {
	LAYOUT_ROWS_MIN = 10, /* smaller screens are told so */
	LAYOUT_COLUMNS_MIN = 40,
	LAYOUT_SLOTS = 8
};

/* With its frame. */
struct layout_slot {
	int row, column, rows, columns;
	enum pane_id pane;
};

struct layout {
	struct layout_slot slot[LAYOUT_SLOTS];
	int slots;
};

/* `used` says when each pane last had the keys (greater is later); the one with the greatest has
 * them now. */
void layout_make(struct layout *layout, int rows, int columns, bool zoomed,
		 const uint64_t used[static PANE_COUNT]);

#endif
