/* SPDX-License-Identifier: MIT */
/*
 * channels_pane.c - the channels, their balance and their queues.
 */
#include "model/figure.h"
#include "pane.h"

static void channels_pane_draw(struct view *view, struct view_pane *pane, struct canvas *canvas)
{
	int seen = canvas->rows / figure_channels_rows(canvas);

	pane->rows = seen > 0 ? seen : 1;
	pane_follow(pane, scene_channel(&view->scene), pane->rows);
	if (pane->first == 0)
		pane->first = 1;
	figure_channels(canvas, &view->scene, pane->first);
}

static bool channels_pane_request(struct view *view, struct view_pane *pane, enum request request)
{
	uint32_t last = state_channels(view->scene.state);

	return pane_scroll(pane, request, last ? last : 1);
}

const struct pane_ops channels_pane = {
	.name = "channels",
	.help = "Each channel with its balance on a line of numbers: left of 0 that many receivers "
		"wait, right of 0 senders, never both. Then those who wait, in the order in which "
		"they will be served.",
	.draw = channels_pane_draw,
	.request = channels_pane_request,
};
