/* SPDX-License-Identifier: MIT */
/*
 * script.c - keys from a file.
 */
#include "script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/glyph.h"
#include "screen.h"

enum { SCRIPT_REPEAT_MAX = 1000000 };

int script_parse_size(const char *words, int *rows, int *columns)
{
	char *end;
	long width = strtol(words, &end, 10), height;

	if (end == words || *end != 'x')
		return -EINVAL;
	words = end + 1;
	height = strtol(words, &end, 10);
	if (end == words || *end != '\0')
		return -EINVAL;
	if (width < 1 || width > SCRIPT_SIZE_MAX || height < 1 || height > SCRIPT_SIZE_MAX)
		return -EINVAL;
	*rows = (int)height;
	*columns = (int)width;
	return 0;
}

int script_screenshot(struct script *script, const char *path, struct error *error)
{
	struct canvas canvas;
	int result = canvas_init(&canvas, script->rows, script->columns);

	if (result < 0)
		return error_set(error, result, EXIT_IO, "out of memory");
	/* What is drawn a little at a time is complete at the second drawing. */
	screen_draw(script->view, &canvas);
	view_settle(script->view);
	screen_draw(script->view, &canvas);
	result = screen_save(&canvas, script->view->ascii, path);
	canvas_term(&canvas);
	if (result < 0)
		error_set_file(error, result, path);
	return result;
}

/* Types a text as if on the keyboard, then Enter; a search is awaited. */
static enum view_result script_type(struct script *script, const char *text)
{
	enum view_result result = VIEW_GO_ON;

	while (*text != '\0')
		view_key(script->view, text_next(&text));
	result = view_key(script->view, KEYS_ENTER);
	view_settle(script->view);
	return result;
}

/* Draws for nobody: panes learn their size by being drawn, here as on a terminal. */
static void script_draw(struct script *script)
{
	struct canvas canvas;

	if (canvas_init(&canvas, script->rows, script->columns) < 0)
		return;
	screen_draw(script->view, &canvas);
	canvas_term(&canvas);
}

/* "Click@12,40", "WheelUp@12,40": row and column from 1. Whether it is one. */
static bool script_mouse(struct script *script, const char *word, size_t length,
			 enum view_result *result)
{
	static const char *const names[] = {[KEYS_CLICK] = "Click@",
					    [KEYS_WHEEL_UP] = "WheelUp@",
					    [KEYS_WHEEL_DOWN] = "WheelDown@"};

	for (int did = KEYS_CLICK; did <= KEYS_WHEEL_DOWN; did++) {
		size_t name = strlen(names[did]);
		struct keys_mouse mouse = {.did = did};
		int end = 0;

		if (length <= name || memcmp(word, names[did], name) != 0)
			continue;
		if (sscanf(word + name, "%4d,%4d%n", &mouse.row, &mouse.column, &end) != 2 ||
		    (size_t)end != length - name)
			return false;
		mouse.row--;
		mouse.column--;
		script_draw(script);
		*result = view_mouse(script->view, &mouse);
		return true;
	}
	return false;
}

/* One word: a key, perhaps "*" and a number. 1 to go on, 0 to quit, negative errno. */
static int script_word(struct script *script, const char *word, size_t length)
{
	const char *star = memchr(word, '*', length);
	long times = 1;
	uint32_t key;

	if (star && star > word && star + 1 < word + length) {
		char *end;

		times = strtol(star + 1, &end, 10);
		if (end != word + length || times < 1 || times > SCRIPT_REPEAT_MAX)
			return -EINVAL;
		length = (size_t)(star - word);
	}
	key = keys_by_name(word, length);
	/* Panes learn from a drawing what is to be seen. */
	script_draw(script);
	for (long i = 0; i < times; i++) {
		enum view_result result = VIEW_GO_ON;

		if (key != KEYS_NONE)
			result = view_key(script->view, key);
		else if (!script_mouse(script, word, length, &result))
			return -EINVAL;
		if (result == VIEW_QUIT)
			return 0;
		if (script->view->search.running)
			view_settle(script->view);
	}
	return 1;
}

/* A line of keys. */
static int script_keys(struct script *script, const char *line, struct error *error)
{
	for (line += strspn(line, " \t"); *line != '\0'; line += strspn(line, " \t")) {
		size_t length = strcspn(line, " \t");
		int result = script_word(script, line, length);

		if (result < 0)
			return error_set(error, result, EXIT_USAGE, "'%.*s' is no key", (int)length,
					 line);
		if (result == 0)
			return 0;
		line += length;
	}
	return 1;
}

int script_do(struct script *script, const char *line, struct error *error)
{
	if (*line == '\0' || strncmp(line, "# ", 2) == 0 || strcmp(line, "#") == 0)
		return 1;
	if (strncmp(line, ":screenshot ", 12) == 0) {
		int result = script_screenshot(script, line + 12, error);

		return result < 0 ? result : 1;
	}
	if (strncmp(line, ":size ", 6) == 0) {
		if (script_parse_size(line + 6, &script->rows, &script->columns) < 0)
			return error_set(error, -EINVAL, EXIT_USAGE, "'%s' is no size", line + 6);
		return 1;
	}
	if (*line == ':' || (*line == '/' && line[1] != '\0'))
		return script_type(script, line) == VIEW_QUIT ? 0 : 1;
	return script_keys(script, line, error);
}

/* Does a line of a file, and says where it went wrong. */
static int script_line(struct script *script, const char *line, const char *path, int number,
		       struct error *error)
{
	struct error reason;
	int result = script_do(script, line, &reason);

	if (result < 0)
		error_set(error, result, reason.code, "%s:%d: %s", path, number, reason.text);
	return result;
}

bool script_is_keys(const char *words)
{
	for (words += strspn(words, " "); *words != '\0'; words += strspn(words, " ")) {
		size_t length = strcspn(words, " "), name = strcspn(words, "*@ ");

		if (keys_by_name(words, name ? name : length) == KEYS_NONE && words[name] != '@')
			return false;
		words += length;
	}
	return true;
}

int script_press(struct script *script, const char *words, struct error *error)
{
	int result;

	script_draw(script);
	result = script_keys(script, words, error);
	if (result > 0)
		view_settle(script->view);
	return result < 0 ? result : 0;
}

int script_play(struct script *script, const char *path, struct error *error)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	int result = 1;

	if (!file)
		return error_set_file(error, -errno, path);
	for (int number = 1; result > 0 && getline(&line, &size, file) >= 0; number++) {
		line[strcspn(line, "\r\n")] = '\0';
		result = script_line(script, line, path, number, error);
		if (result > 0) {
			view_settle(script->view);
			script_draw(script);
		}
	}
	if (result >= 0 && ferror(file))
		result = error_set_file(error, -EIO, path);
	free(line);
	if (file != stdin)
		fclose(file);
	return result < 0 ? result : 0;
}
