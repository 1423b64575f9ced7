/* SPDX-License-Identifier: MIT */
/*
 * wait_tree.h - a graph of waiting in rows: below each tasklet those who wait for it.
 *
 *     partial deadlock: T7 waits for T8 (C2), T8 waits for T7 (C1); nobody else could wake them.
 *     ╭▶ T7 waits to receive on C2
 *     │  └─ T2 waits to receive on C1
 *     ╰─ T8 waits to receive on C1
 *
 * A circle comes in the order of waiting: each waits for the one in the row below, the last for the
 * first. Everybody has one row, below the first of those who could wake him.
 */
#ifndef GREENROOM_WAIT_TREE_H
#define GREENROOM_WAIT_TREE_H

#include "wait_graph.h"

enum wait_row_kind {
	WAIT_ROW_GROUP,   /* a verdict: `id` is the group's number */
	WAIT_ROW_TASKLET, /* `id` is its number */
	WAIT_ROW_MORE,    /* `more` others wait in the channel `id` */
	WAIT_ROW_READY    /* `more` others run or are runnable, and nobody waits for them */
};

enum wait_row_circle {
	WAIT_CIRCLE_NONE,
	WAIT_CIRCLE_FIRST,
	WAIT_CIRCLE_NEXT,
	WAIT_CIRCLE_LAST,
	WAIT_CIRCLE_INSIDE, /* below one that is not the last */
	WAIT_CIRCLE_AFTER   /* below the last */
};

struct wait_row {
	uint8_t kind, circle;
	uint8_t depth;
	bool last;      /* among those with the same parent */
	uint32_t lines; /* bit n: at depth n + 1 a line goes on */
	uint32_t id, more;
};

/* Room for the prefix of a row, with its end. */
enum { WAIT_PREFIX_BYTES = 256 };

struct wait_tree {
	struct wait_row *row;
	uint32_t rows;
	bool cut; /* there are more than it was to have */
};

/* At most `max` rows. 0 or -ENOMEM. */
int wait_tree_make(struct wait_tree *tree, const struct wait_graph *graph, uint32_t max);
void wait_tree_term(struct wait_tree *tree);

/* The lines at the left of a row, "│  └─ "; returns how many bytes. */
size_t wait_tree_prefix(char out[static WAIT_PREFIX_BYTES], const struct wait_row *row);

#endif
