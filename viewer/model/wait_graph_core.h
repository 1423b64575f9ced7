/* SPDX-License-Identifier: MIT */
/* wait_graph_core.h - how a graph of waiting lies in memory; only for the wait_g*.c files. */
#ifndef GREENROOM_WAIT_GRAPH_CORE_H
#define GREENROOM_WAIT_GRAPH_CORE_H

#include "wait_graph.h"

struct wait_uses {
	uint32_t *start; /* where those of a tasklet, or of a channel, begin */
	struct wait_use *use;
};

/* Those of a tasklet or a channel, for the head of a loop. */
#define EACH_USE(name, uses, id)                                                                   \
	const struct wait_use *name = (uses).use + (uses).start[id];                               \
	name < (uses).use + (uses).start[(id) + 1];                                                \
	name++

struct wait_queue {
	uint32_t first;   /* tasklet that waits in the channel, 0: none */
	uint32_t waiters; /* how many do */
	uint32_t degree;  /* edges to channels that are not taken away */
	uint32_t parent;  /* in the tree of its group */
	uint32_t group;
	uint32_t meant; /* uses that make an edge, the first of the channel */
	uint32_t via;   /* who waits there for whom the walk came by */
	uint8_t mask;   /* uses that make an edge */
	bool served;    /* its waiters may run */
	bool lonely;    /* has no edge */
	bool taken;     /* leads to no circle */
	bool walked;
};

struct wait_graph {
	struct wait_input input;
	struct wait_queue *queue; /* of each channel; 0: of one that is not known */
	struct wait_uses of_channel, of_tasklet;
	uint32_t *next_waiter, *circle_next; /* of each tasklet */
	uint8_t *may_run;
	bool anybody;    /* may run */
	uint32_t *stack; /* tasklets, then channels, still to be looked at */
	uint32_t depth;
	struct wait_group *group;
	uint32_t groups;
};

/* The channel in which a tasklet waits; one with an absurd number is as good as none. */
static inline uint32_t wait_graph_where(const struct wait_graph *graph, uint32_t id)
{
	const struct wait_tasklet *tasklet = &graph->input.tasklet[id];
	bool waits = tasklet->kind == WAIT_TO_SEND || tasklet->kind == WAIT_TO_RECEIVE;

	return waits && tasklet->channel <= graph->input.channels ? tasklet->channel : 0;
}

/* Whether a use could wake those who wait in its channel: who is gone can't, nor who stands in the
 * queue himself. */
static inline bool wait_graph_use_wakes(const struct wait_graph *graph, const struct wait_use *use)
{
	return graph->input.tasklet[use->tasklet].kind != WAIT_ABSENT &&
	       wait_graph_where(graph, use->tasklet) != use->channel;
}

static inline bool wait_graph_use_is_meant(const struct wait_graph *graph,
					   const struct wait_use *use)
{
	return (use->how & graph->queue[use->channel].mask) && wait_graph_use_wakes(graph, use);
}

static inline bool wait_graph_is_deadlock(const struct wait_graph *graph)
{
	return !graph->anybody && !graph->input.over;
}

/* The group of a channel; 0: those who wait there may run. */
uint32_t wait_group_of(const struct wait_graph *graph, uint32_t channel);

/* Finds who is stuck with whom, when it is known who may run. 0 or -ENOMEM. */
int wait_group_all(struct wait_graph *graph);

#endif
