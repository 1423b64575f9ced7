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
#include "flight.h"
#include "recording_names.h"
#include "recording_position.h"
#include "recording_process.h"

enum {
	RECORDING_FLUSH_NS = 20000000 /* how old an event may become before it is committed */
};

struct recording {
	struct ring_reader *reader; /* the first process's */
	struct store *store;
	struct drain *drain; /* NULL until the program is ready */
	struct event_writer *writer;
	struct flight *flight; /* NULL: all events are written at once */
	const char *frozen;    /* why no more events are taken, or NULL */
	struct numbering *numbering;
	struct recording_process *process[DRAIN_PROCESSES_MAX]; /* NULL: none with that number */
	bool several; /* processes, or any numbers: those in the trace cannot be found again */
	uint32_t rings_refused, notes_refused; /* by processes that have ended */
	bool failed;                           /* the store is in error; `error` says why */
	struct error error;
	bool full; /* events are counted only: those after full_ns */
	uint64_t full_ns, discarded;
	uint32_t threads;         /* written to the store */
	uint64_t unflushed_since; /* monotonic time of the oldest event not committed, 0: none */
	uint64_t losses_seen_ns;  /* time in the trace up to which losses are written */
	struct recording_position position;
	char position_text[RECORDING_POSITION_TEXT];
};

static void destroy(struct recording *recording)
{
	for (int i = 0; i < DRAIN_PROCESSES_MAX; i++)
		recording_process_destroy(recording->process[i]);
	drain_destroy(recording->drain);
	flight_destroy(recording->flight);
	event_writer_destroy(recording->writer);
	numbering_destroy(recording->numbering);
	free(recording);
}

struct recording *recording_begin(struct ring_reader *reader, struct store *store)
{
	struct recording *recording = calloc(1, sizeof(*recording));

	if (recording) {
		recording->reader = reader;
		recording->store = store;
		recording->writer = event_writer_create(store);
		recording->numbering = numbering_create();
		if (recording->writer && recording->numbering)
			recording->process[0] = recording_process_create(reader, recording->store,
									 recording->numbering, 0);
		if (recording->process[0])
			return recording;
		destroy(recording);
	}
	store_abandon(store);
	return NULL;
}

static void stop(struct recording *recording)
{
	for (int i = 0; i < DRAIN_PROCESSES_MAX; i++) {
		if (recording->process[i])
			ring_reader_stop(recording->process[i]->reader);
	}
}

