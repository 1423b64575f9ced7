/* SPDX-License-Identifier: MIT */
/*
 * canvas.c - the grid of cells.
 */
#include "canvas.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "glyph.h"

enum { LINE_UP = 1, LINE_RIGHT = 2, LINE_DOWN = 4, LINE_LEFT = 8 };

/* The sign whose lines leave a cell to these sides. */
static const uint32_t line_glyphs[16] = {
	[LINE_UP | LINE_DOWN] = GLYPH_BAR,
	[LINE_LEFT | LINE_RIGHT] = GLYPH_LINE,
	[LINE_RIGHT | LINE_DOWN] = GLYPH_CORNER_TL,
	[LINE_LEFT | LINE_DOWN] = GLYPH_CORNER_TR,
	[LINE_UP | LINE_RIGHT] = GLYPH_CORNER_BL,
	[LINE_UP | LINE_LEFT] = GLYPH_CORNER_BR,
	[LINE_UP | LINE_DOWN | LINE_RIGHT] = GLYPH_TEE_RIGHT,
	[LINE_UP | LINE_DOWN | LINE_LEFT] = GLYPH_TEE_LEFT,
	[LINE_LEFT | LINE_RIGHT | LINE_DOWN] = GLYPH_TEE_DOWN,
	[LINE_LEFT | LINE_RIGHT | LINE_UP] = GLYPH_TEE_UP,
	[LINE_UP | LINE_RIGHT | LINE_DOWN | LINE_LEFT] = GLYPH_CROSS,
};

static const struct cell cell_blank = {.symbol = ' ', .role = ROLE_PLAIN, .width = 1};

static struct cell *canvas_cell(const struct canvas *canvas, int row, int column)
{
	if (row < 0 || row >= canvas->rows || column < 0 || column >= canvas->columns)
		return NULL;
	return canvas->cells + (ptrdiff_t)row * canvas->stride + column;
}

int canvas_init(struct canvas *canvas, int rows, int columns)
{
	*canvas = (struct canvas){.rows = rows < 0 ? 0 : rows,
				  .columns = columns < 0 ? 0 : columns};
	canvas->stride = canvas->columns;
	/* One cell more: a canvas of no size is still a canvas. */
	canvas->cells = calloc((size_t)canvas->rows * (size_t)canvas->columns + 1,
			       sizeof(*canvas->cells));
	if (!canvas->cells) {
		*canvas = (struct canvas){0};
		return -ENOMEM;
	}
	canvas_clear(canvas);
	return 0;
}

void canvas_term(struct canvas *canvas)
{
	free(canvas->cells);
	*canvas = (struct canvas){0};
}

struct canvas canvas_area(const struct canvas *canvas, int row, int column, int rows, int columns)
{
	struct canvas area = {.stride = canvas->stride};

	if (row < 0 || column < 0 || row >= canvas->rows || column >= canvas->columns)
		return area;
	if (rows > canvas->rows - row)
		rows = canvas->rows - row;
	if (columns > canvas->columns - column)
		columns = canvas->columns - column;
	if (rows <= 0 || columns <= 0)
		return area;
	area.rows = rows;
	area.columns = columns;
	area.cells = canvas_cell(canvas, row, column);
	return area;
}

void canvas_clear(struct canvas *canvas)
{
	for (int row = 0; row < canvas->rows; row++)
		for (int column = 0; column < canvas->columns; column++)
			*canvas_cell(canvas, row, column) = cell_blank;
}

/* A cell is about to be overwritten: the other half of a wide sign must not stay behind. */
static void canvas_break(struct canvas *canvas, int row, int column)
{
	struct cell *cell = canvas_cell(canvas, row, column);
	struct cell *left = canvas_cell(canvas, row, column - 1);
	struct cell *right = canvas_cell(canvas, row, column + 1);

	if (cell->width == 0 && left)
		*left = cell_blank;
	if (cell->width == 2 && right)
		*right = cell_blank;
}

static void canvas_set(struct canvas *canvas, int row, int column, uint32_t symbol, int width,
		       enum role role)
{
	struct cell *cell = canvas_cell(canvas, row, column);
	struct cell *right = canvas_cell(canvas, row, column + 1);

	if (!cell)
		return;
	if (width == 2 && !right) {
		symbol = GLYPH_REPLACEMENT;
		width = 1;
	}
	canvas_break(canvas, row, column);
	*cell = (struct cell){.symbol = symbol, .role = (uint8_t)role, .width = (uint8_t)width};
	if (width == 2) {
		canvas_break(canvas, row, column + 1);
		*right = (struct cell){.symbol = ' ', .role = (uint8_t)role, .width = 0};
	}
}

void canvas_put(struct canvas *canvas, int row, int column, uint32_t symbol, enum role role)
{
	int width = glyph_width(symbol);

	if (width <= 0) {
		symbol = GLYPH_REPLACEMENT;
		width = 1;
	}
	canvas_set(canvas, row, column, symbol, width, role);
}

void canvas_line(struct canvas *canvas, int row, int column, int count, uint32_t symbol,
		 enum role role)
{
	for (int i = 0; i < count && column + i < canvas->columns; i++)
		canvas_put(canvas, row, column + i, symbol, role);
}

void canvas_column(struct canvas *canvas, int row, int column, int count, uint32_t symbol,
		   enum role role)
{
	for (int i = 0; i < count && row + i < canvas->rows; i++)
		canvas_put(canvas, row + i, column, symbol, role);
}

