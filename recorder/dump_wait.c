/* SPDX-License-Identifier: MIT */
/* dump_wait.c - what tasklets wait for, and what they and their channels are called. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dump_private.h"

static int by_address(const void *left, const void *right)
{
	const struct dump_channel *one = left, *other = right;

	return (one->address > other->address) - (one->address < other->address);
}

static int by_id(const void *left, const void *right)
{
	const struct dump_channel *one = left, *other = right;

	return (one->id > other->id) - (one->id < other->id);
}

static bool waits_in_channel(const struct dump_tasklet *tasklet)
{
	return tasklet->state == DUMP_SENDING || tasklet->state == DUMP_RECEIVING;
}

/* Each channel once, of which nothing but the address is known yet. */
static int list_channels(struct dump *dump)
{
	size_t count = 0;

	dump->channel = calloc(dump->tasklets ? dump->tasklets : 1, sizeof(*dump->channel));
	if (!dump->channel)
		return -ENOMEM;
	for (size_t i = 0; i < dump->tasklets; i++)
		if (waits_in_channel(&dump->tasklet[i]))
			dump->channel[count++].address = dump->tasklet[i].channel_address;
	qsort(dump->channel, count, sizeof(*dump->channel), by_address);
	for (size_t i = 0; i < count; i++)
		if (!dump->channels ||
		    dump->channel[dump->channels - 1].address != dump->channel[i].address)
			dump->channel[dump->channels++] = dump->channel[i];
	return 0;
}

static void read_channel(struct dump *dump, const struct target_layout *layout,
			 struct dump_channel *channel)
{
	char raw[TARGET_LAYOUT_BYTES_MAX];
	size_t bytes = target_layout_bytes(layout, LAYOUT_channel);

#define FIELD(name) target_layout_field(layout, LAYOUT_channel_##name, raw, bytes)
	if (target_read(dump->target, channel->address, raw, bytes)) {
		dump->is_short = true;
		return;
	}
	channel->id = FIELD(id);
	channel->thread = FIELD(thread);
	channel->balance = (int32_t)FIELD(balance);
	channel->closing = FIELD(closing) != 0;
	target_read_text(dump->target,
			 channel->address + target_layout_offset(layout, LAYOUT_channel_name),
			 channel->name, sizeof(channel->name));
#undef FIELD
}

static void read_waiter(struct dump *dump, const struct target_layout *layout,
			struct dump_tasklet *tasklet)
{
	char raw[TARGET_LAYOUT_BYTES_MAX];
	size_t bytes = target_layout_bytes(layout, LAYOUT_waiter);

#define FIELD(name) target_layout_field(layout, LAYOUT_waiter_##name, raw, bytes)
	tasklet->descriptor = -1;
	if (target_read(dump->target, tasklet->channel_address, raw, bytes))
		return;
	tasklet->descriptor = (int32_t)FIELD(descriptor);
	tasklet->events = (uint32_t)FIELD(events);
	tasklet->is_timed = FIELD(timed) != 0;
	tasklet->due = FIELD(due);
	if (tasklet->descriptor >= 0)
		tasklet->state = DUMP_POLLING;
#undef FIELD
}

/* Reads all pieces that can be read. */
static void read_what_is_there(struct dump *dump, const struct target_piece *piece, size_t count)
{
	for (size_t done = 0; done < count; done++) /* behind one that could not be */
		done += target_read_pieces(dump->target, piece + done, count - done);
}

/* Names that do not end before the page does are read by themselves. */
static void read_long_names(struct dump *dump, const uintptr_t *name)
{
	for (size_t i = 0; i < dump->tasklets; i++) {
		struct dump_tasklet *tasklet = &dump->tasklet[i];

		if (name[i] && !memchr(tasklet->name, '\0', sizeof(tasklet->name)))
			tasklet->name[sizeof(tasklet->name) - 1] = '\0';
		else if (name[i] && name[i] % 4096 > 4096 - sizeof(tasklet->name))
			target_read_text(dump->target, name[i], tasklet->name,
					 sizeof(tasklet->name));
	}
}

