/* SPDX-License-Identifier: MIT */
/*
 * prompt.c - editing one line.
 */
#include "prompt.h"

#include <stdio.h>
#include <string.h>

#include "keys.h"
#include "model/glyph.h"

void prompt_open(struct prompt *prompt, char label)
{
	*prompt = (struct prompt){.label = label};
}

void prompt_set(struct prompt *prompt, const char *text)
{
	snprintf(prompt->text, sizeof(prompt->text), "%s", text);
	prompt->length = prompt->cursor = strlen(prompt->text);
}

/* Where the code point before, or after, the cursor begins and ends. */
static size_t prompt_before(const struct prompt *prompt)
{
	size_t at = prompt->cursor;

	while (at > 0 && (prompt->text[--at] & 0xc0) == 0x80)
		;
	return at;
}

static size_t prompt_after(const struct prompt *prompt)
{
	const char *end = prompt->text + prompt->cursor;

	text_next(&end);
	return (size_t)(end - prompt->text);
}

static void prompt_cut(struct prompt *prompt, size_t start, size_t end)
{
	memmove(prompt->text + start, prompt->text + end, prompt->length - end + 1);
	prompt->length -= end - start;
	prompt->cursor = start;
}

static enum prompt_result prompt_insert(struct prompt *prompt, uint32_t symbol)
{
	char bytes[4];
	size_t count;

	if (symbol >= KEYS_LEFT || glyph_width(symbol) < 0)
		return PROMPT_EDITING;
	count = text_put(bytes, symbol);
	if (prompt->length + count >= sizeof(prompt->text))
		return PROMPT_EDITING;
	memmove(prompt->text + prompt->cursor + count, prompt->text + prompt->cursor,
		prompt->length - prompt->cursor + 1);
	memcpy(prompt->text + prompt->cursor, bytes, count);
	prompt->length += count;
	prompt->cursor += count;
	return PROMPT_CHANGED;
}

enum prompt_result prompt_key(struct prompt *prompt, uint32_t key)
{
	switch (key) {
	case KEYS_ENTER:
		return PROMPT_DONE;
	case KEYS_ESC:
		return PROMPT_CANCELLED;
	case KEYS_LEFT:
		prompt->cursor = prompt_before(prompt);
		return PROMPT_EDITING;
	case KEYS_RIGHT:
		prompt->cursor = prompt_after(prompt);
		return PROMPT_EDITING;
	case KEYS_HOME:
	case KEYS_CTRL('A'):
		prompt->cursor = 0;
		return PROMPT_EDITING;
	case KEYS_END:
	case KEYS_CTRL('E'):
		prompt->cursor = prompt->length;
		return PROMPT_EDITING;
	case KEYS_BACKSPACE:
	case KEYS_CTRL('H'):
		if (prompt->length == 0)
			return PROMPT_CANCELLED;
		prompt_cut(prompt, prompt_before(prompt), prompt->cursor);
		return PROMPT_CHANGED;
	case KEYS_DELETE:
		prompt_cut(prompt, prompt->cursor, prompt_after(prompt));
		return PROMPT_CHANGED;
	case KEYS_CTRL('U'):
		prompt_cut(prompt, 0, prompt->cursor);
		return PROMPT_CHANGED;
	default:
		return prompt_insert(prompt, key);
	}
}

int prompt_draw(const struct prompt *prompt, struct canvas *canvas, int row)
{
	char before[sizeof(prompt->text)];
	const char *from = prompt->text;
	int width;

	memcpy(before, prompt->text, prompt->cursor);
	before[prompt->cursor] = '\0';
	/* A line longer than the screen shows its end. */
	width = text_width(before);
	for (const char *at = before; width > canvas->columns - 3 && *at != '\0';) {
		text_next(&at);
		from = prompt->text + (at - before);
		width = text_width(at);
	}
	canvas_line(canvas, row, 0, canvas->columns, ' ', ROLE_PROMPT);
	canvas_put(canvas, row, 0, (uint32_t)prompt->label, ROLE_PROMPT);
	canvas_text(canvas, row, 1, canvas->columns - 1, ROLE_PROMPT, from);
	return width + 1 < canvas->columns ? width + 1 : canvas->columns - 1;
}
