/* SPDX-License-Identifier: MIT */
/*
 * registry.h - the threads that use the runtime: their numbers, and how many of them sleep.
 *
 * Any thread, unless said otherwise.
 */
#ifndef GREENROOM_REGISTRY_H
#define GREENROOM_REGISTRY_H

#include <stdbool.h>
#include <stdint.h>

struct thread;

/* The first of those threads, and of the ones kept: for readers from outside (layout.h). */
extern struct thread **const registry_lists[2];

/* Enters a new thread and gives it its number; takes it out when it ends. Own thread. */
void registry_enter(struct thread *thread);
void registry_leave(struct thread *thread);

/* How many threads there are. */
uint32_t registry_count(void);

/* Whether there is a thread but the calling one, which is attached. */
bool registry_has_others(void);

/* Counts the calling thread as asleep: true; false, and it is not counted, if all the others are. */
bool registry_fall_asleep(void);
/* Counts one less: by the thread that wakes it, which is awake itself, so that the count is never
 * too high. */
void registry_awake(void);

/* Calls `visit` with the thread of that number, which cannot end meanwhile. Whether there is one. */
bool registry_visit(uint64_t number, void (*visit)(struct thread *thread, void *context),
		    void *context);

/* Calls `visit` with every thread, none of which can end meanwhile. */
void registry_each(void (*visit)(struct thread *thread, void *context), void *context);

/* Keeps the record of a thread that has ended and whose memory others use now, for ever. */
void registry_keep(struct thread *thread);

/* In the child after a fork: only the calling thread is left, attached or not (NULL). */
void registry_after_fork(struct thread *thread);

#endif
