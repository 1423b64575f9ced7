/* SPDX-License-Identifier: MIT */
/*
 * wait_graph.c - who waits for whom, and who may run.
 *
 * Everybody who waits in a channel is in the same position, so the graph is one of channels: an edge
 * leads from a channel to the one in which somebody waits who could wake its waiters. It never has
 * more edges than there are uses of channels, however many tasklets wait in one.
 *
 * Who may run is found by a flood from those who need nobody.
 */
#include <errno.h>
#include <stdlib.h>

#include "wait_graph_core.h"

/* ---------------------------------------------------------------------------------------------
 * What is where
 */

static int sort_uses(struct wait_uses *uses, const struct wait_input *input, bool by_channel)
{
	uint32_t keys = by_channel ? input->channels : input->tasklets, *begin;

	uses->start = calloc((size_t)keys + 3, sizeof(*uses->start));
	uses->use = malloc((input->uses + 1) * sizeof(*uses->use));
	if (!uses->start || !uses->use)
		return -ENOMEM;
	begin = uses->start + 1;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < input->uses; i++) {
			const struct wait_use *use = &input->use[i];
			uint32_t key = by_channel ? use->channel : use->tasklet;

			if (!use->channel || use->channel > input->channels || !use->tasklet ||
			    use->tasklet > input->tasklets)
				continue;
			if (pass == 0)
				begin[key + 1]++;
			else
				uses->use[begin[key]++] = *use;
		}
		for (uint32_t key = 0; pass == 0 && key <= keys; key++)
			begin[key + 1] += begin[key];
	}
	return 0;
}

/* Those with low numbers come first. */
static void fill_queues(struct wait_graph *graph)
{
	for (uint32_t id = graph->input.tasklets; id > 0; id--) {
		uint8_t kind = graph->input.tasklet[id].kind;
		struct wait_queue *queue = &graph->queue[wait_graph_where(graph, id)];

		if (kind != WAIT_TO_SEND && kind != WAIT_TO_RECEIVE)
			continue;
		graph->next_waiter[id] = queue->first;
		queue->first = id;
		queue->waiters++;
	}
}

/* Those who go the opposite way are meant, if there are any. They come first. */
static void choose_edges(struct wait_graph *graph)
{
	for (uint32_t channel = 1; channel <= graph->input.channels; channel++) {
		struct wait_queue *queue = &graph->queue[channel];
		bool sending = graph->input.tasklet[queue->first].kind == WAIT_TO_SEND;
		uint8_t opposite = sending ? WAIT_RECEIVES : WAIT_SENDS;
		struct wait_use *uses = graph->of_channel.use + graph->of_channel.start[channel];
		uint32_t count = graph->of_channel.start[channel + 1] -
				 graph->of_channel.start[channel];

		queue->mask = UINT8_MAX;
		if (!queue->first)
			continue;
		for (uint32_t i = 0; i < count; i++)
			if ((uses[i].how & opposite) && wait_graph_use_wakes(graph, &uses[i]))
				queue->mask = opposite;
		for (uint32_t i = 0; i < count; i++) {
			struct wait_use use = uses[i];

			if (!wait_graph_use_is_meant(graph, &use))
				continue;
			uses[i] = uses[queue->meant];
			uses[queue->meant++] = use;
		}
	}
}

/* ---------------------------------------------------------------------------------------------
 * Who may run
 */

static void let_run(struct wait_graph *graph, uint32_t id)
{
	if (graph->may_run[id])
		return;
	graph->may_run[id] = 1;
	graph->stack[graph->depth++] = id;
}

static void serve(struct wait_graph *graph, uint32_t channel)
{
	struct wait_queue *queue = &graph->queue[channel];

	if (queue->served)
		return;
	queue->served = true;
	for (uint32_t id = queue->first; id; id = graph->next_waiter[id])
		let_run(graph, id);
}

/* From those who need nobody to all whom they could wake, and on. */
static void flood(struct wait_graph *graph)
{
	const struct wait_input *input = &graph->input;

	for (uint32_t id = 1; id <= input->tasklets; id++) {
		uint8_t kind = input->tasklet[id].kind;

		if (kind == WAIT_READY || kind == WAIT_WORLD || kind == WAIT_RUN)
			let_run(graph, id);
	}
	graph->anybody = graph->depth > 0;
	if (!graph->anybody)
		return;
	for (uint32_t id = 1; id <= input->tasklets; id++)
		if (input->tasklet[id].kind == WAIT_PAUSED)
			let_run(graph, id);
	for (uint32_t channel = 0; channel <= input->channels; channel++)
		if (channel == 0 || (input->open && input->open[channel]))
			serve(graph, channel);
	while (graph->depth > 0) {
		uint32_t id = graph->stack[--graph->depth];

		for (EACH_USE(use, graph->of_tasklet, id))
			serve(graph, use->channel);
	}
}

/* ---------------------------------------------------------------------------------------------
 * A graph
 */

