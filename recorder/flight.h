/* SPDX-License-Identifier: MIT */
/*
 * flight.h - the newest events of a recording, and the state before the oldest of them.
 *
 * Whatever is older becomes part of that state. When the window is written it begins with events that
 * lead to the state, as they could have happened, so that readers need to know nothing of it.
 */
#ifndef GREENROOM_FLIGHT_H
#define GREENROOM_FLIGHT_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "event_writer.h"
#include "store.h"

struct flight;

/* Keeps about so many events. NULL when out of memory. */
struct flight *flight_create(uint64_t events);
void flight_destroy(struct flight *flight);

/* Where the next events may be put, and how many. Never none. */
struct event *flight_room(struct flight *flight, size_t *max);
/* So many have been put there. 0 or -ENOMEM. */
int flight_add(struct flight *flight, size_t count);

/* Events that were not kept. */
uint64_t flight_forgotten(const struct flight *flight);

/* Writes the window, as it is now, as a trace of its own, with what the recording's store knows, which
 * has been flushed. The recording goes on. 0 or negative errno; then there is no such file. */
int flight_write_copy(struct flight *flight, struct store *store, const char *path,
		      struct error *error);

/* Writes the window. 0, or the store's first error. */
int flight_write(struct flight *flight, struct event_writer *writer, struct error *error);

#endif
