/* SPDX-License-Identifier: MIT */
/*
 * activity_column.c - what stands in the tables of what goes on, and what they can be ordered by.
 */
#include <inttypes.h>
#include <stdio.h>

#include "activity_table.h"

enum { COLUMN_PLACE = 16 };

/* --------------------------------------------------------------------------------- labels */

static size_t label_length(int written, size_t size)
{
	if (written < 0 || size == 0)
		return 0;
	return (size_t)written < size ? (size_t)written : size - 1;
}

size_t activity_time_label(char *out, size_t size, uint64_t ns)
{
	static const struct {
		double ns;
		const char *unit;
	} units[] = {{86400e9, "d"}, {3600e9, "h"}, {60e9, "m"},
		     {1e9, "s"},     {1e6, "ms"},   {1e3, "µs"}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		double value = (double)ns / units[i].ns;

		if (value >= 1)
			return label_length(snprintf(out, size, "%.*f %s",
						     value < 99.95 && i != 5 ? 1 : 0, value,
						     units[i].unit),
					    size);
	}
	return label_length(snprintf(out, size, "%" PRIu64 " ns", ns), size);
}

size_t activity_number_label(char *out, size_t size, uint64_t number)
{
	static const char units[] = "MGTPE";
	double value = (double)number / 1e6;
	int unit = 0;

	if (number < 1000)
		return label_length(snprintf(out, size, "%" PRIu64, number), size);
	if (number < 1000000)
		return label_length(snprintf(out, size, "%" PRIu64 ",%03" PRIu64, number / 1000,
					     number % 1000),
				    size);
	while (value >= 1000 && units[unit + 1] != '\0') {
		value /= 1000;
		unit++;
	}
	return label_length(
		snprintf(out, size, value < 100 ? "%.2f %c" : "%.1f %c", value, units[unit]), size);
}

/* The first letters as a number, so that the alphabet's order is that of the numbers, backward: what
 * comes first in it has the greatest key. */
static uint64_t name_key(const char *name)
{
	uint64_t key = 0;

	for (int i = 0; i < 8; i++) {
		key = key << 8 | (uint8_t)*name;
		name += *name != '\0';
	}
	return ~key;
}

/* --------------------------------------------------------------------------- any sort of thing */

static void rate_cell(const struct activity_row *row, char *out, size_t size, uint64_t count)
{
	uint64_t rate = activity_rate(row->activity, count);

	if (count == 0)
		snprintf(out, size, "–");
	else if (rate == 0)
		snprintf(out, size, "<1");
	else
		activity_number_label(out, size, rate);
}

static void cell_switches(const struct activity_row *row, char *out, size_t size)
{
	rate_cell(row, out, size, row->counts.hard + row->counts.soft);
}

static uint64_t key_switches(const struct activity_row *row)
{
	return row->counts.hard + row->counts.soft;
}

static void cell_soft(const struct activity_row *row, char *out, size_t size)
{
	rate_cell(row, out, size, row->counts.soft);
}

static uint64_t key_soft(const struct activity_row *row)
{
	return row->counts.soft;
}

static void cell_copied(const struct activity_row *row, char *out, size_t size)
{
	uint64_t rate = activity_rate(row->activity, row->counts.saved_bytes);

	if (row->counts.saved_bytes == 0)
		snprintf(out, size, "–");
	else
		scene_bytes_label(out, size, rate);
}

static uint64_t key_copied(const struct activity_row *row)
{
	return row->counts.saved_bytes;
}

static void cell_messages(const struct activity_row *row, char *out, size_t size)
{
	rate_cell(row, out, size, row->counts.messages);
}

static uint64_t key_messages(const struct activity_row *row)
{
	return row->counts.messages;
}

static void cell_events(const struct activity_row *row, char *out, size_t size)
{
	rate_cell(row, out, size, row->counts.events);
}

static uint64_t key_events(const struct activity_row *row)
{
	return row->counts.events;
}

static void cell_run(const struct activity_row *row, char *out, size_t size)
{
	double part = (double)row->counts.run_ns / (double)activity_span_ns(row->activity) * 100;

	if (row->counts.run_ns == 0)
		snprintf(out, size, "–");
	else
		snprintf(out, size, "%.1f", part > 100 ? 100 : part);
}

static uint64_t key_run(const struct activity_row *row)
{
	return row->counts.run_ns;
}

