/* SPDX-License-Identifier: MIT */
/*
 * theme.h - how each role looks.
 *
 * No theme tells two things apart by red and green, and none says anything by colour that is not
 * there in a glyph or a word: the colours are near those of Okabe and Ito, safe for the
 * colour-blind.
 */
#ifndef GREENROOM_THEME_H
#define GREENROOM_THEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/role.h"

enum { THEME_BOLD = 1, THEME_REVERSE = 2, THEME_UNDERLINE = 4, THEME_DIM = 8 };

struct theme_look {
	int16_t many;       /* colour on a terminal with 256 of them, -1: its usual one */
	int16_t few;        /* and with 8 */
	uint8_t attributes; /* THEME_* */
};

struct theme {
	const char *name;
	const char *summary;
	bool colours;
	struct theme_look look[ROLE_COUNT];
};

/* NULL for a name that is none. */
const struct theme *theme_by_name(const char *name);

/* All of them; NULL past the last. */
const struct theme *theme_at(size_t index);

#endif
