/* SPDX-License-Identifier: MIT */
/*
 * glyph.h - signs, their ASCII twins, and how wide text is on a screen.
 *
 * Widths are the C library's (wcwidth), so the locale must be set; what it does not know counts as
 * one column and is shown as the replacement sign.
 */
#ifndef GREENROOM_GLYPH_H
#define GREENROOM_GLYPH_H

#include <stddef.h>
#include <stdint.h>

enum glyph {
#define GLYPH(name, code, twin) GLYPH_##name = code,
#include "glyph.def"
};

/* The code point of an ASCII twin: the glyph's own, the character itself when it is ASCII, else
 * '?'. */
char glyph_twin(uint32_t symbol);

/* Columns of a code point: 0 for one that combines with the one before it, 1 or 2; -1 for what
 * must never reach a terminal (control characters and the like). */
int glyph_width(uint32_t symbol);

/* Takes one code point off the front of *text, which it moves on; 0 at the end. What is not UTF-8
 * gives the replacement sign, a byte at a time. */
uint32_t text_next(const char **text);

/* Appends a code point as UTF-8; returns its length (at most 4). Not terminated. */
size_t text_put(char *out, uint32_t symbol);

/* Columns of a text. */
int text_width(const char *text);

/* The bytes at the front of `text` that fit into `columns`, broken at a blank where there is one;
 * *next is where the following line begins ("" when all is said). */
size_t text_wrap(const char *text, int columns, const char **next);

/* Lines a text needs at that width; at least 1. */
int text_lines(const char *text, int columns);

#endif
