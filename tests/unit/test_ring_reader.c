/* SPDX-License-Identifier: MIT */
/*
 * test_ring_reader.c - the recorder's side of a segment that lies: nothing is read outside the
 * file, nothing goes on for ever, and what made no sense is told.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "drain.h"
#include "played.h"
#include "ring_reader.h"

enum { SLOTS = SEGMENT_RING_SLOTS_MIN };

struct fixture {
	struct played played;
	struct ring_reader *reader;
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct error error;

	*state = fixture;
	played_begin(&fixture->played, SLOTS, SEGMENT_WAIT);
	return ring_reader_open(&fixture->reader, fixture->played.descriptor, "test", &error);
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	ring_reader_close(fixture->reader);
	played_end(&fixture->played);
	free(fixture);
	return 0;
}

/* Lays a note into the log; where the next one goes is returned. */
static uint64_t lay(struct fixture *fixture, uint64_t at, struct segment_note *note,
		    const char *text)
{
	char *log = (char *)fixture->played.segment + fixture->played.layout.notes_offset;
	uint32_t bytes = (uint32_t)(sizeof(*note) + strlen(text) + 7) & ~7u;

	if (note->bytes == 0)
		note->bytes = bytes;
	if (note->text_bytes == 0)
		note->text_bytes = (uint16_t)strlen(text);
	memcpy(log + at, note, sizeof(*note));
	memcpy(log + at + sizeof(*note), text, strlen(text));
	return at + bytes;
}

static void publish(struct fixture *fixture, uint64_t used)
{
	atomic_store(&fixture->played.segment->notes_used, used);
}

static void test_notes_in_order(void **state)
{
	struct fixture *fixture = *state;
	struct segment_note string = {.kind = SEGMENT_NOTE_STRING, .id = 1};
	struct segment_note site = {.kind = SEGMENT_NOTE_SITE, .id = 1, .a = 1, .c = 9};
	struct segment_note code = {.kind = SEGMENT_NOTE_CODE, .id = 2, .address = 77};
	struct ring_note note;
	uint64_t used;

	assert_int_equal(ring_reader_next_note(fixture->reader, &note), 0);
	used = lay(fixture, 0, &string, "hello");
	publish(fixture, used);
	assert_int_equal(ring_reader_next_note(fixture->reader, &note), 1);
	assert_int_equal(note.kind, SEGMENT_NOTE_STRING);
	assert_int_equal(note.text_bytes, 5);
	assert_memory_equal(note.text, "hello", 5);
	assert_int_equal(ring_reader_next_note(fixture->reader, &note), 0);
	used = lay(fixture, used, &site, "");
	used = lay(fixture, used, &code, "");
	publish(fixture, used);
	assert_int_equal(ring_reader_next_note(fixture->reader, &note), 1);
	assert_int_equal(note.c, 9);
	assert_int_equal(ring_reader_next_note(fixture->reader, &note), 1);
	assert_int_equal(note.address, 77);
	assert_int_equal(ring_reader_next_note(fixture->reader, &note), 0);
	assert_null(ring_reader_damage(fixture->reader));
}

static void test_hostile_notes(void **state)
{
	static const struct segment_note notes[] = {
		{.kind = SEGMENT_NOTE_STACK, .id = 1, .a = 1}, /* its own caller */
		{.kind = SEGMENT_NOTE_STRING, .id = 2},        /* not its turn */
		{.kind = SEGMENT_NOTE_STRING, .id = 0},
		{.kind = SEGMENT_NOTE_SITE, .id = 1 << 27},
		{.kind = 9, .id = 1},                                /* no such kind */
		{.kind = SEGMENT_NOTE_STRING, .id = 1, .bytes = 8},  /* too short */
		{.kind = SEGMENT_NOTE_STRING, .id = 1, .bytes = 41}, /* odd */
		{.kind = SEGMENT_NOTE_STRING, .id = 1, .bytes = UINT32_MAX & ~7u}, /* too long */
		{.kind = SEGMENT_NOTE_STRING,
		 .id = 1,
		 .text_bytes = UINT16_MAX}, /* text too long */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
		struct segment_note hostile = notes[i];
		struct fixture *fixture;
		struct ring_note note;

		assert_int_equal(setup((void **)&fixture), 0);
		publish(fixture, lay(fixture, 0, &hostile, "12345678") + 64);
		assert_int_equal(ring_reader_next_note(fixture->reader, &note), -EBADMSG);
		assert_int_equal(ring_reader_next_note(fixture->reader, &note), -EBADMSG);
		assert_non_null(ring_reader_damage(fixture->reader));
		teardown((void **)&fixture);
	}
}

static void test_hostile_log_lengths(void **state)
{
	static const uint64_t lengths[] = {8, 31, UINT64_MAX, UINT64_MAX - 1, (1 << 18) + 8};

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct segment_note good = {.kind = SEGMENT_NOTE_STRING, .id = 1};
		struct fixture *fixture;
		struct ring_note note;

		assert_int_equal(setup((void **)&fixture), 0);
		lay(fixture, 0, &good, "12345678");
		publish(fixture, lengths[i]);
		assert_int_equal(ring_reader_next_note(fixture->reader, &note), -EBADMSG);
		teardown((void **)&fixture);
	}
}

