/* SPDX-License-Identifier: MIT */
/*
 * test_routes.c - a real trace file: the state at an event is the same from the start, from a
 * keyframe, and back from the end, and is the one that the events had when they were recorded.
 *
 * A million events in "make check", ten million in "make check-long".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "generator.h"
#include "model/replay.h"
#include "store.h"

enum { PLACES = 12, BATCH = 16384 };

static char folder[] = "/tmp/greenroom-routes-XXXXXX";
static char path[sizeof(folder) + 16];
static uint64_t events;
static struct {
	uint64_t seq, hash;
} place[PLACES]; /* in order */

static uint64_t keyframe_every(void)
{
	return getenv("GREENROOM_LONG") ? STORE_KEYFRAME_EVENTS : STORE_KEYFRAME_EVENTS / 8;
}

/* Beginning and end, both sides of keyframes and chunks, and anywhere. */
static void choose_places(void)
{
	uint64_t keyframe = keyframe_every(), seed = 3;
	uint64_t fixed[] = {1,        BATCH,        BATCH + 1,    keyframe - 1,
			    keyframe, keyframe + 1, 3 * keyframe, events};
	int count = sizeof(fixed) / sizeof(fixed[0]);

	for (int i = 0; i < PLACES; i++)
		place[i].seq = i < count ? fixed[i] : 1 + generator_random(&seed, (uint32_t)events);
	for (int i = 1; i < PLACES; i++)
		for (int k = i; k > 0 && place[k].seq < place[k - 1].seq; k--) {
			uint64_t swap = place[k].seq;

			place[k].seq = place[k - 1].seq;
			place[k - 1].seq = swap;
		}
}

static void apply_and_note(struct state *state, struct store *store, const struct event *event)
{
	state_apply(state, event);
	for (int i = 0; i < PLACES; i++)
		if (place[i].seq == event->seq)
			place[i].hash = state_hash(state);
	if (event->seq % keyframe_every() == 0) {
		void *image;
		size_t bytes;

		assert_int_equal(state_save(state, &image, &bytes), 0);
		assert_int_equal(store_keyframe(store, event->seq, image, bytes, NULL), 0);
		free(image);
	}
}

static int record(void **unused)
{
	const struct generator_options program = {
		.seed = 31, .threads = 2, .tasklets = 30, .channels = 8};
	struct generator *generator = generator_create(&program);
	struct event *batch = calloc(BATCH, sizeof(*batch));
	struct store_options options = {.durable = false};
	struct state *state = state_create();
	struct store *store;

	(void)unused;
	events = getenv("GREENROOM_LONG") ? 10000000 : 1000000;
	choose_places();
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/trace.db", folder);
	assert_int_equal(store_create(&store, path, &options, NULL), 0);
	for (uint64_t done = 0; done < events;) {
		size_t count = events - done < BATCH ? (size_t)(events - done) : BATCH;

		for (size_t i = 0; i < count; i++)
			generator_next(generator, &batch[i]);
		assert_int_equal(store_append(store, batch, count, NULL), 0);
		for (size_t i = 0; i < count; i++)
			apply_and_note(state, store, &batch[i]);
		done += count;
	}
	assert_int_equal(state_oddities(state), 0);
	assert_int_equal(store_finish(store, NULL), 0);
	state_destroy(state);
	free(batch);
	generator_destroy(generator);
	return 0;
}

static int clean_up(void **unused)
{
	(void)unused;
	unlink(path);
	rmdir(folder);
	return 0;
}

static struct event_source *open_trace(void)
{
	struct event_source *source;

	assert_int_equal(store_open(&source, path, NULL), 0);
	return source;
}

static struct replay *open_replay(struct event_source *source)
{
	struct replay *replay;

	assert_int_equal(replay_create(&replay, source), 0);
	assert_int_equal(replay_count(replay), events);
	return replay;
}

static void check_place(struct replay *replay, int i)
{
	assert_int_equal(replay_position(replay), place[i].seq);
	assert_int_equal(replay_event(replay)->seq, place[i].seq);
	assert_true(state_hash(replay_state(replay)) == place[i].hash);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---------------------------------------------------------------------------------------------
 * The routes
 */

static int no_keyframe(struct event_source *source, uint64_t seq, uint64_t *keyframe_seq,
		       void **image, size_t *bytes)
{
	(void)source;
	(void)seq;
	(void)keyframe_seq;
	(void)image;
	(void)bytes;
	return 0;
}

static void from_the_start(void **unused)
{
	struct event_source *source = open_trace();
	const struct event_source_ops *real = source->ops;
	struct event_source_ops ops = *real;
	struct replay *replay;

	(void)unused;
	ops.keyframe = no_keyframe;
	source->ops = &ops;
	replay = open_replay(source);
	for (int i = 0; i < PLACES; i++) {
		replay_seek(replay, place[i].seq);
		check_place(replay, i);
	}
	replay_destroy(replay);
	source->ops = real;
	event_source_close(source);
}

static void from_keyframes(void **unused)
{
	struct event_source *source = open_trace();
	double longest = 0;

	(void)unused;
	for (int i = 0; i < PLACES; i++) {
		struct replay *replay = open_replay(source);
		double start = seconds();

		replay_seek(replay, place[i].seq);
		if (seconds() - start > longest)
			longest = seconds() - start;
		check_place(replay, i);
		replay_destroy(replay);
	}
	print_message("# the longest of %d jumps took %.0f ms\n", PLACES, 1e3 * longest);
	event_source_close(source);
}

static void back_from_the_end(void **unused)
{
	struct event_source *source = open_trace();
	struct replay *replay = open_replay(source);

	(void)unused;
	replay_seek(replay, events);
	for (int i = PLACES - 1; i >= 0; i--) {
		replay_seek(replay, place[i].seq);
		check_place(replay, i);
	}
	replay_destroy(replay);
	event_source_close(source);
}

static void by_steps_back(void **unused)
{
	struct event_source *source = open_trace();
	struct replay *replay = open_replay(source);

	(void)unused;
	for (int i = 0; i < PLACES; i++) {
		replay_seek(replay, place[i].seq + 1000);
		while (replay_position(replay) > place[i].seq)
			assert_int_equal(replay_step_back(replay), 1);
		check_place(replay, i);
	}
	replay_destroy(replay);
	event_source_close(source);
}

static void by_steps_forward(void **unused)
{
	struct event_source *source = open_trace();
	struct replay *replay = open_replay(source);

	(void)unused;
	for (int i = PLACES - 1; i >= 0; i--) {
		replay_seek(replay, place[i].seq > 1000 ? place[i].seq - 1000 : 0);
		while (replay_position(replay) < place[i].seq)
			assert_int_equal(replay_step(replay), 1);
		check_place(replay, i);
	}
	replay_destroy(replay);
	event_source_close(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_the_start),    cmocka_unit_test(from_keyframes),
		cmocka_unit_test(back_from_the_end), cmocka_unit_test(by_steps_back),
		cmocka_unit_test(by_steps_forward),
	};

	return cmocka_run_group_tests(tests, record, clean_up);
}
