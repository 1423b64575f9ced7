/* SPDX-License-Identifier: MIT */
/* chain.c - the circular chain of a thread's runnable tasklets. */
#include "chain.h"

#include "tasklet.h"

static void link_before(struct tasklet *place, struct tasklet *tasklet)
{
	tasklet->next = place;
	tasklet->prev = place->prev;
	place->prev->next = tasklet;
	place->prev = tasklet;
}

void chain_append(struct chain *chain, struct tasklet *tasklet)
{
	if (chain->first) {
		link_before(chain->first, tasklet);
	} else {
		tasklet->next = tasklet->prev = tasklet;
		chain->first = tasklet;
	}
	chain->count++;
}

void chain_insert_after_first(struct chain *chain, struct tasklet *tasklet)
{
	link_before(chain->first->next, tasklet);
	chain->count++;
}

void chain_unlink(struct chain *chain, struct tasklet *tasklet)
{
	if (chain->first == tasklet)
		chain->first = tasklet->next == tasklet ? NULL : tasklet->next;
	tasklet->prev->next = tasklet->next;
	tasklet->next->prev = tasklet->prev;
	tasklet->next = tasklet->prev = NULL;
	chain->count--;
}