/* The store keeps its first error, so it does not matter which call is the first to notice. */
static void check(struct recording *recording, int result)
{
	if (result >= 0 || recording->failed)
		return;
	recording->failed = true;
	stop(recording);
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

int recording_add(struct recording *recording, struct ring_reader *reader)
{
	int number = 1, numbering;

	while (number < DRAIN_PROCESSES_MAX && recording->process[number])
		number++;
	if (!recording->drain || number == DRAIN_PROCESSES_MAX)
		return -EAGAIN;
	recording->several = true;
	numbering = numbering_add_process(recording->numbering);
	if (numbering < 0)
		return numbering;
	recording->process[number] = recording_process_create(reader, recording->store,
							      recording->numbering, numbering);
	if (recording->process[number] && drain_add(recording->drain, number, reader) == 0)
		return number;
	recording_process_destroy(recording->process[number]);
	recording->process[number] = NULL;
	return -ENOMEM;
}

void recording_expect_any_number(struct recording *recording)
{
	numbering_expect_any(recording->numbering);
	recording->several = true;
}

bool recording_is_over(const struct recording *recording)
{
	return recording->failed || recording->full || recording->frozen;
}

const struct segment_clock *recording_clock(const struct recording *recording)
{
	return recording->drain ? ring_reader_clock(recording->reader) : NULL;
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

		recording->process[0]->dropped[i] = place->dropped;
		recording->process[0]->overwritten[i] = drain_resume_ring(
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
		uint32_t process = ring_reader_process(recording->process[thread->process]->reader);

		check(recording, store_thread(recording->store, number, process, thread->os_thread,
					      &recording->error));
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
		position->ring[i].dropped = recording->process[0]->dropped[i];
		position->ring[i].generation = at.generation;
		position->ring[i].thread = at.thread;
	}
	/* Not for what is in memory alone. */
	recording->position_text[0] = '\0';
	if (!recording->several && !recording->flight)
		recording_position_format(position, recording->position_text);
	store_position(recording->store, recording->position_text);
}

/* Writes what a process dropped since the last time. */
static void write_losses_of(struct recording *recording, int number)
{
	struct recording_process *process = recording->process[number];
	uint64_t now_ns = drain_time_ns(recording->drain);

	for (uint32_t i = 0; i < ring_reader_rings(process->reader); i++) {
		uint64_t count = recording_process_lost(process, i);

		if (count > 0)
			check(recording,
			      store_loss(recording->store,
					 drain_thread_of_ring(recording->drain, number, i),
					 recording->losses_seen_ns, now_ns, count,
					 &recording->error));
	}
}

static void write_losses(struct recording *recording)
{
	for (int i = 0; i < DRAIN_PROCESSES_MAX; i++) {
		if (recording->process[i])
			write_losses_of(recording, i);
	}
	recording->losses_seen_ns = drain_time_ns(recording->drain);
}

bool recording_remove(struct recording *recording, int number)
{
	struct recording_process *process = recording->process[number];

	check(recording, recording_names_read(process->names, &recording->error));
	check(recording, recording_names_resolve(process->names, SIZE_MAX, &recording->error));
	write_threads(recording);
	write_losses_of(recording, number);
	if (!drain_remove(recording->drain, number))
		return false;
	recording->rings_refused += ring_reader_rings_refused(process->reader);
	recording->notes_refused += ring_reader_notes_refused(process->reader);
	recording_process_destroy(process);
	recording->process[number] = NULL;
	return true;
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

/* From the numbers that each process gives to those of the trace. */
static void translate(struct recording *recording, struct event *events, size_t count)
{
	for (size_t from = 0, to; from < count; from = to) {
		int process = drain_process_of_thread(recording->drain, events[from].thread);

		for (to = from + 1; to < count && events[to].thread == events[from].thread;)
			to++;
		numbering_translate(recording->numbering, recording->process[process]->numbering,
				    events + from, to - from);
	}
}

static void freeze_at_deadlock(struct recording *recording, const struct event *events,
			       size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (events[i].kind == EVENT_scheduler_deadlock) {
			recording_freeze(recording, "a deadlock");
			break;
		}
	}
}

/* Events that have been put where they belong are kept or written. */
static void add_events(struct recording *recording, const struct event *events, size_t count)
{
	int result;

	if (!recording->flight) {
		check(recording, event_writer_add(recording->writer, count, &recording->error));
		return;
	}
	freeze_at_deadlock(recording, events, count);
	result = flight_add(recording->flight, count);
	if (result < 0)
		check(recording, error_set(&recording->error, result, EXIT_IO,
					   "out of memory: recording stops here"));
}

/* Takes events of the round, up to the end of a chunk, and writes them. Returns how many. */
static long take_events(struct recording *recording)
{
	size_t max;
	struct event *events = recording->flight ? flight_room(recording->flight, &max)
						 : event_writer_room(recording->writer, &max);
	long count = drain_take(recording->drain, events, max);

	if (count > 0 && recording->full)
		recording->discarded += (uint64_t)count;
	if (count <= 0 || recording->full || recording->frozen)
		return count;
	if (recording->unflushed_since == 0)
		recording->unflushed_since = clock_monotonic_ns();
	write_threads(recording);
	translate(recording, events, (size_t)count);
	tell_position(recording);
	add_events(recording, events, (size_t)count);
	return count;
}

static bool take_round(struct recording *recording, bool all)
{
	bool any = drain_look(recording->drain, all);
	long count;

	for (int i = 0; i < DRAIN_PROCESSES_MAX; i++) {
		if (recording->process[i])
			check(recording, recording_names_read(recording->process[i]->names,
							      &recording->error));
	}
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

bool recording_keep_newest(struct recording *recording, uint64_t events)
{
	recording->flight = flight_create(events);
	return recording->flight != NULL;
}

void recording_freeze(struct recording *recording, const char *why)
{
	if (recording->frozen)
		return;
	recording->frozen = why;
	stop(recording);
}

int recording_copy_window(struct recording *recording, const char *path, struct error *error)
{
	if (!recording->flight || !recording->drain)
		return error_set(error, -EINVAL, EXIT_IO, "%s: there is nothing to keep", path);
	write_losses(recording);
	check(recording, store_flush(recording->store, &recording->error));
	return flight_write_copy(recording->flight, recording->store, path, error);
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
	stop(recording);
}

void recording_idle(struct recording *recording)
{
	for (int i = 0; i < DRAIN_PROCESSES_MAX && !recording->failed; i++) {
		if (recording->process[i])
			check(recording, recording_names_resolve(recording->process[i]->names, 1,
								 &recording->error));
	}
}

/* What processes could not record. */
static void write_refusals(struct recording *recording)
{
	uint32_t rings = recording->rings_refused, notes = recording->notes_refused;

	for (int i = 0; i < DRAIN_PROCESSES_MAX; i++) {
		if (!recording->process[i])
			continue;
		rings += ring_reader_rings_refused(recording->process[i]->reader);
		notes += ring_reader_notes_refused(recording->process[i]->reader);
	}
	if (rings > 0)
		note_number(recording, "threads_not_recorded", rings);
	if (notes > 0)
		note_number(recording, "names_not_recorded", notes);
	if (ring_reader_processes_refused(recording->reader) > 0)
		note_number(recording, "processes_not_recorded",
			    ring_reader_processes_refused(recording->reader));
}

static void complete(struct recording *recording)
{
	take_round(recording, true);
	if (recording->flight) {
		check(recording,
		      flight_write(recording->flight, recording->writer, &recording->error));
		note_number(recording, "forgotten", flight_forgotten(recording->flight));
	}
	write_losses(recording);
	for (int i = 0; i < DRAIN_PROCESSES_MAX; i++) {
		if (recording->process[i])
			check(recording, recording_names_resolve(recording->process[i]->names,
								 SIZE_MAX, &recording->error));
	}
	recording_note(recording, "ended_in_order",
		       ring_reader_has_finished(recording->reader) ? "1" : "0");
	write_refusals(recording);
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

	stop(recording); /* should somebody still be writing */
	*result = (struct recording_result){.used = ring_reader_process(recording->reader) != 0};
	if (recording->drain || start(recording))
		complete(recording);
	result->full = recording->full;
	result->frozen = recording->frozen;
	result->forgotten = recording->flight ? flight_forgotten(recording->flight) : 0;
	result->refused = ring_reader_processes_refused(recording->reader);
	result->damage = ring_reader_damage(recording->reader);
	status = finish_store(recording, result, error);
	destroy(recording);
	return status;
}
