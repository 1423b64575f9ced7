/* SPDX-License-Identifier: MIT */
/*
 * activity_table.c - putting a table in order, and drawing it.
 */
#include "activity_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "glyph.h"

enum { TABLE_CELL = 160, TABLE_DEPTH = 30 };

void activity_table_init(struct activity_table *table, enum activity_of of)
{
	int count;

	*table = (struct activity_table){.of = of};
	activity_columns(of, &count, &table->by);
}

/* -------------------------------------------------------------------------------- the order */

static struct activity_row table_row(const struct activity *activity, const struct scene *scene,
				     enum activity_of of, uint32_t id)
{
	return (struct activity_row){.scene = scene,
				     .activity = activity,
				     .now_ns = activity_now_ns(activity),
				     .id = id,
				     .counts = activity_counts(activity, of, id)};
}

static bool table_shows(const struct activity_table *table, const struct scene *scene, uint32_t id)
{
	switch (table->of) {
	case ACTIVITY_TASKLET:
		return !table->filter || filter_passes_tasklet(table->filter, scene, id);
	case ACTIVITY_CHANNEL:
		return state_channel(scene->state, id)->known &&
		       !state_channel(scene->state, id)->destroyed;
	default:
		return state_thread(scene->state, id)->known;
	}
}

static void table_look(struct activity_table *table, const struct activity *activity,
		       const struct scene *scene, uint32_t id)
{
	int count, first;
	const struct activity_column *columns = activity_columns(table->of, &count, &first);
	struct activity_row row;
	uint64_t key;

	if (table->of == ACTIVITY_TASKLET)
		table->counting[crowd_condition_of(scene, id)]++;
	if (!table_shows(table, scene, id))
		return;
	row = table_row(activity, scene, table->of, id);
	key = columns[table->by].key(&row);
	ranking_offer(&table->ranking, id, table->backward ? ~key : key);
}

void activity_table_begin(struct activity_table *table, const struct activity *activity,
			  const struct scene *scene, uint32_t rows)
{
	uint32_t alive;

	memset(table->counting, 0, sizeof(table->counting));
	ranking_begin(&table->ranking, rows);
	activity_alive(activity, &alive);
	table->next = table->of == ACTIVITY_TASKLET   ? alive
		      : table->of == ACTIVITY_CHANNEL ? state_channels(scene->state)
						      : state_threads(scene->state);
}

/* Rows as a tree: the first child of each, and the next one of the same parent; entry 0 is the root,
 * the others are rows and 1. */
struct table_tree {
	uint16_t child[RANKING_MAX + 1], last[RANKING_MAX + 1], next[RANKING_MAX + 1];
};

/* The row of the tasklet that created it, and 1; 0: that is not in the table. */
static uint16_t tree_parent(const struct ranking_row *row, uint32_t rows, const struct scene *scene,
			    uint32_t index)
{
	uint32_t creator = state_tasklet(scene->state, row[index].id)->creator;

	/* Whoever is created has a higher number: this way there are no circles. */
	for (uint32_t i = 0; creator && creator < row[index].id && i < rows; i++)
		if (row[i].id == creator)
			return (uint16_t)(i + 1);
	return 0;
}

static void tree_make(struct table_tree *tree, const struct ranking_row *row, uint32_t rows,
		      const struct scene *scene)
{
	memset(tree, 0, sizeof(*tree));
	for (uint32_t i = 0; i < rows; i++) {
		uint16_t parent = tree_parent(row, rows, scene, i), node = (uint16_t)(i + 1);

		if (tree->last[parent])
			tree->next[tree->last[parent]] = node;
		else
			tree->child[parent] = node;
		tree->last[parent] = node;
	}
}

/* Puts the rows in the order of a walk over the tree. */
static void table_grow_tree(struct activity_table *table, const struct scene *scene)
{
	uint32_t rows = ranking_rows(&table->ranking), placed = 0;
	struct ranking_row *row = table->ranking.row[table->ranking.read];
	struct ranking_row *walk = malloc((rows + 1) * sizeof(*walk));
	struct table_tree *tree = malloc(sizeof(*tree));
	uint16_t above[RANKING_MAX + 1];
	uint32_t depth = 0;

	if (walk && tree) {
		tree_make(tree, row, rows, scene);
		for (uint16_t node = tree->child[0]; node; placed++) {
			walk[placed] = row[node - 1];
			table->depth[placed] = (uint8_t)(depth < TABLE_DEPTH ? depth : TABLE_DEPTH);
			above[depth] = node;
			if (tree->child[node]) {
				node = tree->child[node];
				depth++;
				continue;
			}
			while (depth > 0 && !tree->next[node])
				node = above[--depth];
			node = tree->next[node];
		}
		memcpy(row, walk, placed * sizeof(*row));
	}
	free(walk);
	free(tree);
}

static void table_end(struct activity_table *table, const struct activity *activity,
		      const struct scene *scene)
{
	ranking_end(&table->ranking);
	memcpy(table->condition, table->counting, sizeof(table->condition));
	memset(table->depth, 0, sizeof(table->depth));
	if (table->tree && table->of == ACTIVITY_TASKLET)
		table_grow_tree(table, scene);
	for (uint32_t i = 0; i < ranking_rows(&table->ranking); i++)
		table->counts[i] = activity_counts(activity, table->of,
						   ranking_row(&table->ranking, i));
}

