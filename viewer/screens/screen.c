/* SPDX-License-Identifier: MIT */
/*
 * screen.c - composing the screen.
 */
#include "screen.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "live.h"
#include "model/explain.h"
#include "model/glyph.h"
#include "palette.h"
#include "pane.h"
#include "time_bar.h"
#include "view_request.h"

/* "  filter: kind:switch (12 of 49)", or what was looked for; while it is still counting: "at least
 * 12". */
static void screen_title_found(const struct view *view, char *out, size_t size)
{
	const struct filter *filter = view->filter ? view->filter : view->search.words;

	/* With breakpoints it is them too that have been counted. */
	if (!filter || (!view->filter && view->search.breakpoints > 0))
		return;
	snprintf(out, size, "  %s: %s (%s%" PRIu64 " of %" PRIu64 ")",
		 view->filter ? "filter" : "find", filter_words(filter),
		 view->survey.running ? "at least " : "", view->survey.found, view->info.events);
}

static void screen_title_left(const struct view *view, char *out, size_t size)
{
	uint64_t position = replay_position(view->replay);
	const char *slash = strrchr(view->info.title, '/');
	char time[64];
	int length;

	explain_time(time, sizeof(time), state_time_ns(view->scene.state));
	length = snprintf(out, size, " greenroom  %s  #%" PRIu64 "/%" PRIu64 "  %s",
			  slash ? slash + 1 : view->info.title, position, view->info.events, time);
	if (length >= 0 && (size_t)length < size)
		screen_title_found(view, out + length, size - (size_t)length);
}

static void screen_title_right(const struct view *view, char *out, size_t size)
{
	char speed[48];

	if (view->following) {
		snprintf(out, size, "▶ following  lost %" PRIu64 " ", view->info.lost);
		return;
	}
	player_words(&view->player, speed, sizeof(speed));
	snprintf(out, size, "%s %s%s  lost %" PRIu64 " ", view->player.playing ? "▶" : "stopped",
		 speed, gaps_damaged(&view->gaps) ? "  damaged" : "", view->info.lost);
}

static void screen_draw_title(const struct view *view, struct canvas *canvas)
{
	char left[512], right[128];
	int width;

	canvas_line(canvas, 0, 0, canvas->columns, ' ', ROLE_TITLE);
	screen_title_left(view, left, sizeof(left));
	screen_title_right(view, right, sizeof(right));
	width = text_width(right);
	if (canvas->columns - text_width(left) - 2 < width)
		width = 0;
	canvas_text(canvas, 0, 0, canvas->columns - width, ROLE_TITLE, left);
	canvas_text_right(canvas, 0, 0, canvas->columns, ROLE_TITLE, width ? right : "");
	if ((view->info.lost || gaps_damaged(&view->gaps)) && width)
		canvas_paint(canvas, 0, canvas->columns - width, width, ROLE_WARNING);
}

/* The frame of the pane with the keys has a double line at its top: seen without colours too. */
static void screen_draw_focus(struct canvas *canvas, const struct layout_slot *slot)
{
	canvas_line(canvas, slot->row + 1, slot->column + 1, slot->columns - 2, GLYPH_DOUBLE_LINE,
		    ROLE_FOCUS);
}

static void screen_draw_pane(struct view *view, struct canvas *canvas,
			     const struct layout_slot *slot)
{
	const struct pane_ops *ops = pane_ops(slot->pane);
	bool focus = view_focus(view) == slot->pane;
	struct canvas content = canvas_area(canvas, slot->row + 2, slot->column + 1, slot->rows - 2,
					    slot->columns - 2);
	char name[256], title[272];

	snprintf(name, sizeof(name), "%s", ops->name);
	if (ops->title)
		ops->title(view, name, sizeof(name));
	snprintf(title, sizeof(title), "%c %s", pane_key(slot->pane), name);
	if (focus)
		screen_draw_focus(canvas, slot);
	canvas_put(canvas, slot->row + 1, slot->column + 2, ' ', ROLE_PLAIN);
	canvas_put(canvas, slot->row + 1,
		   slot->column + 3 +
			   canvas_text(canvas, slot->row + 1, slot->column + 3, slot->columns - 6,
				       focus ? ROLE_FOCUS : ROLE_BORDER, title),
		   ' ', ROLE_PLAIN);
	/* One column of air to the left of every pane, and to the right of it. */
	if (content.columns > 4) {
		content.columns -= 2;
		content.cells++;
	}
	ops->draw(view, &view->pane[slot->pane], &content);
}

/* What the key bar has room for, in its order: calls `each` with the columns of every key, until it
 * returns true. Help and quit are always there; of the others as many as fit. */
static void screen_each_key(const struct view *view, int columns,
			    bool (*each)(enum request request, const char *word, int column,
					 int width, void *context),
			    void *context)
{
	const struct live_key *own = live_is_shown(view) ? live_keys(view) : NULL;
	int column = 1, end = columns - 17;
	bool full = false;

	for (int i = REQUEST_NONE + 1; i < REQUESTS + 2; i++) {
		/* The last two come last. */
		enum request request = i < REQUESTS    ? (enum request)i
				       : i == REQUESTS ? REQUEST_HELP
						       : REQUEST_QUIT;
		const char *word = keys_binding(request)->bar;
		char shown[KEYS_SHOWN_MAX];
		int width;

		if (own && i < REQUESTS) {
			if (own->request == REQUEST_NONE)
				continue;
			request = own->request;
			word = own++->word;
		}
		if (i < REQUESTS &&
		    (*word == '\0' || full || request == REQUEST_HELP || request == REQUEST_QUIT))
			continue;
		if (request == REQUEST_PLAY && view->player.playing)
			word = "stop";
		width = text_width(keys_shown(shown, &view->keys, request)) + 1 + text_width(word);
		if (width > (i < REQUESTS ? end : columns) - column) {
			full = true;
			continue;
		}
		if (each(request, word, column, width, context))
			return;
		column += width + 2;
	}
}

