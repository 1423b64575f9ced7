/* SPDX-License-Identifier: MIT */
/*
 * recording.h - from the segments of running processes to the store: events, and everything they
 * name.
 *
 * An error of the store ends the recording, not the program: what is committed stays, the program
 * is asked to stop tracing, and what still comes is counted as lost.
 */
#ifndef GREENROOM_RECORDING_H
#define GREENROOM_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "event_writer.h"
#include "recording_position.h"
#include "ring_reader.h"
#include "store.h"

struct recording;

/* Begins to record what comes through `reader`, the first process's, which stays the caller's, into
 * `store`, which becomes the recording's. NULL when out of memory; the store is then given up. */
struct recording *recording_begin(struct ring_reader *reader, struct store *store);

/* Goes on where an earlier recording of the same segment was when it was killed: its events are in
 * the trace already, through recording_writer, up to the time given. What it had taken from a ring
 * and not committed is taken again, as far as the program has not overwritten it; the rest is
 * counted as lost. `writer_runs`: the program may still be writing. Before the first pump. False when
 * there is nothing to go on with: the program has never been ready, or there is no memory. */
struct event_writer *recording_writer(struct recording *recording);
bool recording_resume(struct recording *recording, const struct recording_position *position,
		      uint64_t time_ns, bool writer_runs);

/* Keeps the newest `events` only, in memory, and writes them when the recording ends: at the end of
 * the program, at the first deadlock, or when recording_freeze is called; after that the program is
 * no longer recorded. Before the first pump. False when out of memory. */
bool recording_keep_newest(struct recording *recording, uint64_t events);
void recording_freeze(struct recording *recording, const char *why);

/* Writes what is kept now as a trace of its own; the recording goes on. 0, or negative errno with the
 * sentence: -EINVAL when it keeps nothing. */
int recording_copy_window(struct recording *recording, const char *path, struct error *error);

/* Before the first pump: the program has run for long, and its tasklets have any number. */
void recording_expect_any_number(struct recording *recording);

/* Whether nothing more will be taken: it is frozen, full, or has failed. */
bool recording_is_over(const struct recording *recording);

/* Records another process too, whose reader is ready. Its number in this recording, from 1 on; or
 * -EAGAIN when there are too many at a time, or the first has never been ready; -ENOMEM. */
int recording_add(struct recording *recording, struct ring_reader *reader);
/* Once that process has ended: whether all its events have been taken. It is forgotten then, and the
 * reader may be closed. */
bool recording_remove(struct recording *recording, int process);

/* The clock of the trace; NULL while it is not known. */
const struct segment_clock *recording_clock(const struct recording *recording);

/* Writes down a fact about the recording (store_meta). */
void recording_note(struct recording *recording, const char *key, const char *value);

/* Takes what there is; commits what has waited for long. Whether there was anything. */
bool recording_pump(struct recording *recording);

/* How large the trace is. */
uint64_t recording_bytes(struct recording *recording);

/* The trace is as large as it may become: asks the program to stop tracing; what is still on its way
 * is counted as lost. */
void recording_fill(struct recording *recording);

/* For moments without events: looks up a place in the debugging information. */
void recording_idle(struct recording *recording);

struct recording_result {
	bool used;          /* a process has used the segment */
	uint32_t refused;   /* processes that were not recorded */
	uint64_t events;    /* in the trace */
	bool full;          /* recording_fill was called */
	const char *frozen; /* why recording_freeze was called, or NULL */
	uint64_t forgotten; /* older events, that were not kept */
	uint64_t lost;      /* known to be lost, for whatever reason */
	const char *damage; /* what made no sense in the segment, or NULL */
};

/* Takes the rest, all that has been published, and completes the trace; frees the recording in any
 * case. 0, or the store's first error. */
int recording_end(struct recording *recording, struct recording_result *result,
		  struct error *error);

#endif
