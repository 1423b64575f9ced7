/* SPDX-License-Identifier: MIT */
/*
 * palette.h - all that can be asked for, by name: what fits the letters typed after ':', best first.
 */
#ifndef GREENROOM_PALETTE_H
#define GREENROOM_PALETTE_H

#include "model/canvas.h"
#include "view.h"

enum { PALETTE_ROWS = 8 };

struct palette_row {
	char name[64];        /* "switch-next", "break", "@start" */
	const char *argument; /* "FILTER": what has to be typed behind it; "": nothing */
	char keys[KEYS_SHOWN_MAX];
	const char *help;
	int score;
};

struct palette {
	struct palette_row row[PALETTE_ROWS];
	int rows;
};

void palette_make(struct palette *palette, const struct view *view, const char *typed);

/* How well a name fits letters that stand in it in that order, 0: not at all. */
int palette_score(const char *name, const char *letters);

/* Draws it above the last row. */
void palette_draw(const struct view *view, struct canvas *canvas);

#endif
