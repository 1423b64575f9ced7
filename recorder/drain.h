/* SPDX-License-Identifier: MIT */
/*
 * drain.h - all rings of all segments of a trace as one stream of events.
 *
 * Within a thread events keep the ring's order; between threads they are ordered by their stamps;
 * times never go backwards. A round is: drain_look, then read the notes (so that whatever the
 * round's events name is known), then drain_take until it returns 0.
 *
 * A thread that is silent holds nothing back, and cause comes before effect. All heads are read
 * twice. Let T be the newest stamp that the first look found: the round gives all events of the
 * second look with stamps up to T, and keeps the others for later. An event that caused one of
 * those was published before the first look ended, so the second look has it, and its stamp is
 * smaller.
 */
#ifndef GREENROOM_DRAIN_H
#define GREENROOM_DRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "ring_reader.h"

struct drain;

struct drain_thread {
	int process;
	uint32_t ring;
	uint32_t os_thread;
};

enum { DRAIN_PROCESSES_MAX = 256 }; /* at a time */

/* With the segment of the first process, number 0. The reader, which must be ready, stays the
 * caller's, and its clock is that of the whole trace. NULL when out of memory. */
struct drain *drain_create(struct ring_reader *reader);
void drain_destroy(struct drain *drain);

/* Another process, with a number that is not in use; its reader must be ready too. 0 or -ENOMEM. */
int drain_add(struct drain *drain, int process, struct ring_reader *reader);
/* When it has ended: forgets its rings, if all its events have been given. Whether it did. */
bool drain_remove(struct drain *drain, int process);

/* How far it has got in a ring of the first process, and in whose name it took slots last. */
struct drain_position {
	uint64_t at; /* slots ever taken */
	uint32_t generation, thread;
};

struct drain_position drain_position(const struct drain *drain, uint32_t ring);

/* Before the first round: goes on where an earlier drain of the segment has been. First the numbers
 * of threads it has given away, slots it has skipped, the time it has reached, and whether the
 * program may still be writing; then each ring of the first process. drain_resume_ring returns how many slots have been
 * overwritten since, and are lost. */
void drain_resume(struct drain *drain, uint32_t threads, uint64_t skipped, uint64_t time_ns,
		  bool writer_runs);
uint64_t drain_resume_ring(struct drain *drain, uint32_t ring,
			   const struct drain_position *position);

/* Begins a round. With `all` it gives everything that is published by now, whatever the stamps:
 * for when nobody writes any more, or nobody is to wait. Whether there is anything. */
bool drain_look(struct drain *drain, bool all);

/* The next events of the round, with `seq` counting on from 1; gives their slots back to the
 * program. Returns how many, 0 at the round's end; -ENOMEM. */
long drain_take(struct drain *drain, struct event *out, size_t max);

/* Threads met so far, those of an earlier drain included; they are numbered from 1 in the order of
 * their first events. */
uint32_t drain_threads(const struct drain *drain);
const struct drain_thread *drain_thread(const struct drain *drain, uint32_t number);
/* The thread that last wrote into a ring, 0: none yet. */
uint32_t drain_thread_of_ring(const struct drain *drain, int process, uint32_t ring);
/* Whose event it is. */
int drain_process_of_thread(const struct drain *drain, uint32_t number);

/* Time of the last event. */
uint64_t drain_time_ns(const struct drain *drain);
/* Slots that held no event of a kind that is known. */
uint64_t drain_skipped(const struct drain *drain);

#endif
