/* SPDX-License-Identifier: MIT */
/*
 * snapshot.h - what a thread has, as events: for a reader that has not seen how it came about.
 */
#ifndef GREENROOM_SNAPSHOT_H
#define GREENROOM_SNAPSHOT_H

#include <stddef.h>

#include "thread.h"

/* At most so many events has the snapshot of the thread. */
size_t snapshot_events(const struct thread *thread);

/* Writes, in the child after a fork, what the thread took along: its chain and its callers of
 * scheduler_run. Tasklets that wait in a channel are known again as soon as an event names them. Own
 * thread only; the ring has room. */
void snapshot_write(struct thread *thread, uint32_t parent);

#endif
