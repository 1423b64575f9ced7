/* SPDX-License-Identifier: MIT */
/*
 * test_canvas.c - the grid of cells: nothing is drawn outside, nothing dangerous gets in, and text
 * takes the columns it takes on a terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <locale.h>

#include "model/glyph.h"
#include "unit/picture.h"

static void test_text_is_cut_by_columns(void **state)
{
	struct canvas canvas;

	(void)state;
	canvas_init(&canvas, 7, 10);
	assert_int_equal(canvas_text(&canvas, 0, 0, 10, ROLE_PLAIN, "0123456789"), 10);
	assert_int_equal(canvas_text(&canvas, 1, 0, 10, ROLE_PLAIN, "01234567890"), 10);
	assert_int_equal(canvas_text(&canvas, 2, 6, 10, ROLE_PLAIN, "abcdef"), 4);
	assert_int_equal(canvas_text(&canvas, 3, 0, 5, ROLE_PLAIN, "日本語"), 5);
	assert_int_equal(canvas_text(&canvas, 4, 0, 6, ROLE_PLAIN, "日本語"), 6);
	assert_int_equal(canvas_text_right(&canvas, 5, 0, 10, ROLE_PLAIN, "right"), 5);
	assert_int_equal(canvas_text(&canvas, 6, 0, 1, ROLE_PLAIN, "ab"), 1);
	assert_picture(&canvas, "0123456789\n"
				"012345678…\n"
				"      abc…\n"
				"日本…\n"
				"日本語\n"
				"     right\n"
				"…\n");
	canvas_term(&canvas);
}

static void test_nothing_is_drawn_outside(void **state)
{
	struct canvas canvas, area;

	(void)state;
	canvas_init(&canvas, 3, 5);
	for (int row = -2; row < 6; row++) {
		for (int column = -3; column < 8; column++) {
			canvas_put(&canvas, row, column, '#', ROLE_PLAIN);
			canvas_text(&canvas, row, column, 100, ROLE_PLAIN, "日本");
			canvas_text(&canvas, row, column, -1, ROLE_PLAIN, "x");
			canvas_wrap(&canvas, row, column, 9, 9, ROLE_PLAIN, "a b c d e f g");
			canvas_box(&canvas, row, column, 4, 4, ROLE_PLAIN);
			canvas_paint(&canvas, row, column, 20, ROLE_DIM);
		}
	}
	canvas_clear(&canvas);
	area = canvas_area(&canvas, 1, 1, 9, 3);
	assert_int_equal(area.rows, 2);
	assert_int_equal(area.columns, 3);
	canvas_text(&area, 0, 0, 99, ROLE_PLAIN, "abcdef");
	canvas_column(&area, 0, 2, 99, '|', ROLE_PLAIN);
	assert_picture(&canvas, "\n ab|\n   |\n");
	area = canvas_area(&canvas, 3, 0, 1, 1);
	assert_int_equal(area.rows, 0);
	canvas_put(&area, 0, 0, 'x', ROLE_PLAIN);
	canvas_term(&canvas);
	assert_int_equal(canvas_init(&canvas, 0, 0), 0);
	canvas_text(&canvas, 0, 0, 9, ROLE_PLAIN, "nowhere");
	canvas_term(&canvas);
}

static void test_nothing_dangerous_gets_in(void **state)
{
	struct canvas canvas;

	(void)state;
	canvas_init(&canvas, 5, 20);
	canvas_text(&canvas, 0, 0, 20, ROLE_PLAIN, "a\033[2Jb\tc\nd\x7f");
	canvas_text(&canvas, 1, 0, 20, ROLE_PLAIN,
		    "\xc2\x9b"
		    "31m C1");
	canvas_text(&canvas, 2, 0, 20, ROLE_PLAIN, "bad \xff\xc0\xaf\xed\xa0\x80 end");
	canvas_text(&canvas, 3, 0, 20, ROLE_PLAIN, "rtl \xe2\x80\xae evil");
	canvas_put(&canvas, 4, 0, '\033', ROLE_PLAIN);
	assert_picture(&canvas, "a�[2Jb�c�d�\n"
				"�31m C1\n"
				"bad ������ end\n"
				"rtl � evil\n"
				"�\n");
	canvas_term(&canvas);
}

static void test_wide_and_combining(void **state)
{
	struct canvas canvas;

	(void)state;
	canvas_init(&canvas, 4, 8);
	canvas_text(&canvas, 0, 0, 8, ROLE_PLAIN, "e\xcc\x81te\xcc\x81");
	/* Half of a wide sign cannot stay. */
	canvas_text(&canvas, 1, 0, 8, ROLE_PLAIN, "日本");
	canvas_put(&canvas, 1, 1, 'x', ROLE_PLAIN);
	canvas_text(&canvas, 2, 0, 8, ROLE_PLAIN, "日本");
	canvas_put(&canvas, 2, 2, 'y', ROLE_PLAIN);
	canvas_text(&canvas, 3, 7, 8, ROLE_PLAIN, "日");
	assert_picture(&canvas, "e\xcc\x81te\xcc\x81\n"
				" x本\n"
				"日y\n"
				"       …\n");
	assert_picture_ascii(&canvas, "ete\n x??\n??y\n       ~\n");
	canvas_term(&canvas);
}

