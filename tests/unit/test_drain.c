/* SPDX-License-Identifier: MIT */
/* test_drain.c - all rings as one stream: order, watermark, threads that share a ring, junk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drain.h"
#include "played.h"

enum { SLOTS = SEGMENT_RING_SLOTS_MIN };

struct fixture {
	struct played played;
	struct ring_reader *reader;
	struct drain *drain;
	struct event events[4 * SLOTS];
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct error error;

	*state = fixture;
	played_begin(&fixture->played, SLOTS, SEGMENT_WAIT);
	fixture->played.segment->clock = (struct segment_clock){.multiplier = 1, .stamp_base = 100};
	atomic_store(&fixture->played.segment->ready, 1);
	if (ring_reader_open(&fixture->reader, fixture->played.descriptor, "test", &error) < 0 ||
	    !ring_reader_is_ready(fixture->reader))
		return -1;
	fixture->drain = drain_create(fixture->reader);
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	drain_destroy(fixture->drain);
	ring_reader_close(fixture->reader);
	played_end(&fixture->played);
	free(fixture);
	return 0;
}

/* Puts an event into a ring, its number into word A. */
static void put(struct fixture *fixture, uint32_t ring, uint64_t stamp, uint32_t number)
{
	struct segment *segment = fixture->played.segment;
	struct segment_ring *shared = &segment->ring[ring];
	uint64_t head = atomic_load(&shared->head);

	played_slots(&fixture->played, ring)[head % SLOTS] =
		(struct event_slot){.stamp = stamp, .kind = EVENT_tasklet_start, .word = {number}};
	if (atomic_load(&shared->generation) == 0)
		atomic_store(&shared->generation, 1);
	if (atomic_load(&segment->rings_used) <= ring)
		atomic_store(&segment->rings_used, ring + 1);
	atomic_store(&shared->head, head + 1);
}

/* Takes the whole round, `bite` events at a time. */
static size_t take(struct fixture *fixture, size_t bite)
{
	size_t count = 0;
	long taken;

	while ((taken = drain_take(fixture->drain, fixture->events + count, bite)) > 0)
		count += (size_t)taken;
	assert_int_equal(taken, 0);
	return count;
}

static void assert_numbers(const struct fixture *fixture, size_t count, const uint32_t *numbers)
{
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(fixture->events[i].word[0], numbers[i]);
		if (i > 0)
			assert_true(fixture->events[i].time_ns >= fixture->events[i - 1].time_ns);
	}
}

static void test_nothing(void **state)
{
	struct fixture *fixture = *state;

	assert_false(drain_look(fixture->drain, false));
	assert_int_equal(take(fixture, 10), 0);
	assert_false(drain_look(fixture->drain, true));
	assert_int_equal(drain_threads(fixture->drain), 0);
}

static void test_stamps_decide_between_threads(void **state)
{
	struct fixture *fixture = *state;
	static const uint32_t expected[] = {1, 2, 3, 4, 5, 6};

	put(fixture, 0, 200, 1);
	put(fixture, 1, 201, 2);
	put(fixture, 1, 202, 3);
	put(fixture, 2, 203, 4);
	put(fixture, 0, 204, 5);
	put(fixture, 1, 205, 6);
	assert_true(drain_look(fixture->drain, false));
	assert_int_equal(take(fixture, 1), 6);
	assert_numbers(fixture, 6, expected);
	assert_int_equal(fixture->events[0].time_ns, 100);
	assert_int_equal(fixture->events[5].seq, 6);
	assert_int_equal(drain_threads(fixture->drain), 3);
	assert_int_equal(fixture->events[0].thread, 1);
	assert_int_equal(fixture->events[3].thread, 3);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(atomic_load(&fixture->played.segment->ring[i].tail),
				 atomic_load(&fixture->played.segment->ring[i].head));
}

/* A thread may stamp an event and be late to publish it, or share a stamp: its own order counts. */
static void test_order_within_a_thread_stays(void **state)
{
	struct fixture *fixture = *state;
	static const uint32_t expected[] = {1, 2, 3, 4};

	put(fixture, 0, 300, 1);
	put(fixture, 0, 290, 2);
	put(fixture, 0, 300, 3);
	put(fixture, 1, 301, 4);
	assert_true(drain_look(fixture->drain, false));
	assert_int_equal(take(fixture, 10), 4);
	assert_numbers(fixture, 4, expected);
	put(fixture, 0, 200, 6); /* in a later round: not before what came first */
	put(fixture, 1, 302, 5);
	put(fixture, 0, 303, 7);
	put(fixture, 0, 100, 8);
	assert_true(drain_look(fixture->drain, true));
	assert_int_equal(take(fixture, 10), 4);
	assert_int_equal(fixture->events[0].word[0], 6);
	assert_int_equal(fixture->events[1].word[0], 5);
	assert_int_equal(fixture->events[2].word[0], 7);
	assert_int_equal(fixture->events[3].word[0], 8);
}

