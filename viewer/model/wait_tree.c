/* SPDX-License-Identifier: MIT */
/*
 * wait_tree.c - a graph of waiting in rows.
 */
#include "wait_tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TREE_DEPTH = 24, /* deeper ones begin at the left again */
	TREE_SHOWN = 16  /* in one channel: the others are counted */
};

struct tree_maker {
	const struct wait_graph *graph;
	struct wait_tree *tree;
	uint32_t max, tasklets;
	uint8_t *placed; /* 1: there is a place for it, 2: it is there */
	uint32_t count;  /* of those placed in the group */
	uint32_t depth;
	uint8_t circle; /* of rows that are not members of it */
};

static void add_row(struct tree_maker *maker, struct wait_row row)
{
	struct wait_tree *tree = maker->tree;

	row.depth = (uint8_t)maker->depth;
	if (row.circle == WAIT_CIRCLE_NONE)
		row.circle = maker->circle;
	if (tree->rows == maker->max)
		tree->cut = true;
	else
		tree->row[tree->rows++] = row;
}

static bool place_waiters(void *context, uint32_t channel);

static void place(struct tree_maker *maker, uint32_t id, enum wait_row_circle circle)
{
	uint8_t around = maker->circle;

	if (maker->placed[id] == 2)
		return;
	maker->placed[id] = 2;
	maker->count++;
	add_row(maker, (struct wait_row){WAIT_ROW_TASKLET, circle, .id = id});
	if (maker->depth == TREE_DEPTH)
		return;
	if (circle != WAIT_CIRCLE_NONE)
		maker->circle = circle == WAIT_CIRCLE_LAST ? WAIT_CIRCLE_AFTER : WAIT_CIRCLE_INSIDE;
	maker->depth++;
	wait_graph_visit(maker->graph, id, place_waiters, maker);
	maker->depth--;
	maker->circle = around;
}

static bool place_waiters(void *context, uint32_t channel)
{
	struct tree_maker *maker = context;
	uint32_t shown = 0, more = 0;

	for (uint32_t id = wait_graph_first(maker->graph, channel); id;
	     id = wait_graph_next(maker->graph, id)) {
		/* Those of a circle have their places in it. */
		if (maker->placed[id])
			continue;
		if (shown++ < TREE_SHOWN) {
			place(maker, id, WAIT_CIRCLE_NONE);
			continue;
		}
		maker->placed[id] = 2;
		maker->count++;
		more++;
	}
	if (more)
		add_row(maker, (struct wait_row){WAIT_ROW_MORE, .id = channel, .more = more});
	return !maker->tree->cut;
}

static void place_circle(struct tree_maker *maker, const struct wait_group *group)
{
	uint32_t id = group->head;

	for (uint32_t i = 0; i < group->circle; i++, id = wait_graph_circle_next(maker->graph, id))
		maker->placed[id] = 1;
	id = group->head;
	for (uint32_t i = 0; i < group->circle; i++) {
		place(maker, id,
		      i == 0                   ? WAIT_CIRCLE_FIRST
		      : i + 1 == group->circle ? WAIT_CIRCLE_LAST
					       : WAIT_CIRCLE_NEXT);
		id = wait_graph_circle_next(maker->graph, id);
	}
}

/* Those of a group that have no place yet: the lonely ones first, since others wait for them. */
static void place_group(struct tree_maker *maker, uint32_t number)
{
	struct wait_group group = wait_graph_group(maker->graph, number);

	maker->count = 0;
	add_row(maker, (struct wait_row){WAIT_ROW_GROUP, .id = number});
	if (group.circle)
		place_circle(maker, &group);
	else
		place_waiters(maker, group.channel);
	if (maker->count == group.members)
		return;
	for (int lonely = 1; lonely >= 0; lonely--)
		for (uint32_t id = 1; id <= maker->tasklets && !maker->tree->cut; id++)
			if (!maker->placed[id] && wait_graph_group_of(maker->graph, id) == number &&
			    (!lonely || wait_graph_is_lonely(maker->graph, id)))
				place_waiters(maker, wait_graph_tasklet(maker->graph, id)->channel);
}

