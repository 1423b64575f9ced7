/* SPDX-License-Identifier: MIT */
/* cmd_dump_json.c - greenroom dump --json, for programs. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>

#include "cmd_dump.h"
#include "utf8.h"

/* Text from outside, which may not be UTF-8. */
static json_t *text(const char *raw)
{
	char clean[UTF8_CLEAN_ROOM(1024)], cut[1024];
	int length = snprintf(cut, sizeof(cut), "%s", raw ? raw : "");

	if (length < 0)
		return NULL;
	utf8_clean(clean, cut, (size_t)length < sizeof(cut) ? (size_t)length : sizeof(cut) - 1);
	return *clean ? json_string(clean) : json_null();
}

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *address(uint64_t value)
{
	char hexadecimal[24];

	snprintf(hexadecimal, sizeof(hexadecimal), "0x%llx", (unsigned long long)value);
	return json_string(hexadecimal);
}

static json_t *place_object(const struct dump_call *call, const struct dump_place *place)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:b}", "address", address(call->address),
			 "function", text(place->function), "file", text(place->file), "line",
			 place->line ? number(place->line) : json_null(), "module",
			 text(place->module), "inlined", place->inlined, "frame", call->is_frame);
}

static json_t *calls_array(const struct dump_tasklet *tasklet)
{
	json_t *calls = json_array();

	for (size_t i = 0; i < tasklet->calls; i++)
		for (size_t k = 0; k < tasklet->call[i].places; k++)
			json_array_append_new(calls, place_object(&tasklet->call[i],
								  &tasklet->call[i].place[k]));
	return calls;
}

/* What it waits for: null, or an object. */
static json_t *wait_object(const struct dump *dump, const struct dump_tasklet *tasklet)
{
	json_t *wait = json_object();

	if (tasklet->channel != DUMP_NOWHERE) {
		json_object_set_new(wait, "channel", number(dump->channel[tasklet->channel].id));
		json_object_set_new(wait, "direction",
				    json_string(tasklet->state == DUMP_SENDING ? "send"
									       : "receive"));
	}
	if (tasklet->state == DUMP_POLLING) {
		json_object_set_new(wait, "descriptor", json_integer(tasklet->descriptor));
		json_object_set_new(wait, "events", number(tasklet->events));
	}
	if (tasklet->is_timed && dump->when)
		json_object_set_new(wait, "ns_left",
				    json_integer((json_int_t)(tasklet->due - dump->when)));
	if (json_object_size(wait))
		return wait;
	json_decref(wait);
	return json_null();
}

static json_t *tasklet_object(const struct dump *dump, const struct dump *earlier,
			      const struct dump_verdicts *verdicts, size_t index)
{
	const struct dump_tasklet *tasklet = &dump->tasklet[index];
	enum wait_verdict verdict = wait_graph_verdict(verdicts->graph, (uint32_t)index + 1);
	uint64_t still = dump_still_ns(dump, earlier, tasklet);
	json_t *thread = tasklet->thread == DUMP_NOWHERE
				 ? json_null()
				 : number(dump->thread[tasklet->thread].number);

	return json_pack(
		"{s:o, s:o, s:o, s:s, s:b, s:b, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:s, "
		"s:b, s:o, s:o}",
		"tasklet", number(tasklet->id), "name", text(tasklet->name), "thread", thread,
		"state", dump_state_word(tasklet->state), "main", tasklet->is_main, "current",
		tasklet->is_current, "in_run", tasklet->in_run, "soft", tasklet->is_soft, "wait",
		wait_object(dump, tasklet), "still_ns", still ? number(still) : json_null(),
		"saved_bytes", number(tasklet->saved_bytes), "bytes_in_place",
		number(tasklet->bytes_in_place), "function", text(tasklet->function.function),
		"stack", dump_stack_word(tasklet->stack), "cut", tasklet->is_cut, "calls",
		calls_array(tasklet), "verdict",
		verdict == WAIT_GOES_ON ? json_null() : json_string(wait_verdict_word(verdict)));
}

static json_t *thread_object(const struct dump_thread *thread)
{
	return json_pack("{s:o, s:i, s:b}", "thread", number(thread->number), "system",
			 thread->os_thread, "asleep", thread->asleep);
}

static json_t *channel_object(const struct dump_channel *channel)
{
	return json_pack("{s:o, s:o, s:I, s:b, s:b}", "channel", number(channel->id), "name",
			 text(channel->name), "balance", (json_int_t)channel->balance, "shared",
			 channel->thread == 0, "closing", channel->closing);
}

static json_t *verdict_object(const struct dump *dump, const struct dump_verdicts *verdicts,
			      uint32_t group)
{
	char sentence[1024];

	dump_verdicts_sentence(sentence, sizeof(sentence), verdicts, dump, group);
	return json_pack("{s:s, s:o}", "verdict",
			 wait_verdict_word(wait_graph_group(verdicts->graph, group).verdict),
			 "sentence", text(sentence));
}

int dump_print_json(const struct dump *dump, const struct dump *earlier,
		    const struct dump_verdicts *verdicts)
{
	json_t *threads = json_array(), *tasklets = json_array(), *channels = json_array();
	json_t *found = json_array(), *all;
	pid_t process = target_process(dump->target);
	int result = -ENOMEM;

	for (size_t i = 0; i < dump->threads; i++)
		json_array_append_new(threads, thread_object(&dump->thread[i]));
	for (size_t i = 0; i < dump->tasklets; i++)
		json_array_append_new(tasklets, tasklet_object(dump, earlier, verdicts, i));
	for (size_t i = 0; i < dump->channels; i++)
		json_array_append_new(channels, channel_object(&dump->channel[i]));
	for (uint32_t i = 1; i <= wait_graph_groups(verdicts->graph); i++)
		json_array_append_new(found, verdict_object(dump, verdicts, i));
	all = json_pack("{s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "process",
			process ? json_integer(process) : json_null(), "title",
			text(target_title(dump->target)), "reading_ns", number(dump->reading_ns),
			"incomplete", dump->is_short, "threads", threads, "tasklets", tasklets,
			"channels", channels, "verdicts", found);
	if (all && json_dumpf(all, stdout, JSON_INDENT(1)) == 0) {
		printf("\n");
		result = 0;
	}
	json_decref(all);
	return result;
}
