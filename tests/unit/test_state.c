/* SPDX-License-Identifier: MIT */
/*
 * test_state.c - the state against a naive model, back and forth, as bytes, and under attack.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "generator.h"
#include "naive.h"
#include "state.h"

static const struct generator_options programs[] = {
	{.seed = 1, .threads = 1, .tasklets = 2, .channels = 1},
	{.seed = 2, .threads = 1, .tasklets = 12, .channels = 3},
	{.seed = 3, .threads = 3, .tasklets = 6, .channels = 2},
	{.seed = 4, .threads = 8, .tasklets = 20, .channels = 4},
};
enum { PROGRAMS = sizeof(programs) / sizeof(programs[0]) };

static void agrees_with_the_naive_model(void **unused)
{
	enum { EVENTS = 12000 };

	(void)unused;
	for (int i = 0; i < PROGRAMS; i++) {
		struct event *events = generator_events(&programs[i], EVENTS);
		struct naive *naive = naive_create();
		struct state *state = state_create();

		for (int n = 0; n < EVENTS; n++) {
			assert_true(naive_apply(naive, &events[n]));
			assert_int_equal(state_apply(state, &events[n]), 0);
			assert_string_equal(naive_compare(naive, state), "");
			if (n % 64 == 0)
				assert_true(state_is_consistent(state));
		}
		state_destroy(state);
		free(naive);
		free(events);
	}
}

static void undo_is_the_way_back(void **unused)
{
	enum { EVENTS = 3000 };
	static uint64_t hash[EVENTS + 1];

	(void)unused;
	for (int i = 0; i < PROGRAMS; i++) {
		struct event *events = generator_events(&programs[i], EVENTS);
		struct state *state = state_create();

		assert_int_equal(state_set_journal(state, EVENTS), 0);
		hash[0] = state_hash(state);
		for (int n = 0; n < EVENTS; n++) {
			state_apply(state, &events[n]);
			hash[n + 1] = state_hash(state);
			assert_true(hash[n + 1] != hash[n]);
		}
		for (int n = EVENTS; n > 0; n--) {
			assert_true(state_hash(state) == hash[n]);
			assert_int_equal(state_undo_depth(state), n);
			assert_int_equal(state_undo(state), 1);
		}
		assert_true(state_hash(state) == hash[0]);
		assert_int_equal(state_undo(state), 0);
		/* Two steps forward, one back, to the end. */
		for (int n = 0; n < EVENTS; n++) {
			state_apply(state, &events[n]);
			state_undo(state);
			assert_true(state_hash(state) == hash[n]);
			state_apply(state, &events[n]);
		}
		assert_true(state_hash(state) == hash[EVENTS]);
		state_destroy(state);
		free(events);
	}
}

static void a_copy_is_the_same_whatever_was_there(void **unused)
{
	enum { EVENTS = 3000 };
	struct event *events = generator_events(&programs[1], EVENTS);
	struct state *state = state_create(), *copy = state_create();

	(void)unused;
	/* Into an empty one, a smaller, and a larger one with a journal. */
	for (int n = 0; n < EVENTS; n++)
		state_apply(state, &events[n]);
	assert_int_equal(state_copy(copy, state), 0);
	assert_true(state_hash(copy) == state_hash(state));
	assert_true(state_is_consistent(copy));
	state_clear(state);
	for (int n = 0; n < EVENTS / 50; n++)
		state_apply(state, &events[n]);
	assert_int_equal(state_set_journal(copy, 16), 0);
	assert_int_equal(state_copy(copy, state), 0);
	assert_true(state_hash(copy) == state_hash(state));
	assert_int_equal(state_undo_depth(copy), 0);
	/* What is no longer in use is as if it had never been. */
	for (int n = EVENTS / 50; n < EVENTS; n++) {
		state_apply(state, &events[n]);
		state_apply(copy, &events[n]);
	}
	assert_true(state_hash(copy) == state_hash(state));
	assert_true(state_is_consistent(copy));
	state_destroy(copy);
	state_destroy(state);
	free(events);
}

