/* SPDX-License-Identifier: MIT */
/*
 * test_replay.c - the state at a position is the same by every route.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "array_source.h"
#include "generator.h"
#include "model/replay.h"

/* More than fit in the windows and the journal of a replay. */
enum { EVENTS = 150000 };

static struct event *events;
static uint64_t *hashes; /* of the state after each event */

static int set_up(void **unused)
{
	struct generator_options options = {.seed = 11, .threads = 2, .tasklets = 8, .channels = 3};
	struct state *state = state_create();

	(void)unused;
	/* Few tasklets end up in the state if few are ever made: hashing them all is what costs. */
	events = generator_events(&options, EVENTS);
	hashes = calloc(EVENTS + 1, sizeof(*hashes));
	hashes[0] = state_hash(state);
	for (int n = 0; n < EVENTS; n++) {
		state_apply(state, &events[n]);
		if (n < 4000 || n % 64 == 63)
			hashes[n + 1] = state_hash(state);
	}
	state_destroy(state);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	free(events);
	free(hashes);
	return 0;
}

static struct replay *open_replay(struct array_source *array)
{
	struct replay *replay;

	assert_int_equal(replay_create(&replay, &array->source), 0);
	return replay;
}

static void check_place(struct replay *replay, uint64_t position)
{
	const struct event *event = replay_event(replay);

	assert_int_equal(replay_position(replay), position);
	assert_int_equal(state_seq(replay_state(replay)), position);
	if (position == 0)
		assert_null(event);
	else
		assert_memory_equal(event, &events[position - 1], sizeof(*event));
	if (hashes[position])
		assert_true(state_hash(replay_state(replay)) == hashes[position]);
}

static void steps_go_both_ways(void **unused)
{
	struct array_source array;
	struct replay *replay;

	(void)unused;
	array_source_init(&array, events, 4000, NULL);
	replay = open_replay(&array);
	check_place(replay, 0);
	assert_int_equal(replay_step_back(replay), 0);
	for (uint64_t n = 1; n <= 4000; n++) {
		assert_int_equal(replay_step(replay), 1);
		check_place(replay, n);
	}
	assert_int_equal(replay_step(replay), 0);
	check_place(replay, 4000);
	for (uint64_t n = 4000; n-- > 0;) {
		assert_int_equal(replay_step_back(replay), 1);
		check_place(replay, n);
	}
	assert_int_equal(replay_step_back(replay), 0);
	replay_destroy(replay);
}

static void walk(struct array_source *array, uint64_t seed, int moves)
{
	struct replay *replay = open_replay(array);
	uint64_t position = 0;

	for (int i = 0; i < moves; i++) {
		uint32_t dice = generator_random(&seed, 10);
		uint64_t target = position;

		if (dice < 3)
			target = generator_random(&seed, EVENTS + 1);
		else if (dice < 5)
			target = position > 70 ? position - generator_random(&seed, 70) : 0;
		else if (dice < 7)
			target += generator_random(&seed, 70);
		if (target > EVENTS)
			target = EVENTS;
		assert_true(replay_seek(replay, target) == (target != position));
		position = target;
		check_place(replay, position);
		for (uint32_t n = generator_random(&seed, 20); n && position < EVENTS; n--)
			assert_int_equal(replay_step(replay), ++position > 0);
		check_place(replay, position);
		for (uint32_t n = generator_random(&seed, 20); n && position; n--)
			assert_int_equal(replay_step_back(replay), --position < EVENTS);
		check_place(replay, position);
	}
	replay_destroy(replay);
}

static void every_route_leads_to_the_same_state(void **unused)
{
	struct array_source array;

	(void)unused;
	array_source_init(&array, events, EVENTS, NULL);
	array.read_max = 1000;
	walk(&array, 1, 60);
	array.keyframe_every = 20000;
	walk(&array, 2, 200);
	array.bad_keyframe = 100000;
	walk(&array, 3, 100);
}

