/* SPDX-License-Identifier: MIT */
/*
 * test_activity.c - what is counted of the last second is what counting it anew gives; and the tables
 * made of it are in order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "array_source.h"
#include "generator.h"
#include "model/activity_table.h"
#include "model/alarms.h"

enum { EVENTS = 20000, THREADS = 2, TASKLETS = 30, IDS = 4000 };

static struct event *events;
static struct array_source array;

static int set_up(void **unused)
{
	struct generator_options options = {
		.seed = 7, .threads = THREADS, .tasklets = TASKLETS, .channels = 5};
	uint64_t time_ns = 0;

	(void)unused;
	events = generator_events(&options, EVENTS);
	/* About eight seconds, with silences in which nothing of before remains. */
	for (int i = 0; i < EVENTS; i++) {
		time_ns += i % 5000 == 4999 ? 5000000000 : 400000;
		events[i].time_ns = time_ns;
	}
	array_source_init(&array, events, EVENTS, NULL);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	free(events);
	return 0;
}

/* The events of the tenths that count, summed up. */
static struct activity_counts count_anew(int last, uint32_t tasklet)
{
	uint64_t tenth = events[last].time_ns / 100000000;
	struct activity_counts counts = {0};

	for (int i = 0; i <= last; i++) {
		if (events[i].time_ns / 100000000 + 11 <= tenth)
			continue;
		if (events[i].kind == EVENT_tasklet_switch) {
			struct event_tasklet_switch fields =
				event_unpack_tasklet_switch(&events[i]);
			bool hard = fields.mode & 2;

			counts.hard += fields.next == tasklet && hard;
			counts.soft += fields.next == tasklet && !hard;
		} else if (events[i].kind == EVENT_channel_transfer) {
			struct event_channel_transfer fields =
				event_unpack_channel_transfer(&events[i]);

			counts.messages += fields.sender == tasklet;
			counts.messages += fields.receiver == tasklet;
		} else if (events[i].kind == EVENT_slice_save &&
			   event_unpack_slice_save(&events[i]).tasklet == tasklet) {
			counts.saved_bytes += event_unpack_slice_save(&events[i]).bytes;
		}
	}
	return counts;
}

static void test_the_last_second_is_counted(void **unused)
{
	struct activity *activity = activity_create();
	struct state *state = state_create();
	uint64_t some = 0;

	(void)unused;
	assert_int_equal(activity_begin(activity, state), 0);
	for (int i = 0; i < EVENTS; i++) {
		assert_int_equal(state_apply(state, &events[i]), 0);
		assert_int_equal(activity_add(activity, &events[i]), 0);
		if (i % 997 != 0)
			continue;
		for (uint32_t id = 1; id <= state_tasklets(state); id++) {
			struct activity_counts anew = count_anew(i, id),
					       counts = activity_counts(activity, ACTIVITY_TASKLET,
									id);

			assert_int_equal(counts.hard, anew.hard);
			assert_int_equal(counts.soft, anew.soft);
			assert_int_equal(counts.messages, anew.messages);
			assert_int_equal(counts.saved_bytes, anew.saved_bytes);
			some += counts.hard + counts.messages + counts.saved_bytes;
		}
		assert_true(activity_span_ns(activity) <= 1100000000);
	}
	assert_true(some > 0);
	state_destroy(state);
	activity_destroy(activity);
}

static void test_the_alive_are_those_of_the_state(void **unused)
{
	struct activity *activity = activity_create();
	struct state *state = state_create();
	uint32_t count, expected = 0;
	const uint32_t *alive;

	(void)unused;
	assert_int_equal(activity_begin(activity, state), 0);
	for (int i = 0; i < EVENTS; i++) {
		assert_int_equal(state_apply(state, &events[i]), 0);
		assert_int_equal(activity_add(activity, &events[i]), 0);
		if (i == EVENTS / 2) /* as when somebody comes back from elsewhere */
			assert_int_equal(activity_begin(activity, state), 0);
	}
	alive = activity_alive(activity, &count);
	for (uint32_t id = 1; id <= state_tasklets(state); id++)
		expected += state_tasklet(state, id)->where != STATE_ENDED &&
			    state_tasklet(state, id)->where != STATE_UNKNOWN;
	assert_int_equal(count, expected);
	for (uint32_t i = 0; i < count; i++)
		assert_int_not_equal(state_tasklet(state, alive[i])->where, STATE_ENDED);
	state_destroy(state);
	activity_destroy(activity);
}

static struct event switch_at(uint64_t time_ns, uint32_t prev, uint32_t next)
{
	struct event event = {.kind = EVENT_tasklet_switch, .thread = 1, .time_ns = time_ns};

	event.word[0] = prev;
	event.word[1] = next;
	event.word[2] = 3; /* hard to hard */
	return event;
}