/* A log full of zeros is no log, and does not keep the reader busy. */
static void test_zero_notes(void **state)
{
	struct fixture *fixture = *state;
	struct ring_note note;

	publish(fixture, fixture->played.layout.notes_bytes);
	assert_int_equal(ring_reader_next_note(fixture->reader, &note), -EBADMSG);
}

static void test_hostile_heads(void **state)
{
	struct fixture *fixture = *state;
	struct segment *segment = fixture->played.segment;

	atomic_store(&segment->rings_used, UINT32_MAX);
	assert_int_equal(ring_reader_rings(fixture->reader), SEGMENT_RINGS_MAX);
	atomic_store(&segment->ring[0].head, 5);
	assert_int_equal(ring_reader_head(fixture->reader, 0), 5);
	atomic_store(&segment->ring[0].head, 4); /* back */
	assert_int_equal(ring_reader_head(fixture->reader, 0), 5);
	atomic_store(&segment->ring[0].head, 6); /* not believed again */
	assert_int_equal(ring_reader_head(fixture->reader, 0), 5);
	atomic_store(&segment->ring[1].head, SLOTS + 1); /* more than there is */
	assert_int_equal(ring_reader_head(fixture->reader, 1), 0);
	atomic_store(&segment->ring[2].head, UINT64_MAX);
	assert_int_equal(ring_reader_head(fixture->reader, 2), 0);
	assert_non_null(ring_reader_damage(fixture->reader));
}

/* A program that waits drops nothing, and none drops more than one event a nanosecond. */
static void test_hostile_counts_of_dropped_events(void **state)
{
	struct fixture *fixture = *state;
	_Atomic uint64_t *dropped = &fixture->played.segment->ring[0].dropped;
	struct ring_reader *reader;
	struct error error;

	atomic_store(dropped, 5);
	assert_int_equal(ring_reader_dropped(fixture->reader, 0), 0);
	assert_non_null(ring_reader_damage(fixture->reader));
	fixture->played.segment->settings.on_full = SEGMENT_DROP; /* too late for that reader */
	assert_int_equal(ring_reader_dropped(fixture->reader, 0), 0);
	assert_int_equal(ring_reader_open(&reader, fixture->played.descriptor, "test", &error), 0);
	assert_int_equal(ring_reader_dropped(reader, 0), 5);
	assert_null(ring_reader_damage(reader));
	atomic_store(dropped, UINT64_MAX / 2);
	assert_int_equal(ring_reader_dropped(reader, 0), 5);
	assert_non_null(ring_reader_damage(reader));
	atomic_store(dropped, 4);
	assert_int_equal(ring_reader_dropped(reader, 0), 5);
	atomic_store(dropped, 6);
	assert_int_equal(ring_reader_dropped(reader, 0), 6);
	ring_reader_close(reader);
}

static void test_a_note_is_a_copy(void **state)
{
	struct fixture *fixture = *state;
	struct segment_note note = {.kind = SEGMENT_NOTE_STRING, .id = 1};
	struct ring_note out;
	char *log = (char *)fixture->played.segment + fixture->played.layout.notes_offset;

	atomic_store(&fixture->played.segment->notes_used, lay(fixture, 0, &note, "said"));
	assert_int_equal(ring_reader_next_note(fixture->reader, &out), 1);
	memset(log + sizeof(note), 'x', 4);
	assert_memory_equal(out.text, "said", 4);
}

static void test_the_segments_tail_is_not_believed(void **state)
{
	struct fixture *fixture = *state;
	struct segment_ring *shared = &fixture->played.segment->ring[0];

	atomic_store(&shared->tail, 1000);
	atomic_store(&shared->head, SLOTS);
	assert_int_equal(ring_reader_head(fixture->reader, 0), SLOTS);
	assert_int_equal(ring_reader_tail(fixture->reader, 0), 0);
	ring_reader_consume(fixture->reader, 0, 3);
	assert_int_equal(atomic_load(&shared->tail), 3);
}

/* The layout in the header is read once: what is written there later changes nothing. */
static void test_the_layout_is_taken_once(void **state)
{
	struct fixture *fixture = *state;
	struct segment *segment = fixture->played.segment;

	segment->ring_slots = 1u << 31;
	segment->rings_offset = UINT64_MAX - 32;
	segment->notes_offset = UINT64_MAX - 32;
	atomic_store(&segment->ring[0].head, SLOTS + 1);
	assert_int_equal(ring_reader_head(fixture->reader, 0), 0);
	assert_int_equal(ring_view_slot(ring_reader_view(fixture->reader, 0), UINT64_MAX).kind, 0);
}

