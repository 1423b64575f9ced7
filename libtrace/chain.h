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

struct tasklet;

struct chain {
	struct tasklet *first; /* NULL: empty */
	size_t count;
};

/* Puts a tasklet that is nowhere at the end: directly before the first. */
void chain_append(struct chain *chain, struct tasklet *tasklet);

/* Puts a tasklet that is nowhere directly after the first; the chain is not empty. */
void chain_insert_after_first(struct chain *chain, struct tasklet *tasklet);

/* Takes a tasklet out; was it the first, the one after it is first now. */
void chain_unlink(struct chain *chain, struct tasklet *tasklet);

#endif
