/* SPDX-License-Identifier: MIT */
/*
 * recording.c - the loop's body: look at the rings, read the notes, take the events, write.
 *
 * Whatever an event names is in the store's transaction before the event is. A place that is only
 * an address is written as such at once, and again when its function, file and line are known.
 */
#include "recording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "drain.h"
#include "recording_names.h"
#include "state.h"

enum {
	RECORDING_FLUSH_NS = 20000000 /* how old an event may become before it is committed */
};

struct recording {
	struct ring_reader *reader;
	struct store *store;
	struct drain *drain; /* NULL until the program is ready */
	struct state *state; /* for keyframes; NULL when there was no memory for it */
	struct recording_names *names;
	bool failed; /* the store is in error; `error` says why */
	struct error error;
	uint32_t threads;         /* written to the store */
	uint64_t unflushed_since; /* monotonic time of the oldest event not committed, 0: none */
	uint64_t losses_seen_ns;  /* time in the trace up to which losses are written */
	uint64_t dropped[SEGMENT_RINGS_MAX]; /* of each ring, as far as written */
	struct event events[STORE_CHUNK_EVENTS];
};

struct recording *recording_begin(struct ring_reader *reader, struct store *store)
{
	struct recording *recording = calloc(1, sizeof(*recording));

	if (recording) {
		recording->reader = reader;
		recording->store = store;
		recording->state = state_create();
		recording->names = recording_names_create(reader, store);
	}
	if (recording && recording->names)
		return recording;
	if (recording)
		state_destroy(recording->state);
	free(recording);
	store_abandon(store);
	return NULL;
}

/* The store keeps its first error, so it does not matter which call is the first to notice. */
static void check(struct recording *recording, int result)
{
	if (result >= 0 || recording->failed)
		return;
	recording->failed = true;
	ring_reader_stop(recording->reader);
}

void recording_note(struct recording *recording, const char *key, const char *value)
{
	check(recording, store_meta(recording->store, key, value, &recording->error));
}

static void note_number(struct recording *recording, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	recording_note(recording, key, text);
}

static bool start(struct recording *recording)
{
	const struct segment_clock *clock;

	if (!ring_reader_is_ready(recording->reader))
		return false;
	recording->drain = drain_create(recording->reader);
	if (!recording->drain)
		return false;
	clock = ring_reader_clock(recording->reader);
	note_number(recording, "process", ring_reader_process(recording->reader));
	note_number(recording, "realtime_ns", clock->realtime_base_ns);
	note_number(recording, "monotonic_ns", clock->monotonic_base_ns);
	recording_note(recording, "clock",
		       clock->kind == SEGMENT_CLOCK_COUNTER ? "processor counter"
							    : "CLOCK_MONOTONIC");
	return true;
}

static void write_threads(struct recording *recording)
{
	while (recording->threads < drain_threads(recording->drain)) {
		uint32_t number = ++recording->threads;
		const struct drain_thread *thread = drain_thread(recording->drain, number);

		check(recording,
		      store_thread(recording->store, number, ring_reader_process(recording->reader),
				   thread->os_thread, &recording->error));
	}
}

static void write_keyframe(struct recording *recording)
{
	void *image;
	size_t bytes;

	if (!recording->state || state_save(recording->state, &image, &bytes) < 0)
		return; /* out of memory: the next one, perhaps */
	check(recording, store_keyframe(recording->store, state_seq(recording->state), image, bytes,
					&recording->error));
	free(image);
}

/* Without its state a recording has no more keyframes, and is complete all the same. */
static void follow(struct recording *recording, const struct event *events, size_t count)
{
	for (size_t i = 0; recording->state && i < count; i++) {
		if (state_apply(recording->state, &events[i]) < 0) {
			state_destroy(recording->state);
			recording->state = NULL;
		}
	}
}

static void write_events(struct recording *recording, struct event *events, size_t count)
{
	if (recording->unflushed_since == 0)
		recording->unflushed_since = clock_monotonic_ns();
	while (count > 0) {
		uint64_t done = store_events(recording->store) % STORE_KEYFRAME_EVENTS;
		size_t piece = count;

		if (piece > STORE_KEYFRAME_EVENTS - done)
			piece = STORE_KEYFRAME_EVENTS - done;
		check(recording, store_append(recording->store, events, piece, &recording->error));
		if (!recording->failed) {
			follow(recording, events, piece);
			if (done + piece == STORE_KEYFRAME_EVENTS)
				write_keyframe(recording);
		}
		events += piece;
		count -= piece;
	}
}