/* What is published late, with a stamp from before, comes late and with the time of the others. */
static void test_times_do_not_go_back(void **state)
{
	struct fixture *fixture = *state;

	put(fixture, 0, 500, 1);
	assert_true(drain_look(fixture->drain, false));
	assert_int_equal(take(fixture, 10), 1);
	put(fixture, 1, 400, 2);
	assert_true(drain_look(fixture->drain, false));
	assert_int_equal(take(fixture, 10), 1);
	assert_int_equal(fixture->events[0].time_ns, 400);
	put(fixture, 1, 50, 3); /* before the clock's base */
	assert_true(drain_look(fixture->drain, false));
	assert_int_equal(take(fixture, 10), 1);
	assert_int_equal(fixture->events[0].time_ns, 400);
}

static void test_a_silent_thread_holds_nothing_back(void **state)
{
	struct fixture *fixture = *state;

	put(fixture, 0, 200, 1);
	put(fixture, 1, 210, 2);
	assert_true(drain_look(fixture->drain, false));
	assert_int_equal(take(fixture, 10), 2);
	put(fixture, 1, 300, 3); /* thread 0 says nothing */
	assert_true(drain_look(fixture->drain, false));
	assert_int_equal(take(fixture, 10), 1);
}

/* What comes while a round is under way waits for the next one. */
static void test_rounds_are_closed(void **state)
{
	struct fixture *fixture = *state;

	put(fixture, 0, 200, 1);
	put(fixture, 0, 220, 2);
	assert_true(drain_look(fixture->drain, false));
	put(fixture, 0, 230, 3);
	put(fixture, 1, 210, 4);
	assert_int_equal(drain_take(fixture->drain, fixture->events, 1), 1);
	assert_int_equal(atomic_load(&fixture->played.segment->ring[0].tail), 1);
	assert_int_equal(take(fixture, 10), 1);
	assert_true(drain_look(fixture->drain, false));
	assert_int_equal(take(fixture, 10), 2);
	assert_int_equal(fixture->events[0].word[0], 4);
	assert_int_equal(fixture->events[1].word[0], 3);
}

static void test_all_takes_all(void **state)
{
	struct fixture *fixture = *state;

	for (uint32_t i = 0; i < SLOTS; i++) {
		put(fixture, 0, 200 + 2 * i, i);
		put(fixture, 1, 201 + 2 * i, SLOTS + i);
	}
	assert_true(drain_look(fixture->drain, true));
	assert_int_equal(take(fixture, 7), 2 * SLOTS);
	for (uint32_t i = 0; i < 2 * SLOTS; i++)
		assert_int_equal(fixture->events[i].word[0], i % 2 ? SLOTS + i / 2 : i / 2);
}

/* The ring of a thread that has ended goes to another: other numbers from there on. */
static void test_threads_that_share_a_ring(void **state)
{
	struct fixture *fixture = *state;
	struct segment_ring *shared = &fixture->played.segment->ring[0];

	shared->os_thread = 11;
	put(fixture, 0, 200, 1);
	drain_look(fixture->drain, false);
	assert_int_equal(take(fixture, 10), 1);
	assert_int_equal(fixture->events[0].thread, 1);
	shared->os_thread = 22;
	atomic_store(&shared->generation, 2);
	put(fixture, 0, 300, 2);
	drain_look(fixture->drain, false);
	assert_int_equal(take(fixture, 10), 1);
	assert_int_equal(fixture->events[0].thread, 2);
	assert_int_equal(drain_thread(fixture->drain, 1)->os_thread, 11);
	assert_int_equal(drain_thread(fixture->drain, 2)->os_thread, 22);
	assert_int_equal(drain_thread_of_ring(fixture->drain, 0, 0), 2);
}

static void test_slots_without_an_event_are_skipped(void **state)
{
	struct fixture *fixture = *state;
	struct event_slot *slots = played_slots(&fixture->played, 0);

	put(fixture, 0, 200, 1);
	put(fixture, 0, 201, 2);
	put(fixture, 0, 202, 3);
	slots[0].kind = EVENT_NONE;
	slots[1].kind = EVENT_KINDS;
	assert_true(drain_look(fixture->drain, false));
	assert_int_equal(take(fixture, 10), 1);
	assert_int_equal(fixture->events[0].word[0], 3);
	assert_int_equal(fixture->events[0].seq, 1);
	assert_int_equal(drain_skipped(fixture->drain), 2);
	assert_int_equal(atomic_load(&fixture->played.segment->ring[0].tail), 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_nothing),
		TEST(test_stamps_decide_between_threads),
		TEST(test_order_within_a_thread_stays),
		TEST(test_times_do_not_go_back),
		TEST(test_a_silent_thread_holds_nothing_back),
		TEST(test_rounds_are_closed),
		TEST(test_all_takes_all),
		TEST(test_threads_that_share_a_ring),
		TEST(test_slots_without_an_event_are_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
