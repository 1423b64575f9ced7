/* SPDX-License-Identifier: MIT */
/*
 * picture.c - canvases as text.
 */
#include "unit/picture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

char *picture_take(const struct canvas *canvas, bool ascii)
{
	size_t row_bytes = CANVAS_ROW_BYTES(canvas->columns) + 1, length = 0;
	char *text = malloc(row_bytes * (size_t)canvas->rows + 1);

	assert_non_null(text);
	for (int row = 0; row < canvas->rows; row++) {
		length += canvas_row(canvas, row, ascii, text + length, row_bytes);
		text[length++] = '\n';
	}
	while (length > 1 && text[length - 1] == '\n' && text[length - 2] == '\n')
		length--;
	text[length] = '\0';
	return text;
}

void picture_check(const struct canvas *canvas, bool ascii, const char *picture, const char *file,
		   int line)
{
	char *taken = picture_take(canvas, ascii);

	if (strcmp(taken, picture) != 0) {
		print_error("expected:\n%s\nbut drawn was:\n%s\n", picture, taken);
		free(taken);
		_fail(file, line);
	}
	free(taken);
}
