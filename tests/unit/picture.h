/* SPDX-License-Identifier: MIT */
/*
 * picture.h - comparing canvases with pictures in the source of a test.
 */
#ifndef GREENROOM_TESTS_PICTURE_H
#define GREENROOM_TESTS_PICTURE_H

#include <stdbool.h>

#include "model/canvas.h"

/* The rows of a canvas, one a line, blanks at their ends left out; the caller frees it. */
char *picture_take(const struct canvas *canvas, bool ascii);

/* Fails the test when the canvas does not look like the picture, and prints both. Blank rows at
 * its end need not be there. */
#define assert_picture(canvas, picture) picture_check(canvas, false, picture, __FILE__, __LINE__)
#define assert_picture_ascii(canvas, picture)                                                      \
	picture_check(canvas, true, picture, __FILE__, __LINE__)
void picture_check(const struct canvas *canvas, bool ascii, const char *picture, const char *file,
		   int line);

#endif
