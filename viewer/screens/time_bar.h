/* SPDX-License-Identifier: MIT */
/*
 * time_bar.h - the whole trace in one line, the lower edge of the panes: where the position is, the
 * marks, and the events that are looked for.
 */
#ifndef GREENROOM_TIME_BAR_H
#define GREENROOM_TIME_BAR_H

#include "model/canvas.h"
#include "view.h"

/* Draws over a line of the frame, between its corners. */
void time_bar_draw(const struct view *view, struct canvas *canvas, int row);

/* The event that a column of a bar in so many columns stands for. */
uint64_t time_bar_seq(const struct view *view, int column, int columns);

#endif