/* Running is spread over the tenths it lasted, and goes on where there are no events. */
static void test_running_is_spread_over_time(void **unused)
{
	struct activity *activity = activity_create();
	struct state *state = state_create();
	struct event first = switch_at(50000000, 1, 2), second = switch_at(3050000000, 2, 1);
	uint32_t tasklet;

	(void)unused;
	assert_int_equal(activity_begin(activity, state), 0);
	assert_int_equal(activity_add(activity, &first), 0);
	assert_int_equal(activity_advance(activity, 550000000), 0);
	assert_int_equal(activity_counts(activity, ACTIVITY_TASKLET, 2).run_ns, 500000000);
	assert_int_equal(activity_running_since(activity, 1, &tasklet), 50000000);
	assert_int_equal(tasklet, 2);
	assert_int_equal(activity_advance(activity, 3000000000), 0);
	/* All of the second that counts, and not what was before. */
	assert_int_equal(activity_counts(activity, ACTIVITY_TASKLET, 2).run_ns,
			 activity_span_ns(activity));
	assert_int_equal(activity_add(activity, &second), 0);
	assert_int_equal(activity_advance(activity, 3550000000), 0);
	assert_int_equal(activity_counts(activity, ACTIVITY_TASKLET, 1).run_ns, 500000000);
	assert_int_equal(activity_counts(activity, ACTIVITY_TASKLET, 2).run_ns, 550000000);
	assert_int_equal(activity_counts(activity, ACTIVITY_THREAD, 1).run_ns, 1050000000);
	/* An absurd time costs no more than any other. */
	assert_int_equal(activity_advance(activity, UINT64_MAX / 2), 0);
	assert_int_equal(activity_counts(activity, ACTIVITY_TASKLET, 1).run_ns,
			 activity_span_ns(activity));
	state_destroy(state);
	activity_destroy(activity);
}

static void test_a_ranking_keeps_the_first(void **unused)
{
	static struct ranking ranking;

	(void)unused;
	ranking_begin(&ranking, 10);
	for (uint32_t id = 1; id <= 1000; id++) {
		ranking_offer(&ranking, id, id * 7919 % 1009);
		ranking_offer(&ranking, id, id * 7919 % 1009);
	}
	assert_int_equal(ranking_rows(&ranking), 0);
	ranking_end(&ranking);
	assert_int_equal(ranking_rows(&ranking), 10);
	for (uint32_t row = 1; row < 10; row++)
		assert_true(ranking_row(&ranking, row) * 7919 % 1009 <
			    ranking_row(&ranking, row - 1) * 7919 % 1009);
	assert_int_equal(ranking_row(&ranking, 10), 0);
	ranking_begin(&ranking, 3);
	for (uint32_t id = 9; id >= 1; id--)
		ranking_offer(&ranking, id, 5);
	ranking_end(&ranking);
	assert_int_equal(ranking_row(&ranking, 0), 1);
	assert_int_equal(ranking_row(&ranking, 2), 3);
	assert_int_equal(ranking_all(&ranking), 9);
}

/* In a tree each row stands below its creator, one step deeper. */
static void test_a_tree_holds_every_row_once(void **unused)
{
	struct activity *activity = activity_create();
	struct state *state = state_create();
	struct dictionary *dictionary = dictionary_create();
	struct scene scene = {.state = state, .dictionary = dictionary};
	struct activity_table *table = calloc(1, sizeof(*table));
	bool seen[IDS] = {false};
	uint32_t rows, alive;

	(void)unused;
	activity_table_init(table, ACTIVITY_TASKLET);
	table->tree = true;
	assert_int_equal(activity_begin(activity, state), 0);
	for (int i = 0; i < EVENTS; i++) {
		assert_int_equal(state_apply(state, &events[i]), 0);
		assert_int_equal(activity_add(activity, &events[i]), 0);
	}
	activity_table_begin(table, activity, &scene, RANKING_MAX);
	while (activity_table_go_on(table, activity, &scene, 7))
		;
	rows = ranking_rows(&table->ranking);
	activity_alive(activity, &alive);
	assert_int_equal(rows, alive < RANKING_MAX ? alive : RANKING_MAX);
	for (uint32_t row = 0; row < rows; row++) {
		uint32_t id = ranking_row(&table->ranking, row), above = row;

		assert_true(id > 0 && id < IDS && !seen[id]);
		seen[id] = true;
		if (table->depth[row] == 0)
			continue;
		while (table->depth[above] >= table->depth[row])
			above--;
		assert_int_equal(ranking_row(&table->ranking, above),
				 state_tasklet(state, id)->creator);
	}
	free(table);
	dictionary_destroy(dictionary);
	state_destroy(state);
	activity_destroy(activity);
}

static void test_labels_are_short(void **unused)
{
	static const struct {
		uint64_t value;
		const char *time, *number;
	} labels[] = {
		{0, "0 ns", "0"},
		{999, "999 ns", "999"},
		{1000, "1 µs", "1,000"},
		{999999, "1000 µs", "999,999"},
		{1500000, "1.5 ms", "1.50 M"},
		{123456789, "123 ms", "123.5 M"},
		{12345678901, "12.3 s", "12.35 G"},
		{3600000000000, "1.0 h", "3.60 T"},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		char text[32];

		activity_time_label(text, sizeof(text), labels[i].value);
		assert_string_equal(text, labels[i].time);
		activity_number_label(text, sizeof(text), labels[i].value);
		assert_string_equal(text, labels[i].number);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_last_second_is_counted),
		cmocka_unit_test(test_the_alive_are_those_of_the_state),
		cmocka_unit_test(test_running_is_spread_over_time),
		cmocka_unit_test(test_a_ranking_keeps_the_first),
		cmocka_unit_test(test_a_tree_holds_every_row_once),
		cmocka_unit_test(test_labels_are_short),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
