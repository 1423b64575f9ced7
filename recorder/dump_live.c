/* SPDX-License-Identifier: MIT */
/*
 * dump_live.c - tasklets that stand on their thread's stack while the thread waits in the system: the
 * one that has put its thread to sleep, and one that has made a call that blocks. The system says where
 * such a thread's stack pointer is, and whether it has run since.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump_private.h"

enum { ATTEMPTS = 3 };

/* Where a thread waits, and how often it has done so. */
struct standstill {
	uint64_t sp, pc;
	uint64_t switches;
};

static FILE *open_task_file(pid_t process, int task, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", (int)process, task, name);
	return fopen(path, "re");
}

/* The system's count of how often it has stopped; those of both kinds. */
static uint64_t read_switches(pid_t process, int task)
{
	FILE *file = open_task_file(process, task, "status");
	char line[256];
	uint64_t sum = 0, one;

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		const char *count = strstr(line, "voluntary_ctxt_switches:");

		if (count && sscanf(count, "voluntary_ctxt_switches: %" SCNu64, &one) == 1)
			sum += one;
	}
	fclose(file);
	return sum;
}

/* Whether the thread waits in the system. */
static bool look(struct standstill *out, pid_t process, int task)
{
	FILE *file = open_task_file(process, task, "syscall");
	char line[512] = "";
	char *last, *before;

	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	line[strcspn(line, "\n")] = '\0';
	/* NUMBER, arguments, SP, PC; or "running". */
	last = strrchr(line, ' ');
	if (!last)
		return false;
	*last = '\0';
	before = strrchr(line, ' ');
	if (!before)
		return false;
	*out = (struct standstill){.sp = strtoull(before + 1, NULL, 16),
				   .pc = strtoull(last + 1, NULL, 16),
				   .switches = read_switches(process, task)};
	return true;
}

/* Reads the stack of a thread's current tasklet, if the thread stands still. 0 or -ENOMEM. */
static int read_stack(struct dump *dump, const struct dump_thread *thread,
		      struct dump_tasklet *tasklet)
{
	pid_t process = target_process(dump->target);
	struct standstill before, after;

	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		size_t bytes;

		if (!look(&before, process, thread->os_thread) || before.sp < thread->stack_low ||
		    before.sp >= thread->stack_top)
			return 0;
		bytes = (size_t)(thread->stack_top - before.sp);
		if (bytes > DUMP_PLACE_BYTES)
			bytes = DUMP_PLACE_BYTES;
		free(tasklet->memory);
		tasklet->bytes = 0;
		tasklet->memory = malloc(bytes);
		if (!tasklet->memory)
			return -ENOMEM;
		if (target_read(dump->target, before.sp, tasklet->memory, bytes))
			return 0;
		if (!look(&after, process, thread->os_thread) || after.sp != before.sp ||
		    after.pc != before.pc || after.switches != before.switches)
			continue;
		tasklet->stack = DUMP_STACK_LIVE;
		tasklet->sp = tasklet->low = before.sp;
		tasklet->pc = before.pc;
		tasklet->bytes = bytes;
		return 0;
	}
	return 0;
}

int dump_live(struct dump *dump)
{
	if (!target_process(dump->target))
		return 0;
	for (size_t i = 0; i < dump->tasklets; i++) {
		struct dump_tasklet *tasklet = &dump->tasklet[i];

		if (tasklet->stack == DUMP_STACK_RUNNING && tasklet->thread != DUMP_NOWHERE &&
		    read_stack(dump, &dump->thread[tasklet->thread], tasklet))
			return -ENOMEM;
	}
	return 0;
}
