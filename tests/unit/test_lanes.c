/* SPDX-License-Identifier: MIT */
/*
 * test_lanes.c - lanes walked over in pieces say what a walk over the whole trace says; stretches are
 * where they should be; holes show.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "array_source.h"
#include "generator.h"
#include "model/lanes.h"
#include "model/replay.h"
#include "model/scene.h"

enum { EVENTS = 20000, COLUMNS = 60, ROWS = 20 };

static struct event *events;
static struct array_source array;
static struct lanes *lanes;
static struct replay *scout;

static int set_up(void **unused)
{
	struct generator_options options = {.seed = 5, .threads = 2, .tasklets = 40, .channels = 5};

	(void)unused;
	events = generator_events(&options, EVENTS);
	array_source_init(&array, events, EVENTS, NULL);
	lanes = lanes_create(&array.source);
	return lanes ? replay_create(&scout, &array.source) : -1;
}

static int tear_down(void **unused)
{
	(void)unused;
	lanes_destroy(lanes);
	replay_destroy(scout);
	free(events);
	return 0;
}

static void show(bool by_time, uint64_t at, unsigned int zoom, uint64_t piece)
{
	struct lanes_wanted wanted = {.scout = scout,
				      .range.by_time = by_time,
				      .rows = ROWS,
				      .threads = 2,
				      .position = EVENTS / 2};
	uint64_t total = by_time ? events[EVENTS - 1].time_ns + 1 : EVENTS;

	lanes_range_make(&wanted.range, total, at, zoom, COLUMNS);
	assert_int_equal(lanes_show(lanes, &wanted), 0);
	while (lanes_go_on(lanes, piece))
		;
	assert_false(lanes->coarse);
}

/* In other words than those of lanes.c. */
static enum lanes_phase phase_now(const struct replay *replay, const struct lane *lane)
{
	struct scene scene = {.state = replay_state(replay)};
	const struct state_thread *thread = state_thread(scene.state, lane->id);
	const char *word = scene_condition(&scene, lane->id).word;

	if (lane->kind == LANE_THREAD) {
		if (!thread->known || thread->ended)
			return LANES_ABSENT;
		word = scene_condition(&scene, thread->running).word;
		return strcmp(word, "running") == 0 ? LANES_RUNS : LANES_SLEEPS;
	}
	if (strcmp(word, "running") == 0)
		return LANES_RUNS;
	if (strcmp(word, "runnable") == 0 || strcmp(word, "starving") == 0)
		return LANES_READY;
	if (strcmp(word, "sending") == 0 || strcmp(word, "receiving") == 0)
		return LANES_WAITS;
	if (strcmp(word, "waiting") == 0)
		return LANES_SLEEPS;
	if (strcmp(word, "ended") == 0)
		return LANES_ENDED;
	return strcmp(word, "unknown") == 0 ? LANES_ABSENT : LANES_APART;
}

/* Where the state after an event holds. */
static uint64_t point_of(bool by_time, uint64_t seq)
{
	return by_time ? events[seq - 1].time_ns : seq - 1;
}

/* How much of a column lies between two points. */
static uint64_t overlap(int column, uint64_t from, uint64_t to)
{
	uint64_t low = lanes_range_point(&lanes->range, column),
		 high = lanes_range_point(&lanes->range, column + 1);

	if (from > low)
		low = from;
	if (to < high)
		high = to;
	return low < high ? high - low : 0;
}

static void check_lane(const struct lane *lane)
{
	static uint64_t weight[COLUMNS][LANES_PHASES];
	bool by_time = lanes->range.by_time;
	struct replay *replay;

	memset(weight, 0, sizeof(weight));
	assert_int_equal(replay_create(&replay, &array.source), 0);
	while (replay_step(replay) > 0) {
		uint64_t seq = replay_position(replay);
		uint64_t to = seq < EVENTS ? point_of(by_time, seq + 1)
					   : point_of(by_time, seq) + 1;

		for (int column = 0; column < lanes->range.columns; column++)
			weight[column][phase_now(replay, lane)] +=
				overlap(column, point_of(by_time, seq), to);
	}
	replay_destroy(replay);
	for (int column = 0; column < lanes->range.columns; column++) {
		uint64_t total = 0, most = 0, ran;
		const struct lanes_cell *cell = &lane->cell[column];

		for (int phase = 0; phase < LANES_PHASES; phase++) {
			total += weight[column][phase];
			if (phase != LANES_RUNS && weight[column][phase] > most)
				most = weight[column][phase];
		}
		if (total == 0)
			continue;
		ran = weight[column][LANES_RUNS] * LANES_RAN_ALL / total;
		if (weight[column][LANES_RUNS] && ran == 0)
			ran = 1;
		assert_in_range(cell->ran + 1, ran, ran + 2);
		assert_int_equal(cell->ran > 0, ran > 0);
		if (weight[column][LANES_RUNS] == total)
			assert_int_equal(cell->phase, LANES_RUNS);
		else
			assert_int_equal(weight[column][cell->phase], most);
	}
}

