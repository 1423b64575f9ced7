/* SPDX-License-Identifier: MIT */
/*
 * small_trace.h - a small trace that is whole, as the bytes of its file, and changes to its rows: what
 * the fuzzers of the file's readers begin with.
 */
#ifndef GREENROOM_TESTS_SMALL_TRACE_H
#define GREENROOM_TESTS_SMALL_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

enum { SMALL_TRACE_EVENTS = 200 };

/* The file: finished, but without rows of events, since those would be read instead of the chunks. Made
 * once; aborts when that fails. */
const unsigned char *small_trace(size_t *bytes);

/* It, or what may become of it, as a database in memory. */
sqlite3 *small_trace_open(void);

/* One change as it stands in an input; `count` bytes follow. `what` is a table and how the value
 * changes: a number, a blob, a text, NULL, or bytes of the old value from a place on, which the first
 * two say. In a chunk and a keyframe that is a place under the compression. */
struct row_change {
	uint8_t what, row, column, count;
};

enum { ROW_CHANGES = 240 }; /* values of `what` that mean something */

/* With the statements that it needs. */
struct row_changer;

struct row_changer *row_changer_create(sqlite3 *db);
void row_changer_destroy(struct row_changer *changer);
void row_changer_apply(struct row_changer *changer, const struct row_change *change,
		       const uint8_t *bytes);

#endif
