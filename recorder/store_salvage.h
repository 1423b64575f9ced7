/* SPDX-License-Identifier: MIT */
/*
 * store_salvage.h - everything that can still be read of a trace: a damaged one, or one whose
 * recorder was killed.
 */
#ifndef GREENROOM_STORE_SALVAGE_H
#define GREENROOM_STORE_SALVAGE_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "event.h"
#include "store.h"

struct store_salvage;

/* Events that should be there, and are not. */
struct store_hole {
	uint64_t count; /* 0: there is no hole */
	uint64_t from_ns, to_ns;
};

/* The file must be recognizable as a trace. */
int store_salvage_open(struct store_salvage **out, const char *path, struct error *error);
void store_salvage_close(struct store_salvage *salvage);

/* What table meta says under that name; NULL: nothing. Borrowed until the next call. */
const char *store_salvage_fact(struct store_salvage *salvage, const char *name);

/* Copies names, places, modules, threads, losses and facts about the recording. 0, or the error of
 * `to`. */
int store_salvage_copy(struct store_salvage *salvage, struct store *to, struct error *error);

/* The events that come next, up to STORE_CHUNK_EVENTS, and the hole before them. Their numbers are
 * those of the damaged trace. Returns how many; 0 at the end, where there may be a last hole;
 * negative errno when it cannot go on. */
long store_salvage_next(struct store_salvage *salvage, struct event *out, struct store_hole *hole);

/* Number of the event up to which it has come, and of the last one there should be. */
uint64_t store_salvage_reached(const struct store_salvage *salvage);
uint64_t store_salvage_total(const struct store_salvage *salvage);

#endif
