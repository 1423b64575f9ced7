/* SPDX-License-Identifier: MIT */
/* cmd_dump_text.c - greenroom dump, for people. */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_dump.h"
#include "output.h"

const char *dump_state_word(enum dump_state state)
{
	static const char *const words[] = {
		[DUMP_RUNNING] = "running",   [DUMP_RUNNABLE] = "runnable",
		[DUMP_SENDING] = "sending",   [DUMP_RECEIVING] = "receiving",
		[DUMP_SLEEPING] = "sleeping", [DUMP_POLLING] = "polling",
		[DUMP_PAUSED] = "paused",     [DUMP_NEW] = "new"};

	return words[state];
}

const char *dump_stack_word(enum dump_stack stack)
{
	static const char *const words[] = {[DUMP_STACK_SAVED] = "saved",
					    [DUMP_STACK_LIVE] = "live",
					    [DUMP_STACK_RUNNING] = "running",
					    [DUMP_STACK_BUSY] = "busy",
					    [DUMP_STACK_NONE] = "none"};

	return words[stack];
}

/* "1.5 ms". Returns `out`. */
static char *duration(char out[static 32], uint64_t ns)
{
	if (ns < 1000000)
		snprintf(out, 32, "%.1f us", (double)ns / 1e3);
	else if (ns < 1000000000)
		snprintf(out, 32, "%.1f ms", (double)ns / 1e6);
	else if (ns < 120000000000)
		snprintf(out, 32, "%.1f s", (double)ns / 1e9);
	else
		snprintf(out, 32, "%.0f minutes", (double)ns / 60e9);
	return out;
}

static int compare_ids(const void *key, const void *tasklet)
{
	uint64_t id = *(const uint64_t *)key, other = ((const struct dump_tasklet *)tasklet)->id;

	return (id > other) - (id < other);
}

uint64_t dump_still_ns(const struct dump *dump, const struct dump *earlier,
		       const struct dump_tasklet *tasklet)
{
	const struct dump_tasklet *before;

	if (!earlier || tasklet->stack == DUMP_STACK_RUNNING)
		return 0;
	before = bsearch(&tasklet->id, earlier->tasklet, earlier->tasklets,
			 sizeof(*earlier->tasklet), compare_ids);
	if (!before || before->generation != tasklet->generation || before->state != tasklet->state)
		return 0;
	return dump->when - earlier->when;
}

/* "samples/echo.c:80"; without a file the module. */
static void print_place(const struct dump_place *place)
{
	if (place->file && *place->file) {
		output_clean(stdout, place->file);
		if (place->line)
			printf(":%u", place->line);
	} else if (place->module && *place->module) {
		printf("in ");
		output_clean(stdout, place->module);
	}
}

/* A frame's function is called like its code, without the end. */
static void print_function(const struct dump_call *call, const struct dump_place *place)
{
	char function[256];
	char *end;

	if (!place->function || !*place->function) {
		printf("0x%" PRIx64, call->address);
		return;
	}
	snprintf(function, sizeof(function), "%s", place->function);
	end = strrchr(function, '_');
	if (call->is_frame && end && (!strcmp(end, "_step") || !strcmp(end, "_body")))
		*end = '\0';
	output_clean(stdout, function);
}

static void print_calls(const struct dump_tasklet *tasklet)
{
	unsigned int level = 0;

	for (size_t i = 0; i < tasklet->calls; i++) {
		const struct dump_call *call = &tasklet->call[i];

		for (size_t k = 0; k < call->places; k++) {
			printf("    #%-2u ", level++);
			print_function(call, &call->place[k]);
			printf("  ");
			print_place(&call->place[k]);
			printf("%s%s\n", call->place[k].inlined ? "  (inlined)" : "",
			       call->is_frame ? "  (frame)" : "");
		}
	}
	if (tasklet->is_cut)
		printf("    ... and on, but what follows is not known\n");
}

static const char *wish(uint32_t events)
{
	if (events & POLLIN)
		return events & POLLOUT ? "reading or writing" : "reading";
	return events & POLLOUT ? "writing" : "what may come";
}

static void print_due(const struct dump *dump, const struct dump_tasklet *tasklet)
{
	char text[32];

	if (!tasklet->is_timed) {
		printf(tasklet->state == DUMP_SLEEPING ? " for ever" : "");
		return;
	}
	if (!dump->when)
		return;
	if (tasklet->due <= dump->when)
		printf(", and its time has come");
	else
		printf(", for %s more", duration(text, tasklet->due - dump->when));
}

static void print_channel(const struct dump *dump, const struct dump_tasklet *tasklet)
{
	const struct dump_channel *channel;

	if (tasklet->channel == DUMP_NOWHERE) {
		printf("a channel");
		return;
	}
	channel = &dump->channel[tasklet->channel];
	printf("C%" PRIu64, channel->id);
	if (*channel->name) {
		printf(" \"");
		output_clean(stdout, channel->name);
		printf("\"");
	}
	printf("%s", channel->closing ? ", which is closed" : "");
}

