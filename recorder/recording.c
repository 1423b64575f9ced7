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
#include "event_writer.h"
#include "recording_names.h"
#include "recording_position.h"

enum {
	RECORDING_FLUSH_NS = 20000000 /* how old an event may become before it is committed */
};

struct recording {
	struct ring_reader *reader;
	struct store *store;
	struct drain *drain; /* NULL until the program is ready */
	struct event_writer *writer;
	struct recording_names *names;
	bool failed; /* the store is in error; `error` says why */
	struct error error;
	bool full; /* events are counted only: those after full_ns */
	uint64_t full_ns, discarded;
	uint32_t threads;         /* written to the store */
	uint64_t unflushed_since; /* monotonic time of the oldest event not committed, 0: none */
	uint64_t losses_seen_ns;  /* time in the trace up to which losses are written */
	uint64_t overwritten[SEGMENT_RINGS_MAX]; /* resumed: of each ring, not written yet */
	struct recording_position position;
	char position_text[RECORDING_POSITION_TEXT];
};

struct recording *recording_begin(struct ring_reader *reader, struct store *store)
{
	struct recording *recording = calloc(1, sizeof(*recording));

	if (recording) {
		recording->reader = reader;
		recording->store = store;
		recording->writer = event_writer_create(store);
		recording->names = recording_names_create(reader, store);
	}
	if (recording && recording->writer && recording->names)
		return recording;
	if (recording) {
		event_writer_destroy(recording->writer);
		recording_names_destroy(recording->names);
	}
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

struct event_writer *recording_writer(struct recording *recording)
{
	return recording->writer;
}

bool recording_resume(struct recording *recording, const struct recording_position *position,
		      uint64_t time_ns, bool writer_runs)
{
	if (!start(recording))
		return false;
	recording->position = *position;
	recording->threads = position->threads;
	recording->losses_seen_ns = time_ns;
	drain_resume(recording->drain, position->threads, position->skipped, time_ns, writer_runs);
	for (uint32_t i = 0; i < ring_reader_rings_max(recording->reader); i++) {
		const struct recording_place *place = &position->ring[i];

		recording->overwritten[i] = drain_resume_ring(
			recording->drain, i,
			&(struct drain_position){place->at, place->generation, place->thread});
	}
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

/* Says with the next commit how far its events go. */
static void tell_position(struct recording *recording)
{
	struct recording_position *position = &recording->position;

	position->skipped = drain_skipped(recording->drain);
	position->threads = drain_threads(recording->drain);
	position->rings = ring_reader_rings(recording->reader);
	for (uint32_t i = 0; i < position->rings; i++) {
		struct drain_position at = drain_position(recording->drain, i);

		position->ring[i].at = at.at;
		position->ring[i].generation = at.generation;
		position->ring[i].thread = at.thread;
	}
	recording_position_format(position, recording->position_text);
	store_position(recording->store, recording->position_text);
}

/* Writes what was dropped since the last time. */
static void write_losses(struct recording *recording)
{
	uint64_t now_ns = drain_time_ns(recording->drain);

	for (uint32_t i = 0; i < ring_reader_rings(recording->reader); i++) {
		struct recording_place *place = &recording->position.ring[i];
		uint64_t dropped = ring_reader_dropped(recording->reader, i);
		uint64_t count = recording->overwritten[i];

		if (dropped > place->dropped) {
			count += dropped - place->dropped;
			place->dropped = dropped;
		}
		recording->overwritten[i] = 0;
		if (count > 0)
			check(recording, store_loss(recording->store,
						    drain_thread_of_ring(recording->drain, i),
						    recording->losses_seen_ns, now_ns, count,
						    &recording->error));
	}
	recording->losses_seen_ns = now_ns;
}

static void flush_if_old(struct recording *recording)
{
	if (recording->unflushed_since == 0 ||
	    clock_monotonic_ns() - recording->unflushed_since < RECORDING_FLUSH_NS)
		return;
	write_losses(recording);
	tell_position(recording);
	check(recording, store_flush(recording->store, &recording->error));
	recording->unflushed_since = 0;
}

/* Takes events of the round, up to the end of a chunk, and writes them. Returns how many. */
static long take_events(struct recording *recording)
{
	size_t max;
	struct event *events = event_writer_room(recording->writer, &max);
	long count = drain_take(recording->drain, events, max);

	if (count > 0 && recording->full)
		recording->discarded += (uint64_t)count;
	if (count <= 0 || recording->full)
		return count;
	if (recording->unflushed_since == 0)
		recording->unflushed_since = clock_monotonic_ns();
	write_threads(recording);
	tell_position(recording);
	check(recording, event_writer_add(recording->writer, (size_t)count, &recording->error));
	return count;
}

static bool take_round(struct recording *recording, bool all)
{
	bool any = drain_look(recording->drain, all);
	long count;

	check(recording, recording_names_read(recording->names, &recording->error));
	if (!any)
		return false;
	do
		count = take_events(recording);
	while (count > 0);
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

uint64_t recording_bytes(struct recording *recording)
{
	return store_bytes(recording->store);
}

void recording_fill(struct recording *recording)
{
	if (recording->full || !recording->drain)
		return;
	recording->full = true;
	recording->full_ns = drain_time_ns(recording->drain);
	ring_reader_stop(recording->reader);
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
	if (recording->full)
		recording_note(recording, "full", "1");
	if (recording->discarded > 0)
		check(recording, store_loss(recording->store, 0, recording->full_ns,
					    drain_time_ns(recording->drain), recording->discarded,
					    &recording->error));
	if (drain_skipped(recording->drain) > 0)
		check(recording, store_loss(recording->store, 0, 0, drain_time_ns(recording->drain),
					    drain_skipped(recording->drain), &recording->error));
}

/* Commits, counts and closes. */
static int finish_store(struct recording *recording, struct recording_result *result,
			struct error *error)
{
	check(recording, event_writer_finish(recording->writer, &recording->error));
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
	result->full = recording->full;
	result->damage = ring_reader_damage(recording->reader);
	status = finish_store(recording, result, error);
	drain_destroy(recording->drain);
	event_writer_destroy(recording->writer);
	recording_names_destroy(recording->names);
	free(recording);
	return status;
}
