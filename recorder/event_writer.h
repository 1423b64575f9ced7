/* SPDX-License-Identifier: MIT */
/*
 * event_writer.h - events into a store, with a keyframe of the state they lead to now and then.
 *
 * It fills one chunk after the other: whoever has events puts them where event_writer_room says, and
 * hands them over there.
 */
#ifndef GREENROOM_EVENT_WRITER_H
#define GREENROOM_EVENT_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "store.h"

struct event_writer;

/* Writes into `store`, which stays the caller's and has no events yet. NULL when out of memory. */
struct event_writer *event_writer_create(struct store *store);
void event_writer_destroy(struct event_writer *writer);

/* Where the next events may be put, and how many: up to the end of a chunk. Never none. */
struct event *event_writer_room(struct event_writer *writer, size_t *max);

/* Appends `count` events that have been put there. 0, or the store's first error. */
int event_writer_add(struct event_writer *writer, size_t count, struct error *error);

/* When all events have been added, before the store is finished: waits for what is under way. */
int event_writer_finish(struct event_writer *writer, struct error *error);

#endif