static void since_cell(const struct activity_row *row, char *out, size_t size, uint64_t since_ns)
{
	activity_time_label(out, size, row->now_ns > since_ns ? row->now_ns - since_ns : 0);
}

/* -------------------------------------------------------------------------------------- tasklets */

static const struct state_tasklet *tasklet_of(const struct activity_row *row)
{
	return state_tasklet(row->scene->state, row->id);
}

static void cell_tasklet(const struct activity_row *row, char *out, size_t size)
{
	scene_tasklet_label(out, size, row->scene, row->id);
}

static uint64_t key_tasklet(const struct activity_row *row)
{
	return name_key(dictionary_string(row->scene->dictionary, tasklet_of(row)->name));
}

static void cell_state(const struct activity_row *row, char *out, size_t size)
{
	snprintf(out, size, "%s", scene_condition(row->scene, row->id).word);
}

static uint64_t key_state(const struct activity_row *row)
{
	return name_key(scene_condition(row->scene, row->id).word);
}

static void cell_since(const struct activity_row *row, char *out, size_t size)
{
	since_cell(row, out, size, tasklet_of(row)->since_ns);
}

/* Those that have been where they are for the longest come first. */
static uint64_t key_since(const struct activity_row *row)
{
	return ~tasklet_of(row)->since_ns;
}

static void cell_waits(const struct activity_row *row, char *out, size_t size)
{
	if (tasklet_of(row)->channel)
		scene_channel_label(out, size, row->scene, tasklet_of(row)->channel);
	else
		snprintf(out, size, "–");
}

static uint64_t key_waits(const struct activity_row *row)
{
	return ~(uint64_t)(tasklet_of(row)->channel ? tasklet_of(row)->channel : UINT32_MAX);
}

static uint32_t place_of(const struct activity_row *row)
{
	const struct state_tasklet *tasklet = tasklet_of(row);

	return tasklet->stopped_at ? tasklet->stopped_at : tasklet->function;
}

static void cell_place(const struct activity_row *row, char *out, size_t size)
{
	scene_place_tail(out, size, row->scene, place_of(row), COLUMN_PLACE);
}

static uint64_t key_place(const struct activity_row *row)
{
	char label[64];

	scene_place_label(label, sizeof(label), row->scene, place_of(row));
	return name_key(label);
}

static const struct activity_column tasklet_columns[] = {
	{"tasklet", 0, false, 0, cell_tasklet, key_tasklet},
	{"state", 9, false, 20, cell_state, key_state},
	{"run %", 6, true, 32, cell_run, key_run},
	{"switches/s", 10, true, 44, cell_switches, key_switches},
	{"soft/s", 7, true, 96, cell_soft, key_soft},
	{"copied/s", 8, true, 54, cell_copied, key_copied},
	{"messages/s", 10, true, 88, cell_messages, key_messages},
	{"since", 7, true, 62, cell_since, key_since},
	{"waits in", 12, false, 110, cell_waits, key_waits},
	{"stopped at", COLUMN_PLACE, false, 74, cell_place, key_place},
};

/* -------------------------------------------------------------------------------------- channels */

static const struct state_channel *channel_of(const struct activity_row *row)
{
	return state_channel(row->scene->state, row->id);
}

static void cell_channel(const struct activity_row *row, char *out, size_t size)
{
	scene_channel_label(out, size, row->scene, row->id);
}

static uint64_t key_channel(const struct activity_row *row)
{
	return name_key(dictionary_string(row->scene->dictionary, channel_of(row)->name));
}

static void cell_queue(const struct activity_row *row, char *out, size_t size)
{
	int64_t balance = channel_of(row)->balance;

	if (balance == 0)
		snprintf(out, size, channel_of(row)->closing ? "closed" : "–");
	else
		snprintf(out, size, "%" PRId64 " %s", balance < 0 ? -balance : balance,
			 balance < 0 ? "receiving" : "sending");
}

static uint64_t key_queue(const struct activity_row *row)
{
	int64_t balance = channel_of(row)->balance;

	return (uint64_t)(balance < 0 ? -balance : balance);
}

static void cell_first(const struct activity_row *row, char *out, size_t size)
{
	uint32_t first = channel_of(row)->first;

	if (first)
		since_cell(row, out, size, state_tasklet(row->scene->state, first)->since_ns);
	else
		snprintf(out, size, "–");
}

static uint64_t key_first(const struct activity_row *row)
{
	uint32_t first = channel_of(row)->first;

	return first ? ~state_tasklet(row->scene->state, first)->since_ns : 0;
}

