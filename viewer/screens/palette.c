/* SPDX-License-Identifier: MIT */
/*
 * palette.c - all that can be asked for, by name.
 */
#include "palette.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "model/glyph.h"
#include "view_request.h"

enum { PALETTE_NAME = 20, PALETTE_KEYS = 8 };

/* Letters that follow each other, and those at the beginning of a word, count more. */
int palette_score(const char *name, const char *letters)
{
	int score = 1, run = 0;
	const char *at = name;

	for (; *letters != '\0'; letters++) {
		const char *found = at;

		while (*found != '\0' &&
		       tolower((unsigned char)*found) != tolower((unsigned char)*letters))
			found++;
		if (*found == '\0')
			return 0;
		run = found == at ? run + 1 : 1;
		score += run * 4;
		if (found == name || !isalnum((unsigned char)found[-1]))
			score += 6;
		at = found + 1;
	}
	/* Of two that fit alike the shorter one. */
	return score * 64 - (int)strlen(name);
}

/* Puts a row in its place, if it is good enough. */
static void palette_add(struct palette *palette, const struct palette_row *row)
{
	int place = palette->rows;

	if (row->score <= 0)
		return;
	while (place > 0 && palette->row[place - 1].score < row->score)
		place--;
	if (place == PALETTE_ROWS)
		return;
	if (palette->rows < PALETTE_ROWS)
		palette->rows++;
	memmove(palette->row + place + 1, palette->row + place,
		(size_t)(palette->rows - 1 - place) * sizeof(*row));
	palette->row[place] = *row;
}

static void palette_add_requests(struct palette *palette, const struct view *view,
				 const char *typed)
{
	for (int request = REQUEST_NONE + 1; request < REQUESTS; request++) {
		struct palette_row row = {.argument = "",
					  .help = keys_binding((enum request)request)->help};
		char name[KEYS_NAME_MAX];

		/* Nobody wants to type these. */
		if (request == REQUEST_GO || request == REQUEST_CANCEL || request == REQUEST_PANE)
			continue;
		keys_name(name, (enum request)request);
		snprintf(row.name, sizeof(row.name), "%s", name);
		keys_shown(row.keys, &view->keys, (enum request)request);
		row.score = palette_score(row.name, typed);
		palette_add(palette, &row);
	}
}

static void palette_add_commands(struct palette *palette, const char *typed)
{
	size_t count;
	const struct view_command *commands = view_commands(&count);

	for (size_t i = 0; i < count; i++) {
		struct palette_row row = {.argument = commands[i].argument,
					  .help = commands[i].help,
					  .score = palette_score(commands[i].name, typed)};

		snprintf(row.name, sizeof(row.name), "%s", commands[i].name);
		palette_add(palette, &row);
	}
}

static void palette_add_bookmarks(struct palette *palette, const struct view *view,
				  const char *typed)
{
	for (int i = 0; i < view->bookmarks.count; i++) {
		struct palette_row row = {.argument = "", .help = "to this mark"};

		snprintf(row.name, sizeof(row.name), "@%s", view->bookmarks.bookmark[i].name);
		row.score = palette_score(row.name, typed);
		palette_add(palette, &row);
	}
}

void palette_make(struct palette *palette, const struct view *view, const char *typed)
{
	palette->rows = 0;
	palette_add_commands(palette, typed);
	palette_add_requests(palette, view, typed);
	palette_add_bookmarks(palette, view, typed);
}

static void palette_draw_row(struct canvas *canvas, int row, const struct palette_row *entry,
			     bool chosen)
{
	char name[96];
	int column = 2;

	canvas_line(canvas, row, 0, canvas->columns, ' ', ROLE_PLAIN);
	snprintf(name, sizeof(name), "%s%s%s", entry->name, *entry->argument ? " " : "",
		 entry->argument);
	canvas_text(canvas, row, column, PALETTE_NAME, ROLE_PLAIN, name);
	column += PALETTE_NAME + 1;
	canvas_text(canvas, row, column, PALETTE_KEYS, ROLE_KEY, entry->keys);
	column += PALETTE_KEYS + 1;
	canvas_text(canvas, row, column, canvas->columns - column - 1, ROLE_DIM, entry->help);
	if (chosen) {
		canvas_paint(canvas, row, 0, canvas->columns, ROLE_SELECTED);
		canvas_put(canvas, row, 0, '>', ROLE_SELECTED);
	}
}

void palette_draw(const struct view *view, struct canvas *canvas)
{
	struct palette palette;
	int top;

	palette_make(&palette, view, view->prompt.text);
	if (palette.rows > canvas->rows - 4)
		palette.rows = canvas->rows - 4;
	top = canvas->rows - 1 - palette.rows;
	if (palette.rows > 0)
		canvas_line(canvas, top - 1, 0, canvas->columns, GLYPH_LINE, ROLE_BORDER);
	if (palette.rows > 0 && view->prompt.text[0] == '\0')
		canvas_text(
			canvas, top - 1, 2, canvas->columns - 4, ROLE_DIM,
			" a position (#1234, +1.5ms, 50%, @mark, T7 first run), or one of these ");
	for (int i = 0; i < palette.rows; i++)
		palette_draw_row(canvas, top + i, &palette.row[i], view->choice == i + 1);
}