/* Many at a time: first where they lie, then what they are. 0 or -ENOMEM. */
static int read_names(struct dump *dump, const struct target_layout *layout)
{
	struct target_piece *piece = calloc(dump->tasklets + 1, sizeof(*piece));
	uintptr_t *name = calloc(dump->tasklets + 1, sizeof(*name));
	uint32_t offset = target_layout_offset(layout, LAYOUT_tasklet_name);
	int result = piece && name ? 0 : -ENOMEM;
	size_t count = 0;

	if (!result) {
		for (size_t i = 0; i < dump->tasklets; i++)
			piece[i] = (struct target_piece){dump->tasklet[i].address + offset,
							 &name[i], sizeof(*name)};
		read_what_is_there(dump, piece, dump->tasklets);
		for (size_t i = 0; i < dump->tasklets; i++) {
			size_t page = 4096 - name[i] % 4096;
			char *to = dump->tasklet[i].name;

			if (name[i])
				piece[count++] = (struct target_piece){
					name[i], to, page < DUMP_NAME_MAX ? page : DUMP_NAME_MAX};
		}
		read_what_is_there(dump, piece, count);
		read_long_names(dump, name);
	}
	free(piece);
	free(name);
	return result;
}

/* Once the channels are in their last order. */
static int find_channels(struct dump *dump)
{
	struct dump_channel *sorted = calloc(dump->channels + 1, sizeof(*sorted));

	if (!sorted)
		return -ENOMEM;
	qsort(dump->channel, dump->channels, sizeof(*dump->channel), by_id);
	for (size_t i = 0; i < dump->channels; i++) {
		sorted[i] = dump->channel[i];
		sorted[i].id = i;
	}
	qsort(sorted, dump->channels, sizeof(*sorted), by_address);
	for (size_t i = 0; i < dump->tasklets; i++) {
		struct dump_channel key = {.address = dump->tasklet[i].channel_address};
		const struct dump_channel *found;

		if (!waits_in_channel(&dump->tasklet[i]))
			continue;
		found = bsearch(&key, sorted, dump->channels, sizeof(*sorted), by_address);
		if (found)
			dump->tasklet[i].channel = (uint32_t)found->id;
	}
	free(sorted);
	return 0;
}

static int compare_addresses(const void *key, const void *tasklet)
{
	uint64_t address = *(const uint64_t *)key;
	uint64_t other = (*(struct dump_tasklet *const *)tasklet)->address;

	return (address > other) - (address < other);
}

static int compare_tasklets(const void *left, const void *right)
{
	return compare_addresses(&(*(struct dump_tasklet *const *)left)->address, right);
}

/* Says of those in scheduler_run that they are: each thread knows the innermost, that one the next. */
static int find_runs(struct dump *dump, const struct target_layout *layout)
{
	struct dump_tasklet **sorted = calloc(dump->tasklets + 1, sizeof(struct dump_tasklet *));

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < dump->tasklets; i++)
		sorted[i] = &dump->tasklet[i];
	qsort(sorted, dump->tasklets, sizeof(*sorted), compare_tasklets);
	for (size_t i = 0; i < dump->threads; i++) {
		struct dump_circle circle = {0};
		uint64_t link = dump->thread[i].address +
				target_layout_offset(layout, LAYOUT_thread_run_top);
		uintptr_t raw;

		while (!target_read(dump->target, link, &raw, sizeof(raw)) && raw) {
			uint64_t address = raw;
			struct dump_tasklet **found = bsearch(&address, sorted, dump->tasklets,
							      sizeof(*sorted), compare_addresses);

			if (!found || dump_circle_closes(&circle, address))
				break;
			(*found)->in_run = true;
			link = address + target_layout_offset(layout, LAYOUT_tasklet_run_below);
		}
	}
	free(sorted);
	return 0;
}

int dump_wait(struct dump *dump, const struct target_layout *layout)
{
	if (list_channels(dump))
		return -ENOMEM;
	for (size_t i = 0; i < dump->channels; i++)
		read_channel(dump, layout, &dump->channel[i]);
	for (size_t i = 0; i < dump->tasklets; i++)
		if (dump->tasklet[i].state == DUMP_SLEEPING)
			read_waiter(dump, layout, &dump->tasklet[i]);
	return read_names(dump, layout) || find_channels(dump) || find_runs(dump, layout) ? -ENOMEM
											  : 0;
}
