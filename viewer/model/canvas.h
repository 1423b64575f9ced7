/* SPDX-License-Identifier: MIT */
/*
 * canvas.h - a grid of cells that figures are drawn on, before anybody decides how they are shown.
 *
 * Everything is clipped: drawing outside does nothing, and text is cut by the columns it takes.
 * What must never reach a terminal (control characters, bad UTF-8) becomes a replacement sign here,
 * so that whatever shows a canvas may trust it.
 */
#ifndef GREENROOM_CANVAS_H
#define GREENROOM_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "role.h"

struct cell {
	uint32_t symbol; /* code point; never 0 */
	uint32_t mark;   /* one that combines with it, 0: none */
	uint8_t role;    /* enum role */
	uint8_t width;   /* 1 or 2; 0: the right half of the one before it */
};

struct canvas {
	int rows, columns;
	int stride; /* cells from one row to the next */
	struct cell *cells;
};

/* The longest a row can get as UTF-8, with its end. */
#define CANVAS_ROW_BYTES(columns) ((size_t)(columns)*8 + 1)

/* 0 or -ENOMEM. Blank at first. */
int canvas_init(struct canvas *canvas, int rows, int columns);
void canvas_term(struct canvas *canvas);

/* A window onto part of a canvas, which owns the cells; clipped to it. */
struct canvas canvas_area(const struct canvas *canvas, int row, int column, int rows, int columns);

void canvas_clear(struct canvas *canvas);
void canvas_put(struct canvas *canvas, int row, int column, uint32_t symbol, enum role role);

/* `count` times the same sign, to the right or down. */
void canvas_line(struct canvas *canvas, int row, int column, int count, uint32_t symbol,
		 enum role role);
void canvas_column(struct canvas *canvas, int row, int column, int count, uint32_t symbol,
		   enum role role);

/* A frame whose lines join those that are there. */
void canvas_box(struct canvas *canvas, int row, int column, int rows, int columns, enum role role);

/* Text in at most `limit` columns; what does not fit ends in "…". Returns the columns taken. */
int canvas_text(struct canvas *canvas, int row, int column, int limit, enum role role,
		const char *text);
int canvas_format(struct canvas *canvas, int row, int column, int limit, enum role role,
		  const char *format, ...) __attribute__((format(printf, 6, 7)));
/* The same so that it ends before column + limit. */
int canvas_text_right(struct canvas *canvas, int row, int column, int limit, enum role role,
		      const char *text);

/* Text in lines of `columns` columns, at most `rows` of them; "…" at the end of the last when there
 * is more. Returns the rows taken. */
int canvas_wrap(struct canvas *canvas, int row, int column, int rows, int columns, enum role role,
		const char *text);

/* Gives cells another role, keeping what they show. */
void canvas_paint(struct canvas *canvas, int row, int column, int count, enum role role);

/* The row as UTF-8, or in ASCII twins, without blanks at its end; returns its length. `size` of at
 * least CANVAS_ROW_BYTES(columns) always suffices. */
size_t canvas_row(const struct canvas *canvas, int row, bool ascii, char *out, size_t size);

#endif
