/* SPDX-License-Identifier: MIT */
/*
 * ring_pane.c - the chain of a thread as a ring.
 */
#include <inttypes.h>
#include <stdio.h>

#include "model/figure.h"
#include "pane.h"

static void ring_title(struct view *view, char *out, size_t size)
{
	uint32_t thread = view_thread(view);

	if (state_threads(view->scene.state) > 1)
		snprintf(out, size, "ring, thread %" PRIu32 "%s", thread,
			 view->thread ? " (o: next)" : "");
	else
		snprintf(out, size, "ring");
}

static void ring_draw(struct view *view, struct view_pane *pane, struct canvas *canvas)
{
	(void)pane;
	figure_chain(canvas, &view->scene, view_thread(view));
}

const struct pane_ops ring_pane = {
	.name = "ring",
	.help = "The chain of runnable tasklets. The one that runs is at the top, the next one to "
		"its right, and so on clockwise. A tasklet that waits in a channel, pauses, or has "
		"called scheduler_run (\"in run\") has left the ring: it is listed below. A dot "
		"marks those that the event names.",
	.title = ring_title,
	.draw = ring_draw,
};
