/* SPDX-License-Identifier: MIT */
/*
 * test_slice_bytes.c - what lay on the stack of a tasklet that is out, found again among the events.
 *
 * Would fail if the bytes of another tasklet or of an earlier absence were taken, or put elsewhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "array_source.h"
#include "model/slice_bytes.h"

enum { EVENTS_MAX = 64, LOW = 0x10000 };

static struct event events[EVENTS_MAX];
static size_t count;

static void add(uint32_t thread, uint64_t time_ns, struct event_slot slot)
{
	struct event *event = &events[count++];

	*event = (struct event){count, time_ns, thread, slot.kind, slot.small, {0}};
	memcpy(event->word, slot.word, sizeof(slot.word));
}

static void add_switch(uint64_t time_ns, uint32_t prev, uint32_t next)
{
	add(1, time_ns,
	    event_pack_tasklet_switch((struct event_tasklet_switch){.prev = prev, .next = next}));
}

/* `known` of the bytes follow, in words that count up from `word`. */
static void add_save(uint64_t time_ns, uint32_t tasklet, uint64_t address, uint32_t bytes,
		     uint32_t known, uint64_t word)
{
	add(1, time_ns,
	    event_pack_slice_save((struct event_slice_save){
		    .tasklet = tasklet, .bytes = bytes, .address = address}));
	for (uint32_t at = 0; at < known; at += 16, word += 2) {
		add(1, time_ns,
		    event_pack_slice_words((struct event_slice_words){.tasklet = tasklet,
								      .piece = (int32_t)at / 16,
								      .low = word,
								      .high = word + 1}));
		add(2, time_ns, event_pack_thread_wake((struct event_thread_wake){0}));
	}
}

static void add_restore(uint64_t time_ns, uint32_t tasklet)
{
	add(1, time_ns, event_pack_slice_restore((struct event_slice_restore){.tasklet = tasklet}));
}

/* The word of 8 bytes at an address of tasklet 2's stack at an event; 0: not known. */
static uint64_t word_at(struct event_cache *cache, uint64_t seq, uint64_t address)
{
	struct slice_bytes slice;
	uint64_t word = 0;
	int result = slice_bytes_read(&slice, cache, 2, seq);

	assert_true(result >= 0);
	if (result > 0 && !slice_bytes_get(&slice, address, &word, sizeof(word)))
		word = 0;
	slice_bytes_term(&slice);
	return word;
}

/* Number of the last event so far. */
static uint64_t now(void)
{
	return count;
}

static void bytes_are_those_of_the_absence(void **unused)
{
	struct array_source array;
	struct event_cache *cache;
	struct slice_bytes slice;
	uint64_t first, out, more, back, again;

	(void)unused;
	count = 0;
	add_switch(10, 2, 3);
	first = now();
	add_save(10, 2, LOW, 64, 32, 100);
	out = now();
	add_switch(20, 3, 1);
	add_save(20, 3, LOW, 64, 64, 300);
	add_save(20, 2, LOW + 64, 64, 16, 500); /* there is more room to be made */
	more = now();
	add_switch(30, 1, 2);
	add_restore(30, 2);
	back = now();
	add_switch(40, 2, 1);
	add_save(40, 2, LOW - 64, 64, 64, 700);
	again = now();

	array_source_init(&array, events, count, NULL);
	cache = event_cache_create(&array.source);
	assert_int_equal(word_at(cache, first, LOW), 0); /* not yet */
	assert_int_equal(word_at(cache, first + 1, LOW), 100);
	assert_int_equal(word_at(cache, out, LOW), 100);
	assert_int_equal(word_at(cache, out, LOW + 24), 103);
	assert_int_equal(word_at(cache, out, LOW + 32), 0); /* copied, and not told */
	assert_int_equal(word_at(cache, out, LOW + 64), 0);
	assert_int_equal(word_at(cache, more, LOW + 8), 101);
	assert_int_equal(word_at(cache, more, LOW + 72), 501);
	assert_int_equal(word_at(cache, back, LOW + 72), 501); /* what is copied in */
	assert_int_equal(word_at(cache, back + 1, LOW), 0);
	assert_int_equal(word_at(cache, again, LOW), 0);
	assert_int_equal(word_at(cache, again, LOW - 8), 707);

	assert_int_equal(slice_bytes_read(&slice, cache, 2, more), 1);
	assert_int_equal(slice.address, LOW);
	assert_int_equal(slice.bytes, 128);
	assert_int_equal(slice.known, 48);
	slice_bytes_term(&slice);
	assert_int_equal(slice_bytes_read(&slice, cache, 1, again), 0);
	event_cache_destroy(cache);
}

/* Whatever the numbers are. */
static void nonsense_is_passed_over(void **unused)
{
	struct array_source array;
	struct event_cache *cache;
	struct slice_bytes slice;

	(void)unused;
	count = 0;
	add_switch(10, 2, 3);
	add_save(10, 2, UINT64_MAX - 7, UINT32_MAX, 16, 100);
	add_save(10, 2, 5, UINT32_MAX, 32, 100);
	add(1, 10,
	    event_pack_slice_words((struct event_slice_words){.tasklet = 2, .piece = 65535}));
	array_source_init(&array, events, count, NULL);
	cache = event_cache_create(&array.source);
	assert_int_equal(slice_bytes_read(&slice, cache, 2, now()), 1);
	assert_true(slice.bytes <= SLICE_BYTES_MAX);
	slice_bytes_term(&slice);
	event_cache_destroy(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_those_of_the_absence),
		cmocka_unit_test(nonsense_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