struct screen_bar {
	const struct view *view;
	struct canvas *canvas;
	int column; /* where somebody clicked */
	enum request request;
};

static bool screen_draw_key(enum request request, const char *word, int column, int width,
			    void *context)
{
	const struct screen_bar *bar = context;
	char shown[KEYS_SHOWN_MAX];
	int taken = canvas_text(bar->canvas, bar->canvas->rows - 1, column, width, ROLE_KEY,
				keys_shown(shown, &bar->view->keys, request));

	canvas_text(bar->canvas, bar->canvas->rows - 1, column + taken + 1, width, ROLE_PLAIN,
		    word);
	return false;
}

static bool screen_click_key(enum request request, const char *word, int column, int width,
			     void *context)
{
	struct screen_bar *bar = context;

	(void)word;
	if (bar->column < column || bar->column >= column + width)
		return false;
	bar->request = request;
	return true;
}

enum request view_bar_request(const struct view *view, int column)
{
	struct screen_bar bar = {.view = view, .column = column, .request = REQUEST_NONE};

	screen_each_key(view, view->columns, screen_click_key, &bar);
	return bar.request;
}

static void screen_draw_keys(const struct view *view, struct canvas *canvas)
{
	struct screen_bar bar = {.view = view, .canvas = canvas};

	if (*view->message)
		canvas_text(canvas, canvas->rows - 1, 1, canvas->columns - 1, ROLE_WARNING,
			    view->message);
	else
		screen_each_key(view, canvas->columns, screen_draw_key, &bar);
}

static void screen_draw_too_small(struct canvas *canvas)
{
	char text[96];
	int lines, row;

	snprintf(text, sizeof(text), "greenroom: the terminal is %dx%d, at least %dx%d is needed",
		 canvas->columns, canvas->rows, LAYOUT_COLUMNS_MIN, LAYOUT_ROWS_MIN);
	if (canvas->columns < 1)
		return;
	lines = text_lines(text, canvas->columns);
	row = lines < canvas->rows ? (canvas->rows - lines) / 2 : 0;
	if (lines == 1) {
		canvas_text(canvas, row, (canvas->columns - text_width(text)) / 2, canvas->columns,
			    ROLE_PLAIN, text);
		return;
	}
	canvas_wrap(canvas, row, 0, canvas->rows - row, canvas->columns, ROLE_PLAIN, text);
}

int screen_draw(struct view *view, struct canvas *canvas)
{
	struct layout *layout = &view->layout;

	canvas_clear(canvas);
	view->rows = canvas->rows;
	view->columns = canvas->columns;
	layout->slots = 0;
	if (canvas->rows < LAYOUT_ROWS_MIN || canvas->columns < LAYOUT_COLUMNS_MIN) {
		screen_draw_too_small(canvas);
		return -1;
	}
	if (live_is_shown(view) && !view->help)
		live_draw(view, canvas);
	else
		screen_draw_title(view, canvas);
	if (view->help) {
		struct canvas content = canvas_area(canvas, 1, 0, canvas->rows - 2,
						    canvas->columns);

		help_draw(view, &content);
	} else if (!live_is_shown(view)) {
		uint64_t used[PANE_COUNT];

		for (int pane = 0; pane < PANE_COUNT; pane++)
			used[pane] = view->pane[pane].used;
		layout_make(layout, canvas->rows - 2, canvas->columns, view->zoomed, used);
		for (int i = 0; i < layout->slots; i++)
			canvas_box(canvas, layout->slot[i].row + 1, layout->slot[i].column,
				   layout->slot[i].rows, layout->slot[i].columns, ROLE_BORDER);
		for (int i = 0; i < layout->slots; i++)
			screen_draw_pane(view, canvas, &layout->slot[i]);
		time_bar_draw(view, canvas, canvas->rows - 2);
	}
	if (view->prompt.label == ':')
		palette_draw(view, canvas);
	if (view->prompt.label)
		return prompt_draw(&view->prompt, canvas, canvas->rows - 1);
	screen_draw_keys(view, canvas);
	return -1;
}

int screen_save(const struct canvas *canvas, bool ascii, const char *path)
{
	size_t size = CANVAS_ROW_BYTES(canvas->columns);
	char *line = malloc(size);
	bool standard = strcmp(path, "-") == 0;
	FILE *file = !line ? NULL : standard ? stdout : fopen(path, "we");
	int result = 0;

	if (!file) {
		result = line ? -errno : -ENOMEM;
		free(line);
		return result;
	}
	for (int row = 0; row < canvas->rows; row++) {
		canvas_row(canvas, row, ascii, line, size);
		fprintf(file, "%s\n", line);
	}
	if (ferror(file))
		result = -EIO;
	if ((standard ? fflush(file) : fclose(file)) != 0 && result == 0)
		result = -errno;
	free(line);
	return result;
}