static void a_journal_reaches_as_far_as_it_was_told(void **unused)
{
	enum { EVENTS = 3000, DEPTH = 100 };
	struct event *events = generator_events(&programs[2], EVENTS);
	struct state *state = state_create();
	uint64_t hash = 0;

	(void)unused;
	assert_int_equal(state_set_journal(state, DEPTH), 0);
	for (int n = 0; n < EVENTS; n++) {
		if (n == EVENTS - DEPTH)
			hash = state_hash(state);
		state_apply(state, &events[n]);
	}
	for (int n = 0; n < DEPTH; n++)
		assert_int_equal(state_undo(state), 1);
	assert_true(state_hash(state) == hash);
	assert_int_equal(state_undo(state), 0);
	/* Changing the depth empties it; none at all is no journal. */
	state_apply(state, &events[EVENTS - DEPTH]);
	assert_int_equal(state_set_journal(state, 1), 0);
	assert_int_equal(state_undo(state), 0);
	assert_int_equal(state_set_journal(state, 0), 0);
	state_apply(state, &events[EVENTS - DEPTH + 1]);
	assert_int_equal(state_undo(state), 0);
	state_destroy(state);
	free(events);
}

static void the_image_holds_everything(void **unused)
{
	enum { EVENTS = 8000 };

	(void)unused;
	for (int i = 0; i < PROGRAMS; i++) {
		struct event *events = generator_events(&programs[i], EVENTS);
		struct state *state = state_create(), *other = state_create();

		for (int n = 0; n < EVENTS; n++) {
			void *image, *again;
			size_t bytes, again_bytes;

			state_apply(state, &events[n]);
			if (n % 97)
				continue;
			assert_int_equal(state_save(state, &image, &bytes), 0);
			assert_int_equal(state_load(other, image, bytes), 0);
			assert_true(state_hash(other) == state_hash(state));
			assert_int_equal(state_save(other, &again, &again_bytes), 0);
			assert_int_equal(bytes, again_bytes);
			assert_memory_equal(image, again, bytes);
			free(image);
			free(again);
		}
		/* Whoever goes on from an image arrives where the others arrive. */
		for (int n = 0; n < EVENTS; n++)
			if (events[n].seq > state_seq(other))
				state_apply(other, &events[n]);
		assert_true(state_hash(other) == state_hash(state));
		state_destroy(state);
		state_destroy(other);
		free(events);
	}
}

/* Whatever the bytes: either a sound state, or none. */
static void try_image(struct state *state, const void *image, size_t bytes)
{
	int result = state_load(state, image, bytes);

	if (result == 0) {
		assert_true(state_is_consistent(state));
	} else {
		assert_int_equal(result, -EBADMSG);
		assert_int_equal(state_seq(state), 0);
		assert_int_equal(state_tasklets(state), 0);
	}
}

static void a_damaged_image_is_refused_or_sound(void **unused)
{
	enum { EVENTS = 700 };
	struct event *events = generator_events(&programs[1], EVENTS);
	struct state *state = state_create();
	uint64_t seed = 5;
	void *image;
	size_t bytes;

	(void)unused;
	for (int n = 0; n < EVENTS; n++)
		state_apply(state, &events[n]);
	assert_int_equal(state_save(state, &image, &bytes), 0);
	for (size_t length = 0; length < bytes; length++)
		assert_int_equal(state_load(state, image, length), -EBADMSG);
	for (size_t at = 0; at < bytes; at++) {
		uint8_t *byte = (uint8_t *)image + at, old = *byte;

		for (int bit = 0; bit < 8; bit++) {
			*byte = old ^ (uint8_t)(1 << bit);
			try_image(state, image, bytes);
		}
		*byte = (uint8_t)generator_random(&seed, 256);
		try_image(state, image, bytes);
		*byte = old;
	}
	assert_int_equal(state_load(state, image, bytes), 0);
	state_destroy(state);
	free(image);
	free(events);
}

