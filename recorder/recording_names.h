/* SPDX-License-Identifier: MIT */
/*
 * recording_names.h - what the events of a recording name: notes read, resolved, stored.
 */
#ifndef GREENROOM_RECORDING_NAMES_H
#define GREENROOM_RECORDING_NAMES_H

#include <stddef.h>

#include "error.h"
#include "numbering.h"
#include "ring_reader.h"
#include "store.h"

struct recording_names;

/* The names of one process, by their numbers in the trace. All three stay the caller's. NULL when out
 * of memory. */
struct recording_names *recording_names_create(struct ring_reader *reader, struct store *store,
					       struct numbering *numbering, int process);
void recording_names_destroy(struct recording_names *names);

/* Reads all notes there are and writes their rows. 0, or an error of the store. A damaged log is
 * none: the rest of it stays unknown. */
int recording_names_read(struct recording_names *names, struct error *error);

/* Looks up at most `max` addresses that have no function, file and line yet, and writes their rows
 * again. Each is looked up once. */
int recording_names_resolve(struct recording_names *names, size_t max, struct error *error);

#endif