/* Every tenth lane, and those of threads: a naive walk takes long. */
static void check(void)
{
	assert_true(lanes->rows > 4);
	for (int row = 0; row < lanes->rows; row += row < 2 ? 1 : 7)
		if (lanes->lane[row].kind != LANE_OTHERS)
			check_lane(&lanes->lane[row]);
}

static void test_by_events(void **unused)
{
	(void)unused;
	show(false, EVENTS / 2, 0, 13);
	assert_int_equal(lanes->range.step, 1);
	assert_int_equal(lanes->range.first, EVENTS / 2 - COLUMNS / 2);
	check();
	show(false, EVENTS / 3, 5, 1000);
	assert_int_equal(lanes->range.step, 50);
	check();
	show(false, 0, LANES_ZOOM_WHOLE, 7);
	check();
}

static void test_by_time(void **unused)
{
	uint64_t end = events[EVENTS - 1].time_ns;

	(void)unused;
	show(true, end / 2, 7, 13);
	check();
	show(true, end / 2, 12, 999);
	check();
	show(true, end, LANES_ZOOM_WHOLE, 100000);
	check();
}

static void test_columns_of_events(void **unused)
{
	(void)unused;
	for (int by_time = 0; by_time < 2; by_time++) {
		show(by_time, by_time ? events[EVENTS / 2].time_ns : EVENTS / 2, 9, 5000);
		for (int column = 0; column < lanes->range.columns; column++) {
			uint64_t seq = lanes_column_seq(lanes, column);

			if (seq == 0 || lanes->amount[LANES_EVENTS][column] == 0)
				continue;
			assert_int_equal(lanes_range_column(&lanes->range, point_of(by_time, seq)),
					 column);
			assert_int_equal(lanes_seq_column(lanes, seq), column);
			assert_int_equal(lanes_seq_column(lanes, lanes->last_seq[column]), column);
		}
	}
}

static void test_holes(void **unused)
{
	(void)unused;
	array.hole[0].first = EVENTS / 2 - 10;
	array.hole[0].last = EVENTS / 2 + 4;
	for (int by_time = 0; by_time < 2; by_time++) {
		uint64_t at = point_of(by_time, EVENTS / 2),
			 low = point_of(by_time, EVENTS / 2 - 11),
			 high = point_of(by_time, EVENTS / 2 + 5);

		show(by_time, at, by_time ? 6 : 0, 17);
		for (int column = 0; column < lanes->range.columns; column++) {
			uint64_t from = lanes_range_point(&lanes->range, column);
			bool inside = from > low && from + lanes->range.step <= high;

			if (inside)
				assert_true(lanes->flags[column] & LANES_DAMAGED);
			else if (from + lanes->range.step <= low || from >= high)
				assert_false(lanes->flags[column] & LANES_DAMAGED);
		}
	}
	memset(array.hole, 0, sizeof(array.hole));
}

static void test_ranges(void **unused)
{
	struct lanes_range range = {0}, before;

	(void)unused;
	assert_int_equal(lanes_range_make(&range, 10, 3, 0, COLUMNS), 0);
	assert_true(range.first == 0 && range.step == 1 && range.columns == 10);
	assert_int_equal(lanes_range_make(&range, 1000000, 999999, 3, COLUMNS), 3);
	assert_true(range.step == 10 && range.columns == COLUMNS);
	assert_int_equal(lanes_range_column(&range, 999999), COLUMNS - 1);
	lanes_range_make(&range, 1000000, 500000, LANES_ZOOM_WHOLE, COLUMNS);
	assert_int_equal(range.first, 0);
	assert_int_equal(lanes_range_column(&range, 0), 0);
	assert_true(lanes_range_column(&range, 999999) >= COLUMNS * 9 / 10);
	lanes_range_make(&range, UINT64_MAX / 2, UINT64_MAX / 4, LANES_ZOOM_WHOLE, 1);
	assert_int_equal(lanes_range_column(&range, UINT64_MAX / 2 - 1), 0);
	/* A step does not move the picture; what leaves its middle does. */
	lanes_range_make(&range, 1000000, 500000, 6, COLUMNS);
	before = range;
	lanes_range_make(&range, 1000000, 500700, 6, COLUMNS);
	lanes_range_stay(&range, &before, 500700);
	assert_true(lanes_range_equal(&range, &before));
	lanes_range_make(&range, 1000000, 502900, 6, COLUMNS);
	lanes_range_stay(&range, &before, 502900);
	assert_int_equal(range.first, 502900 - 30 * 100);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_by_events, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_by_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_columns_of_events, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_holes, set_up, tear_down),
		cmocka_unit_test(test_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