/* Writes what was dropped since the last time. */
static void write_losses(struct recording *recording)
{
	uint64_t now_ns = drain_time_ns(recording->drain);

	for (uint32_t i = 0; i < ring_reader_rings(recording->reader); i++) {
		uint64_t dropped = ring_reader_dropped(recording->reader, i);

		if (dropped <= recording->dropped[i])
			continue;
		check(recording,
		      store_loss(recording->store, drain_thread_of_ring(recording->drain, i),
				 recording->losses_seen_ns, now_ns, dropped - recording->dropped[i],
				 &recording->error));
		recording->dropped[i] = dropped;
	}
	recording->losses_seen_ns = now_ns;
}

static void flush_if_old(struct recording *recording)
{
	if (recording->unflushed_since == 0 ||
	    clock_monotonic_ns() - recording->unflushed_since < RECORDING_FLUSH_NS)
		return;
	write_losses(recording);
	check(recording, store_flush(recording->store, &recording->error));
	recording->unflushed_since = 0;
}

static bool take_round(struct recording *recording, bool all)
{
	bool any = drain_look(recording->drain, all);
	long count;

	check(recording, recording_names_read(recording->names, &recording->error));
	if (!any)
		return false;
	do {
		count = drain_take(recording->drain, recording->events, STORE_CHUNK_EVENTS);
		write_threads(recording);
		if (count > 0)
			write_events(recording, recording->events, (size_t)count);
	} while (count > 0);
	/* Nothing was consumed, and nothing will be: a program that waits for room must be told. */
	if (count < 0)
		check(recording, error_set(&recording->error, (int)count, EXIT_IO,
					   "out of memory: recording stops here"));
	return true;
}

bool recording_pump(struct recording *recording)
{
	bool any = false;

	if (recording->drain || start(recording))
		any = take_round(recording, false);
	if (recording->drain)
		flush_if_old(recording);
	return any;
}

void recording_idle(struct recording *recording)
{
	if (!recording->failed)
		check(recording, recording_names_resolve(recording->names, 1, &recording->error));
}

static void complete(struct recording *recording)
{
	uint32_t refused = ring_reader_rings_refused(recording->reader);

	take_round(recording, true);
	write_losses(recording);
	check(recording, recording_names_resolve(recording->names, SIZE_MAX, &recording->error));
	recording_note(recording, "ended_in_order",
		       ring_reader_has_finished(recording->reader) ? "1" : "0");
	if (refused > 0)
		note_number(recording, "threads_not_recorded", refused);
	if (ring_reader_notes_refused(recording->reader) > 0)
		note_number(recording, "names_not_recorded",
			    ring_reader_notes_refused(recording->reader));
	if (drain_skipped(recording->drain) > 0)
		check(recording, store_loss(recording->store, 0, 0, drain_time_ns(recording->drain),
					    drain_skipped(recording->drain), &recording->error));
}

/* Commits, counts and closes. */
static int finish_store(struct recording *recording, struct recording_result *result,
			struct error *error)
{
	check(recording, store_flush(recording->store, &recording->error));
	result->events = store_events(recording->store);
	result->lost = store_lost(recording->store);
	if (!recording->failed)
		return store_finish(recording->store, error);
	store_abandon(recording->store);
	*error = recording->error;
	return -EIO;
}

int recording_end(struct recording *recording, struct recording_result *result, struct error *error)
{
	int status;

	ring_reader_stop(recording->reader); /* should somebody still be writing */
	*result = (struct recording_result){.used = ring_reader_process(recording->reader) != 0};
	if (recording->drain || start(recording))
		complete(recording);
	result->damage = ring_reader_damage(recording->reader);
	status = finish_store(recording, result, error);
	drain_destroy(recording->drain);
	state_destroy(recording->state);
	recording_names_destroy(recording->names);
	free(recording);
	return status;
}