/* Where there is one entry of a kind both versions are the same. */
static void an_older_image_is_read(void **unused)
{
	struct event *events = generator_events(&programs[1], 1);
	struct state *state = state_create();
	uint64_t hash;
	uint8_t *image;
	size_t bytes;

	(void)unused;
	assert_int_equal(state_apply(state, &events[0]), 0);
	assert_int_equal(state_tasklets(state), 1);
	hash = state_hash(state);
	assert_int_equal(state_save(state, (void **)&image, &bytes), 0);
	assert_int_equal(image[0], 2);
	image[0] = 1;
	assert_int_equal(state_load(state, image, bytes), 0);
	assert_true(state_hash(state) == hash);
	image[0] = 3;
	assert_int_equal(state_load(state, image, bytes), -EBADMSG);
	state_destroy(state);
	free(image);
	free(events);
}

static void a_number_that_is_too_long_is_refused(void **unused)
{
	struct state *state = state_create();
	uint8_t image[17] = {1}; /* the version; then the head, seq first */

	(void)unused;
	memset(image + 1, 0xff, 9);
	image[10] = 1; /* the largest number there is: seq -(2^63), zigzagged */
	image[11] = 0;
	assert_int_equal(state_load(state, image, sizeof(image)), 0);
	image[10] = 3;
	assert_int_equal(state_load(state, image, sizeof(image)), -EBADMSG);
	state_destroy(state);
}

/* Links that look fine one by one. */
static void a_lying_image_is_refused(void **unused)
{
	struct event *events = generator_events(&programs[1], 500);
	struct state *state = state_create();
	const struct state_tasklet *tasklet;
	struct state_tasklet kept;

	(void)unused;
	for (int n = 0; n < 500; n++)
		state_apply(state, &events[n]);
	for (uint32_t id = 1; id <= state_tasklets(state); id++) {
		struct state_tasklet *victim;

		tasklet = state_tasklet(state, id);
		victim = (struct state_tasklet *)(uintptr_t)tasklet;
		kept = *tasklet;
		victim->next = victim->next ? 0 : 1;
		assert_false(state_is_consistent(state));
		*victim = kept;
		victim->where = victim->where == STATE_CHAIN ? STATE_PAUSED : STATE_CHAIN;
		assert_false(state_is_consistent(state));
		*victim = kept;
	}
	assert_true(state_is_consistent(state));
	state_destroy(state);
	free(events);
}

static struct event noise(uint64_t *seed, uint64_t seq)
{
	struct event event = {.seq = seq, .time_ns = seq * 10};
	static const uint32_t bounds[] = {3, 9, 40, 1000, UINT32_MAX};

	event.kind = (uint16_t)generator_random(seed, EVENT_KINDS + 2);
	event.small = (uint16_t)generator_random(seed, generator_random(seed, 8) ? 7 : 65536);
	event.thread = generator_random(seed, generator_random(seed, 50) ? 4 : UINT32_MAX);
	for (int i = 0; i < EVENT_WORDS; i++)
		event.word[i] = generator_random(
			seed, bounds[generator_random(seed, generator_random(seed, 9) ? 3 : 5)]);
	return event;
}

static void random_events_leave_a_sound_state(void **unused)
{
	enum { EVENTS = 20000 };
	static uint64_t hash[EVENTS + 1];
	struct state *state = state_create();
	uint64_t seed = 77;

	(void)unused;
	assert_int_equal(state_set_journal(state, EVENTS), 0);
	for (int n = 0; n < EVENTS; n++) {
		struct event event = noise(&seed, (uint64_t)n + 1);

		if (n % 16 == 0)
			hash[n] = state_hash(state);
		assert_int_equal(state_apply(state, &event), 0);
		if (n < 2000 || n % 100 == 0)
			assert_true(state_is_consistent(state));
	}
	assert_true(state_is_consistent(state));
	assert_true(state_oddities(state) > EVENTS / 10);
	for (int n = EVENTS - 1; n >= 0; n--) {
		assert_int_equal(state_undo(state), 1);
		if (n % 16 == 0)
			assert_true(state_hash(state) == hash[n]);
	}
	state_destroy(state);
}