static void cell_longest(const struct activity_row *row, char *out, size_t size)
{
	activity_number_label(out, size, channel_of(row)->longest);
}

static uint64_t key_longest(const struct activity_row *row)
{
	return channel_of(row)->longest;
}

static void cell_transfers(const struct activity_row *row, char *out, size_t size)
{
	activity_number_label(out, size, channel_of(row)->transfers);
}

static uint64_t key_transfers(const struct activity_row *row)
{
	return channel_of(row)->transfers;
}

static void cell_value(const struct activity_row *row, char *out, size_t size)
{
	scene_bytes_label(out, size, channel_of(row)->size);
}

static uint64_t key_value(const struct activity_row *row)
{
	return channel_of(row)->size;
}

static const struct activity_column channel_columns[] = {
	{"channel", 0, false, 0, cell_channel, key_channel},
	{"messages/s", 10, true, 24, cell_messages, key_messages},
	{"messages", 8, true, 44, cell_transfers, key_transfers},
	{"queue", 14, false, 34, cell_queue, key_queue},
	{"since", 7, true, 52, cell_first, key_first},
	{"longest", 7, true, 64, cell_longest, key_longest},
	{"value", 8, true, 74, cell_value, key_value},
};

/* --------------------------------------------------------------------------------------- threads */

static uint32_t runs_in(const struct activity_row *row, uint64_t *since_ns)
{
	uint32_t tasklet;

	*since_ns = activity_running_since(row->activity, row->id, &tasklet);
	return tasklet;
}

static void cell_thread(const struct activity_row *row, char *out, size_t size)
{
	snprintf(out, size, "thread %" PRIu32 " (%" PRIu32 ")", row->id,
		 state_thread(row->scene->state, row->id)->os_thread);
}

static uint64_t key_thread(const struct activity_row *row)
{
	return ~(uint64_t)row->id;
}

static void cell_runs(const struct activity_row *row, char *out, size_t size)
{
	uint64_t since_ns;
	uint32_t tasklet = runs_in(row, &since_ns);

	if (tasklet)
		scene_tasklet_label(out, size, row->scene, tasklet);
	else
		snprintf(out, size, "%s",
			 state_thread(row->scene->state, row->id)->ended ? "ended" : "asleep");
}

static uint64_t key_runs(const struct activity_row *row)
{
	uint64_t since_ns;

	return ~(uint64_t)runs_in(row, &since_ns);
}

static void cell_run_since(const struct activity_row *row, char *out, size_t size)
{
	uint64_t since_ns;

	if (runs_in(row, &since_ns))
		since_cell(row, out, size, since_ns);
	else
		snprintf(out, size, "–");
}

static uint64_t key_run_since(const struct activity_row *row)
{
	uint64_t since_ns;

	return runs_in(row, &since_ns) ? ~since_ns : 0;
}

static void cell_chain(const struct activity_row *row, char *out, size_t size)
{
	activity_number_label(out, size, state_thread(row->scene->state, row->id)->count);
}

static uint64_t key_chain(const struct activity_row *row)
{
	return state_thread(row->scene->state, row->id)->count;
}

static const struct activity_column thread_columns[] = {
	{"thread", 0, false, 0, cell_thread, key_thread},
	{"run %", 6, true, 24, cell_run, key_run},
	{"switches/s", 10, true, 34, cell_switches, key_switches},
	{"soft/s", 7, true, 96, cell_soft, key_soft},
	{"copied/s", 8, true, 60, cell_copied, key_copied},
	{"messages/s", 10, true, 96, cell_messages, key_messages},
	{"events/s", 8, true, 70, cell_events, key_events},
	{"chain", 7, true, 44, cell_chain, key_chain},
	{"runs", 14, false, 52, cell_runs, key_runs},
	{"since", 7, true, 78, cell_run_since, key_run_since},
};

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

const struct activity_column *activity_columns(enum activity_of of, int *count, int *first)
{
	switch (of) {
	case ACTIVITY_CHANNEL:
		*count = LENGTH(channel_columns);
		*first = 1;
		return channel_columns;
	case ACTIVITY_THREAD:
		*count = LENGTH(thread_columns);
		*first = 0;
		return thread_columns;
	default:
		*count = LENGTH(tasklet_columns);
		*first = 2;
		return tasklet_columns;
	}
}
