/* SPDX-License-Identifier: MIT */
/*
 * dump_find.c - where a target's threads and tasklets lie. Tasklets lie in blocks, so that a thousand of
 * them are a few reads.
 */
#include <errno.h>
#include <stdlib.h>

#include "dump_private.h"

struct finder {
	struct dump *dump;
	const struct target_layout *layout;
	char *buffer; /* for a thread, then for a block */
	size_t thread_room, tasklet_room;
};

/* Makes room for one more. 0 or -ENOMEM. */
static int grow(void **array, size_t *room, size_t count, size_t size)
{
	size_t more = *room ? 2 * *room : 64;
	void *larger;

	if (count < *room)
		return 0;
	larger = realloc(*array, more * size);
	if (!larger)
		return -ENOMEM;
	*array = larger;
	*room = more;
	return 0;
}

static int add_thread(struct finder *finder, uint64_t address, uint64_t *next)
{
	const struct target_layout *layout = finder->layout;
	struct dump *dump = finder->dump;
	size_t bytes = target_layout_bytes(layout, LAYOUT_thread);
	const char *raw = finder->buffer;

#define FIELD(name) target_layout_field(layout, LAYOUT_thread_##name, raw, bytes)
	if (target_read(dump->target, address, finder->buffer, bytes)) {
		*next = 0;
		dump->is_short = true;
		return 0;
	}
	if (grow((void **)&dump->thread, &finder->thread_room, dump->threads,
		 sizeof(*dump->thread)))
		return -ENOMEM;
	dump->thread[dump->threads++] = (struct dump_thread){
		.address = address,
		.number = FIELD(number),
		.os_thread = (int)FIELD(os_thread),
		.asleep = FIELD(sleeps) != 0,
		.current = FIELD(current),
		.main = FIELD(main),
		.stack_low = FIELD(stack_low),
		.stack_top = FIELD(stack_top),
		.stack_base = FIELD(stack_base),
		.side_low = FIELD(side),
		.side_top = FIELD(side_top),
	};
	*next = FIELD(registry_next);
#undef FIELD
	return 0;
}

/* Threads of one list. */
static int find_threads(struct finder *finder, uint64_t head)
{
	struct dump *dump = finder->dump;
	struct dump_circle circle = {0};
	uintptr_t first = 0;
	uint64_t address;
	int result = 0;

	if (!head || target_read(dump->target, head, &first, sizeof(first)))
		return 0;
	address = first;
	while (!result && address && dump->threads < DUMP_THREADS_MAX) {
		if (dump_circle_closes(&circle, address)) {
			dump->is_short = true;
			break;
		}
		result = add_thread(finder, address, &address);
	}
	return result;
}

/* The tasklets that were alive when the block was read: the bytes of it up to `end`. */
static int find_in_block(struct finder *finder, uint64_t block, size_t end)
{
	const struct target_layout *layout = finder->layout;
	struct dump *dump = finder->dump;
	size_t grain = target_layout_number(layout, LAYOUT_block_grain);
	size_t bytes = target_layout_bytes(layout, LAYOUT_tasklet);
	size_t size = (bytes + grain - 1) & ~(grain - 1);

	for (size_t at = grain; at + size <= end; at += size) {
		const char *raw = finder->buffer + at;
		uint64_t id = target_layout_field(layout, LAYOUT_tasklet_id, raw, bytes);

		if (!id || !target_layout_field(layout, LAYOUT_tasklet_alive, raw, bytes))
			continue;
		if (dump->tasklets >= DUMP_TASKLETS_MAX) {
			dump->is_short = true;
			return 0;
		}
		if (grow((void **)&dump->tasklet, &finder->tasklet_room, dump->tasklets,
			 sizeof(*dump->tasklet)))
			return -ENOMEM;
		dump->tasklet[dump->tasklets++] = (struct dump_tasklet){.address = block + at,
									.id = id,
									.thread = DUMP_NOWHERE,
									.channel = DUMP_NOWHERE,
									.stack = DUMP_STACK_BUSY};
	}
	return 0;
}

/* Of all blocks of a thread; the newest, which is the first, is in use up to `rest`. */
static int find_tasklets(struct finder *finder, uint64_t thread)
{
	const struct target_layout *layout = finder->layout;
	struct dump *dump = finder->dump;
	size_t bytes = target_layout_bytes(layout, LAYOUT_thread);
	size_t block_bytes = target_layout_number(layout, LAYOUT_block_bytes);
	struct dump_circle circle = {0};
	uint64_t block, rest;
	int result = 0;

	if (target_read(dump->target, thread, finder->buffer, bytes)) {
		dump->is_short = true;
		return 0;
	}
	block = target_layout_field(layout, LAYOUT_thread_tasklet_blocks, finder->buffer, bytes);
	rest = target_layout_field(layout, LAYOUT_thread_tasklet_rest, finder->buffer, bytes);
	while (!result && block && !dump_circle_closes(&circle, block)) {
		size_t end = rest - block < block_bytes ? (size_t)(rest - block) : block_bytes;

		if (dump->tasklets >= DUMP_TASKLETS_MAX ||
		    target_read(dump->target, block, finder->buffer, block_bytes)) {
			dump->is_short = true;
			break;
		}
		result = find_in_block(finder, block, end);
		block = target_layout_field(layout, LAYOUT_block_next, finder->buffer, block_bytes);
		rest = 0;
	}
	return result;
}

int dump_find(struct dump *dump, const struct target_layout *layout)
{
	struct finder finder = {.dump = dump, .layout = layout};
	size_t block_bytes = target_layout_number(layout, LAYOUT_block_bytes);
	uintptr_t lists[2] = {0};
	size_t threads;
	int result;

	finder.buffer = malloc(block_bytes > TARGET_LAYOUT_BYTES_MAX ? block_bytes
								     : TARGET_LAYOUT_BYTES_MAX);
	if (!finder.buffer)
		return -ENOMEM;
	if (target_read(dump->target, layout->threads, lists, sizeof(lists)))
		dump->is_short = true;
	result = find_threads(&finder, lists[0]);
	threads = dump->threads;
	/* Threads that have ended are there for their tasklets alone. */
	if (!result)
		result = find_threads(&finder, lists[1]);
	for (size_t i = 0; !result && i < dump->threads; i++)
		result = find_tasklets(&finder, dump->thread[i].address);
	dump->threads = threads;
	free(finder.buffer);
	return result;
}