static void print_state(const struct dump *dump, const struct dump_tasklet *tasklet)
{
	switch (tasklet->state) {
	case DUMP_SENDING:
		printf("waits to send on ");
		print_channel(dump, tasklet);
		break;
	case DUMP_RECEIVING:
		printf("waits to receive on ");
		print_channel(dump, tasklet);
		break;
	case DUMP_SLEEPING:
		printf("sleeps");
		print_due(dump, tasklet);
		break;
	case DUMP_POLLING:
		printf("waits for descriptor %d, for %s", tasklet->descriptor,
		       wish(tasklet->events));
		print_due(dump, tasklet);
		break;
	case DUMP_NEW:
		printf("has not started");
		break;
	case DUMP_RUNNING:
		printf(tasklet->stack == DUMP_STACK_LIVE ? "is in a call of the system" : "runs");
		break;
	default:
		printf(tasklet->in_run ? "is in scheduler_run" : "is %s",
		       dump_state_word(tasklet->state));
	}
}

/* What of it lies where. */
static void print_bytes(const struct dump_tasklet *tasklet)
{
	if (tasklet->stack == DUMP_STACK_BUSY) {
		printf("; busy: it went on each time it was read");
		return;
	}
	if (tasklet->is_soft)
		printf("; made of frames");
	else if (tasklet->stack == DUMP_STACK_LIVE)
		printf("; on the stack");
	else if (tasklet->stack == DUMP_STACK_SAVED)
		printf("; %" PRIu64 " bytes saved", tasklet->saved_bytes);
	if (tasklet->stack == DUMP_STACK_SAVED && tasklet->bytes_in_place)
		printf(", %" PRIu64 " in place", tasklet->bytes_in_place);
}

static void print_tasklet(const struct dump *dump, const struct dump *earlier,
			  const struct dump_tasklet *tasklet)
{
	uint64_t still = dump_still_ns(dump, earlier, tasklet);
	struct dump_call function = {.address = tasklet->run, .is_frame = true};
	char text[32];

	printf("  T%" PRIu64, tasklet->id);
	if (*tasklet->name) {
		printf(" \"");
		output_clean(stdout, tasklet->name);
		printf("\"");
	}
	if (tasklet->run) {
		printf(" (");
		print_function(&function, &tasklet->function);
		printf(")");
	}
	printf(": ");
	print_state(dump, tasklet);
	print_bytes(tasklet);
	if (still)
		printf("; has not moved for %s", duration(text, still));
	printf("\n");
	print_calls(tasklet);
}

static void print_thread(const struct dump *dump, const struct dump *earlier, uint32_t thread)
{
	bool told = false;

	for (size_t i = 0; i < dump->tasklets && !output_is_broken(); i++) {
		if (dump->tasklet[i].thread != thread)
			continue;
		if (!told && thread == DUMP_NOWHERE)
			printf("\nof threads that have ended\n");
		else if (!told)
			printf("\nthread %" PRIu64 " (system: %d)%s\n", dump->thread[thread].number,
			       dump->thread[thread].os_thread,
			       dump->thread[thread].asleep ? ", asleep" : "");
		told = true;
		print_tasklet(dump, earlier, &dump->tasklet[i]);
	}
}

static void print_verdicts(const struct dump *dump, const struct dump_verdicts *verdicts)
{
	uint32_t groups = wait_graph_groups(verdicts->graph);

	if (groups)
		printf("\n");
	for (uint32_t group = 1; group <= groups; group++) {
		char sentence[1024];

		dump_verdicts_sentence(sentence, sizeof(sentence), verdicts, dump, group);
		printf("%s: ", wait_verdict_word(wait_graph_group(verdicts->graph, group).verdict));
		output_clean(stdout, sentence);
		printf("\n");
	}
}

static void print_head(const struct dump *dump)
{
	char text[32];

	output_clean(stdout, target_title(dump->target));
	printf(": %zu tasklet%s, %zu thread%s", dump->tasklets, dump->tasklets == 1 ? "" : "s",
	       dump->threads, dump->threads == 1 ? "" : "s");
	if (target_process(dump->target))
		printf("; read in %s, not stopped", duration(text, dump->reading_ns));
	printf("\n");
	if (dump->has_no_stacks)
		printf("Its libgreenroom switches without assembly: no calls of functions can be "
		       "shown.\n");
	if (dump->is_short)
		printf("Not all of its memory could be read: something may be missing.\n");
}

void dump_print_text(const struct dump *dump, const struct dump *earlier,
		     const struct dump_verdicts *verdicts)
{
	print_head(dump);
	for (uint32_t thread = 0; thread < dump->threads; thread++)
		print_thread(dump, earlier, thread);
	print_thread(dump, earlier, DUMP_NOWHERE);
	print_verdicts(dump, verdicts);
}
