/* SPDX-License-Identifier: MIT */
/*
 * interactive.c - drawing, waiting, doing.
 */
#include "interactive.h"

#include <string.h>
#include <time.h>

#include "screen.h"
#include "terminal.h"

static uint64_t interactive_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Draws on a canvas of the terminal's present size. 0 or -ENOMEM. */
static int interactive_draw(struct view *view, struct terminal *terminal, struct canvas *canvas)
{
	int rows, columns;

	terminal_size(terminal, &rows, &columns);
	if (rows != canvas->rows || columns != canvas->columns) {
		int result;

		canvas_term(canvas);
		result = canvas_init(canvas, rows, columns);
		if (result < 0)
			return result;
	}
	terminal_show(terminal, canvas, screen_draw(view, canvas));
	return 0;
}

static void interactive_edit(struct view *view, struct terminal *terminal)
{
	uint32_t line;
	const char *path = view_source(view, &line);
	int status = path ? terminal_edit(terminal, path, line) : 0;

	if (status < 0)
		view_say(view, "the editor cannot be run: %s", strerror(-status));
	else if (status != 0)
		view_say(view, "the editor ended with %d", status);
}

static enum view_result interactive_do(struct view *view, struct terminal *terminal, uint32_t key)
{
	struct keys_mouse mouse = terminal_mouse(terminal);

	return key == KEYS_MOUSE ? view_mouse(view, &mouse) : view_key(view, key);
}

static int interactive_loop(struct view *view, struct terminal *terminal, struct canvas *canvas)
{
	for (;;) {
		uint32_t key;
		int result;

		view_tick(view, interactive_now_ns());
		result = interactive_draw(view, terminal, canvas);
		if (result < 0)
			return result;
		key = terminal_key(terminal, view_wait_ms(view));
		if (terminal_ending(terminal))
			return terminal_ending(terminal);
		if (key == KEYS_NONE)
			continue;
		/* Keys count from the moment they are pressed, not from the last drawing. */
		view->now_ns = interactive_now_ns();
		switch (interactive_do(view, terminal, key)) {
		case VIEW_QUIT:
			return 0;
		case VIEW_REDRAW:
			terminal_forget(terminal);
			break;
		case VIEW_SUSPEND:
			terminal_suspend(terminal);
			break;
		case VIEW_EDIT:
			interactive_edit(view, terminal);
			break;
		case VIEW_GO_ON:
			break;
		}
	}
}

int interactive_run(struct view *view, const struct terminal_options *options)
{
	struct canvas canvas = {0};
	struct terminal *terminal;
	int result = terminal_open(&terminal, options);

	if (result < 0)
		return result;
	result = canvas_init(&canvas, 0, 0);
	if (result == 0)
		result = interactive_loop(view, terminal, &canvas);
	canvas_term(&canvas);
	terminal_close(terminal);
	return result;
}
