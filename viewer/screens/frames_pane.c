/* SPDX-License-Identifier: MIT */
/*
 * frames_pane.c - the frames of soft tasklets, and the way of the unwind token.
 */
#include "model/figure.h"
#include "pane.h"

/* The event's, else whoever runs. */
static uint32_t frames_tasklet(struct view *view)
{
	uint32_t tasklet = scene_tasklet(&view->scene);

	return tasklet ? tasklet : state_thread(view->scene.state, view_thread(view))->running;
}

static void frames_draw(struct view *view, struct view_pane *pane, struct canvas *canvas)
{
	struct frames_scene frames;

	(void)pane;
	if (frames_scene_read(&frames, &view->scene, replay_events(view->replay),
			      replay_position(view->replay), frames_tasklet(view)) < 0)
		canvas_text(canvas, 0, 0, canvas->columns, ROLE_WARNING, "cannot be read");
	else
		figure_frames(canvas, &frames);
}

const struct pane_ops frames_pane = {
	.name = "frames",
	.help = "The frames of a tasklet that is switched softly, the top one first, with the line "
		"where it goes on. At a switch its step returns the unwind token to the "
		"dispatcher, who goes on with the top frame of the next tasklet: nothing is "
		"copied. Where a C function stands on the stack below a frame that is not "
		"possible: the switch is hard, and the function is named.",
	.draw = frames_draw,
};
