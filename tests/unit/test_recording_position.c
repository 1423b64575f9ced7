/* SPDX-License-Identifier: MIT */
/*
 * test_recording_position.c - a position as text and back, and texts that are none.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "recorder/recording_position.h"

static struct recording_position position, read;
static char text[RECORDING_POSITION_TEXT];

static void test_empty(void **state)
{
	(void)state;
	memset(&position, 0, sizeof(position));
	recording_position_format(&position, text);
	assert_string_equal(text, "0 0");
	assert_int_equal(recording_position_parse(&read, text), 0);
	assert_memory_equal(&read, &position, sizeof(read));
}

static void test_largest(void **state)
{
	(void)state;
	position = (struct recording_position){UINT64_MAX, UINT32_MAX, SEGMENT_RINGS_MAX, {{0}}};
	for (uint32_t i = 0; i < SEGMENT_RINGS_MAX; i++)
		position.ring[i] = (struct recording_place){UINT64_MAX - i, UINT64_MAX, UINT32_MAX,
							    UINT32_MAX - i};
	recording_position_format(&position, text);
	assert_true(strlen(text) < sizeof(text));
	assert_int_equal(recording_position_parse(&read, text), 0);
	assert_memory_equal(&read, &position, sizeof(read));
	strcat(text, ";0 0 0 0");
	assert_int_equal(recording_position_parse(&read, text), -EBADMSG);
}

static void test_nonsense(void **state)
{
	static const char *const texts[] = {
		"",
		"1",
		"1 ",
		" 1 0",
		"1 0;",
		"1 0;1 2 3",
		"1 0;1 2 3 1;",
		"1 0;1 2 3 1 ",
		"1 0; 1 2 3 1",
		"-1 0",
		"1 0;1 2 3 -1",
		"1 0;1 2 3 2",
		"1 0x;",
		"4294967296 0",
		"1 18446744073709551616",
		"1 0;1 2 4294967296 1",
	};

	(void)state;
	memset(&position, 0, sizeof(position));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		memset(&read, 1, sizeof(read));
		if (recording_position_parse(&read, texts[i]) != -EBADMSG)
			fail_msg("\"%s\" was taken", texts[i]);
		assert_memory_equal(&read, &position, sizeof(read));
	}
	assert_int_equal(recording_position_parse(&read, "1 5;7 2 3 1"), 0);
	assert_int_equal(read.ring[0].at, 7);
	assert_int_equal(read.ring[0].dropped, 2);
	assert_int_equal(read.ring[0].generation, 3);
	assert_int_equal(read.skipped, 5);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_largest),
		cmocka_unit_test(test_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
