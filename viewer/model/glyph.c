/* SPDX-License-Identifier: MIT */
/*
 * glyph.c - signs, twins, and the width of text.
 */
#include "glyph.h"

#include <wchar.h>

static char glyph_table_twin(uint32_t symbol)
{
	switch (symbol) {
#define GLYPH(name, code, twin)                                                                    \
	case code:                                                                                 \
		return twin;
#include "glyph.def"
	default:
		return '\0';
	}
}

char glyph_twin(uint32_t symbol)
{
	char twin = glyph_table_twin(symbol);

	if (twin != '\0')
		return twin;
	return symbol >= 0x20 && symbol < 0x7f ? (char)symbol : '?';
}

/* Characters that turn the direction of the text around them or that no one sees: a name must not
 * rearrange the screen. */
static int glyph_is_treacherous(uint32_t symbol)
{
	return (symbol >= 0x200b && symbol <= 0x200f) || (symbol >= 0x2028 && symbol <= 0x202e) ||
	       (symbol >= 0x2060 && symbol <= 0x206f) || symbol == 0xfeff;
}

int glyph_width(uint32_t symbol)
{
	if (symbol < 0x20 || (symbol >= 0x7f && symbol < 0xa0) || glyph_is_treacherous(symbol))
		return -1;
	if (symbol < 0x7f || glyph_table_twin(symbol) != '\0')
		return 1;
	return wcwidth((wchar_t)symbol);
}

/* How many bytes follow a leading byte, and the value bits in it; -1 for none that leads. */
static int text_tail(unsigned char lead, uint32_t *bits)
{
	if (lead >= 0xc2 && lead < 0xe0) {
		*bits = lead & 0x1f;
		return 1;
	}
	if (lead >= 0xe0 && lead < 0xf0) {
		*bits = lead & 0x0f;
		return 2;
	}
	if (lead >= 0xf0 && lead < 0xf5) {
		*bits = lead & 0x07;
		return 3;
	}
	return -1;
}

uint32_t text_next(const char **text)
{
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	const unsigned char *at = (const unsigned char *)*text;
	uint32_t symbol = 0;
	int tail;

	if (at[0] == '\0')
		return 0;
	(*text)++;
	if (at[0] < 0x80)
		return at[0];
	tail = text_tail(at[0], &symbol);
	if (tail < 0)
		return GLYPH_REPLACEMENT;
	for (int i = 1; i <= tail; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return GLYPH_REPLACEMENT;
		symbol = symbol << 6 | (at[i] & 0x3f);
	}
	if (symbol < least[tail] || symbol > 0x10ffff || (symbol >= 0xd800 && symbol < 0xe000))
		return GLYPH_REPLACEMENT;
	*text += tail;
	return symbol;
}

size_t text_put(char *out, uint32_t symbol)
{
	if (symbol < 0x80) {
		out[0] = (char)symbol;
		return 1;
	}
	if (symbol < 0x800) {
		out[0] = (char)(0xc0 | symbol >> 6);
		out[1] = (char)(0x80 | (symbol & 0x3f));
		return 2;
	}
	if (symbol < 0x10000) {
		out[0] = (char)(0xe0 | symbol >> 12);
		out[1] = (char)(0x80 | (symbol >> 6 & 0x3f));
		out[2] = (char)(0x80 | (symbol & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | symbol >> 18);
	out[1] = (char)(0x80 | (symbol >> 12 & 0x3f));
	out[2] = (char)(0x80 | (symbol >> 6 & 0x3f));
	out[3] = (char)(0x80 | (symbol & 0x3f));
	return 4;
}

static int text_symbol_width(uint32_t symbol)
{
	int width = glyph_width(symbol);

	return width < 0 ? 1 : width;
}

int text_width(const char *text)
{
	int width = 0;

	for (uint32_t symbol; (symbol = text_next(&text)) != 0;)
		width += text_symbol_width(symbol);
	return width;
}

size_t text_wrap(const char *text, int columns, const char **next)
{
	const char *at = text, *blank = NULL;
	int width = 0;

	for (;;) {
		const char *here = at;
		uint32_t symbol = text_next(&at);

		if (symbol == 0) {
			*next = here;
			return (size_t)(here - text);
		}
		if (symbol == ' ')
			blank = here;
		width += text_symbol_width(symbol);
		if (width <= columns)
			continue;
		if (blank) {
			*next = blank + 1;
			return (size_t)(blank - text);
		}
		/* A word longer than the line is cut; a column too narrow for one sign still
		 * takes it, so that every line makes progress. */
		*next = here > text ? here : at;
		return (size_t)(*next - text);
	}
}

int text_lines(const char *text, int columns)
{
	int lines = 0;

	do {
		text_wrap(text, columns, &text);
		lines++;
	} while (*text != '\0');
	return lines;
}
