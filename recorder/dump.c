/* SPDX-License-Identifier: MIT */
/* dump.c - all tasklets of a process or of a core file: the steps, one after the other. */
#include "dump.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "dump_private.h"

uint64_t dump_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

int dump_add_call(struct dump_tasklet *tasklet, struct dump_call call)
{
	if (tasklet->calls == tasklet->call_room) {
		size_t room = tasklet->call_room ? 2 * tasklet->call_room : 8;
		struct dump_call *calls = realloc(tasklet->call, room * sizeof(*calls));

		if (!calls)
			return -ENOMEM;
		tasklet->call = calls;
		tasklet->call_room = room;
	}
	tasklet->call[tasklet->calls++] = call;
	return 0;
}

/* Who has ended meanwhile goes. */
static void drop_ended(struct dump *dump)
{
	size_t left = 0;

	for (size_t i = 0; i < dump->tasklets; i++) {
		if (!dump->tasklet[i].id)
			continue;
		dump->busy += dump->tasklet[i].stack == DUMP_STACK_BUSY;
		dump->tasklet[left++] = dump->tasklet[i];
	}
	dump->tasklets = left;
}

static int by_id(const void *left, const void *right)
{
	const struct dump_tasklet *one = left, *other = right;

	return (one->id > other->id) - (one->id < other->id);
}

static int take(struct dump *dump, const struct target_layout *layout)
{
	uint64_t began = dump_clock();
	int result = dump_find(dump, layout);

	if (!result)
		result = dump_settle(dump, layout);
	drop_ended(dump);
	if (!result)
		result = dump_live(dump);
	if (!result)
		result = dump_wait(dump, layout);
	dump->reading_ns = dump_clock() - began;
	if (result)
		return result;
	dump->when = target_process(dump->target) ? began : 0;
	dump->has_no_stacks = !layout->resume;
	qsort(dump->tasklet, dump->tasklets, sizeof(*dump->tasklet), by_id);
	result = dump_unwind(dump, layout);
	return result ? result : dump_name(dump);
}

int dump_create(struct dump **out, struct target *target, struct error *error)
{
	struct target_layout layout;
	struct dump *dump;
	int result = target_layout_find(&layout, target, error);

	if (result)
		return result;
	dump = calloc(1, sizeof(*dump));
	if (dump)
		dump->target = target;
	if (!dump || take(dump, &layout)) {
		dump_destroy(dump);
		return error_set(error, -ENOMEM, EXIT_IO, "not enough memory");
	}
	*out = dump;
	return 0;
}

void dump_destroy(struct dump *dump)
{
	if (!dump)
		return;
	for (size_t i = 0; i < dump->tasklets; i++) {
		struct dump_tasklet *tasklet = &dump->tasklet[i];

		for (size_t k = 0; k < tasklet->calls; k++)
			free(tasklet->call[k].place);
		free(tasklet->call);
		free(tasklet->memory);
	}
	free(dump->tasklet);
	free(dump->thread);
	free(dump->channel);
	free(dump);
}
