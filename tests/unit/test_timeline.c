/* SPDX-License-Identifier: MIT */
/*
 * test_timeline.c - the lanes of a timeline: what each tasklet did when, which of them have a lane,
 * and what becomes of stretches too short to be seen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "event.h"
#include "state.h"
#include "viewer/plot/timeline_lanes.h"

enum { EVENTS_MAX = 2000 };

struct play {
	struct event event[EVENTS_MAX];
	size_t count;
};

static void at(struct play *play, uint64_t time_ns, uint32_t thread, struct event_slot slot)
{
	struct event *event = &play->event[play->count];

	assert_true(play->count < EVENTS_MAX);
	*event = (struct event){.seq = ++play->count,
				.time_ns = time_ns,
				.thread = thread,
				.kind = slot.kind,
				.small = slot.small};
	memcpy(event->word, slot.word, sizeof(event->word));
}

#define START(main_tasklet)                                                                        \
	event_pack_thread_start((struct event_thread_start){.main = main_tasklet})
#define CREATE(by, id)                                                                             \
	event_pack_tasklet_create(                                                                 \
		(struct event_tasklet_create){.tasklet = id, .creator = by, .function = 1})
#define INSERT(by, id)                                                                             \
	event_pack_tasklet_insert((struct event_tasklet_insert){.tasklet = id, .actor = by})
#define SWITCH(from, into)                                                                         \
	event_pack_tasklet_switch((struct event_tasklet_switch){.prev = from, .next = into})
#define MARK(id) event_pack_trace_mark((struct event_trace_mark){.tasklet = id})
#define END(id)  event_pack_tasklet_end((struct event_tasklet_end){.tasklet = id})

/* Lays out the lanes of the whole play. */
static void lay_out(struct timeline_lanes *lanes, const struct play *play, unsigned int top,
		    uint64_t grain_ns)
{
	struct state *state = state_create();
	uint64_t none = 0;

	assert_non_null(state);
	for (size_t i = 0; i < play->count; i++)
		assert_int_equal(state_apply(state, &play->event[i]), 0);
	assert_int_equal(state_oddities(state), 0);
	assert_int_equal(timeline_lanes_create(lanes, state, &none, 0, top), 0);
	lanes->grain_ns = grain_ns;
	state_clear(state);
	timeline_lanes_begin(lanes, state, 0);
	for (size_t i = 0; i < play->count; i++) {
		assert_int_equal(state_apply(state, &play->event[i]), 0);
		assert_int_equal(timeline_lanes_apply(lanes, state, &play->event[i]), 0);
	}
	assert_int_equal(timeline_lanes_end(lanes, play->event[play->count - 1].time_ns), 0);
	state_destroy(state);
}

static void expect(const struct timeline_lane *lane, size_t index, uint64_t from_ns, uint64_t to_ns,
		   enum timeline_phase phase)
{
	assert_true(index < lane->count);
	assert_int_equal(lane->stretch[index].from_ns, from_ns);
	assert_int_equal(lane->stretch[index].to_ns, to_ns);
	assert_int_equal(lane->stretch[index].phase, phase);
	assert_true(lane->stretch[index].running == (phase == TIMELINE_RUNNING));
}

/* Main and one other, who takes a turn and ends. */
static void begin_two(struct play *play)
{
	play->count = 0;
	at(play, 0, 1, START(1));
	at(play, 100, 1, CREATE(1, 2));
	at(play, 200, 1, INSERT(1, 2));
	at(play, 300, 1, SWITCH(1, 2));
	at(play, 500, 1, END(2));
	at(play, 500, 1, SWITCH(2, 1));
	at(play, 600, 1, MARK(1));
}

static void test_stretches_follow_the_events(void **unused)
{
	static struct play play;
	struct timeline_lanes lanes;

	(void)unused;
	begin_two(&play);
	lay_out(&lanes, &play, 10, 1);
	assert_int_equal(lanes.count, 2);
	assert_int_equal(lanes.lane[0].count, 3);
	expect(&lanes.lane[0], 0, 0, 300, TIMELINE_RUNNING);
	expect(&lanes.lane[0], 1, 300, 500, TIMELINE_RUNNABLE);
	expect(&lanes.lane[0], 2, 500, 600, TIMELINE_RUNNING);
	assert_int_equal(lanes.lane[1].count, 3);
	expect(&lanes.lane[1], 0, 100, 200, TIMELINE_PAUSED);
	expect(&lanes.lane[1], 1, 200, 300, TIMELINE_RUNNABLE);
	expect(&lanes.lane[1], 2, 300, 500, TIMELINE_RUNNING);
	timeline_lanes_destroy(&lanes);
}

