/* SPDX-License-Identifier: MIT */
/*
 * recover.c - the events that can be read go through a new store, which makes everything else anew:
 * summaries, sets, keyframes, tables. Then, as if the recorder had never been killed, the recording
 * goes on with what lies in the segment.
 */
#include "recover.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event_writer.h"
#include "recording.h"
#include "segment_file.h"
#include "store_salvage.h"

struct recovery {
	const char *path;
	struct store_salvage *salvage;
	struct segment_file segment;
	struct ring_reader *reader; /* NULL: no segment, or one of another recording */
	struct recording_position position;
	struct store *store;
	bool created;
	struct recording *recording; /* where there is a reader; it has the writer */
	struct event_writer *writer;
	uint64_t time_ns; /* of the last event */
	struct event events[STORE_CHUNK_EVENTS];
};

/* -------------------------------------------------------------------------------- the segment */

static bool is_number(const char *text, uint64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	return text && strcmp(text, digits) == 0;
}

/* Whether the trace is the one that the segment's events go to. Before the first commit it says
 * nothing about its program. */
static bool segment_belongs(struct recovery *recovery)
{
	struct store_salvage *salvage = recovery->salvage;
	const char *state = store_salvage_fact(salvage, "state");

	if (!state || strcmp(state, "recording") != 0 || !ring_reader_is_ready(recovery->reader))
		return false;
	if (!store_salvage_fact(salvage, "process"))
		return store_salvage_total(salvage) == 0;
	return is_number(store_salvage_fact(salvage, "process"),
			 ring_reader_process(recovery->reader)) &&
	       is_number(store_salvage_fact(salvage, "monotonic_ns"),
			 ring_reader_clock(recovery->reader)->monotonic_base_ns);
}

/* Without a position the trace has no events of it yet, or is damaged just there: then nobody knows
 * which of the segment's events it has. */
static bool find_position(struct recovery *recovery)
{
	const char *text = store_salvage_fact(recovery->salvage, "position");

	if (text)
		return recording_position_parse(&recovery->position, text) == 0;
	return store_salvage_total(recovery->salvage) == 0;
}

static int open_segment(struct recovery *recovery, struct error *error)
{
	int result = segment_file_adopt(&recovery->segment, recovery->path, error);

	if (result <= 0)
		return result;
	if (ring_reader_open_left(&recovery->reader, recovery->segment.descriptor,
				  recovery->segment.path, NULL) < 0)
		return 0; /* the trace is there all the same */
	if (segment_belongs(recovery) && find_position(recovery))
		return 0;
	ring_reader_close(recovery->reader);
	recovery->reader = NULL;
	return 0;
}

/* Whether the program may still write: it lives, or something else has its number. */
static bool writer_runs(const struct recovery *recovery)
{
	pid_t process = (pid_t)ring_reader_process(recovery->reader);

	return process > 0 && (kill(process, 0) == 0 || errno == EPERM);
}

/* ---------------------------------------------------------------------------------- the events */

static int write_events(struct recovery *recovery, size_t count, struct error *error)
{
	const struct event *events = recovery->events;
	int result = 0;

	while (count > 0 && result == 0) {
		size_t max, part;
		struct event *room = event_writer_room(recovery->writer, &max);

		part = count < max ? count : max;
		memcpy(room, events, part * sizeof(*room));
		result = event_writer_add(recovery->writer, part, error);
		events += part;
		count -= part;
	}
	return result;
}

static int copy_events(struct recovery *recovery, recover_progress_fn *progress, void *context,
		       struct error *error)
{
	struct store_hole hole;
	long count;
	int result = 0;

