/* SPDX-License-Identifier: MIT */
/*
 * rows.c - rows as a table, CSV, lines or JSON.
 *
 * Values may come from a hostile file. Where a person reads (table, line) control characters are
 * replaced; CSV and JSON are data and keep the text, JSON with its control characters escaped by
 * whoever made it, and without bytes that are no UTF-8, which JSON must not hold.
 */
#include "rows.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "utf8.h"

enum { ROWS_HELD = 500 }; /* as many rows say how wide the columns are */

struct column {
	int width;
	bool is_text; /* some value is no number: aligned to the left */
};

struct rows {
	enum rows_format format;
	bool header;
	int columns;
	char **names;
	struct column *column;
	char ***held; /* NULL once they are printed */
	int held_count;
	uint64_t printed;
};

struct rows *rows_create(enum rows_format format, bool header)
{
	struct rows *rows = calloc(1, sizeof(*rows));

	if (!rows)
		return NULL;
	rows->format = format;
	rows->header = header;
	if (format == ROWS_JSON)
		putchar('[');
	return rows;
}

static void free_values(char **values, int columns)
{
	if (!values)
		return;
	for (int i = 0; i < columns; i++)
		free(values[i]);
	free(values);
}

static char **copy_values(int columns, const char *const *values)
{
	char **copy = calloc((size_t)columns + 1, sizeof(*copy));

	if (!copy)
		return NULL;
	for (int i = 0; i < columns; i++) {
		if (!values[i])
			continue;
		copy[i] = strdup(values[i]);
		if (!copy[i]) {
			free_values(copy, columns);
			return NULL;
		}
	}
	return copy;
}

/* ---------------------------------------------------------------------------------------------
 * Table
 */

static bool is_number(const char *text)
{
	char *end;

	if (!isdigit((unsigned char)text[strcspn(text, "0123456789")]) || strpbrk(text, "xXnN"))
		return false;
	strtod(text, &end);
	return !*end;
}

static void fit(struct rows *rows, const char *const *values, bool is_name)
{
	for (int i = 0; i < rows->columns; i++) {
		struct column *column = &rows->column[i];
		int width = values[i] ? output_text_width(values[i]) : 0;

		if (width > column->width)
			column->width = width;
		if (!is_name && values[i] && *values[i] && !is_number(values[i]))
			column->is_text = true;
	}
}

static void print_blanks(int count)
{
	if (count > 0)
		printf("%*s", count, "");
}

static void print_aligned(const struct rows *rows, const char *const *values)
{
	for (int i = 0; i < rows->columns; i++) {
		const struct column *column = &rows->column[i];
		const char *value = values[i] ? values[i] : "";
		int blanks = column->width - output_text_width(value);

		if (i > 0)
			printf("  ");
		if (!column->is_text)
			print_blanks(blanks);
		output_clean(stdout, value);
		if (column->is_text && i + 1 < rows->columns)
			print_blanks(blanks);
	}
	putchar('\n');
}

static void print_held(struct rows *rows)
{
	if (rows->header) {
		print_aligned(rows, (const char *const *)rows->names);
		for (int i = 0; i < rows->columns; i++) {
			printf("%s", i ? "  " : "");
			for (int j = 0; j < rows->column[i].width; j++)
				putchar('-');
		}
		putchar('\n');
	}
	for (int i = 0; i < rows->held_count; i++) {
		print_aligned(rows, (const char *const *)rows->held[i]);
		free_values(rows->held[i], rows->columns);
	}
	free(rows->held);
	rows->held = NULL;
	rows->held_count = 0;
}

static int add_to_table(struct rows *rows, const char *const *values)
{
	char **copy;

	if (!rows->held) {
		print_aligned(rows, values);
		return 0;
	}
	copy = copy_values(rows->columns, values);
	if (!copy)
		return -ENOMEM;
	fit(rows, values, false);
	rows->held[rows->held_count++] = copy;
	if (rows->held_count == ROWS_HELD)
		print_held(rows);
	return 0;
}

/* ---------------------------------------------------------------------------------------------
 * CSV, lines, JSON
 */

static void print_csv(int columns, const char *const *values)
{
	for (int i = 0; i < columns; i++) {
		const char *value = values[i] ? values[i] : "";

		if (i > 0)
			putchar(',');
		if (!strpbrk(value, ",\"\r\n")) {
			fputs(value, stdout);
			continue;
		}
		putchar('"');
		for (; *value; value++) {
			if (*value == '"')
				putchar('"');
			putchar(*value);
		}
		putchar('"');
	}
	putchar('\n');
}

static void print_lines(const struct rows *rows, const char *const *values)
{
	int width = 0;

	for (int i = 0; i < rows->columns; i++) {
		int name_width = output_text_width(rows->names[i]);

		width = name_width > width ? name_width : width;
	}
	if (rows->printed)
		putchar('\n');
	for (int i = 0; i < rows->columns; i++) {
		if (rows->header) {
			print_blanks(width - output_text_width(rows->names[i]));
			output_clean(stdout, rows->names[i]);
			printf(" = ");
		}
		output_clean(stdout, values[i] ? values[i] : "");
		putchar('\n');
	}
}

static int print_json(const struct rows *rows, const char *value)
{
	size_t bytes = strlen(value);
	char *clean = malloc(UTF8_CLEAN_ROOM(bytes));

	if (!clean)
		return -ENOMEM;
	utf8_clean(clean, value, bytes);
	printf("%s%s", rows->printed ? ",\n " : "", clean);
	free(clean);
	return 0;
}

/* ---------------------------------------------------------------------------------------------
 * All formats
 */

/* Prints what is held back and forgets the columns. */
static void end_table(struct rows *rows)
{
	if (rows->held)
		print_held(rows);
	free_values(rows->names, rows->columns);
	free(rows->column);
	rows->names = NULL;
	rows->column = NULL;
}

int rows_header(struct rows *rows, int columns, const char *const *names)
{
	bool first = !rows->names;

	if (rows->format == ROWS_JSON)
		return 0;
	end_table(rows);
	rows->columns = columns;
	rows->names = copy_values(columns, names);
	rows->column = calloc((size_t)columns + 1, sizeof(*rows->column));
	if (rows->format == ROWS_TABLE)
		rows->held = calloc(ROWS_HELD, sizeof(*rows->held));
	if (!rows->names || !rows->column || (rows->format == ROWS_TABLE && !rows->held))
		return -ENOMEM;
	if (!first && rows->format != ROWS_LINE)
		putchar('\n');
	if (rows->format == ROWS_TABLE && rows->header)
		fit(rows, names, true);
	if (rows->format == ROWS_CSV && rows->header)
		print_csv(columns, names);
	return 0;
}

int rows_add(struct rows *rows, int columns, const char *const *values)
{
	int result = 0;

	switch (rows->format) {
	case ROWS_TABLE:
		result = add_to_table(rows, values);
		break;
	case ROWS_CSV:
		print_csv(columns, values);
		break;
	case ROWS_LINE:
		print_lines(rows, values);
		break;
	case ROWS_JSON:
		result = print_json(rows, values[0] ? values[0] : "null");
		break;
	}
	rows->printed++;
	return result;
}

void rows_finish(struct rows *rows)
{
	if (!rows)
		return;
	end_table(rows);
	if (rows->format == ROWS_JSON)
		printf("]\n");
	free(rows);
}