static void the_way_back_is_longer_than_the_journal(void **unused)
{
	struct array_source array;
	struct replay *replay;

	(void)unused;
	array_source_init(&array, events, EVENTS, NULL);
	array.keyframe_every = 40000;
	replay = open_replay(&array);
	assert_int_equal(replay_seek(replay, UINT64_MAX), 1);
	for (uint64_t n = EVENTS; n-- > 0;) {
		assert_int_equal(replay_step_back(replay), 1);
		if (n % 1024 == 0)
			check_place(replay, n);
	}
	check_place(replay, 0);
	replay_destroy(replay);
}

/* Without keyframes it is checkpoints alone that spare the way from the beginning. */
static void no_step_back_is_long(void **unused)
{
	struct array_source array;
	struct replay *replay;
	uint64_t most = 0;

	(void)unused;
	array_source_init(&array, events, EVENTS, NULL);
	replay = open_replay(&array);
	assert_int_equal(replay_seek(replay, EVENTS), 1);
	for (uint64_t n = EVENTS; n-- > 0;) {
		uint64_t before = array.reads;

		assert_int_equal(replay_step_back(replay), 1);
		if (array.reads - before > most)
			most = array.reads - before;
		if (n % 1024 == 1023)
			check_place(replay, n);
	}
	check_place(replay, 0);
	/* Four windows of 16,384 events lie between two checkpoints. */
	assert_in_range(most, 1, 6);
	replay_destroy(replay);
}

static void seeking_by_time_finds_the_last_event_until_then(void **unused)
{
	struct array_source array;
	struct replay *replay;

	(void)unused;
	array_source_init(&array, events, EVENTS, NULL);
	replay = open_replay(&array);
	assert_true(replay_seek_time(replay, events[999].time_ns) >= 0);
	assert_true(replay_position(replay) >= 1000);
	assert_true(events[replay_position(replay) - 1].time_ns == events[999].time_ns);
	assert_int_equal(replay_seek_time(replay, UINT64_MAX), 1);
	check_place(replay, EVENTS);
	replay_destroy(replay);
}

static void peeking_does_not_move(void **unused)
{
	struct array_source array;
	struct replay *replay;
	struct event event;

	(void)unused;
	array_source_init(&array, events, EVENTS, NULL);
	replay = open_replay(&array);
	replay_seek(replay, 64);
	for (uint64_t n = 1; n <= EVENTS; n += 777) {
		assert_int_equal(replay_peek(replay, n, &event), 1);
		assert_memory_equal(&event, &events[n - 1], sizeof(event));
	}
	assert_int_equal(replay_peek(replay, 0, &event), 0);
	assert_int_equal(replay_peek(replay, EVENTS + 1, &event), 0);
	check_place(replay, 64);
	replay_destroy(replay);
}

/* ---------------------------------------------------------------------------------------------
 * Finding
 */

static void what_cannot_match_is_not_read(void **unused)
{
	static struct event quiet[EVENTS];
	struct event_match match = {.query.tasklet = 5};
	struct array_source array;
	struct replay *replay;

	(void)unused;
	for (uint64_t n = 0; n < EVENTS; n++)
		quiet[n] = (struct event){
			.seq = n + 1, .time_ns = n, .thread = 1, .kind = EVENT_trace_text};
	quiet[EVENTS - 10].kind = EVENT_trace_mark;
	quiet[EVENTS - 10].word[0] = 5;
	array_source_init(&array, quiet, EVENTS, NULL);
	array.stretch = 1000;
	replay = open_replay(&array);
	match.query.tasklet = 6;
	assert_int_equal(replay_find(replay, &match, 1), 0);
	assert_int_equal(array.reads, 0);
	match.query.tasklet = 5;
	assert_int_equal(replay_find(replay, &match, 1), 1);
	assert_int_equal(replay_position(replay), EVENTS - 9);
	replay_destroy(replay);
}

