/* SPDX-License-Identifier: MIT */
/*
 * screen.h - the whole screen on one canvas: title, panes in their frames, key bar.
 */
#ifndef GREENROOM_SCREEN_H
#define GREENROOM_SCREEN_H

#include "model/canvas.h"
#include "view.h"

/* Draws everything. Returns the column of the cursor in the last row when the user is typing,
 * else -1. */
int screen_draw(struct view *view, struct canvas *canvas);

/* Writes a canvas as text, a line a row, into a file (-: standard output). 0 or negative errno. */
int screen_save(const struct canvas *canvas, bool ascii, const char *path);

#endif
