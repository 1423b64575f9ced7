/* SPDX-License-Identifier: MIT */
/*
 * interactive.h - the viewer on a terminal: the loop of drawing, waiting and doing.
 */
#ifndef GREENROOM_INTERACTIVE_H
#define GREENROOM_INTERACTIVE_H

#include "terminal.h"
#include "view.h"

/* Until the person quits: 0; or negative errno as terminal_open gives it; or the number of the
 * signal that asked to end. The terminal is as before in any case. */
int interactive_run(struct view *view, const struct terminal_options *options);

#endif
