/* SPDX-License-Identifier: MIT */
/* processes.c - segments on demand, and a watch over the processes that use them. */
#include "processes.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "drain.h"

/* Who has asked for a segment and not taken it by then will not come: it has ended. */
#define PROCESSES_PATIENCE_NS UINT64_C(20000000000)

struct process {
	struct segment_file file; /* the first has none here */
	struct ring_reader *reader;
	int number;       /* in the recording; -1: nobody has claimed its segment yet */
	pid_t pid;        /* 0: not yet */
	int handle;       /* pidfd, or -1 */
	uint64_t made_ns; /* when the segment was made */
	bool ended;
	bool is_strange; /* nobody waits for it */
};

struct processes {
	const char *trace_path;
	const char *first_path; /* of the first segment, in the memory of every process */
	struct segment_layout layout;
	struct segment_settings settings;
	struct recording *recording;
	struct process process[DRAIN_PROCESSES_MAX]; /* the first first; the others in no order */
	int count;
	uint32_t made;      /* segments ever made, without the first */
	unsigned int taken; /* processes ever, with the first */
};

struct processes *processes_create(const char *trace_path, const char *segment_path,
				   const struct segment_layout *layout,
				   const struct segment_settings *settings,
				   struct ring_reader *first, struct recording *recording)
{
	struct processes *processes = calloc(1, sizeof(*processes));

	if (!processes)
		return NULL;
	processes->trace_path = trace_path;
	processes->first_path = segment_path;
	processes->layout = *layout;
	processes->settings = *settings;
	processes->recording = recording;
	processes->process[0] = (struct process){.reader = first, .handle = -1};
	processes->count = 1;
	return processes;
}

/* Makes the next segment. Whether it is there. */
static bool make_segment(struct processes *processes)
{
	struct process process = {.number = -1, .handle = -1, .made_ns = clock_monotonic_ns()};
	struct error error;

	if (segment_file_create(&process.file, processes->trace_path, processes->made + 1,
				&processes->layout, &processes->settings,
				recording_clock(processes->recording), &error) < 0)
		return false;
	if (ring_reader_open(&process.reader, process.file.descriptor, process.file.path, &error) <
	    0) {
		segment_file_remove(&process.file);
		return false;
	}
	processes->made++;
	processes->process[processes->count++] = process;
	return true;
}

static void make_segments(struct processes *processes)
{
	struct ring_reader *first = processes->process[0].reader;
	uint32_t before = processes->made;

	while (ring_reader_segments_wanted(first) > processes->made &&
	       processes->count < DRAIN_PROCESSES_MAX) {
		if (!make_segment(processes))
			break;
	}
	if (processes->made != before)
		ring_reader_segments_made(first, processes->made);
}

/* Whether the process has the segment in its memory: any number may stand there. */
static bool has_mapped(pid_t pid, const char *path)
{
	char name[64];
	char *line = NULL;
	size_t room = 0;
	bool found = false;
	FILE *maps;

	snprintf(name, sizeof(name), "/proc/%d/maps", (int)pid);
	maps = fopen(name, "re");
	if (!maps)
		return false;
	while (!found && getline(&line, &room, maps) > 0)
		found = strstr(line, path) != NULL;
	free(line);
	fclose(maps);
	return found;
}

/* Sees who has claimed the segment, and watches over it from then on. */
static void see_claim(struct processes *processes, struct process *process)
{
	process->pid = (pid_t)ring_reader_process(process->reader);
	if (process->pid <= 0) {
		process->pid = 0;
		return;
	}
	process->handle = (int)syscall(SYS_pidfd_open, process->pid, 0);
	process->is_strange = !has_mapped(process->pid, processes->first_path);
	processes->taken++;
}

static void see_end(struct process *process)
{
	struct pollfd end = {.fd = process->handle, .events = POLLIN};

	if (process->pid == 0 || process->ended)
		return;
	if (process->handle >= 0)
		process->ended = poll(&end, 1, 0) == 1;
	else
		process->ended = kill(process->pid, 0) < 0 && errno == ESRCH;
}

static void forget(struct process *process)
{
	if (process->handle >= 0)
		close(process->handle);
	ring_reader_close(process->reader);
	segment_file_remove(&process->file);
}

/* Whether there is nothing more to come from it. */
static bool is_done(struct processes *processes, struct process *process)
{
	if (process->number < 0)
		return process->ended ||
		       (process->pid == 0 &&
			clock_monotonic_ns() - process->made_ns > PROCESSES_PATIENCE_NS);
	return process->ended && recording_remove(processes->recording, process->number);
}

void processes_serve(struct processes *processes)
{
	make_segments(processes);
	for (int i = 0; i < processes->count; i++) {
		struct process *process = &processes->process[i];

		if (process->pid == 0)
			see_claim(processes, process);
		see_end(process);
		if (i == 0) /* where requests come in */
			continue;
		if (process->number < 0 && ring_reader_is_ready(process->reader))
			process->number = recording_add(processes->recording, process->reader);
		if (is_done(processes, process)) {
			forget(process);
			*process = processes->process[--processes->count];
			i--;
		}
	}
}

int processes_alive(struct processes *processes)
{
	int alive = 0;

	for (int i = 0; i < processes->count; i++) {
		see_end(&processes->process[i]);
		alive += processes->process[i].pid != 0 && !processes->process[i].is_strange &&
			 !processes->process[i].ended;
	}
	return alive;
}

bool processes_may_come(const struct processes *processes)
{
	if (ring_reader_child_is_due(processes->process[0].reader))
		return true;
	for (uint32_t i = 0; i < SEGMENT_FORKED; i++) {
		pid_t pid = (pid_t)ring_reader_forked(processes->process[0].reader, i);

		if (pid > 0 && kill(pid, 0) == 0)
			return true;
	}
	return false;
}

unsigned int processes_count(const struct processes *processes)
{
	return processes->taken;
}

void processes_destroy(struct processes *processes)
{
	if (!processes)
		return;
	if (processes->process[0].handle >= 0)
		close(processes->process[0].handle);
	for (int i = 1; i < processes->count; i++)
		forget(&processes->process[i]);
	free(processes);
}
