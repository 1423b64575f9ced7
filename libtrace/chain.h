/* SPDX-License-Identifier: MIT */
/*
 * chain.h - the circular chain of a thread's runnable tasklets.
 *
 * `first` is the tasklet that runs, or will run next; the one before it is the last. While the code
 * of a tasklet runs that tasklet is first, except between its leaving the chain and the switch.
 * A tasklet is in one chain, or in the queue of one channel, or in neither (its `next` is NULL).
 */
#ifndef GREENROOM_CHAIN_H
#define GREENROOM_CHAIN_H

#include <stddef.h>

#include "tasklet.h"

struct chain {
	struct tasklet *first; /* NULL: empty */
	size_t count;
};

/* In this order, and with read_alone, no two links are written or read as one. */
static inline void chain_link_before(struct tasklet *place, struct tasklet *tasklet)
{
	struct tasklet *prev = read_alone(place->prev);

	tasklet->next = place;
	prev->next = tasklet;
	tasklet->prev = prev;
	place->prev = tasklet;
}

/* Puts a tasklet that is nowhere at the end: directly before the first. */
static inline void chain_append(struct chain *chain, struct tasklet *tasklet)
{
	if (chain->first) {
		chain_link_before(chain->first, tasklet);
	} else {
		tasklet->next = tasklet->prev = tasklet;
		chain->first = tasklet;
	}
	chain->count++;
}

/* Puts a tasklet that is nowhere directly before one that is in the chain. */
static inline void chain_insert_before(struct chain *chain, struct tasklet *successor,
				       struct tasklet *tasklet)
{
	chain_link_before(successor, tasklet);
	chain->count++;
}

/* Puts a tasklet that is nowhere directly after `place`, which is in the chain. */
static inline void chain_insert_after(struct chain *chain, struct tasklet *place,
				      struct tasklet *tasklet)
{
	struct tasklet *next = place->next;

	tasklet->next = next;
	next->prev = tasklet;
	tasklet->prev = place;
	place->next = tasklet;
	chain->count++;
}

/* Takes a tasklet out; was it the first, the one after it is first now. */
static inline void chain_unlink(struct chain *chain, struct tasklet *tasklet)
{
	if (chain->first == tasklet)
		chain->first = tasklet->next == tasklet ? NULL : tasklet->next;
	tasklet->prev->next = tasklet->next;
	tasklet->next->prev = tasklet->prev;
	tasklet->next = tasklet->prev = NULL;
	chain->count--;
}

#endif