	do {
		count = store_salvage_next(recovery->salvage, recovery->events, &hole);
		if (count < 0)
			return error_set_file(error, (int)count, recovery->path);
		if (hole.count > 0)
			result = store_loss(recovery->store, 0, hole.from_ns, hole.to_ns,
					    hole.count, error);
		if (count > 0) {
			recovery->time_ns = recovery->events[count - 1].time_ns;
			if (result == 0)
				result = write_events(recovery, (size_t)count, error);
		}
		if (progress)
			progress(context, store_salvage_reached(recovery->salvage),
				 store_salvage_total(recovery->salvage));
	} while (count > 0 && result == 0);
	return result;
}

/* ----------------------------------------------------------------------------- all of it, in order */

static int begin(struct recovery *recovery, const char *out, struct error *error)
{
	int result = store_create(&recovery->store, out, NULL, error);

	if (result < 0)
		return result;
	recovery->created = true;
	if (recovery->reader) {
		recovery->recording = recording_begin(recovery->reader, recovery->store);
		if (recovery->recording)
			recovery->writer = recording_writer(recovery->recording);
		else
			recovery->store = NULL; /* given up already */
	} else {
		recovery->writer = event_writer_create(recovery->store);
	}
	return recovery->writer ? 0 : error_set_file(error, -ENOMEM, out);
}

static int end_without_segment(struct recovery *recovery, struct recovered *result,
			       struct error *error)
{
	int status = event_writer_finish(recovery->writer, error);

	event_writer_destroy(recovery->writer);
	recovery->writer = NULL;
	result->events = store_events(recovery->store);
	result->lost = store_lost(recovery->store);
	if (status == 0)
		status = store_finish(recovery->store, error);
	else
		store_abandon(recovery->store);
	recovery->store = NULL;
	return status;
}

static int end_with_segment(struct recovery *recovery, struct recovered *result,
			    struct error *error)
{
	struct recording_result recorded;
	int status;

	result->segment = recording_resume(recovery->recording, &recovery->position,
					   recovery->time_ns, writer_runs(recovery));
	status = recording_end(recovery->recording, &recorded, error);
	recovery->recording = NULL;
	recovery->store = NULL;
	result->events = recorded.events;
	result->lost = recorded.lost;
	result->damage = recorded.damage;
	return status;
}

/* After an error: nothing of the new trace stays. */
static void give_up(struct recovery *recovery, const char *out)
{
	struct recording_result recorded;
	struct error error;

	if (recovery->recording) {
		recording_end(recovery->recording, &recorded, &error);
	} else {
		event_writer_destroy(recovery->writer);
		if (recovery->store)
			store_abandon(recovery->store);
	}
	unlink(out);
}

static int recover(struct recovery *recovery, const char *out, recover_progress_fn *progress,
		   void *context, struct recovered *result, struct error *error)
{
	int status = begin(recovery, out, error);

	if (status < 0) {
		if (recovery->created)
			give_up(recovery, out);
		return status;
	}
	status = store_salvage_copy(recovery->salvage, recovery->store, error);
	if (status == 0)
		status = store_meta(recovery->store, "recovered", "1", error);
	if (status == 0)
		status = copy_events(recovery, progress, context, error);
	if (status < 0) {
		give_up(recovery, out);
		return status;
	}
	return recovery->recording ? end_with_segment(recovery, result, error)
				   : end_without_segment(recovery, result, error);
}

int recover_trace(const char *path, const char *out, recover_progress_fn *progress, void *context,
		  struct recovered *result, struct error *error)
{
	struct recovery *recovery = calloc(1, sizeof(*recovery));
	int status;

	*result = (struct recovered){0};
	if (!recovery)
		return error_set_file(error, -ENOMEM, path);
	recovery->path = path;
	recovery->segment.descriptor = -1;
	status = store_salvage_open(&recovery->salvage, path, error);
	if (status == 0)
		status = open_segment(recovery, error);
	if (status == 0)
		status = recover(recovery, out, progress, context, result, error);
	ring_reader_close(recovery->reader);
	segment_file_release(&recovery->segment);
	store_salvage_close(recovery->salvage);
	free(recovery);
	return status;
}
