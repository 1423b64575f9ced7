/* SPDX-License-Identifier: MIT */
/*
 * source_pane.c - the source around the place of the event.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/figure.h"
#include "model/glyph.h"
#include "pane.h"

enum {
	SOURCE_LINE = 1024,
	SOURCE_WIDE = 60 /* from here on lines keep their indentation */
};

static void source_title(struct view *view, char *out, size_t size)
{
	char place[128];
	bool exact;
	uint32_t id = scene_place(&view->scene, &exact);

	if (scene_place_label(place, sizeof(place), &view->scene, id) == 0)
		snprintf(out, size, "source");
	else if (exact)
		snprintf(out, size, "%s", place);
	else
		snprintf(out, size, "T%" PRIu32 " at %s", scene_tasklet(&view->scene), place);
}

static void source_draw_missing(struct canvas *canvas, const struct dictionary_place *place)
{
	char text[512];

	if (*place->file)
		snprintf(text, sizeof(text),
			 "%s is neither there, nor below this folder or the trace's. Line %" PRIu32
			 "%s%s.",
			 place->file, place->line, *place->function ? ", in " : "",
			 place->function);
	else if (*place->function)
		snprintf(text, sizeof(text), "In %s (no line is known: built without -g?).",
			 place->function);
	else if (place->address)
		snprintf(text, sizeof(text), "At 0x%" PRIx64 " (nothing more is known).",
			 place->address);
	else
		snprintf(text, sizeof(text), "There is no place in the source to be shown.");
	canvas_wrap(canvas, 0, 0, canvas->rows, canvas->columns, ROLE_DIM, text);
}

/* Blanks that all the lines seen begin with: narrow panes leave them out. */
static int source_indent(const struct source_file *file, const struct canvas *canvas,
			 uint32_t first)
{
	size_t least = SIZE_MAX;
	char text[SOURCE_LINE];

	if (canvas->columns >= SOURCE_WIDE)
		return 0;
	for (int row = 0; row < canvas->rows; row++) {
		size_t blanks = strspn(
			source_file_line(file, first + (uint32_t)row, text, sizeof(text)), " ");

		if (text[blanks] != '\0' && blanks < least)
			least = blanks;
	}
	return least == SIZE_MAX ? 0 : (int)least;
}

static void source_draw_line(const struct source_file *file, struct canvas *canvas, int row,
			     uint32_t number, uint32_t marked, int indent)
{
	enum role role = number == marked ? ROLE_PLACE : ROLE_PLAIN;
	char text[SOURCE_LINE];
	int column;

	source_file_line(file, number, text, sizeof(text));
	column = canvas_format(canvas, row, 0, canvas->columns, number == marked ? role : ROLE_DIM,
			       "%3" PRIu32, number);
	if (number == marked)
		canvas_put(canvas, row, column, GLYPH_CURRENT, role);
	if ((int)strlen(text) > indent)
		canvas_text(canvas, row, column + 2, canvas->columns - column - 2, role,
			    text + indent);
}

/* Keeps the line in the middle, and the end of the file at the end of the pane. */
static uint32_t source_first(const struct source_file *file, const struct canvas *canvas,
			     uint32_t line)
{
	uint32_t rows = (uint32_t)canvas->rows, above = (rows - 1) / 2;
	uint32_t last = file->lines > rows ? file->lines - rows + 1 : 1;
	uint32_t first = line > above ? line - above : 1;

	return first < last ? first : last;
}

static void source_draw(struct view *view, struct view_pane *pane, struct canvas *canvas)
{
	bool exact;
	const struct dictionary_place *place = dictionary_place(view->scene.dictionary,
								scene_place(&view->scene, &exact));
	const struct source_file *file = &view->file;
	int indent;

	pane->rows = canvas->rows;
	if (place->line == 0 || !source_file_load(&view->file, place->file)) {
		source_draw_missing(canvas, place);
		return;
	}
	if (place->line > file->lines) {
		canvas_wrap(canvas, 0, 0, canvas->rows, canvas->columns, ROLE_WARNING,
			    "The file has fewer lines than when it was compiled.");
		return;
	}
	if (!pane->by_hand)
		pane->first = source_first(file, canvas, place->line);
	indent = source_indent(file, canvas, pane->first);
	for (int row = 0; row < canvas->rows; row++) {
		uint32_t number = pane->first + (uint32_t)row;

		if (number > 0 && number <= file->lines)
			source_draw_line(file, canvas, row, number, place->line, indent);
	}
	if (view->info.realtime_ns && file->modified_ns > view->info.realtime_ns)
		canvas_text_right(canvas, canvas->rows - 1, 0, canvas->columns, ROLE_WARNING,
				  "(changed since)");
}

static bool source_request(struct view *view, struct view_pane *pane, enum request request)
{
	return pane_scroll(pane, request, view->file.lines ? view->file.lines : 1);
}

const struct pane_ops source_pane = {
	.name = "source",
	.help = "The line at which the event happened, in the source as it lies on the disk now. "
		"It "
		"is looked for under the name that the compiler knew, below the current folder, "
		"and "
		"below the trace's folder.",
	.title = source_title,
	.draw = source_draw,
	.request = source_request,
};
