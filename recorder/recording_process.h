/* SPDX-License-Identifier: MIT */
/* recording_process.h - one of the processes of a recording: what it names, and what it lost. */
#ifndef GREENROOM_RECORDING_PROCESS_H
#define GREENROOM_RECORDING_PROCESS_H

#include <stdint.h>

#include "numbering.h"
#include "recording_names.h"
#include "ring_reader.h"
#include "store.h"

struct recording_process {
	struct ring_reader *reader;
	struct recording_names *names;
	int numbering; /* its number there */
	/* Of each ring: events that were dropped, as far as they are told; and slots that were
	 * overwritten before a resumed recording could take them, not told yet. */
	uint64_t dropped[SEGMENT_RINGS_MAX];
	uint64_t overwritten[SEGMENT_RINGS_MAX];
};

/* All stay the caller's. NULL when out of memory. */
struct recording_process *recording_process_create(struct ring_reader *reader, struct store *store,
						   struct numbering *numbering, int number);
void recording_process_destroy(struct recording_process *process);

/* How many events were lost in a ring since this was asked last. */
uint64_t recording_process_lost(struct recording_process *process, uint32_t ring);

#endif
