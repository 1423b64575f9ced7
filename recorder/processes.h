/* SPDX-License-Identifier: MIT */
/*
 * processes.h - the processes of one recording: each gets a segment of its own when it asks for one,
 * and is forgotten when it has ended and all it wrote has been taken.
 *
 * What they ask for stands in the first segment (segment.h), so it is checked like anything else that
 * a program writes: nobody gets more than DRAIN_PROCESSES_MAX segments at a time.
 */
#ifndef GREENROOM_PROCESSES_H
#define GREENROOM_PROCESSES_H

#include <stdbool.h>

#include "recording.h"
#include "segment_file.h"

struct processes;

/* Segments are made for the trace at `trace_path`, like the first one at `segment_path`, whose reader
 * this is. All stay the caller's, the paths too. NULL when out of memory. */
struct processes *processes_create(const char *trace_path, const char *segment_path,
				   const struct segment_layout *layout,
				   const struct segment_settings *settings,
				   struct ring_reader *first, struct recording *recording);

/* Makes what is asked for, takes in who has come, lets go of who has ended. To be called often. */
void processes_serve(struct processes *processes);

/* Processes of the recording that have not ended. */
int processes_alive(struct processes *processes);

/* Whether there are forked children that have not used the library yet, and still may. */
bool processes_may_come(const struct processes *processes);

/* How many there have been, the first included. */
unsigned int processes_count(const struct processes *processes);

/* When the recording has ended: removes their segments. */
void processes_destroy(struct processes *processes);

#endif