static void test_a_file_that_shrinks(void **state)
{
	struct fixture *fixture; /* made here: cmocka has handlers of its own before a test */
	struct event events[SLOTS];
	struct drain *drain;
	struct ring_note note;

	(void)state;
	assert_int_equal(setup((void **)&fixture), 0);
	drain = drain_create(fixture->reader);
	atomic_store(&fixture->played.segment->rings_used, 1);
	atomic_store(&fixture->played.segment->ring[0].head, SLOTS);
	publish(fixture, 64);
	assert_int_equal(ftruncate(fixture->played.descriptor, 4096), 0);
	drain_look(drain, true);
	assert_int_equal(drain_take(drain, events, SLOTS), 0);
	assert_true(ring_reader_next_note(fixture->reader, &note) <= 0);
	assert_string_equal(ring_reader_damage(fixture->reader), "the file became shorter");
	drain_destroy(drain);
	teardown((void **)&fixture);
}

static void test_files_that_are_no_segment(void **state)
{
	struct ring_reader *reader;
	struct error error;
	char path[] = "/tmp/greenroom-test-XXXXXX";
	int descriptor = mkstemp(path);

	(void)state;
	assert_int_equal(ring_reader_open(&reader, descriptor, "x", &error), -EBADMSG);
	assert_string_equal(error.text, "x: not a segment of greenroom");
	assert_int_equal(ftruncate(descriptor, 1 << 20), 0);
	assert_int_equal(ring_reader_open(&reader, descriptor, "x", &error), -EBADMSG);
	assert_null(reader);
	unlink(path);
	close(descriptor);
	assert_int_equal(ring_reader_open(&reader, descriptor, "x", &error), -EBADF);
}

/* Anything at all in the parts that the program writes: the reader comes to an end. */
static void test_random_segments(void **state)
{
	static struct event events[SLOTS];

	(void)state;
	for (unsigned int seed = 1; seed <= 300; seed++) {
		struct fixture *fixture;
		struct drain *drain;
		struct ring_note note;
		char *from, *to;

		assert_int_equal(setup((void **)&fixture), 0);
		srandom(seed);
		from = (char *)&fixture->played.segment->pid;
		to = (char *)fixture->played.segment + fixture->played.layout.notes_offset + 4096;
		for (char *at = from; at < to; at++)
			*at = random() % 4 ? 0 : (char)random();
		atomic_store(&fixture->played.segment->ring[0].head, (uint64_t)random() % SLOTS);
		assert_true(ring_reader_is_ready(fixture->reader) ||
			    !atomic_load(&fixture->played.segment->ready));
		drain = drain_create(fixture->reader);
		for (int round = 0; round < 3; round++) {
			drain_look(drain, round == 2);
			while (ring_reader_next_note(fixture->reader, &note) == 1)
				assert_true(note.text_bytes <= UINT16_MAX);
			while (drain_take(drain, events, SLOTS) > 0)
				;
		}
		drain_destroy(drain);
		teardown((void **)&fixture);
	}
}

/* What is certain of a ring that an earlier reader has left, slot by slot. */
static void test_resume(void **state)
{
	static const struct {
		uint64_t head, consumed, tail;
		bool writer_runs;
		uint64_t certain;
	} rings[] = {
		{0, 0, 0, false, 0},
		{50, 20, 10, false, 10},     /* nothing is overwritten yet */
		{50, 20, 10, true, 20},      /* but may be while we look */
		{SLOTS, 0, 0, false, 0},     /* full, to the last slot */
		{SLOTS, 1, 0, false, 1},     /* slot 0 may have been begun again */
		{SLOTS + 7, 7, 5, false, 7}, /* full again: 5 and 6 are gone */
		{SLOTS + 7, 8, 5, false, 8},
		{SLOTS + 7, SLOTS, 9, false, 9},
		{SLOTS + 7, SLOTS, SLOTS, false, SLOTS},
		{9 * SLOTS, 9 * SLOTS, 2 * SLOTS, false, 8 * SLOTS + 1},
	};
	struct fixture *fixture = *state;
	struct segment_ring *shared = &fixture->played.segment->ring[0];

	for (size_t i = 0; i < sizeof(rings) / sizeof(rings[0]); i++) {
		atomic_store(&shared->head, rings[i].head);
		atomic_store(&shared->tail, rings[i].consumed);
		assert_int_equal(ring_reader_resume(fixture->reader, 0, rings[i].tail,
						    rings[i].writer_runs),
				 rings[i].certain);
		assert_int_equal(ring_reader_head(fixture->reader, 0), rings[i].head);
		assert_null(ring_reader_damage(fixture->reader));
	}
	/* Counters that cannot be. */
	atomic_store(&shared->tail, 9 * SLOTS + 1);
	ring_reader_resume(fixture->reader, 0, 0, false);
	assert_non_null(ring_reader_damage(fixture->reader));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_notes_in_order),
		cmocka_unit_test(test_hostile_notes),
		cmocka_unit_test(test_hostile_log_lengths),
		TEST(test_zero_notes),
		TEST(test_hostile_heads),
		TEST(test_hostile_counts_of_dropped_events),
		TEST(test_a_note_is_a_copy),
		TEST(test_the_segments_tail_is_not_believed),
		TEST(test_the_layout_is_taken_once),
		cmocka_unit_test(test_a_file_that_shrinks),
		cmocka_unit_test(test_files_that_are_no_segment),
		TEST(test_resume),
		cmocka_unit_test(test_random_segments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
