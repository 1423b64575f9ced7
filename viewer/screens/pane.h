/* SPDX-License-Identifier: MIT */
/*
 * pane.h - a pane: one view of the position, in a frame.
 *
 * A new pane is a file with a pane_ops at its end, an entry in pane.c, and a place in layout.c.
 */
#ifndef GREENROOM_PANE_H
#define GREENROOM_PANE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/canvas.h"
#include "view.h"

struct pane_ops {
	const char *name;
	const char *help; /* what is to be seen in it, for the help screen */
	/* The title in the frame; NULL: the name. */
	void (*title)(struct view *view, char *out, size_t size);
	void (*draw)(struct view *view, struct view_pane *pane, struct canvas *canvas);
	/* A request while the pane has the keys: whether it was the pane's. NULL: it never is. */
	bool (*request)(struct view *view, struct view_pane *pane, enum request request);
	/* A click on a cell of its content. NULL: it only gets the keys. */
	void (*click)(struct view *view, struct view_pane *pane, int row, int column);
	bool wheel_zooms; /* the wheel looks closer, or at more, where others scroll */
};

extern const struct pane_ops ring_pane, stack_pane, source_pane, channels_pane, tasklets_pane,
	story_pane, events_pane, timeline_pane, waits_pane, frames_pane;

const struct pane_ops *pane_ops(enum pane_id pane);
/* The key that leads to it (keys.def). */
char pane_key(enum pane_id pane);

/* Moves the first row that is seen, for Up, Down, PgUp, PgDn: whether it was one of them. `last` is
 * the highest first row that makes sense. */
bool pane_scroll(struct view_pane *pane, enum request request, uint32_t last);

/* The same for a selection among rows 1 to `count`, which stays in sight; `seen` rows are. */
bool pane_select(struct view_pane *pane, enum request request, uint32_t count);

/* Moves the first row so that `row` is in sight, unless the person has scrolled by hand. */
void pane_follow(struct view_pane *pane, uint32_t row, int seen);

#endif
