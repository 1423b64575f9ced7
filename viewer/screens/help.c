/* SPDX-License-Identifier: MIT */
/*
 * help.c - the help screen, made from the panes' own words and the table of keys.
 */
#include "help.h"

#include <stdio.h>
#include <string.h>

#include "live.h"
#include "model/glyph.h"
#include "pane.h"

enum { HELP_KEYS = 17 }; /* columns for the keys */

/* Lines before `first` are counted but not drawn. */
struct help_page {
	struct canvas *canvas;
	int first, line;
};

static void help_line(struct help_page *page, int column, enum role role, const char *text)
{
	canvas_text(page->canvas, page->line - page->first, column, page->canvas->columns - column,
		    role, text);
}

static void help_paragraph(struct help_page *page, int column, const char *text)
{
	int columns = page->canvas->columns - column - 1;

	if (columns < 1)
		return;
	while (*text != '\0') {
		char line[512];
		const char *next;
		size_t bytes = text_wrap(text, columns, &next);

		snprintf(line, sizeof(line), "%.*s", (int)bytes, text);
		help_line(page, column, ROLE_PLAIN, line);
		page->line++;
		text = next;
	}
}

static void help_keys(struct help_page *page, const struct keys *keys)
{
	const char *section = "";

	for (int request = REQUEST_NONE + 1; request < REQUESTS; request++) {
		const struct key_binding *binding = keys_binding((enum request)request);

		if (strcmp(section, binding->section) != 0) {
			section = binding->section;
			page->line++;
			help_line(page, 1, ROLE_FOCUS, section);
			page->line++;
		}
		help_line(page, 3, ROLE_KEY, keys->bound[request]);
		help_paragraph(page, 3 + HELP_KEYS, binding->help);
	}
}

void help_draw(struct view *view, struct canvas *canvas)
{
	struct help_page page = {.canvas = canvas, .first = view->help_first};
	const struct pane_ops *ops = pane_ops(view_focus(view));
	char title[64];
	int last;

	snprintf(title, sizeof(title), "The pane \"%s\"", ops->name);
	help_line(&page, 1, ROLE_FOCUS, live_is_shown(view) ? "A program that runs" : title);
	page.line++;
	help_paragraph(&page, 3, live_is_shown(view) ? live_help : ops->help);
	help_keys(&page, &view->keys);
	help_paragraph(&page, 1, "");
	page.line++;
	help_line(&page, 1, ROLE_DIM, "Down and PgDn show more of this, Esc or ? leaves it.");
	page.line++;
	/* The end of the page does not scroll above the end of the screen. */
	last = page.line > canvas->rows ? page.line - canvas->rows : 0;
	if (view->help_first > last) {
		view->help_first = last;
		canvas_clear(canvas);
		help_draw(view, canvas);
	} else if (view->help_first < last) {
		canvas_line(canvas, canvas->rows - 1, 0, canvas->columns, ' ', ROLE_PLAIN);
		canvas_text(canvas, canvas->rows - 1, 1, canvas->columns - 1, ROLE_DIM,
			    "… Down and PgDn show more, Esc or ? leaves the help");
	}
}

bool help_request(struct view *view, enum request request)
{
	switch (request) {
	case REQUEST_UP:
		view->help_first -= view->help_first > 0;
		return true;
	case REQUEST_DOWN:
		view->help_first++;
		return true;
	case REQUEST_PAGE_UP:
		view->help_first = view->help_first > 10 ? view->help_first - 10 : 0;
		return true;
	case REQUEST_PAGE_DOWN:
		view->help_first += 10;
		return true;
	case REQUEST_HELP:
	case REQUEST_CANCEL:
	case REQUEST_QUIT:
		view->help = false;
		view->help_first = 0;
		return true;
	default:
		return false;
	}
}
