/* SPDX-License-Identifier: MIT */
/*
 * rows.h - rows of text, for the eye or for another program.
 *
 * Rows come one after the other, of any number; only a table is held back, until a screenful has
 * shown how wide its columns are.
 */
#ifndef GREENROOM_ROWS_H
#define GREENROOM_ROWS_H

#include <stdbool.h>

enum rows_format {
	ROWS_TABLE, /* aligned columns */
	ROWS_CSV,   /* quoted as in RFC 4180 */
	ROWS_LINE,  /* a line a value, for wide rows */
	ROWS_JSON   /* an array; each row is one value, JSON already */
};

struct rows;

/* NULL when out of memory. */
struct rows *rows_create(enum rows_format format, bool header);

/* The names of the columns; begins a new table. 0 or -ENOMEM. */
int rows_header(struct rows *rows, int columns, const char *const *names);

/* A row; a NULL is a value that is not there. 0 or -ENOMEM. */
int rows_add(struct rows *rows, int columns, const char *const *values);

/* Prints what is still held back, and frees. */
void rows_finish(struct rows *rows);

#endif
