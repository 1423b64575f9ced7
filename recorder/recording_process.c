/* SPDX-License-Identifier: MIT */
/* recording_process.c - a reader, and what belongs to it. */
#include "recording_process.h"

#include <stdlib.h>

struct recording_process *recording_process_create(struct ring_reader *reader, struct store *store,
						   struct numbering *numbering, int number)
{
	struct recording_process *process = calloc(1, sizeof(*process));

	if (!process)
		return NULL;
	process->reader = reader;
	process->numbering = number;
	process->names = recording_names_create(reader, store, numbering, number);
	if (process->names)
		return process;
	free(process);
	return NULL;
}

void recording_process_destroy(struct recording_process *process)
{
	if (process)
		recording_names_destroy(process->names);
	free(process);
}

uint64_t recording_process_lost(struct recording_process *process, uint32_t ring)
{
	uint64_t dropped = ring_reader_dropped(process->reader, ring);
	uint64_t count = process->overwritten[ring];

	if (dropped > process->dropped[ring]) {
		count += dropped - process->dropped[ring];
		process->dropped[ring] = dropped;
	}
	process->overwritten[ring] = 0;
	return count;
}