/* Who waits for the world is not paused; it is so only until it is back in the chain. */
static void test_waiting_is_not_being_paused(void **unused)
{
	static struct play play;
	struct timeline_lanes lanes;

	(void)unused;
	play.count = 0;
	at(&play, 0, 1, START(1));
	at(&play, 0, 1, CREATE(1, 2));
	at(&play, 0, 1, INSERT(1, 2));
	at(&play, 100, 1, SWITCH(1, 2));
	at(&play, 200, 1, event_pack_tasklet_wait((struct event_tasklet_wait){.tasklet = 2}));
	at(&play, 200, 1, SWITCH(2, 1));
	at(&play, 500, 1, event_pack_tasklet_ready((struct event_tasklet_ready){.tasklet = 2}));
	at(&play, 500, 1, INSERT(1, 2));
	at(&play, 600, 1, MARK(1));
	lay_out(&lanes, &play, 10, 1);
	expect(&lanes.lane[1], 2, 200, 500, TIMELINE_WAITING);
	expect(&lanes.lane[1], 3, 500, 600, TIMELINE_RUNNABLE);
	timeline_lanes_destroy(&lanes);
}

/* Two take turns of 10 ns, the one 7, the other 3. */
static void test_short_stretches_become_shares(void **unused)
{
	static struct play play;
	struct timeline_lanes lanes;
	uint64_t covered = 0;

	(void)unused;
	play.count = 0;
	at(&play, 0, 1, START(1));
	at(&play, 0, 1, CREATE(1, 2));
	at(&play, 0, 1, INSERT(1, 2));
	for (uint64_t time = 0; time < 5000; time += 10) {
		at(&play, time + 7, 1, SWITCH(1, 2));
		at(&play, time + 10, 1, SWITCH(2, 1));
	}
	lay_out(&lanes, &play, 10, 100);
	assert_int_equal(lanes.count, 2);
	assert_true(lanes.lane[0].count <= 50);
	for (size_t i = 0; i < lanes.lane[0].count; i++) {
		const struct timeline_stretch *stretch = &lanes.lane[0].stretch[i];

		covered += stretch->to_ns - stretch->from_ns;
		assert_int_equal(stretch->phase, TIMELINE_RUNNABLE);
		assert_true(stretch->running > 0.65 && stretch->running < 0.75);
	}
	assert_int_equal(covered, 5000);
	timeline_lanes_destroy(&lanes);
}

/* A short run in a long wait is told by itself. */
static void test_a_lone_short_run_stays(void **unused)
{
	static struct play play;
	struct timeline_lanes lanes;

	(void)unused;
	play.count = 0;
	at(&play, 0, 1, START(1));
	at(&play, 0, 1, CREATE(1, 2));
	at(&play, 0, 1, INSERT(1, 2));
	at(&play, 1000, 1, SWITCH(1, 2));
	at(&play, 1005, 1, SWITCH(2, 1));
	at(&play, 2000, 1, SWITCH(1, 2));
	lay_out(&lanes, &play, 10, 100);
	assert_int_equal(lanes.lane[1].count, 3);
	expect(&lanes.lane[1], 0, 0, 1000, TIMELINE_RUNNABLE);
	expect(&lanes.lane[1], 1, 1000, 1005, TIMELINE_RUNNING);
	expect(&lanes.lane[1], 2, 1005, 2000, TIMELINE_RUNNABLE);
	timeline_lanes_destroy(&lanes);
}

/* Of two threads, the busiest tasklets have lanes; the others share one a thread. */
static void test_the_others_share(void **unused)
{
	static struct play play;
	struct timeline_lanes lanes;

	(void)unused;
	begin_two(&play);
	at(&play, 700, 2, START(3));
	at(&play, 700, 2, CREATE(3, 4));
	at(&play, 700, 2, INSERT(3, 4));
	for (uint64_t time = 800; time < 1200; time += 200) {
		at(&play, time, 2, SWITCH(3, 4));
		at(&play, time + 100, 2, SWITCH(4, 3));
	}
	lay_out(&lanes, &play, 1, 1);
	assert_int_equal(lanes.alive, 4);
	assert_int_equal(lanes.shown, 1);
	assert_int_equal(lanes.count, 3);
	assert_int_equal(lanes.lane[0].thread, 1);
	assert_int_equal(lanes.lane[0].tasklet, 0);
	assert_int_equal(lanes.lane[0].others, 2);
	assert_int_equal(lanes.lane[1].tasklet, 3);
	assert_int_equal(lanes.lane[2].others, 1);
	assert_int_equal(timeline_lanes_find(&lanes, 4), 2);
	assert_int_equal(timeline_lanes_find(&lanes, 0), -1);
	assert_int_equal(timeline_lanes_find(&lanes, 1000), -1);
	expect(&lanes.lane[2], 0, 800, 900, TIMELINE_RUNNING);
	expect(&lanes.lane[2], 1, 1000, 1100, TIMELINE_RUNNING);
	timeline_lanes_destroy(&lanes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stretches_follow_the_events),
		cmocka_unit_test(test_waiting_is_not_being_paused),
		cmocka_unit_test(test_short_stretches_become_shares),
		cmocka_unit_test(test_a_lone_short_run_stays),
		cmocka_unit_test(test_the_others_share),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
