/* SPDX-License-Identifier: MIT */
/*
 * live_draw.c - what the screen of a running program looks like.
 *
 *     title       which program, how long it has run
 *     summary     everything together, two lines
 *     tabs        1 tasklets  2 channels  3 threads  4 findings  5 output
 *     table       of the tab that is chosen
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"
#include "model/glyph.h"

enum { DRAW_TABLE = 4 /* its first row */, DRAW_TAIL = 65536 };

const char live_help[] = "What a running program does, now: tasklets, channels, threads, what "
			 "there is to worry about, "
			 "and what the program printed. Numbers are of the last second. Space "
			 "holds everything as it "
			 "is; Enter leads from what is selected to the panes of the replay, in "
			 "which all that has been "
			 "recorded so far can be stepped through, and Esc leads back here.";

static const struct live_key live_tables_keys[] = {
	{REQUEST_PLAY, "freeze"},    {REQUEST_ZOOM, "closer"},   {REQUEST_SORT_NEXT, "order"},
	{REQUEST_SORT_TURN, "turn"}, {REQUEST_FILTER, "filter"}, {REQUEST_TREE, "tree"},
	{REQUEST_FOCUS_NEXT, "tab"}, {REQUEST_NONE, NULL},
};

static const struct live_key live_frozen_keys[] = {
	{REQUEST_PLAY, "go on"},     {REQUEST_ZOOM, "closer"},   {REQUEST_SORT_NEXT, "order"},
	{REQUEST_SORT_TURN, "turn"}, {REQUEST_FILTER, "filter"}, {REQUEST_TREE, "tree"},
	{REQUEST_FOCUS_NEXT, "tab"}, {REQUEST_NONE, NULL},
};

const struct live_key *live_keys(const struct view *view)
{
	return view->live->frozen ? live_frozen_keys : live_tables_keys;
}

/* ------------------------------------------------------------------------------------- title */

/* Whether recording has stopped because the trace is as large as it may be. */
static bool is_full(const struct view *view)
{
	uint64_t max_bytes = view->live->program.max_bytes;

	return max_bytes && view->info.bytes >= max_bytes;
}

static void draw_title(const struct view *view, struct canvas *canvas)
{
	const struct live *live = view->live;
	char time[16], right[160], left[512], process[24] = "";
	int width;

	activity_time_label(time, sizeof(time), activity_now_ns(live->activity));
	if (live->program.process)
		snprintf(process, sizeof(process), "  pid %" PRIu32, live->program.process);
	snprintf(right, sizeof(right), "%s%s  lost %" PRIu64 " ",
		 live->frozen          ? "frozen"
		 : live->program.ended ? "ended: "
		 : is_full(view)       ? "full: --max-size"
		 : live->behind        ? "▶ behind"
				       : "▶ live",
		 live->program.ended && !live->frozen ? live->program.end : "", view->info.lost);
	width = text_width(right);
	canvas_line(canvas, 0, 0, canvas->columns, ' ', ROLE_TITLE);
	snprintf(left, sizeof(left), " greenroom live  %s%s  +%s",
		 *view->info.program ? view->info.program : "(starting)", process, time);
	if (text_width(left) > canvas->columns - width - 1) {
		/* Without the folders of the first word. */
		const char *slash = memrchr(view->info.program, '/',
					    strcspn(view->info.program, " "));

		snprintf(left, sizeof(left), " greenroom live  %s%s  +%s",
			 slash ? slash + 1 : view->info.program, process, time);
	}
	canvas_text(canvas, 0, 0, canvas->columns - width - 1, ROLE_TITLE, left);
	canvas_text_right(canvas, 0, 0, canvas->columns, ROLE_TITLE, right);
	if (view->info.lost || live->program.ended || is_full(view))
		canvas_paint(canvas, 0, canvas->columns - width, width, ROLE_WARNING);
}

/* ----------------------------------------------------------------------------------- summary */

static const char *rate(const struct live *live, uint64_t count, char room[16])
{
	activity_number_label(room, 16, activity_rate(live->activity, count));
	return room;
}

static void draw_rates(const struct live *live, struct canvas *canvas, int row)
{
	const struct activity_counts *all = &live->all;
	char switches[16], soft[16], messages[16], copied[16], events[16];

	scene_bytes_label(copied, sizeof(copied), activity_rate(live->activity, all->saved_bytes));
	canvas_format(canvas, row, 1, canvas->columns - 1, ROLE_PLAIN,
		      "switches %s/s (soft %s)  messages %s/s  copied %s/s  events %s/s",
		      rate(live, all->hard + all->soft, switches), rate(live, all->soft, soft),
		      rate(live, all->messages, messages), copied, rate(live, all->events, events));
}

/* "tasklets 1,004: 1 running, 3 runnable, 1,000 waiting" */
static void draw_conditions(const struct live *live, struct canvas *canvas, int row)
{
	uint32_t alive;
	char text[256], number[16];
	size_t length;
	const char *comma = ": ";

	activity_alive(live->activity, &alive);
	activity_number_label(number, sizeof(number), alive);
	length = (size_t)snprintf(text, sizeof(text), "tasklets %s", number);
	for (int i = CROWD_NONE; i < CROWD_ENDED && length < sizeof(text); i++) {
		uint32_t count = live->table[LIVE_TASKLETS].condition[i];

		if (count == 0)
			continue;
		activity_number_label(number, sizeof(number), count);
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s %s", comma,
					   number, crowd_word((enum crowd_condition)i));
		comma = ", ";
	}
	if (live->skipped && length < sizeof(text)) {
		activity_number_label(number, sizeof(number), live->skipped);
		snprintf(text + length, sizeof(text) - length, "  (%s events were not counted)",
			 number);
	}
	canvas_text(canvas, row, 1, canvas->columns - 1, ROLE_PLAIN, text);
}

