/* SPDX-License-Identifier: MIT */
/*
 * test_xray.c - what the words of a slice look like, kind by kind, and at the edges between two.
 *
 * Would fail if a kind were tried in another order, or a limit were off by one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/xray.h"

enum { WORDS = 16, CODE = 0x400000 };

#define LOW UINT64_C(0x7ffd00001000)

static uint64_t word[WORDS];
static bool piece_known[WORDS / 2];

static bool is_code(void *context, uint64_t address)
{
	++*(int *)context;
	return address >= CODE && address < CODE + 0x1000;
}

static struct xray_word look(uint64_t value, uint64_t base)
{
	struct slice_bytes slice = {.address = LOW,
				    .bytes = sizeof(word),
				    .known = 16,
				    .byte = (uint8_t *)word,
				    .piece_known = piece_known};
	int asked = 0;

	piece_known[0] = true;
	word[1] = value;
	return xray_look(&slice, LOW + 8, base, is_code, &asked);
}

static uint64_t text(const char sign[static 8])
{
	uint64_t value;

	memcpy(&value, sign, sizeof(value));
	return value;
}

static void kinds_are_told_apart(void **unused)
{
	(void)unused;
	assert_int_equal(look(0, 0).kind, XRAY_ZERO);
	assert_int_equal(look(1, 0).kind, XRAY_NUMBER);
	assert_int_equal(look((uint64_t)-1, 0).kind, XRAY_NUMBER);
	assert_int_equal(look(1 << 20, 0).kind, XRAY_NUMBER);
	assert_int_equal(look((1 << 20) + 1, 0).kind, XRAY_ADDRESS);
	assert_int_equal(look(UINT64_C(0x100000002), 0).kind, XRAY_PAIR);
	assert_int_equal(look(UINT64_C(0xfff0000ffff), 0).kind, XRAY_PAIR);
	assert_int_equal(look(UINT64_C(0x100000010000), 0).kind, XRAY_ADDRESS);
	assert_int_equal(look(UINT64_C(0xfff00010000), 0).kind, XRAY_ADDRESS);
	assert_int_equal(look(CODE, 0).kind, XRAY_CODE);
	assert_int_equal(look(CODE + 0x1000, 0).kind, XRAY_ADDRESS);
	assert_int_equal(look(UINT64_C(0x7fffffffffff), 0).kind, XRAY_ADDRESS);
	assert_int_equal(look(UINT64_C(0x800000000001), 0).kind, XRAY_VALUE);
	assert_int_equal(look(text("greenrm!"), 0).kind, XRAY_TEXT);
	assert_int_equal(look(text("greenr\0"), 0).kind, XRAY_ADDRESS);
	assert_int_equal(look(text("room\0\0\0"), 0).kind, XRAY_TEXT);
	assert_int_equal(look(text("roo\0\0\0\0"), 0).kind, XRAY_ADDRESS);
	assert_int_equal(look(text("room\0r\0\0"), 0).kind, XRAY_ADDRESS);
	assert_int_equal(look(text("greenro\x1b"), 0).kind, XRAY_VALUE);
}

static void addresses_in_the_stack_say_how_far(void **unused)
{
	struct xray_word up = look(LOW + 24, 0), down = look(LOW, 0), past;

	(void)unused;
	assert_int_equal(up.kind, XRAY_STACK);
	assert_int_equal(up.distance, 16);
	assert_int_equal(down.kind, XRAY_STACK);
	assert_int_equal(down.distance, -8);
	past = look(LOW + sizeof(word) + 8, 0);
	assert_int_equal(past.kind, XRAY_ADDRESS);
	past = look(LOW + sizeof(word) + 8, LOW + sizeof(word) + 64);
	assert_int_equal(past.kind, XRAY_STACK);
	assert_int_equal(look(LOW - 8, 0).kind, XRAY_ADDRESS);
}

static void what_the_trace_lacks_is_no_zero(void **unused)
{
	struct slice_bytes slice = {.address = LOW,
				    .bytes = sizeof(word),
				    .byte = (uint8_t *)word,
				    .piece_known = piece_known};
	int asked = 0;

	(void)unused;
	piece_known[1] = false;
	assert_int_equal(xray_look(&slice, LOW + 16, 0, is_code, &asked).kind, XRAY_NOT_RECORDED);
	assert_int_equal(xray_look(&slice, LOW + sizeof(word), 0, is_code, &asked).kind,
			 XRAY_NOT_RECORDED);
	assert_int_equal(asked, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_are_told_apart),
		cmocka_unit_test(addresses_in_the_stack_say_how_far),
		cmocka_unit_test(what_the_trace_lacks_is_no_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
