/* SPDX-License-Identifier: MIT */
/*
 * numbering.h - numbers of tasklets, channels, strings, places, modules and stacks, which each process
 * gives by itself, as numbers of the trace, where each means one thing.
 *
 * As long as there is one process, which is recorded from its start, its numbers are the trace's. From the second on, numbers that are
 * new get the next free ones. Tasklets and channels get them in blocks, so that those of a process
 * keep their order.
 */
#ifndef GREENROOM_NUMBERING_H
#define GREENROOM_NUMBERING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

enum numbering_sort {
	NUMBERING_TASKLETS,
	NUMBERING_CHANNELS,
	NUMBERING_STRINGS,
	NUMBERING_PLACES,
	NUMBERING_MODULES,
	NUMBERING_STACKS,
	NUMBERING_SORTS
};

struct numbering;

/* With one process, number 0. NULL when out of memory. */
struct numbering *numbering_create(void);

/* Before the first event: the processes have run for long, so that numbers of tasklets and channels may
 * be anything. Small ones stay what they are in the first process; all others get the next that is
 * free when they are met. */
void numbering_expect_any(struct numbering *numbering);
void numbering_destroy(struct numbering *numbering);

/* Another process; its number, or -ENOMEM. */
int numbering_add_process(struct numbering *numbering);

/* Gives the process's next string, place, module or stack, `own` in its own numbering, the next number of
 * the trace. 0 when out of memory. */
uint32_t numbering_give(struct numbering *numbering, int process, enum numbering_sort sort,
			uint32_t own);

/* What a number of the process is in the trace; 0 for one that was never given. */
uint32_t numbering_find(struct numbering *numbering, int process, enum numbering_sort sort,
			uint32_t own);

/* Makes the numbers in events of the process those of the trace. With a single process that is only
 * a look at which numbers are taken. */
void numbering_translate(struct numbering *numbering, int process, struct event *events,
			 size_t count);

#endif