/* By the catalogue, field by field. */
static bool speaks_of(const struct event *event, enum event_type type, uint32_t id)
{
	const struct event_description *description = event_describe(event->kind);

	for (int i = 0; i < description->fields; i++)
		if (description->field[i].type == type &&
		    event_field_value(event, &description->field[i]) == id)
			return true;
	return false;
}

static bool is_even(const struct event *event, void *context)
{
	++*(int *)context;
	return event->seq % 2 == 0;
}

static void check_find(struct replay *replay, const struct event_match *match, int direction)
{
	uint64_t from = replay_position(replay), n = from;

	do
		n += (uint64_t)(int64_t)direction;
	while (n >= 1 && n <= EVENTS &&
	       !((!match->query.kind || events[n - 1].kind == match->query.kind) &&
		 (!match->query.thread || events[n - 1].thread == match->query.thread) &&
		 (!match->query.tasklet ||
		  speaks_of(&events[n - 1], EVENT_TYPE_tasklet, match->query.tasklet)) &&
		 (!match->query.channel ||
		  speaks_of(&events[n - 1], EVENT_TYPE_channel, match->query.channel)) &&
		 (!match->test || n % 2 == 0)));
	if (n == 0 || n > EVENTS) {
		assert_int_equal(replay_find(replay, match, direction), 0);
		check_place(replay, from);
	} else {
		assert_int_equal(replay_find(replay, match, direction), 1);
		check_place(replay, n);
	}
}

static void finding_finds_the_next_that_matches(void **unused)
{
	struct array_source array;
	struct replay *replay;
	uint64_t seed = 8;
	int calls = 0;

	(void)unused;
	array_source_init(&array, events, EVENTS, NULL);
	array.keyframe_every = 30000;
	replay = open_replay(&array);
	for (int i = 0; i < 200; i++) {
		struct event_match match = {.query.kind = 0};

		array.stretch = i < 100 ? 0 : 1000;
		if (generator_random(&seed, 2))
			match.query.kind = (uint16_t)(1 + generator_random(&seed, EVENT_KINDS - 1));
		if (generator_random(&seed, 2))
			match.query.thread = 1 + generator_random(&seed, 3);
		if (generator_random(&seed, 3) == 0)
			match.query.tasklet = 1 + generator_random(&seed, 20);
		if (generator_random(&seed, 3) == 0)
			match.query.channel = 1 + generator_random(&seed, 6);
		if (generator_random(&seed, 3) == 0)
			match.test = is_even;
		match.context = &calls;
		if (i % 20 == 0)
			replay_seek(replay, generator_random(&seed, EVENTS));
		check_find(replay, &match, generator_random(&seed, 2) ? 1 : -1);
	}
	assert_true(calls > 0);
	replay_destroy(replay);
}

/* ---------------------------------------------------------------------------------------------
 * Damage and growth
 */

/* The state at a position of a damaged trace, as replay.h defines it, made from nothing. */
static uint64_t damaged_hash(struct array_source *array, uint64_t position)
{
	struct state *state = state_create();
	uint64_t from = array->keyframe_every ? position - position % array->keyframe_every : 0;
	uint64_t hash;

	for (uint64_t n = 1; n <= position; n++) {
		bool readable = true;

		for (int i = 0; i < ARRAY_HOLES; i++)
			if (n >= array->hole[i].first && n <= array->hole[i].last)
				readable = false;
		if (readable || n <= from)
			state_apply(state, &events[n - 1]);
	}
	hash = state_hash(state);
	state_destroy(state);
	return hash;
}

static bool in_hole(const struct array_source *array, uint64_t seq)
{
	for (int i = 0; i < ARRAY_HOLES; i++)
		if (seq >= array->hole[i].first && seq <= array->hole[i].last)
			return seq != 0;
	return false;
}

