/* SPDX-License-Identifier: MIT */
/* test_event.c - the catalogue: complete, consistent, and fit to become SQL. */
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "event.h"

static void test_every_kind_is_described(void **state)
{
	(void)state;
	assert_null(event_describe(EVENT_NONE));
	assert_null(event_describe(EVENT_KINDS));
	assert_null(event_describe(UINT16_MAX));
	for (unsigned int kind = 1; kind < EVENT_KINDS; kind++) {
		const struct event_description *description = event_describe(kind);

		assert_non_null(description);
		assert_true(strlen(description->name) > 0 && strlen(description->category) > 0);
		assert_true(strlen(description->sentence) > 0);
		assert_int_equal(event_kind_by_name(description->name), kind);
		assert_in_range(description->fields, 1, EVENT_FIELDS_MAX);
		for (int i = 0; i < description->fields; i++)
			assert_true(strlen(description->field[i].meaning) > 0);
	}
	assert_int_equal(event_kind_by_name("no_such_kind"), EVENT_NONE);
}

/* Whether SQL takes the word, without quotes, for the name of a table and of a column. */
static bool is_identifier(sqlite3 *db, const char *word)
{
	char sql[256];

	if (word[0] < 'a' || word[0] > 'z' ||
	    word[strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0')
		return false;
	snprintf(sql, sizeof(sql),
		 "CREATE TABLE %s(%s); SELECT %s FROM %s ORDER BY %s; DROP TABLE %s", word, word,
		 word, word, word, word);
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* They become the names of views and columns, which people type without quotes. */
static void test_names_are_sql_identifiers(void **state)
{
	sqlite3 *db;

	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_false(is_identifier(db, "order"));
	for (unsigned int kind = 1; kind < EVENT_KINDS; kind++) {
		const struct event_description *description = event_describe(kind);

		if (!is_identifier(db, description->name))
			fail_msg("kind %s", description->name);
		for (int i = 0; i < description->fields; i++) {
			const char *name = description->field[i].name;

			if (!is_identifier(db, name))
				fail_msg("%s.%s", description->name, name);
			/* Columns that every view has. */
			if (!strcmp(name, "seq") || !strcmp(name, "time_ns") ||
			    !strcmp(name, "thread") || !strcmp(name, "kind"))
				fail_msg("%s.%s is a column of every event", description->name,
					 name);
			assert_int_equal(event_field_index(kind, name), i);
		}
	}
	sqlite3_close(db);
	assert_int_equal(event_field_index(EVENT_tasklet_switch, "nothing"), -1);
	assert_int_equal(event_field_index(EVENT_KINDS, "tasklet"), -1);
}

static unsigned int bits_of(enum event_position position)
{
	if (position == EVENT_POSITION_DE)
		return 1u << EVENT_POSITION_D | 1u << EVENT_POSITION_E;
	if (position == EVENT_POSITION_BC)
		return 1u << EVENT_POSITION_B | 1u << EVENT_POSITION_C;
	return 1u << position;
}

static void test_positions_do_not_overlap(void **state)
{
	(void)state;
	for (unsigned int kind = 1; kind < EVENT_KINDS; kind++) {
		const struct event_description *description = event_describe(kind);
		unsigned int taken = 0;

		if (kind == EVENT_trace_text)
			continue; /* its text lies in all words */
		for (int i = 0; i < description->fields; i++) {
			unsigned int bits = bits_of(description->field[i].position);

			if (taken & bits)
				fail_msg("%s.%s lies on another field", description->name,
					 description->field[i].name);
			taken |= bits;
		}
	}
}

/* Every {word} of a sentence is a field, but for those that the reader fills in itself. */
static void test_sentences_speak_of_fields(void **state)
{
	(void)state;
	for (unsigned int kind = 1; kind < EVENT_KINDS; kind++) {
		const struct event_description *description = event_describe(kind);

		for (const char *at = strchr(description->sentence, '{'); at;
		     at = strchr(at + 1, '{')) {
			char name[32] = "";

			assert_int_equal(sscanf(at, "{%31[^}]}", name), 1);
			if (event_field_index(kind, name) < 0 && strcmp(name, "thread") != 0 &&
			    strcmp(name, "text") != 0)
				fail_msg("%s: {%s}", description->name, name);
		}
	}
}

static const struct event_field *field_of(unsigned int kind, const char *name)
{
	return &event_describe(kind)->field[event_field_index(kind, name)];
}

static struct event from_slot(struct event_slot slot)
{
	struct event event = {.kind = slot.kind, .small = slot.small};

	memcpy(event.word, slot.word, sizeof(event.word));
	return event;
}

static void test_values_come_back(void **state)
{
	struct event block = from_slot(event_pack_channel_block((struct event_channel_block){
		.tasklet = UINT32_MAX, .balance = (uint32_t)-7, .direction = -1, .place = 9}));
	struct event save = from_slot(event_pack_slice_save(
		(struct event_slice_save){.tasklet = 1, .address = 0xfedcba9876543210}));

	(void)state;
	assert_int_equal(block.kind, EVENT_channel_block);
	assert_int_equal(event_field_value(&block, field_of(block.kind, "tasklet")), UINT32_MAX);
	assert_int_equal(event_field_value(&block, field_of(block.kind, "balance")), -7);
	assert_int_equal(event_field_value(&block, field_of(block.kind, "direction")), -1);
	assert_int_equal(event_field_value(&block, field_of(block.kind, "place")), 9);
	assert_int_equal(event_field_value(&save, field_of(save.kind, "address")),
			 (int64_t)0xfedcba9876543210);
}

/* A type that is an enumeration, by its meaning, has words. */
static void test_enumerations_have_words(void **state)
{
	static const char *const meanings[] = {
#define TYPE(name, is_signed, meaning) [EVENT_TYPE_##name] = meaning,
		EVENT_TYPES(TYPE)
#undef TYPE
	};

	(void)state;
	for (size_t type = 0; type < sizeof(meanings) / sizeof(meanings[0]); type++)
		if (!strncmp(meanings[type], "see EVENT_", 10))
			assert_non_null(event_word((enum event_type)type, 0));
}

static void test_words(void **state)
{
	(void)state;
	assert_string_equal(event_symbol(EVENT_TYPE_switch_cause, EVENT_SWITCH_ERROR),
			    "SWITCH_ERROR");
	assert_null(event_word(EVENT_TYPE_switch_cause, 1000));
	assert_null(event_word(EVENT_TYPE_switch_cause, -1));
	assert_string_equal(event_word(EVENT_TYPE_direction, -1), "receive");
	assert_string_equal(event_word(EVENT_TYPE_direction, 1), "send");
	assert_null(event_word(EVENT_TYPE_direction, 0));
	assert_non_null(event_word(EVENT_TYPE_preference, 0));
	assert_null(event_word(EVENT_TYPE_preference, INT64_MIN));
	assert_null(event_word(EVENT_TYPE_tasklet, 1));
	assert_null(event_word((enum event_type)1000, 0));
	assert_null(event_type_name((enum event_type)1000));
	assert_string_equal(event_type_name(EVENT_TYPE_run_reason), "run_reason");
	assert_true(event_type_is_signed(EVENT_TYPE_error));
	assert_false(event_type_is_signed(EVENT_TYPE_bytes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_is_described),
		cmocka_unit_test(test_names_are_sql_identifiers),
		cmocka_unit_test(test_positions_do_not_overlap),
		cmocka_unit_test(test_sentences_speak_of_fields),
		cmocka_unit_test(test_values_come_back),
		cmocka_unit_test(test_enumerations_have_words),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