void live_draw_summary(struct view *view, struct canvas *canvas, int row)
{
	draw_rates(view->live, canvas, row);
	draw_conditions(view->live, canvas, row + 1);
}

/* -------------------------------------------------------------------------------------- tabs */

static const char *const tab_names[LIVE_TABS] = {"tasklets", "channels", "threads", "findings",
						 "output"};

static void tab_title(const struct live *live, int tab, char *out, size_t size)
{
	snprintf(out, size, "%d %s", tab + 1, tab_names[tab]);
	if (tab == LIVE_FINDINGS && live->alarms.count)
		snprintf(out, size, "%d %s (%d)%s", tab + 1, tab_names[tab], live->alarms.count,
			 live->alarms.seen > live->alarms_told ? " !" : "");
}

static void draw_tabs(const struct view *view, struct canvas *canvas, int row)
{
	const struct live *live = view->live;
	int column = 1;

	canvas_line(canvas, row, 0, canvas->columns, GLYPH_LINE, ROLE_BORDER);
	for (int tab = 0; tab < LIVE_TABS; tab++) {
		bool chosen = tab == (int)live->tab, news = false;
		char title[64], text[80];

		tab_title(live, tab, title, sizeof(title));
		news = strchr(title, '!') != NULL;
		snprintf(text, sizeof(text), chosen ? "[%s]" : " %s ", title);
		column += canvas_text(canvas, row, column, canvas->columns - column,
				      chosen ? ROLE_FOCUS
				      : news ? ROLE_WARNING
					     : ROLE_BORDER,
				      text) +
			  1;
	}
	if (view->filter)
		canvas_format(canvas, row, column + 1, canvas->columns - column - 1, ROLE_HIT,
			      " filter: %s (%" PRIu32 ") ", filter_words(view->filter),
			      ranking_all(&live->table[LIVE_TASKLETS].ranking));
}

/* What the program printed: the last lines that there is room for. */
static void draw_output(const struct live *live, struct canvas *canvas)
{
	const char *path = live->program.output;
	FILE *file = path ? fopen(path, "re") : NULL;
	char *tail = file ? malloc(DRAW_TAIL + 1) : NULL, *line;
	size_t bytes = 0;
	int row = canvas->rows;

	if (tail) {
		fseek(file, -DRAW_TAIL, SEEK_END); /* fails where the file is shorter */
		bytes = fread(tail, 1, DRAW_TAIL, file);
		while (bytes > 0 && tail[bytes - 1] == '\n')
			bytes--;
		tail[bytes] = '\0';
	}
	if (file)
		fclose(file);
	if (bytes == 0)
		canvas_text(canvas, 0, 2, canvas->columns - 2, ROLE_DIM,
			    path ? "it has printed nothing so far"
				 : "what the program prints goes where it went before");
	while (bytes > 0 && row > 0) {
		line = memrchr(tail, '\n', bytes);
		canvas_text(canvas, --row, 2, canvas->columns - 2, ROLE_PLAIN,
			    line ? line + 1 : tail);
		bytes = line ? (size_t)(line - tail) : 0;
		tail[bytes] = '\0';
	}
	free(tail);
}

void live_draw_table(struct view *view, struct canvas *canvas)
{
	struct live *live = view->live;
	uint32_t selected = live->selected[live->tab];

	live->rows = canvas->rows - (live->tab < LIVE_TABLES);
	if (live->tab < LIVE_TABLES)
		figure_activity(canvas, &live->table[live->tab], live->activity, &view->scene,
				live->first[live->tab], selected);
	else if (live->tab == LIVE_FINDINGS)
		figure_alarms(canvas, &live->alarms, &view->scene, (int)live->first[live->tab],
			      (int)selected);
	else
		draw_output(live, canvas);
}

void live_draw(struct view *view, struct canvas *canvas)
{
	struct canvas table = canvas_area(canvas, DRAW_TABLE, 0, canvas->rows - DRAW_TABLE - 1,
					  canvas->columns);

	draw_title(view, canvas);
	live_draw_summary(view, canvas, 1);
	draw_tabs(view, canvas, 3);
	live_draw_table(view, &table);
}

void live_click(struct view *view, int row, int column)
{
	struct live *live = view->live;
	int at = 1;

	if (row > DRAW_TABLE && live->tab < LIVE_TABLES) {
		uint32_t id =
			ranking_row(&live->table[live->tab].ranking,
				    live->first[live->tab] + (uint32_t)(row - DRAW_TABLE - 1));

		if (id)
			live->selected[live->tab] = id;
	} else if (row == DRAW_TABLE && live->tab < LIVE_TABLES) {
		int by = figure_activity_column(&live->table[live->tab], view->columns, column);

		if (by >= 0)
			live->table[live->tab].by = by;
		live_refresh(view);
	} else if (row == 3) {
		for (int tab = 0; tab < LIVE_TABS; tab++) {
			char title[64];
			int width;

			tab_title(live, tab, title, sizeof(title));
			width = text_width(title) + 3;
			if (column >= at && column < at + width)
				live->tab = (enum live_tab)tab;
			at += width;
		}
		live_refresh(view);
	}
}