/* A stream with holes: odd, but sound; and what later events speak of comes right. */
static void holes_are_survived(void **unused)
{
	enum { EVENTS = 20000 };
	struct event *events = generator_events(&programs[3], EVENTS);
	struct state *state = state_create();
	uint64_t seed = 6;
	int lost = 0;

	(void)unused;
	for (int n = 0; n < EVENTS; n++) {
		const struct event *event = &events[n];

		if (generator_random(&seed, 50) == 0) {
			lost++;
			continue;
		}
		state_apply(state, event);
		if (n % 16 == 0)
			assert_true(state_is_consistent(state));
		if (event->kind == EVENT_channel_block)
			assert_int_equal(state_channel(state, event->word[2])->last,
					 event->word[0]);
		if (event->kind == EVENT_tasklet_switch)
			assert_int_equal(state_thread(state, event->thread)->first, event->word[1]);
	}
	assert_true(state_oddities(state) >= (uint64_t)lost / 2);
	state_destroy(state);
	free(events);
}

static void an_absurd_number_costs_nothing(void **unused)
{
	struct state *state = state_create();
	static const uint32_t absurd[] = {0, STATE_ID_SLACK + 100, STATE_ID_MAX, STATE_ID_MAX + 1,
					  UINT32_MAX};

	(void)unused;
	for (size_t i = 0; i < sizeof(absurd) / sizeof(absurd[0]); i++) {
		struct event event = {.seq = i + 1,
				      .thread = 1,
				      .kind = EVENT_tasklet_create,
				      .word = {absurd[i]}};

		state_apply(state, &event);
		assert_int_equal(state_tasklets(state), 0);
		event.kind = EVENT_channel_create;
		state_apply(state, &event);
		assert_int_equal(state_channels(state), 0);
		event.thread = absurd[i];
		state_apply(state, &event);
		assert_int_equal(state_threads(state), 1);
	}
	assert_int_equal(state_tasklet(state, UINT32_MAX)->where, STATE_UNKNOWN);
	assert_int_equal(state_channel(state, UINT32_MAX)->known, 0);
	assert_int_equal(state_thread(state, UINT32_MAX)->known, 0);
	state_destroy(state);
}

static void a_slice_saved_in_pieces_adds_up(void **unused)
{
	struct state *state = state_create();
	const struct event events[] = {
		{.seq = 1, .thread = 1, .kind = EVENT_thread_start, .word = {1}},
		{.seq = 2, .thread = 1, .kind = EVENT_slice_save, .word = {1, 100, 60, 0x1000}},
		{.seq = 3, .thread = 1, .kind = EVENT_slice_save, .word = {1, 40, 20, 0x1064}},
		{.seq = 4, .thread = 1, .kind = EVENT_slice_restore, .word = {1, 140, 20, 0x1000}},
	};

	(void)unused;
	for (int i = 0; i < 3; i++)
		state_apply(state, &events[i]);
	assert_int_equal(state_tasklet(state, 1)->saved_bytes, 140);
	assert_int_equal(state_tasklet(state, 1)->kept_bytes, 20);
	assert_int_equal(state_tasklet(state, 1)->stack_low, 0x1000);
	assert_int_equal(state_thread(state, 1)->stack_base, 0x1000 + 160);
	state_apply(state, &events[3]);
	assert_int_equal(state_tasklet(state, 1)->saved_bytes, 0);
	assert_int_equal(state_tasklet(state, 1)->saved_total, 140);
	assert_int_equal(state_oddities(state), 0);
	state_destroy(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_naive_model),
		cmocka_unit_test(undo_is_the_way_back),
		cmocka_unit_test(a_copy_is_the_same_whatever_was_there),
		cmocka_unit_test(a_journal_reaches_as_far_as_it_was_told),
		cmocka_unit_test(the_image_holds_everything),
		cmocka_unit_test(a_damaged_image_is_refused_or_sound),
		cmocka_unit_test(an_older_image_is_read),
		cmocka_unit_test(a_number_that_is_too_long_is_refused),
		cmocka_unit_test(a_lying_image_is_refused),
		cmocka_unit_test(random_events_leave_a_sound_state),
		cmocka_unit_test(holes_are_survived),
		cmocka_unit_test(an_absurd_number_costs_nothing),
		cmocka_unit_test(a_slice_saved_in_pieces_adds_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