/* The sides to which the lines of a sign go, 0 when it is no line. */
static unsigned int line_sides(uint32_t symbol)
{
	for (unsigned int sides = 1; sides < 16; sides++)
		if (line_glyphs[sides] == symbol)
			return sides;
	return 0;
}

static void canvas_join(struct canvas *canvas, int row, int column, unsigned int sides,
			enum role role)
{
	struct cell *cell = canvas_cell(canvas, row, column);

	if (!cell)
		return;
	sides |= line_sides(cell->symbol);
	canvas_put(canvas, row, column, line_glyphs[sides], role);
}

void canvas_box(struct canvas *canvas, int row, int column, int rows, int columns, enum role role)
{
	int bottom = row + rows - 1, right = column + columns - 1;

	if (rows < 2 || columns < 2)
		return;
	for (int i = column + 1; i < right; i++) {
		canvas_join(canvas, row, i, LINE_LEFT | LINE_RIGHT, role);
		canvas_join(canvas, bottom, i, LINE_LEFT | LINE_RIGHT, role);
	}
	for (int i = row + 1; i < bottom; i++) {
		canvas_join(canvas, i, column, LINE_UP | LINE_DOWN, role);
		canvas_join(canvas, i, right, LINE_UP | LINE_DOWN, role);
	}
	canvas_join(canvas, row, column, LINE_RIGHT | LINE_DOWN, role);
	canvas_join(canvas, row, right, LINE_LEFT | LINE_DOWN, role);
	canvas_join(canvas, bottom, column, LINE_UP | LINE_RIGHT, role);
	canvas_join(canvas, bottom, right, LINE_UP | LINE_LEFT, role);
}

/* Adds a combining sign to the cell that was written last before `column`. */
static void canvas_combine(struct canvas *canvas, int row, int column, uint32_t mark)
{
	struct cell *cell = canvas_cell(canvas, row, column - 1);

	if (cell && cell->width == 0)
		cell = canvas_cell(canvas, row, column - 2);
	if (cell && cell->mark == 0)
		cell->mark = mark;
}

/* Writes the first `bytes` bytes of the text, which are known to fit the limit. */
static int canvas_write(struct canvas *canvas, int row, int column, enum role role,
			const char *text, const char *end)
{
	int start = column;

	while (text < end) {
		uint32_t symbol = text_next(&text);
		int width = glyph_width(symbol);

		if (width == 0 && column > start) {
			canvas_combine(canvas, row, column, symbol);
			continue;
		}
		if (width <= 0) {
			symbol = GLYPH_REPLACEMENT;
			width = 1;
		}
		canvas_set(canvas, row, column, symbol, width, role);
		column += width;
	}
	return column - start;
}

/* Where the text must stop so that it takes at most `limit` columns. */
static const char *canvas_cut(const char *text, int limit)
{
	for (int width = 0;;) {
		const char *here = text;
		uint32_t symbol = text_next(&text);
		int more = symbol ? glyph_width(symbol) : 0;

		width += more < 0 ? 1 : more;
		if (symbol == 0 || width > limit)
			return here;
	}
}

int canvas_text(struct canvas *canvas, int row, int column, int limit, enum role role,
		const char *text)
{
	const char *end;
	int taken;

	if (limit > canvas->columns - column)
		limit = canvas->columns - column;
	if (limit <= 0 || row < 0 || row >= canvas->rows)
		return 0;
	end = canvas_cut(text, limit);
	if (*end == '\0')
		return canvas_write(canvas, row, column, role, text, end);
	taken = canvas_write(canvas, row, column, role, text, canvas_cut(text, limit - 1));
	canvas_put(canvas, row, column + taken, GLYPH_ELLIPSIS, role);
	return taken + 1;
}

int canvas_format(struct canvas *canvas, int row, int column, int limit, enum role role,
		  const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return canvas_text(canvas, row, column, limit, role, text);
}

int canvas_text_right(struct canvas *canvas, int row, int column, int limit, enum role role,
		      const char *text)
{
	int width = text_width(text);

	if (width > limit)
		width = limit;
	return canvas_text(canvas, row, column + limit - width, width, role, text);
}

int canvas_wrap(struct canvas *canvas, int row, int column, int rows, int columns, enum role role,
		const char *text)
{
	int taken = 0;

	while (taken < rows) {
		const char *next;
		size_t bytes = text_wrap(text, columns, &next);

		if (*next != '\0' && taken == rows - 1)
			canvas_text(canvas, row + taken, column, columns, role, text);
		else
			canvas_write(canvas, row + taken, column, role, text, text + bytes);
		taken++;
		text = next;
		if (*text == '\0')
			break;
	}
	return taken;
}

void canvas_paint(struct canvas *canvas, int row, int column, int count, enum role role)
{
	for (int i = 0; i < count; i++) {
		struct cell *cell = canvas_cell(canvas, row, column + i);

		if (cell)
			cell->role = (uint8_t)role;
	}
}

size_t canvas_row(const struct canvas *canvas, int row, bool ascii, char *out, size_t size)
{
	size_t length = 0, end = 0;

	for (int column = 0; column < canvas->columns; column++) {
		const struct cell *cell = canvas_cell(canvas, row, column);

		if (!cell || size - length < 9)
			break;
		if (ascii)
			out[length++] = cell->width == 0 ? '?' : glyph_twin(cell->symbol);
		else if (cell->width > 0)
			length += text_put(out + length, cell->symbol);
		if (!ascii && cell->width > 0 && cell->mark)
			length += text_put(out + length, cell->mark);
		if (cell->symbol != ' ' || (ascii && cell->width == 0))
			end = length;
	}
	if (size > 0)
		out[end] = '\0';
	return end;
}
