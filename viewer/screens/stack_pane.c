/* SPDX-License-Identifier: MIT */
/*
 * stack_pane.c - the C stack and the slices in the heap.
 */
#include <inttypes.h>
#include <stdio.h>

#include "model/figure.h"
#include "pane.h"

static void stack_title(struct view *view, char *out, size_t size)
{
	if (state_threads(view->scene.state) > 1)
		snprintf(out, size, "C stack, thread %" PRIu32, view_thread(view));
	else
		snprintf(out, size, "C stack");
}

static void stack_draw(struct view *view, struct view_pane *pane, struct canvas *canvas)
{
	(void)pane;
	figure_stack(canvas, &view->scene, view_thread(view));
}

const struct pane_ops stack_pane = {
	.name = "stack",
	.help = "The part of the C stack that tasklets share, with its real addresses: the base at "
		"the top, the stack pointer (sp) at the bottom. When a tasklet stops, the bytes "
		"that "
		"the next one could overwrite are copied to the heap (a slice); they come back to "
		"the very same addresses. What stays in place is not copied.",
	.title = stack_title,
	.draw = stack_draw,
};
