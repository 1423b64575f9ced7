/* SPDX-License-Identifier: MIT */
/*
 * figure_crowd.c - many tasklets at a glance: a strip that stands for all of them, and groups of those
 * that are alike, the largest first.
 *
 *     ····█····──····!·····
 *       99,012  waiting   worker     ████████████████████
 *          400  runnable  worker     █
 */
#include "figure.h"

#include <inttypes.h>
#include <stdio.h>

#include "crowd.h"
#include "glyph.h"

enum { CROWD_ROWS = 64, CROWD_COUNT = 10, CROWD_STATE_WIDTH = 9, CROWD_LABEL = 128 };

static const struct {
	uint32_t symbol;
	enum role role;
} crowd_looks[CROWD_CONDITIONS] = {
	[CROWD_NONE] = {' ', ROLE_DIM},
	[CROWD_RUNNING] = {GLYPH_FULL, ROLE_CURRENT},
	[CROWD_RUNNABLE] = {GLYPH_LINE, ROLE_RUNNABLE},
	[CROWD_WAITING] = {GLYPH_DOT, ROLE_BLOCKED},
	[CROWD_PAUSED] = {'!', ROLE_WARNING},
	[CROWD_CALLING] = {'o', ROLE_PAUSED},
	[CROWD_ENDED] = {' ', ROLE_ENDED},
};

static void crowd_number(char *out, size_t size, uint32_t number)
{
	if (number < 1000)
		snprintf(out, size, "%" PRIu32, number);
	else if (number < 1000000)
		snprintf(out, size, "%" PRIu32 ",%03" PRIu32, number / 1000, number % 1000);
	else
		snprintf(out, size, "%" PRIu32 ",%03" PRIu32 ",%03" PRIu32, number / 1000000,
			 number / 1000 % 1000, number % 1000);
}

static void crowd_draw_strip(struct canvas *canvas, const struct crowd *crowd)
{
	for (int column = 0; column < canvas->columns; column++) {
		enum crowd_condition condition = crowd_strip(crowd, column, canvas->columns);

		canvas_put(canvas, 0, column, crowd_looks[condition].symbol,
			   crowd_looks[condition].role);
	}
}

static void crowd_label(char *out, size_t size, const struct crowd *crowd,
			const struct scene *scene, const struct crowd_group *group)
{
	switch (crowd_by(crowd)) {
	case CROWD_NAME:
		snprintf(out, size, "%s", dictionary_string(scene->dictionary, group->name));
		if (*out == '\0')
			snprintf(out, size, "(no name)");
		break;
	case CROWD_PLACE:
		if (scene_place_label(out, size, scene, group->place) == 0)
			snprintf(out, size, "(place not known)");
		break;
	default:
		scene_tasklet_label(out, size, scene, group->first);
		if (group->count > 1)
			snprintf(out, size, "T%" PRIu32 ", ...", group->first);
		break;
	}
}

static void crowd_draw_group(struct canvas *canvas, int row, const struct crowd *crowd,
			     const struct scene *scene, const struct crowd_group *group,
			     uint32_t largest)
{
	enum role role = crowd_looks[group->condition].role;
	int name = (canvas->columns - CROWD_COUNT - CROWD_STATE_WIDTH - 4) * 3 / 5;
	int column = CROWD_COUNT + 1, bar;
	char count[32], label[CROWD_LABEL];

	crowd_number(count, sizeof(count), group->count);
	canvas_text_right(canvas, row, 0, CROWD_COUNT, role, count);
	canvas_text(canvas, row, column, CROWD_STATE_WIDTH, role,
		    crowd_word((enum crowd_condition)group->condition));
	column += CROWD_STATE_WIDTH + 1;
	crowd_label(label, sizeof(label), crowd, scene, group);
	canvas_text(canvas, row, column, name, role, label);
	column += name + 1;
	bar = (int)((uint64_t)group->count * (uint64_t)(canvas->columns - column) / largest);
	canvas_line(canvas, row, column, bar > 0 ? bar : 1, GLYPH_FULL, role);
}

void figure_crowd(struct canvas *canvas, const struct scene *scene, const struct crowd *crowd,
		  uint32_t first)
{
	struct crowd_group group[CROWD_ROWS];
	uint32_t all = crowd_groups(crowd, group, CROWD_ROWS);
	uint32_t shown = all < CROWD_ROWS ? all : CROWD_ROWS;
	int row = 1;

	crowd_draw_strip(canvas, crowd);
	for (uint32_t i = first; i < shown && row < canvas->rows; i++, row++) {
		if (row == canvas->rows - 1 && i + 1 < all) {
			canvas_format(canvas, row, 2, canvas->columns, ROLE_DIM,
				      "… and %" PRIu32 " groups more", all - i);
			return;
		}
		crowd_draw_group(canvas, row, crowd, scene, &group[i], group[0].count);
	}
	if (!crowd_is_complete(crowd) && row < canvas->rows)
		canvas_text(canvas, row++, 2, canvas->columns, ROLE_DIM, "… still counting");
	if (row < canvas->rows)
		canvas_text(canvas, canvas->rows - 1, 0, canvas->columns, ROLE_DIM,
			    "█ runs  ─ could run  · waits  ! paused  o in scheduler_run");
}
