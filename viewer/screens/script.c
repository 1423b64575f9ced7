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
	if (key == KEYS_NONE)
		return -EINVAL;
	for (long i = 0; i < times; i++) {
		if (view_key(script->view, key) == VIEW_QUIT)
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

int script_play(struct script *script, const char *path, struct error *error)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	int result = 1;

	if (!file)
		return error_set_file(error, -errno, path);
	for (int number = 1; result > 0 && getline(&line, &size, file) >= 0; number++) {
		struct canvas canvas;

		line[strcspn(line, "\r\n")] = '\0';
		result = script_line(script, line, path, number, error);
		/* Panes learn their size by being drawn, here as on a terminal. */
		view_settle(script->view);
		if (result > 0 && canvas_init(&canvas, script->rows, script->columns) == 0) {
			screen_draw(script->view, &canvas);
			canvas_term(&canvas);
		}
	}
	if (result >= 0 && ferror(file))
		result = error_set_file(error, -EIO, path);
	free(line);
	if (file != stdin)
		fclose(file);
	return result < 0 ? result : 0;
}
