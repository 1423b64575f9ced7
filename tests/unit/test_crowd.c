/* SPDX-License-Identifier: MIT */
/*
 * test_crowd.c - a crowd that follows a replay counts what counting anew would count.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "array_source.h"
#include "generator.h"
#include "model/crowd.h"

enum { EVENTS = 30000, GROUPS = 300 };

static struct event *events;
static struct array_source array;

static int set_up(void **unused)
{
	struct generator_options options = {
		.seed = 21, .threads = 2, .tasklets = 30, .channels = 5};

	(void)unused;
	events = generator_events(&options, EVENTS);
	array_source_init(&array, events, EVENTS, NULL);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	free(events);
	return 0;
}

static void count_all(struct crowd *crowd, struct replay *replay)
{
	while (crowd_go_on(crowd, replay, 7))
		assert_false(crowd_is_complete(crowd));
	assert_true(crowd_is_complete(crowd));
}

/* The numbers of a crowd that has followed, beside those of one that has just counted. */
static void check(struct crowd *crowd, struct replay *replay)
{
	struct crowd *fresh = crowd_create();
	struct crowd_group one[GROUPS], other[GROUPS];
	uint32_t groups, all = 0;

	crowd_set_by(fresh, crowd_by(crowd));
	assert_int_equal(crowd_follow(fresh, replay), 0);
	count_all(fresh, replay);
	for (int i = 0; i < CROWD_CONDITIONS; i++) {
		assert_int_equal(crowd_count(crowd, (enum crowd_condition)i),
				 crowd_count(fresh, (enum crowd_condition)i));
		all += crowd_count(crowd, (enum crowd_condition)i);
	}
	assert_int_equal(all, state_tasklets(replay_state(replay)));
	groups = crowd_groups(fresh, other, GROUPS);
	assert_int_equal(crowd_groups(crowd, one, GROUPS), groups);
	all = 0;
	for (uint32_t i = 0; i < groups && i < GROUPS; i++) {
		assert_int_equal(one[i].count, other[i].count);
		assert_true(i == 0 || one[i].count <= one[i - 1].count);
		all += one[i].count;
	}
	assert_int_equal(all, state_tasklets(replay_state(replay)));
	for (int part = 0; part < 40; part++)
		assert_int_equal(crowd_strip(crowd, part, 40), crowd_strip(fresh, part, 40));
	crowd_destroy(fresh);
}

static void move(struct crowd *crowd, struct replay *replay, uint64_t position)
{
	assert_true(replay_seek(replay, position) >= 0);
	assert_int_equal(crowd_follow(crowd, replay), 0);
	count_all(crowd, replay);
	check(crowd, replay);
}

static void following_is_as_good_as_counting(void **unused)
{
	(void)unused;
	for (int by = 0; by < CROWD_BYS; by++) {
		struct crowd *crowd = crowd_create();
		struct replay *replay;
		uint64_t seed = 4, position = 0;

		assert_int_equal(replay_create(&replay, &array.source), 0);
		crowd_set_by(crowd, (enum crowd_by)by);
		for (position = 0; position < 700; position++)
			move(crowd, replay, position);
		while (position-- > 0)
			move(crowd, replay, position);
		for (int i = 0; i < 300; i++) {
			uint32_t dice = generator_random(&seed, 8);

			position = replay_position(replay);
			if (dice == 0)
				position = generator_random(&seed, EVENTS);
			else if (dice < 5)
				position += generator_random(&seed, 90);
			else
				position -= position > 90 ? generator_random(&seed, 90) : 0;
			move(crowd, replay, position < EVENTS ? position : EVENTS);
		}
		replay_destroy(replay);
		crowd_destroy(crowd);
	}
}

/* While it still counts, moving on must not count anybody twice, or leave anybody out. */
static void moving_while_counting(void **unused)
{
	struct crowd *crowd = crowd_create();
	struct replay *replay;

	(void)unused;
	assert_int_equal(replay_create(&replay, &array.source), 0);
	assert_true(replay_seek(replay, 20000) > 0);
	assert_int_equal(crowd_follow(crowd, replay), 0);
	for (int i = 0; i < 400; i++) {
		crowd_go_on(crowd, replay, 1);
		if (i % 3)
			replay_step(replay);
		else
			replay_step_back(replay);
		assert_int_equal(crowd_follow(crowd, replay), 0);
	}
	count_all(crowd, replay);
	check(crowd, replay);
	replay_destroy(replay);
	crowd_destroy(crowd);
}

/* A call of scheduler_run that ends takes the callers above it with it, and names none of them. */
static void callers_that_nobody_names(void **unused)
{
	struct event_slot slots[] = {
		event_pack_thread_start((struct event_thread_start){.main = 1}),
		event_pack_tasklet_create(
			(struct event_tasklet_create){.tasklet = 2, .creator = 1, .function = 1}),
		event_pack_tasklet_insert((struct event_tasklet_insert){.tasklet = 2, .actor = 1}),
		event_pack_tasklet_create(
			(struct event_tasklet_create){.tasklet = 3, .creator = 1, .function = 1}),
		event_pack_tasklet_insert((struct event_tasklet_insert){.tasklet = 3, .actor = 1}),
		event_pack_scheduler_enter(
			(struct event_scheduler_enter){.tasklet = 1, .depth = 1}),
		event_pack_tasklet_switch((struct event_tasklet_switch){
			.prev = 1, .next = 2, .cause = EVENT_SWITCH_SCHEDULER}),
		event_pack_scheduler_enter(
			(struct event_scheduler_enter){.tasklet = 2, .depth = 2}),
		event_pack_tasklet_switch((struct event_tasklet_switch){
			.prev = 2, .next = 3, .cause = EVENT_SWITCH_SCHEDULER}),
		event_pack_tasklet_insert((struct event_tasklet_insert){.tasklet = 1, .actor = 3}),
		event_pack_tasklet_switch((struct event_tasklet_switch){
			.prev = 3, .next = 1, .cause = EVENT_SWITCH_YIELD}),
		event_pack_scheduler_leave(
			(struct event_scheduler_leave){.tasklet = 1, .reason = EVENT_REASON_WOKEN}),
	};
	enum { COUNT = sizeof(slots) / sizeof(slots[0]) };
	struct event run[COUNT];
	struct array_source source;
	struct crowd *crowd = crowd_create();
	struct replay *replay;

	(void)unused;
	for (int i = 0; i < COUNT; i++) {
		run[i] = (struct event){.seq = (uint64_t)i + 1,
					.time_ns = (uint64_t)i,
					.thread = 1,
					.kind = slots[i].kind,
					.small = slots[i].small};
		memcpy(run[i].word, slots[i].word, sizeof(run[i].word));
	}
	array_source_init(&source, run, COUNT, NULL);
	assert_int_equal(replay_create(&replay, &source.source), 0);
	for (uint64_t position = 0; position <= COUNT; position++)
		move(crowd, replay, position);
	assert_int_equal(state_oddities(replay_state(replay)), 0);
	assert_int_equal(crowd_count(crowd, CROWD_PAUSED), 1);
	for (uint64_t position = COUNT; position-- > 0;)
		move(crowd, replay, position);
	replay_destroy(replay);
	crowd_destroy(crowd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(following_is_as_good_as_counting),
		cmocka_unit_test(moving_while_counting),
		cmocka_unit_test(callers_that_nobody_names),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
