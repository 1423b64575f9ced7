/* SPDX-License-Identifier: MIT */
/*
 * ring_reader.h - a segment, read while another process writes it, which may be hostile.
 *
 * The layout is taken once, when the segment is opened; every number the program writes after that
 * is checked when it is read, and what is handed out are copies. A ring or a note log that makes no
 * sense is left alone from then on. Truncating the file under the reader does not kill it: it reads
 * zeros.
 */
#ifndef GREENROOM_RING_READER_H
#define GREENROOM_RING_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "segment.h"

struct ring_reader;

/* Maps the segment behind a descriptor, which stays the caller's. `name` is for the error. */
int ring_reader_open(struct ring_reader **out, int descriptor, const char *name,
		     struct error *error);
/* The same for a segment that a killed recorder has left behind: it stays as it is. */
int ring_reader_open_left(struct ring_reader **out, int descriptor, const char *name,
			  struct error *error);
void ring_reader_close(struct ring_reader *reader);

/* The process that writes it, 0: none yet. Nothing below makes sense before ring_reader_is_ready
 * has said true once. */
uint32_t ring_reader_process(const struct ring_reader *reader);
bool ring_reader_is_ready(struct ring_reader *reader);
const struct segment_clock *ring_reader_clock(const struct ring_reader *reader);
bool ring_reader_has_finished(const struct ring_reader *reader); /* it ended in order */

/* Rings that there can be. */
uint32_t ring_reader_rings_max(const struct ring_reader *reader);
/* Rings that have ever been used: 0 to that number less one. */
uint32_t ring_reader_rings(struct ring_reader *reader);

/* Slots ever published in the ring; never less than before, never more than fit. */
uint64_t ring_reader_head(struct ring_reader *reader, uint32_t ring);
/* Goes on where an earlier reader of the segment has been: slots below `tail` are done with. What
 * that reader has consumed besides may have been overwritten since, or may be at any moment while
 * the writer runs. Returns the first slot that is certain. Before anything else is read of the
 * ring. */
uint64_t ring_reader_resume(struct ring_reader *reader, uint32_t ring, uint64_t tail,
			    bool writer_runs);
/* Slots ever consumed. */
uint64_t ring_reader_tail(const struct ring_reader *reader, uint32_t ring);
/* The slots of a ring, while somebody else may write into them. */
struct ring_view {
	const struct event_slot *slots;
	uint64_t mask;
};

struct ring_view ring_reader_view(const struct ring_reader *reader, uint32_t ring);

/* Copies slot number `at`, which lies from tail to below head. */
static inline struct event_slot ring_view_slot(struct ring_view view, uint64_t at)
{
	struct event_slot slot = view.slots[at & view.mask];

	/* What is checked later is this copy: the compiler must not look at the ring again. */
	__asm__ volatile("" : "+m"(slot));
	return slot;
}

/* Fetches a slot that will be copied soon. */
static inline void ring_view_fetch(struct ring_view view, uint64_t at)
{
	__builtin_prefetch(&view.slots[at & view.mask]);
}

/* Gives slots below `tail` back to the program, and wakes it when it waits for room. */
void ring_reader_consume(struct ring_reader *reader, uint32_t ring, uint64_t tail);

/* The thread that has the ring, while slots of it are not consumed (segment.h, generation). */
uint32_t ring_reader_generation(const struct ring_reader *reader, uint32_t ring);
uint32_t ring_reader_os_thread(const struct ring_reader *reader, uint32_t ring);
/* Events that the program dropped in this ring; never less than before, nor more than can be. */
uint64_t ring_reader_dropped(struct ring_reader *reader, uint32_t ring);
/* Threads without a ring, and notes without room. */
uint32_t ring_reader_rings_refused(const struct ring_reader *reader);
uint32_t ring_reader_notes_refused(const struct ring_reader *reader);

/* A note, its numbers in order: see segment_note. */
struct ring_note {
	enum segment_note_kind kind;
	uint32_t id;
	uint32_t a, b, c;
	uint64_t address;
	const char *text; /* not terminated; a copy, valid until the next note */
	size_t text_bytes;
};

/* The next note: 1; none now: 0; -EBADMSG when the log is damaged, now and ever after. */
int ring_reader_next_note(struct ring_reader *reader, struct ring_note *out);

/* In the first segment of a trace: how many processes have asked for one of their own, the last number
 * that is made (which wakes them), and those who got none. */
uint32_t ring_reader_segments_wanted(const struct ring_reader *reader);
void ring_reader_segments_made(struct ring_reader *reader, uint32_t number);
uint32_t ring_reader_processes_refused(const struct ring_reader *reader);
/* There too: whether a child has been forked that has not run yet; and one of those that ran first
 * of late, 0: none. */
bool ring_reader_child_is_due(const struct ring_reader *reader);
uint32_t ring_reader_forked(const struct ring_reader *reader, uint32_t entry);

/* Asks the program to stop tracing. */
void ring_reader_stop(struct ring_reader *reader);

/* Sleeps for that long, or until a ring has become half full since `bell` was read. */
uint32_t ring_reader_bell(const struct ring_reader *reader);
void ring_reader_sleep(struct ring_reader *reader, uint32_t bell, uint64_t nanoseconds);

/* Whether anything in the segment made no sense: what it was, or NULL. */
const char *ring_reader_damage(const struct ring_reader *reader);

#endif
