/* SPDX-License-Identifier: MIT */
/*
 * figure_tasklets.c - the table of tasklets: only the rows that are seen are looked at.
 *
 * Columns come and go with the width; those that say where a tasklet is stay the longest.
 */
#include "figure.h"

#include <inttypes.h>
#include <stdio.h>

#include "glyph.h"

enum { TASKLETS_CELL = 160, TASKLETS_PLACE = 16, TASKLETS_ROWS = 256 };

struct tasklets_row {
	const struct scene *scene;
	const struct state_tasklet *tasklet;
	uint32_t id;
};

static void cell_name(const struct tasklets_row *row, char *out, size_t size)
{
	scene_tasklet_label(out, size, row->scene, row->id);
}

static void cell_state(const struct tasklets_row *row, char *out, size_t size)
{
	snprintf(out, size, "%s", scene_condition(row->scene, row->id).word);
}

static void cell_waits(const struct tasklets_row *row, char *out, size_t size)
{
	snprintf(out, size, "%s", row->tasklet->channel ? "" : "–");
	if (row->tasklet->channel)
		scene_channel_label(out, size, row->scene, row->tasklet->channel);
}

static void cell_bytes(char *out, size_t size, uint64_t bytes)
{
	if (bytes)
		scene_bytes_label(out, size, bytes);
	else
		snprintf(out, size, "–");
}

static void cell_saved(const struct tasklets_row *row, char *out, size_t size)
{
	cell_bytes(out, size, row->tasklet->saved_bytes);
}

static void cell_kept(const struct tasklets_row *row, char *out, size_t size)
{
	cell_bytes(out, size, row->tasklet->kept_bytes);
}

static void cell_switches(const struct tasklets_row *row, char *out, size_t size)
{
	snprintf(out, size, "%" PRIu64, row->tasklet->switches);
}

static void cell_place(const struct tasklets_row *row, char *out, size_t size)
{
	uint32_t place = row->tasklet->stopped_at ? row->tasklet->stopped_at
						  : row->tasklet->function;

	scene_place_tail(out, size, row->scene, place, TASKLETS_PLACE);
}

static void cell_total(const struct tasklets_row *row, char *out, size_t size)
{
	cell_bytes(out, size, row->tasklet->saved_total);
}

/* In the order in which they stand; `from` is the width of the table from which each is shown. */
static const struct tasklets_column {
	const char *heading;
	int width;
	bool right;
	int from;
	void (*cell)(const struct tasklets_row *row, char *out, size_t size);
} tasklets_columns[] = {
	{"tasklet", 0, false, 0, cell_name},
	{"state", 9, false, 20, cell_state},
	{"waits in", 8, false, 42, cell_waits},
	{"in heap", 8, true, 34, cell_saved},
	{"left", 8, true, 96, cell_kept},
	{"switches", 8, true, 70, cell_switches},
	{"copied", 9, true, 84, cell_total},
	{"stopped at", TASKLETS_PLACE, false, 60, cell_place},
};

enum { TASKLETS_COLUMNS = sizeof(tasklets_columns) / sizeof(tasklets_columns[0]) };

/* What the other columns leave for the name. */
static int tasklets_name_width(int columns)
{
	int left = columns - 2;

	for (int i = 0; i < TASKLETS_COLUMNS; i++)
		if (tasklets_columns[i].width > 0 && columns >= tasklets_columns[i].from)
			left -= tasklets_columns[i].width + 1;
	return left;
}

static void tasklets_draw_row(struct canvas *canvas, int row, const struct tasklets_row *data)
{
	struct scene_condition condition = {.role = ROLE_DIM};
	int name = tasklets_name_width(canvas->columns), column = 2;

	if (data)
		condition = scene_condition(data->scene, data->id);
	for (int i = 0; i < TASKLETS_COLUMNS; i++) {
		const struct tasklets_column *shape = &tasklets_columns[i];
		int width = shape->width ? shape->width : name;
		char text[TASKLETS_CELL];

		if (canvas->columns < shape->from || column >= canvas->columns)
			continue;
		snprintf(text, sizeof(text), "%s", shape->heading);
		if (data)
			shape->cell(data, text, sizeof(text));
		if (shape->right)
			canvas_text_right(canvas, row, column, width, condition.role, text);
		else
			canvas_text(canvas, row, column, width, condition.role, text);
		column += width + 1;
	}
}

static void tasklets_mark_row(struct canvas *canvas, const struct scene *scene, int row,
			      uint32_t id, uint32_t selected)
{
	if (scene_is_running(scene, id))
		canvas_put(canvas, row, 0, GLYPH_CURRENT, ROLE_CURRENT);
	else if (scene_touches_tasklet(scene, id))
		canvas_put(canvas, row, 0, GLYPH_TOUCHED, ROLE_HIGHLIGHT);
	else if (scene_condition(scene, id).role == ROLE_WARNING)
		canvas_put(canvas, row, 0, '!', ROLE_WARNING);
	if (id == selected) {
		canvas_paint(canvas, row, 0, canvas->columns, ROLE_SELECTED);
		canvas_put(canvas, row, 1, '>', ROLE_SELECTED);
	}
}

void figure_tasklets_list(struct canvas *canvas, const struct scene *scene, const uint32_t *ids,
			  int count, uint32_t selected)
{
	tasklets_draw_row(canvas, 0, NULL);
	for (int row = 1; row < canvas->rows && row <= count; row++) {
		struct tasklets_row data = {
			.scene = scene,
			.tasklet = state_tasklet(scene->state, ids[row - 1]),
			.id = ids[row - 1],
		};

		tasklets_draw_row(canvas, row, &data);
		tasklets_mark_row(canvas, scene, row, data.id, selected);
	}
}

void figure_tasklets(struct canvas *canvas, const struct scene *scene, uint32_t first,
		     uint32_t selected)
{
	uint32_t last = state_tasklets(scene->state), ids[TASKLETS_ROWS];
	int count = 0;

	for (; count < canvas->rows && count < TASKLETS_ROWS && first <= last; first++)
		ids[count++] = first;
	figure_tasklets_list(canvas, scene, ids, count, selected);
}
