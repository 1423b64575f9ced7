/* SPDX-License-Identifier: MIT */
/*
 * help.h - the help: about the pane that has the keys, then all keys.
 */
#ifndef GREENROOM_HELP_H
#define GREENROOM_HELP_H

#include "model/canvas.h"
#include "view.h"

void help_draw(struct view *view, struct canvas *canvas);
/* Scrolls: whether the request was the help's. */
bool help_request(struct view *view, enum request request);

#endif