bool activity_table_go_on(struct activity_table *table, const struct activity *activity,
			  const struct scene *scene, uint32_t most)
{
	uint32_t alive;
	const uint32_t *list = activity_alive(activity, &alive);

	/* Backward: who ends meanwhile has his place taken by the last of the list. */
	for (; table->next > 0 && most > 0; table->next--, most--) {
		if (table->of != ACTIVITY_TASKLET)
			table_look(table, activity, scene, table->next);
		else if (table->next <= alive)
			table_look(table, activity, scene, list[table->next - 1]);
	}
	if (table->next > 0)
		return true;
	table_end(table, activity, scene);
	return false;
}

/* ------------------------------------------------------------------------------- the picture */

/* What the other columns leave for the first. */
static int table_name_width(const struct activity_column *column, int count, int columns)
{
	int left = columns - 2;

	for (int i = 0; i < count; i++)
		if (column[i].width > 0 && columns >= column[i].from)
			left -= column[i].width + 1;
	return left;
}

static void table_heading(const struct activity_table *table, int column, const char *heading,
			  char *out, size_t size)
{
	bool first = column == table->by;

	snprintf(out, size, "%s%s", heading, !first ? "" : table->backward ? "▲" : "▼");
}

/* In a tree a name stands below and to the right of its creator's: how far, with the corner drawn. */
static int table_indent(struct canvas *canvas, int at, int column, int width, uint8_t depth)
{
	int indent = 2 * depth < width / 2 ? 2 * depth : width / 2;

	if (indent >= 2)
		canvas_put(canvas, at, column + indent - 2, GLYPH_CORNER_BL, ROLE_DIM);
	return indent;
}

static void table_draw_row(struct canvas *canvas, int at, const struct activity_table *table,
			   const struct activity_row *row, uint32_t index)
{
	int count, first, column = 2;
	const struct activity_column *shape = activity_columns(table->of, &count, &first);
	int name = table_name_width(shape, count, canvas->columns);
	enum role role = ROLE_DIM;

	if (row && table->of == ACTIVITY_TASKLET)
		role = scene_condition(row->scene, row->id).role;
	else if (row)
		role = table->of == ACTIVITY_CHANNEL ? ROLE_CHANNEL : ROLE_PLAIN;
	for (int i = 0; i < count; i++) {
		int width = shape[i].width ? shape[i].width : name;
		char text[TABLE_CELL];

		if (canvas->columns < shape[i].from)
			continue;
		if (row)
			shape[i].cell(row, text, sizeof(text));
		else
			table_heading(table, i, shape[i].heading, text, sizeof(text));
		if (row && i == 0) {
			int indent = table_indent(canvas, at, column, width, table->depth[index]);

			canvas_text(canvas, at, column + indent, width - indent, role, text);
		} else if (shape[i].right)
			canvas_text_right(canvas, at, column, width, role, text);
		else
			canvas_text(canvas, at, column, width, role, text);
		column += width + 1;
	}
}

int figure_activity_column(const struct activity_table *table, int columns, int column)
{
	int count, first, at = 2;
	const struct activity_column *shape = activity_columns(table->of, &count, &first);

	for (int i = 0; i < count; i++) {
		int width = shape[i].width ? shape[i].width
					   : table_name_width(shape, count, columns);

		if (columns < shape[i].from)
			continue;
		if (column >= at && column < at + width)
			return i;
		at += width + 1;
	}
	return -1;
}

static bool tasklet_is_in_chain(const struct activity_row *row)
{
	return state_tasklet(row->scene->state, row->id)->where == STATE_CHAIN;
}

static void table_mark_row(struct canvas *canvas, int at, const struct activity_table *table,
			   const struct activity_row *row, uint32_t selected)
{
	if (table->of == ACTIVITY_TASKLET && scene_is_running(row->scene, row->id) &&
	    tasklet_is_in_chain(row))
		canvas_put(canvas, at, 0, GLYPH_CURRENT, ROLE_CURRENT);
	else if (table->of == ACTIVITY_TASKLET &&
		 scene_condition(row->scene, row->id).role == ROLE_WARNING)
		canvas_put(canvas, at, 0, '!', ROLE_WARNING);
	if (row->id == selected) {
		canvas_paint(canvas, at, 0, canvas->columns, ROLE_SELECTED);
		canvas_put(canvas, at, 1, '>', ROLE_SELECTED);
	}
}

void figure_activity(struct canvas *canvas, const struct activity_table *table,
		     const struct activity *activity, const struct scene *scene, uint32_t first,
		     uint32_t selected)
{
	table_draw_row(canvas, 0, table, NULL, 0);
	for (int at = 1; at < canvas->rows; at++) {
		uint32_t index = first + (uint32_t)at - 1;
		struct activity_row row = {.scene = scene,
					   .activity = activity,
					   .now_ns = activity_now_ns(activity),
					   .id = ranking_row(&table->ranking, index)};

		if (!row.id)
			break;
		row.counts = table->counts[index];
		table_draw_row(canvas, at, table, &row, index);
		table_mark_row(canvas, at, table, &row, selected);
	}
}
