/* SPDX-License-Identifier: MIT */
/*
 * wait_group.c - who can never run again, and with whom.
 *
 * Among the channels whose waiters nobody can wake, those without an edge are taken away, then those
 * that have lost their last edge by that, and so on; what remains leads to a circle, wherever one
 * begins to walk.
 */
#include <errno.h>
#include <stdlib.h>

#include "wait_graph_core.h"

static bool is_stuck(const struct wait_graph *graph, uint32_t channel)
{
	return graph->queue[channel].first && !graph->queue[channel].served;
}

/* Where the edge that a use makes leads; 0: nowhere. */
static uint32_t edge_end(const struct wait_graph *graph, const struct wait_use *use)
{
	return wait_graph_use_is_meant(graph, use) ? wait_graph_where(graph, use->tasklet) : 0;
}

static uint32_t find_root(const struct wait_graph *graph, uint32_t channel)
{
	struct wait_queue *queue = graph->queue;

	while (queue[channel].parent != channel)
		channel = queue[channel].parent = queue[queue[channel].parent].parent;
	return channel;
}

static void join(struct wait_graph *graph, uint32_t one, uint32_t other)
{
	graph->queue[find_root(graph, one)].parent = find_root(graph, other);
}

/* Joins the channels that hang together; in a deadlock all are in it. */
static void join_channels(struct wait_graph *graph)
{
	uint32_t before = UINT32_MAX;

	for (uint32_t channel = 0; channel <= graph->input.channels; channel++)
		graph->queue[channel].parent = channel;
	for (uint32_t channel = 0; channel <= graph->input.channels; channel++) {
		if (!is_stuck(graph, channel))
			continue;
		for (EACH_USE(use, graph->of_channel, channel)) {
			uint32_t end = edge_end(graph, use);

			if (end)
				join(graph, channel, end);
			graph->queue[channel].degree += end != 0;
		}
		graph->queue[channel].lonely = graph->queue[channel].degree == 0;
		if (before != UINT32_MAX && wait_graph_is_deadlock(graph))
			join(graph, channel, before);
		before = channel;
	}
}

static void take_away(struct wait_graph *graph, uint32_t channel)
{
	graph->queue[channel].taken = true;
	graph->stack[graph->depth++] = channel;
}

static void take_away_dead_ends(struct wait_graph *graph)
{
	for (uint32_t channel = 0; channel <= graph->input.channels; channel++)
		if (is_stuck(graph, channel) && graph->queue[channel].lonely)
			take_away(graph, channel);
	while (graph->depth > 0) {
		uint32_t end = graph->stack[--graph->depth];

		for (uint32_t id = graph->queue[end].first; id; id = graph->next_waiter[id])
			for (EACH_USE(use, graph->of_tasklet, id))
				if (is_stuck(graph, use->channel) &&
				    wait_graph_use_is_meant(graph, use) &&
				    --graph->queue[use->channel].degree == 0)
					take_away(graph, use->channel);
	}
}

/* The next channel of a walk that never leaves those that are not taken away. */
static uint32_t walk_on(struct wait_graph *graph, uint32_t channel)
{
	for (EACH_USE(use, graph->of_channel, channel)) {
		uint32_t end = edge_end(graph, use);

		if (end && !graph->queue[end].taken) {
			graph->queue[end].via = use->tasklet;
			return end;
		}
	}
	return 0;
}

/* Walks until it comes by a channel again, and once around from there. */
static void find_circle(struct wait_graph *graph, uint32_t channel, struct wait_group *group)
{
	while (channel && !graph->queue[channel].walked) {
		graph->queue[channel].walked = true;
		channel = walk_on(graph, channel);
	}
	if (!channel)
		return;
	group->channel = channel;
	group->head = graph->queue[channel].via;
	do {
		uint32_t here = graph->queue[channel].via;

		channel = walk_on(graph, channel);
		graph->circle_next[here] = graph->queue[channel].via;
		group->circle++;
		if (graph->queue[channel].via < group->head)
			group->head = graph->queue[channel].via;
	} while (channel != group->channel);
}

static int compare_groups(const void *a, const void *b)
{
	const struct wait_group *left = a, *right = b;

	if (left->verdict != right->verdict)
		return left->verdict > right->verdict ? -1 : 1;
	if (left->members != right->members)
		return left->members > right->members ? -1 : 1;
	return left->head < right->head ? -1 : left->head > right->head;
}

/* A channel of a group adds to what is known of it. */
static void tell_group(struct wait_graph *graph, struct wait_group *group, uint32_t channel)
{
	const struct wait_queue *queue = &graph->queue[channel];

	group->members += queue->waiters;
	if (!queue->taken && !group->circle) {
		find_circle(graph, channel, group);
		if (group->verdict < WAIT_PARTIAL_DEADLOCK)
			group->verdict = WAIT_PARTIAL_DEADLOCK;
	}
	if (group->circle || !queue->lonely || group->head)
		return;
	group->channel = channel;
	group->head = queue->first;
	group->same = queue->waiters;
}

int wait_group_all(struct wait_graph *graph)
{
	uint32_t roots = 0;

	join_channels(graph);
	take_away_dead_ends(graph);
	for (uint32_t channel = 0; channel <= graph->input.channels; channel++)
		roots += is_stuck(graph, channel) && find_root(graph, channel) == channel;
	graph->group = calloc((size_t)roots + 1, sizeof(*graph->group));
	if (!graph->group)
		return -ENOMEM;
	for (uint32_t channel = 0; channel <= graph->input.channels; channel++) {
		struct wait_queue *root = &graph->queue[find_root(graph, channel)];

		if (!is_stuck(graph, channel))
			continue;
		if (!root->group) {
			root->group = ++graph->groups;
			graph->group[root->group].verdict = wait_graph_is_deadlock(graph)
								    ? WAIT_DEADLOCK
								    : WAIT_ORPHAN;
		}
		tell_group(graph, &graph->group[root->group], channel);
	}
	qsort(graph->group + 1, graph->groups, sizeof(*graph->group), compare_groups);
	/* They have other numbers now. */
	for (uint32_t group = 1; group <= graph->groups; group++)
		graph->queue[find_root(graph, graph->group[group].channel)].group = group;
	return 0;
}

uint32_t wait_group_of(const struct wait_graph *graph, uint32_t channel)
{
	return graph->queue[find_root(graph, channel)].group;
}
