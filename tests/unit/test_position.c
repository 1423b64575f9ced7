/* SPDX-License-Identifier: MIT */
/*
 * test_position.c - places in a trace, as people write them; and the glossary.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "array_source.h"
#include "model/glossary.h"
#include "model/position.h"

enum { EVENTS = 1000 };

static struct event events[EVENTS]; /* one a microsecond, the first at 1 us */
static struct array_source array;

static int set_up(void **unused)
{
	(void)unused;
	for (int i = 0; i < EVENTS; i++)
		events[i] = (struct event){.seq = (uint64_t)i + 1,
					   .time_ns = (uint64_t)(i + 1) * 1000,
					   .thread = 1,
					   .kind = EVENT_trace_mark,
					   .word = {1}};
	events[0].kind = EVENT_thread_start;
	events[99].kind = EVENT_tasklet_create;
	events[99].word[0] = 7;
	events[199].kind = EVENT_tasklet_switch;
	events[199].word[0] = 7;
	events[249].kind = EVENT_tasklet_switch;
	events[249].word[1] = 7;
	events[259] = events[249];
	events[259].seq = 260;
	events[259].time_ns = 260000;
	events[499].kind = EVENT_tasklet_end;
	events[499].word[0] = 7;
	events[599].word[1] = 11;
	events[600].kind = EVENT_trace_text;
	events[600].small = 11;
	memcpy(events[600].word, "Hello world", 11);
	events[299].kind = EVENT_channel_block;
	events[299].word[2] = 2;
	events[399].kind = EVENT_tasklet_create;
	events[399].word[0] = 8;
	array_source_init(&array, events, EVENTS, NULL);
	return 0;
}

static const struct {
	const char *word;
	int result;
	uint64_t seq;
} words[] = {
	{"0", 0, 0},
	{"1", 0, 1},
	{"#12", 0, 12},
	{"12", 0, 12},
	{"1000", 0, EVENTS},
	{"1001", -ERANGE, 0},
	{"99999999999999999999", -ERANGE, 0},
	{"start", 0, 0},
	{"end", 0, EVENTS},
	{"50%", 0, 500},
	{"0%", 0, 0},
	{"12.5%", 0, 125},
	{"100%", 0, EVENTS},
	{"100.2%", -ERANGE, 0},
	{"300%", -ERANGE, 0},
	{"+15us", 0, 15},
	{"15us", 0, 15},
	{"15 us", 0, 15},
	{"15µs", 0, 15},
	{"+15.9us", 0, 15},
	{"+0.5us", 0, 0},
	{"+15999ns", 0, 15},
	{"+0.1ms", 0, 100},
	{"+0.0001", 0, 100},
	{"0.0002s", 0, 200},
	{"+1ms", 0, EVENTS},
	{"+1000.001us", -ERANGE, 0},
	{"+1m", -ERANGE, 0},
	{"T7", 0, 100},
	{"t7", 0, 100},
	{"T7 first run", 0, 250},
	{"T1 first run", 0, 1},
	{"T7 last run", 0, 260},
	{"T7 end", 0, 500},
	{"T8 end", -ENOENT, 0},
	{"T8 last run", -ENOENT, 0},
	{"@hello", 0, 600},
	{"@WORLD", 0, 600},
	{"@nothing", -ENOENT, 0},
	{"@", -EINVAL, 0},
	{"C2", 0, 300},
	{"T8 first run", -ENOENT, 0},
	{"T9", -ENOENT, 0},
	{"C1", -ENOENT, 0},
	{"", -EINVAL, 0},
	{"#", -EINVAL, 0},
	{"+", -EINVAL, 0},
	{"T", -EINVAL, 0},
	{"T0", -EINVAL, 0},
	{"T-1", -EINVAL, 0},
	{"T7 second run", -EINVAL, 0},
	{"C2 first run", -EINVAL, 0},
	{"T99999999999", -EINVAL, 0},
	{"-5", -EINVAL, 0},
	{"nan", -EINVAL, 0},
	{"inf%", -EINVAL, 0},
	{"0x10", -EINVAL, 0},
	{"1.2.3", -EINVAL, 0},
	{"5parsecs", -EINVAL, 0},
	{"#5us", -EINVAL, 0},
	{"#5%", -EINVAL, 0},
	{"+5%", -EINVAL, 0},
};

static void positions_are_read_as_people_write_them(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct error error = {.text = ""};
		uint64_t seq = 12345;
		int result = position_find(&array.source, words[i].word, &seq, &error);

		if (result != words[i].result || (result == 0 && seq != words[i].seq))
			fail_msg("'%s': %d, event %lu", words[i].word, result, (unsigned long)seq);
		if (result < 0) {
			assert_int_equal(error.code, EXIT_USAGE);
			assert_true(error.text[0] != '\0');
		}
	}
}

static void an_empty_trace_has_one_position(void **unused)
{
	static const char *const all[] = {"0", "0%", "50%", "start", "end"};
	struct array_source empty;

	(void)unused;
	array_source_init(&empty, events, 0, NULL);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		uint64_t seq = 1;

		assert_int_equal(position_find(&empty.source, all[i], &seq, NULL), 0);
		assert_int_equal(seq, 0);
	}
}

static void the_glossary_is_in_order_and_finds_its_words(void **unused)
{
	size_t count;
	const struct glossary_word *all = glossary_words(&count);

	(void)unused;
	assert_true(count >= 25);
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(all[i].definition);

		assert_ptr_equal(glossary_find(all[i].word), &all[i]);
		assert_int_equal(all[i].definition[length - 1], '.');
		if (i)
			assert_true(strcmp(all[i - 1].word, all[i].word) < 0);
	}
	assert_string_equal(glossary_find("Channels")->word, "channel");
	assert_string_equal(glossary_find("block trap")->word, "block trap");
	assert_null(glossary_find("channelx"));
	assert_null(glossary_find("greenroom.db"));
	assert_null(glossary_find(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(positions_are_read_as_people_write_them),
		cmocka_unit_test(an_empty_trace_has_one_position),
		cmocka_unit_test(the_glossary_is_in_order_and_finds_its_words),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