static bool says_so(void *context, uint32_t channel)
{
	(void)channel;
	*(bool *)context = true;
	return false;
}

/* Those who can go on, with whom they will wake; who runs and wakes nobody is only counted. */
static void place_others(struct tree_maker *maker)
{
	uint32_t ready = 0, one = 0;

	for (uint32_t id = 1; id <= maker->tasklets && !maker->tree->cut; id++) {
		uint8_t kind = wait_graph_tasklet(maker->graph, id)->kind;
		bool wakes = false;

		if (kind == WAIT_ABSENT || kind >= WAIT_TO_SEND)
			continue;
		wait_graph_visit(maker->graph, id, says_so, &wakes);
		if (kind == WAIT_READY && !wakes) {
			ready++;
			one = id;
		} else {
			place(maker, id, WAIT_CIRCLE_NONE);
		}
	}
	for (uint32_t id = 1; id <= maker->tasklets && !maker->tree->cut; id++)
		if (!maker->placed[id] &&
		    wait_graph_tasklet(maker->graph, id)->kind >= WAIT_TO_SEND)
			place_waiters(maker, wait_graph_tasklet(maker->graph, id)->channel);
	if (ready == 1)
		place(maker, one, WAIT_CIRCLE_NONE);
	else if (ready)
		add_row(maker, (struct wait_row){WAIT_ROW_READY, .more = ready});
}

/* From the end to the beginning one sees which lines go on below a row. */
static void draw_lines(struct wait_tree *tree)
{
	uint32_t open = 0;

	for (uint32_t i = tree->rows; i-- > 0;) {
		struct wait_row *row = &tree->row[i];
		uint32_t bit = row->depth ? UINT32_C(1) << (row->depth - 1) : 0;

		row->last = !(open & bit);
		row->lines = bit ? open & (bit - 1) : 0;
		open = bit ? row->lines | bit : 0;
	}
}

int wait_tree_make(struct wait_tree *tree, const struct wait_graph *graph, uint32_t max)
{
	struct tree_maker maker = {.graph = graph, .tree = tree, .max = max};

	maker.tasklets = wait_graph_tasklets(graph);
	*tree = (struct wait_tree){.row = malloc(((size_t)max + 1) * sizeof(*tree->row))};
	maker.placed = calloc((size_t)maker.tasklets + 1, 1);
	if (!tree->row || !maker.placed) {
		free(maker.placed);
		wait_tree_term(tree);
		return -ENOMEM;
	}
	for (uint32_t group = 1; group <= wait_graph_groups(graph) && !tree->cut; group++)
		place_group(&maker, group);
	place_others(&maker);
	draw_lines(tree);
	free(maker.placed);
	return 0;
}

void wait_tree_term(struct wait_tree *tree)
{
	free(tree->row);
	*tree = (struct wait_tree){0};
}

size_t wait_tree_prefix(char out[static WAIT_PREFIX_BYTES], const struct wait_row *row)
{
	static const char *const circles[] = {
		[WAIT_CIRCLE_NONE] = "",      [WAIT_CIRCLE_FIRST] = "╭▶ ",
		[WAIT_CIRCLE_NEXT] = "├─ ",   [WAIT_CIRCLE_LAST] = "╰─ ",
		[WAIT_CIRCLE_INSIDE] = "│  ", [WAIT_CIRCLE_AFTER] = "   ",
	};
	size_t length = (size_t)sprintf(out, "%s", circles[row->circle]);

	for (uint32_t depth = 1; depth < row->depth; depth++)
		length += (size_t)sprintf(out + length, "%s",
					  row->lines & 1u << (depth - 1) ? "│  " : "   ");
	if (row->depth)
		length += (size_t)sprintf(out + length, "%s", row->last ? "└─ " : "├─ ");
	return length;
}
