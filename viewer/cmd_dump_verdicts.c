/* SPDX-License-Identifier: MIT */
/* cmd_dump_verdicts.c - who can never run again, as far as a dump can tell. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd_dump.h"

static enum wait_kind kind_of(const struct dump_tasklet *tasklet)
{
	if (tasklet->in_run && !tasklet->is_current && tasklet->state != DUMP_SENDING &&
	    tasklet->state != DUMP_RECEIVING)
		return WAIT_RUN;
	switch (tasklet->state) {
	case DUMP_SENDING:
		return WAIT_TO_SEND;
	case DUMP_RECEIVING:
		return WAIT_TO_RECEIVE;
	case DUMP_SLEEPING:
	case DUMP_POLLING:
		return WAIT_WORLD;
	case DUMP_PAUSED:
		return WAIT_PAUSED;
	default:
		return tasklet->thread == DUMP_NOWHERE ? WAIT_ABSENT : WAIT_READY;
	}
}

enum { USES_MAX = 8 << 20 };

/* A channel that is not shared can be used by the tasklets of its thread alone: any of them may know it.
 * With `use` NULL they are only counted. */
static size_t list_users(const struct dump *dump, struct wait_use *use, uint8_t *open)
{
	size_t uses = 0;

	for (uint32_t i = 0; i < dump->channels; i++) {
		uint64_t thread = dump->channel[i].thread;

		open[i + 1] = !thread || uses + dump->tasklets > USES_MAX;
		for (uint32_t k = 0; !open[i + 1] && k < dump->tasklets; k++) {
			uint32_t owner = dump->tasklet[k].thread;

			if (owner == DUMP_NOWHERE || dump->thread[owner].address != thread)
				continue;
			if (use)
				use[uses] = (struct wait_use){i + 1, k + 1, WAIT_KNOWS};
			uses++;
		}
	}
	return uses;
}

int dump_verdicts_create(struct dump_verdicts *out, const struct dump *dump)
{
	struct wait_tasklet *tasklet = calloc(dump->tasklets + 1, sizeof(*tasklet));
	uint8_t *open = calloc(dump->channels + 1, sizeof(*open));
	size_t users = open ? list_users(dump, NULL, open) : 0;
	struct wait_use *use = calloc(dump->tasklets + users + 1, sizeof(*use));
	size_t uses = 0;

	*out = (struct dump_verdicts){0};
	out->input = (struct wait_input){.tasklet = tasklet,
					 .tasklets = (uint32_t)dump->tasklets,
					 .channels = (uint32_t)dump->channels,
					 .use = use,
					 .open = open};
	if (!tasklet || !use || !open)
		return -ENOMEM;
	for (size_t i = 0; i < dump->tasklets; i++) {
		const struct dump_tasklet *one = &dump->tasklet[i];
		bool waits = one->channel != DUMP_NOWHERE;

		tasklet[i + 1].kind = (uint8_t)kind_of(one);
		tasklet[i + 1].channel = waits ? one->channel + 1 : 0;
		if (waits)
			use[uses++] = (struct wait_use){
				.channel = one->channel + 1,
				.tasklet = (uint32_t)i + 1,
				.how = one->state == DUMP_SENDING ? WAIT_SENDS : WAIT_RECEIVES};
	}
	out->input.uses = uses + list_users(dump, use + uses, open);
	return wait_graph_create(&out->graph, &out->input);
}

void dump_verdicts_destroy(struct dump_verdicts *verdicts)
{
	wait_graph_destroy(verdicts->graph);
	free((void *)(uintptr_t)verdicts->input.tasklet);
	free((void *)(uintptr_t)verdicts->input.use);
	free((void *)(uintptr_t)verdicts->input.open);
}

static size_t name(char *out, size_t size, char letter, uint64_t id, const char *text)
{
	int length = *text ? snprintf(out, size, "%c%" PRIu64 " \"%s\"", letter, id, text)
			   : snprintf(out, size, "%c%" PRIu64, letter, id);

	return length < 0 ? 0 : (size_t)length < size ? (size_t)length : size - 1;
}

static size_t name_tasklet(char *out, size_t size, const void *context, uint32_t number)
{
	const struct dump *dump = context;
	const struct dump_tasklet *tasklet = &dump->tasklet[number - 1];

	return name(out, size, 'T', tasklet->id, tasklet->name);
}

static size_t name_channel(char *out, size_t size, const void *context, uint32_t number)
{
	const struct dump *dump = context;
	const struct dump_channel *channel = &dump->channel[number - 1];

	return name(out, size, 'C', channel->id, channel->name);
}

void dump_verdicts_sentence(char *out, size_t size, const struct dump_verdicts *verdicts,
			    const struct dump *dump, uint32_t group)
{
	struct wait_names names = {dump, name_tasklet, name_channel};

	wait_graph_sentence(out, size, verdicts->graph, group, &names);
}
