/* SPDX-License-Identifier: MIT */
/*
 * segment_writer.h - the program's side of the segment: one a process, looked for once.
 *
 * Whatever goes wrong turns tracing off, for good; nothing here ever fails the program or prints.
 * Once mapped, a segment stays mapped: a thread may be writing into it at any moment.
 */
#ifndef GREENROOM_SEGMENT_WRITER_H
#define GREENROOM_SEGMENT_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "segment.h"
#include "segment_layout.h"

/* Looks for a segment (SEGMENT_ENVIRONMENT) and claims it; where another process has it, one of its
 * own. To be called once; whether it worked is what segment_is_on says from then on. */
void segment_open(void);

/* The same for a segment at `path`. */
void segment_open_path(const char *path);

/* Whether this process has a segment. After a fork the child gets one of its own, with the notes of
 * its parent in it, when this is asked for the first time. Any thread. */
bool segment_get(void);

/* Says in the first segment that there will be a child. */
void segment_before_fork(void);

/* In the child after a fork: the parent's segment is not ours. Whether there will be another one. */
bool segment_after_fork_in_child(void);

/* Wakes the recorder. */
void segment_ring_bell(void);

/* Whether this process has got its segment and may write into it. Any thread. */
bool segment_is_on(void);

/* No event and no note after this. Any thread. */
void segment_turn_off(void);

/* Only while, or after, it was on: */
struct segment *segment_header(void);
const struct segment_layout *segment_layout(void);

/* Whether the recorder asked for the end of tracing, or is gone (it holds a lock on the file as
 * long as it lives). The second is a system call or two. */
bool segment_is_stopped(void);
bool segment_recorder_lives(void);

/* Makes sure that there is room on the disk for a part of the file: without that, writing into a
 * mapped file can kill the process. */
bool segment_reserve(uint64_t offset, uint64_t bytes);

/* Maps a ring with all its pages present. NULL when that is not possible. */
struct event_slot *segment_map_ring(uint32_t ring);

/* Says that the process ended in order. */
void segment_finish(void);

#endif