static void check_damaged(struct replay *replay, struct array_source *array)
{
	uint64_t position = replay_position(replay);

	assert_true((replay_event(replay) == NULL) == (in_hole(array, position) || position == 0));
	assert_true(state_hash(replay_state(replay)) == damaged_hash(array, position));
}

static void walk_damaged(struct array_source *array, uint64_t seed)
{
	struct replay *replay = open_replay(array);

	while (replay_step(replay) > 0) {
		assert_false(in_hole(array, replay_position(replay)));
		if (generator_random(&seed, 30) == 0)
			check_damaged(replay, array);
	}
	while (replay_step_back(replay) > 0) {
		assert_false(in_hole(array, replay_position(replay)));
		if (generator_random(&seed, 30) == 0)
			check_damaged(replay, array);
	}
	assert_int_equal(replay_position(replay), 0);
	for (int i = 0; i < 300; i++) {
		uint64_t target = generator_random(&seed, (uint32_t)array->count + 1);
		uint32_t steps = generator_random(&seed, 200);

		assert_true(replay_seek(replay, target) >= 0);
		assert_int_equal(replay_position(replay), target);
		check_damaged(replay, array);
		while (steps-- && replay_step(replay) > 0)
			;
		check_damaged(replay, array);
		replay_step_back(replay);
		check_damaged(replay, array);
	}
	replay_destroy(replay);
}

static void damaged_stretches_are_stepped_over(void **unused)
{
	struct array_source array;

	(void)unused;
	array_source_init(&array, events, 4000, NULL);
	array.hole[0].first = 500;
	array.hole[0].last = 700;
	array.hole[1].first = 2000;
	array.hole[1].last = 2000;
	walk_damaged(&array, 1);
	array.keyframe_every = 600;
	walk_damaged(&array, 2);
	array.hole[2].first = 1;
	array.hole[2].last = 99;
	array.hole[3].first = 3900;
	array.hole[3].last = 4000;
	walk_damaged(&array, 3);
}

static void a_failing_read_does_not_move(void **unused)
{
	struct array_source array;
	struct replay *replay;

	(void)unused;
	array_source_init(&array, events, EVENTS, NULL);
	replay = open_replay(&array);
	assert_int_equal(replay_seek(replay, 64), 1);
	array.fail = -EIO;
	assert_int_equal(replay_seek(replay, 100000), -EIO);
	check_place(replay, 64);
	assert_int_equal(replay_step(replay), 1);
	assert_int_equal(replay_seek(replay, 16384), 1);
	assert_int_equal(replay_step(replay), -EIO);
	check_place(replay, 16384);
	array.fail = 0;
	assert_int_equal(replay_step(replay), 1);
	replay_destroy(replay);
}

static void a_growing_trace_can_be_followed(void **unused)
{
	struct array_source array;
	struct replay *replay;
	uint64_t position = 0;

	(void)unused;
	array_source_init(&array, events, 10, NULL);
	replay = open_replay(&array);
	while (array.count < 40000) {
		while (replay_step(replay) > 0)
			position++;
		assert_int_equal(position, array.count);
		assert_int_equal(replay_count(replay), array.count);
		check_place(replay, position);
		array.count += 777;
	}
	replay_destroy(replay);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_go_both_ways),
		cmocka_unit_test(every_route_leads_to_the_same_state),
		cmocka_unit_test(the_way_back_is_longer_than_the_journal),
		cmocka_unit_test(no_step_back_is_long),
		cmocka_unit_test(seeking_by_time_finds_the_last_event_until_then),
		cmocka_unit_test(peeking_does_not_move),
		cmocka_unit_test(what_cannot_match_is_not_read),
		cmocka_unit_test(finding_finds_the_next_that_matches),
		cmocka_unit_test(damaged_stretches_are_stepped_over),
		cmocka_unit_test(a_failing_read_does_not_move),
		cmocka_unit_test(a_growing_trace_can_be_followed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
