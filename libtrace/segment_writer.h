/* SPDX-License-Identifier: MIT */
/*
 * segment_writer.h - the program's side of a segment.
 *
 * There is at most one present at a time that the process writes into. What goes wrong turns tracing
 * off; nothing here ever fails the program or prints. A thread may be writing at any moment, so a
 * segment that has been turned off stays mapped until every thread has given its ring back.
 */
#ifndef GREENROOM_SEGMENT_WRITER_H
#define GREENROOM_SEGMENT_WRITER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "segment.h"
#include "segment_layout.h"

struct trace_ring;

struct segment_writer {
	atomic_bool on;         /* events and notes may be written */
	atomic_bool ends;       /* but nobody may take a ring any more */
	struct segment *header; /* with the note log behind it */
	struct segment_layout layout;
	uint32_t session; /* the how manyeth of the process, from 1 on */
	/* ring.c's: all rings that there can be, NULL before the first is taken; and those that threads
	 * have. */
	struct trace_ring *rings;
	uint32_t rings_out;
	atomic_int descriptor;
	/* The file, to know it again should somebody have closed the descriptor. */
	dev_t device;
	ino_t inode;
	char *path;
	struct segment *first; /* the trace's first segment: ours, or only its header */
	char *first_path;
};

/* Looks for a segment (SEGMENT_ENVIRONMENT) and claims it; where another process has it, one of its
 * own. NULL: there is none. */
struct segment_writer *segment_open(void);

/* Claims the segment behind a descriptor, which is closed in any case; `path` is where it lies. NULL
 * when it is none, or is not to be trusted, or has no recorder. */
struct segment_writer *segment_open_descriptor(int descriptor, const char *path);

/* Turns it on: it is the present one. */
void segment_begin(struct segment_writer *writer);

/* It is not the present one any more. */
void segment_forget_present(struct segment_writer *writer);

/* Unmaps and frees it, when nobody can use it any more. NULL: nothing. */
void segment_close(struct segment_writer *writer);

/* The present one, on or off, or NULL. Any thread. */
struct segment_writer *segment_present(void);

/* The present one if it is on, else NULL. After a fork the child gets one of its own, with the notes of
 * its parent in it, when this is asked for the first time. Any thread. */
struct segment_writer *segment_get(void);

/* Says in the first segment that there will be a child. */
void segment_before_fork(void);

/* In the child after a fork: the parent's segment is not ours. Whether there will be another one. */
bool segment_after_fork_in_child(void);

/* Wakes the recorder. */
void segment_ring_bell(struct segment_writer *writer);

/* Whether it may be written into. Any thread. NULL: no. */
bool segment_is_on(const struct segment_writer *writer);

/* No event and no note after this. Any thread. */
void segment_turn_off(struct segment_writer *writer);

/* Whether the recorder asked for the end of tracing, or is gone (it holds a lock on the file as
 * long as it lives). The second is a system call or two. */
bool segment_is_stopped(const struct segment_writer *writer);
bool segment_recorder_lives(struct segment_writer *writer);

/* Makes sure that there is room on the disk for a part of the file: without that, writing into a
 * mapped file can kill the process. */
bool segment_reserve(struct segment_writer *writer, uint64_t offset, uint64_t bytes);

/* Maps a ring with all its pages present. NULL when that is not possible. */
struct event_slot *segment_map_ring(struct segment_writer *writer, uint32_t ring);

/* Says that the process ended in order, or let go of the segment so. */
void segment_finish(struct segment_writer *writer);

#endif