int wait_graph_create(struct wait_graph **out, const struct wait_input *input)
{
	struct wait_graph *graph = calloc(1, sizeof(*graph));
	size_t tasklets = (size_t)input->tasklets + 1, channels = (size_t)input->channels + 1;
	int result = -ENOMEM;

	*out = graph;
	if (!graph)
		return -ENOMEM;
	graph->input = *input;
	graph->queue = calloc(channels, sizeof(*graph->queue));
	graph->next_waiter = calloc(tasklets, sizeof(*graph->next_waiter));
	graph->circle_next = calloc(tasklets, sizeof(*graph->circle_next));
	graph->may_run = calloc(tasklets, 1);
	graph->stack = malloc((tasklets + channels) * sizeof(*graph->stack));
	if (graph->queue && graph->next_waiter && graph->circle_next && graph->may_run &&
	    graph->stack && sort_uses(&graph->of_channel, input, true) == 0 &&
	    sort_uses(&graph->of_tasklet, input, false) == 0) {
		fill_queues(graph);
		choose_edges(graph);
		flood(graph);
		result = wait_group_all(graph);
	}
	if (result < 0) {
		wait_graph_destroy(graph);
		*out = NULL;
	}
	return result;
}

void wait_graph_destroy(struct wait_graph *graph)
{
	if (!graph)
		return;
	free(graph->queue);
	free(graph->of_channel.start);
	free(graph->of_channel.use);
	free(graph->of_tasklet.start);
	free(graph->of_tasklet.use);
	free(graph->next_waiter);
	free(graph->circle_next);
	free(graph->may_run);
	free(graph->stack);
	free(graph->group);
	free(graph);
}

enum wait_verdict wait_graph_worst(const struct wait_graph *graph)
{
	return graph->groups ? graph->group[1].verdict : WAIT_GOES_ON;
}

uint32_t wait_graph_groups(const struct wait_graph *graph)
{
	return graph->groups;
}

struct wait_group wait_graph_group(const struct wait_graph *graph, uint32_t group)
{
	return group && group <= graph->groups ? graph->group[group] : (struct wait_group){0};
}

uint32_t wait_graph_tasklets(const struct wait_graph *graph)
{
	return graph->input.tasklets;
}

const struct wait_tasklet *wait_graph_tasklet(const struct wait_graph *graph, uint32_t tasklet)
{
	return &graph->input.tasklet[tasklet <= graph->input.tasklets ? tasklet : 0];
}

uint32_t wait_graph_group_of(const struct wait_graph *graph, uint32_t tasklet)
{
	uint8_t kind = wait_graph_tasklet(graph, tasklet)->kind;

	if ((kind != WAIT_TO_SEND && kind != WAIT_TO_RECEIVE) || graph->may_run[tasklet])
		return 0;
	return wait_group_of(graph, wait_graph_where(graph, tasklet));
}

enum wait_verdict wait_graph_verdict(const struct wait_graph *graph, uint32_t tasklet)
{
	if (!wait_graph_group_of(graph, tasklet))
		return WAIT_GOES_ON;
	if (wait_graph_is_deadlock(graph))
		return WAIT_DEADLOCK;
	return graph->queue[wait_graph_where(graph, tasklet)].taken ? WAIT_ORPHAN
								    : WAIT_PARTIAL_DEADLOCK;
}

uint32_t wait_graph_wakers(const struct wait_graph *graph, uint32_t tasklet, uint32_t *out,
			   uint32_t max)
{
	uint32_t channel = tasklet ? wait_graph_where(graph, tasklet) : 0;
	const struct wait_use *use = graph->of_channel.use + graph->of_channel.start[channel];

	if (!channel)
		return 0;
	for (uint32_t i = 0; i < graph->queue[channel].meant && i < max; i++)
		out[i] = use[i].tasklet;
	return graph->queue[channel].meant;
}

void wait_graph_visit(const struct wait_graph *graph, uint32_t tasklet,
		      bool (*visit)(void *context, uint32_t channel), void *context)
{
	for (EACH_USE(use, graph->of_tasklet, tasklet <= graph->input.tasklets ? tasklet : 0))
		if (graph->queue[use->channel].first && wait_graph_use_is_meant(graph, use) &&
		    !visit(context, use->channel))
			return;
}

uint32_t wait_graph_first(const struct wait_graph *graph, uint32_t channel)
{
	return channel <= graph->input.channels ? graph->queue[channel].first : 0;
}

uint32_t wait_graph_next(const struct wait_graph *graph, uint32_t tasklet)
{
	return tasklet <= graph->input.tasklets ? graph->next_waiter[tasklet] : 0;
}

bool wait_graph_is_lonely(const struct wait_graph *graph, uint32_t tasklet)
{
	return wait_graph_group_of(graph, tasklet) &&
	       graph->queue[wait_graph_where(graph, tasklet)].lonely;
}

uint32_t wait_graph_gone(const struct wait_graph *graph, uint32_t tasklet, uint32_t *one)
{
	uint32_t count = 0, channel = tasklet ? wait_graph_where(graph, tasklet) : 0;

	*one = 0;
	if (!channel)
		return 0;
	for (EACH_USE(use, graph->of_channel, channel)) {
		if (graph->input.tasklet[use->tasklet].kind != WAIT_ABSENT)
			continue;
		*one = use->tasklet;
		count++;
	}
	return count;
}

uint32_t wait_graph_circle_next(const struct wait_graph *graph, uint32_t tasklet)
{
	return tasklet <= graph->input.tasklets ? graph->circle_next[tasklet] : 0;
}