static void test_boxes_join(void **state)
{
	struct canvas canvas;

	(void)state;
	canvas_init(&canvas, 5, 9);
	canvas_box(&canvas, 0, 0, 3, 5, ROLE_BORDER);
	canvas_box(&canvas, 0, 4, 3, 5, ROLE_BORDER);
	canvas_box(&canvas, 2, 0, 3, 9, ROLE_BORDER);
	assert_picture(&canvas, "┌───┬───┐\n"
				"│   │   │\n"
				"├───┴───┤\n"
				"│       │\n"
				"└───────┘\n");
	assert_picture_ascii(&canvas, "+---+---+\n"
				      "|   |   |\n"
				      "+---+---+\n"
				      "|       |\n"
				      "+-------+\n");
	canvas_term(&canvas);
}

static void test_wrapping(void **state)
{
	struct canvas canvas;

	(void)state;
	canvas_init(&canvas, 4, 10);
	assert_int_equal(canvas_wrap(&canvas, 0, 0, 4, 10, ROLE_PLAIN, "one two three four"), 2);
	assert_int_equal(canvas_wrap(&canvas, 2, 0, 2, 10, ROLE_PLAIN, "a b c d e f g h i j k l m"),
			 2);
	assert_picture(&canvas, "one two\nthree four\na b c d e\nf g h i j…\n");
	canvas_clear(&canvas);
	assert_int_equal(canvas_wrap(&canvas, 0, 0, 4, 4, ROLE_PLAIN, "abcdefghij"), 3);
	assert_picture(&canvas, "abcd\nefgh\nij\n");
	assert_int_equal(text_lines("", 10), 1);
	assert_int_equal(text_lines("one two three four", 10), 2);
	assert_int_equal(text_lines("日本語", 1), 3);
	canvas_term(&canvas);
}

/* Sign and twin have the same width; the twin is ASCII. */
static void test_twins(void **state)
{
	static const struct {
		uint32_t code;
		char twin;
	} glyphs[] = {
#define GLYPH(name, code, twin) {code, twin},
#include "model/glyph.def"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(glyphs) / sizeof(glyphs[0]); i++) {
		char bytes[5] = {0};
		const char *at = bytes;

		assert_int_equal(glyph_twin(glyphs[i].code), glyphs[i].twin);
		assert_in_range(glyphs[i].twin, 0x20, 0x7e);
		assert_int_equal(glyph_width(glyphs[i].code), 1);
		text_put(bytes, glyphs[i].code);
		assert_int_equal(text_next(&at), glyphs[i].code);
		assert_int_equal(*at, '\0');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_is_cut_by_columns),
		cmocka_unit_test(test_nothing_is_drawn_outside),
		cmocka_unit_test(test_nothing_dangerous_gets_in),
		cmocka_unit_test(test_wide_and_combining),
		cmocka_unit_test(test_boxes_join),
		cmocka_unit_test(test_wrapping),
		cmocka_unit_test(test_twins),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
