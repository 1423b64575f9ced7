/* SPDX-License-Identifier: MIT */
/*
 * state_image.c - a state as bytes, and back.
 *
 * The image is a version byte, then numbers: the head, then every entry of the three arrays from 1
 * to the highest number in use, in blocks: a byte for each entry, 0 for one that is all zero, else 1;
 * then column by column what the others hold, because like stands by like then, which compresses
 * better. (Version 1, which is still read, had blocks of one.) A number is stored as its difference to what was to be expected there (mostly the same field of the entry
 * before), zigzagged so that small differences either way are small, seven bits a byte, low ones
 * first. So an entry takes about a byte a field, and the image never holds more entries than bytes,
 * which bounds what a damaged one can cost.
 *
 * The lists of fields below serve writer and reader alike: FIELD(name, what is to be expected).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "state_core.h"

enum {
	IMAGE_VERSION = 2,
	IMAGE_VERSION_ROWS = 1,
	IMAGE_BLOCK = 1024, /* entries */
	IMAGE_BYTES_FIRST = 4096,
	IMAGE_NUMBER_MAX = 10
};

/* clang-format off */
#define IMAGE_HEAD_FIELDS(FIELD) \
	FIELD(seq, 0) \
	FIELD(time_ns, 0) \
	FIELD(applied, entry->seq) \
	FIELD(oddities, 0) \
	FIELD(tasklets, 0) \
	FIELD(channels, 0) \
	FIELD(threads, 0)
/* clang-format on */

#define IMAGE_TASKLET_FIELDS(FIELD)                                                                \
	FIELD(where, last->where)                                                                  \
	FIELD(started, last->started)                                                              \
	FIELD(end_cause, 0)                                                                        \
	FIELD(is_main, 0)                                                                          \
	FIELD(next, id)                                                                            \
	FIELD(prev, id)                                                                            \
	FIELD(thread, last->thread)                                                                \
	FIELD(name, last->name)                                                                    \
	FIELD(creator, last->creator)                                                              \
	FIELD(function, last->function)                                                            \
	FIELD(created_at, last->created_at)                                                        \
	FIELD(stopped_at, last->stopped_at)                                                        \
	FIELD(channel, last->channel)                                                              \
	FIELD(error, 0)                                                                            \
	FIELD(run_depth, 0)                                                                        \
	FIELD(run_below, 0)                                                                        \
	FIELD(waits, last->waits)                                                                  \
	FIELD(frames, last->frames)                                                                \
	FIELD(forced, last->forced)                                                                \
	FIELD(saved_bytes, last->saved_bytes)                                                      \
	FIELD(kept_bytes, last->kept_bytes)                                                        \
	FIELD(stack_low, last->stack_low)                                                          \
	FIELD(stack_base, last->stack_base)                                                        \
	FIELD(switches, last->switches)                                                            \
	FIELD(saved_total, last->saved_total)                                                      \
	FIELD(run_ns, last->run_ns)                                                                \
	FIELD(waited_ns, last->waited_ns)                                                          \
	FIELD(created_seq, last->created_seq)                                                      \
	FIELD(ended_seq, last->ended_seq)                                                          \
	FIELD(since_seq, last->since_seq)                                                          \
	FIELD(since_ns, last->since_ns)

#define IMAGE_CHANNEL_FIELDS(FIELD)                                                                \
	FIELD(known, 1)                                                                            \
	FIELD(closing, last->closing)                                                              \
	FIELD(destroyed, last->destroyed)                                                          \
	FIELD(schedule_all, last->schedule_all)                                                    \
	FIELD(preference, last->preference)                                                        \
	FIELD(name, last->name)                                                                    \
	FIELD(creator, last->creator)                                                              \
	FIELD(size, last->size)                                                                    \
	FIELD(created_at, last->created_at)                                                        \
	FIELD(balance, 0)                                                                          \
	FIELD(first, last->first)                                                                  \
	FIELD(last, entry->first)                                                                  \
	FIELD(longest, last->longest)                                                              \
	FIELD(transfers, last->transfers)                                                          \
	FIELD(created_seq, last->created_seq)

#define IMAGE_THREAD_FIELDS(FIELD)                                                                 \
	FIELD(known, 1)                                                                            \
	FIELD(ended, 0)                                                                            \
	FIELD(main, last->main)                                                                    \
	FIELD(running, entry->main)                                                                \
	FIELD(previous, entry->main)                                                               \
	FIELD(expected, entry->running)                                                            \
	FIELD(first, entry->running)                                                               \
	FIELD(count, last->count)                                                                  \
	FIELD(os_thread, last->os_thread)                                                          \
	FIELD(run_depth, 0)                                                                        \
	FIELD(run_top, entry->main)                                                                \
	FIELD(stack_base, last->stack_base)                                                        \
	FIELD(since_ns, last->since_ns)                                                            \
	FIELD(switches, last->switches)                                                            \
	FIELD(saved_total, last->saved_total)

/* One more than the last entry of the block that begins with `from`. */
static uint32_t image_block_end(uint32_t from, uint32_t block, uint32_t highest)
{
	return highest - from < block ? highest + 1 : from + block;
}

/* ---------------------------------------------------------------------------------------------
 * Writing
 */

struct image_writer {
	uint8_t *data;
	size_t bytes, capacity;
	bool out_of_memory;
};

/* Makes room for `more` bytes. */
static bool image_room(struct image_writer *writer, size_t more)
{
	size_t capacity = writer->capacity ? writer->capacity : IMAGE_BYTES_FIRST;
	uint8_t *data;

	if (writer->bytes + more <= writer->capacity)
		return true;
	while (capacity < writer->bytes + more)
		capacity *= 2;
	data = writer->out_of_memory ? NULL : realloc(writer->data, capacity);
	if (!data) {
		writer->out_of_memory = true;
		return false;
	}
	writer->data = data;
	writer->capacity = capacity;
	return true;
}

static void image_put_byte(struct image_writer *writer, uint8_t byte)
{
	if (image_room(writer, 1))
		writer->data[writer->bytes++] = byte;
}

static void image_put(struct image_writer *writer, uint64_t value, uint64_t expected)
{
	uint64_t difference = value - expected;
	uint64_t number = difference << 1 ^ (difference >> 63 ? UINT64_MAX : 0);

	if (!image_room(writer, IMAGE_NUMBER_MAX))
		return;
	for (; number >= 0x80; number >>= 7)
		writer->data[writer->bytes++] = (uint8_t)(number | 0x80);
	writer->data[writer->bytes++] = (uint8_t)number;
}

#define IMAGE_PUT(name, expected) image_put(writer, (uint64_t)entry->name, (uint64_t)(expected));

#define IMAGE_PUT_COLUMN(name, expected)                                                           \
	last = before;                                                                             \
	for (uint32_t id = from; id < end; id++) {                                                 \
		if (!used[id - from])                                                              \
			continue;                                                                  \
		entry = &state->IMAGE_TABLE[id];                                                   \
		image_put(writer, (uint64_t)entry->name, (uint64_t)(expected));                    \
		last = entry;                                                                      \
	}

/* A function for each of the arrays. */
#define IMAGE_DEFINE_PUT(table, FIELDS)                                                            \
	static void image_put_##table##s(struct image_writer *writer, const struct state *state)   \
	{                                                                                          \
		static const struct state_##table zero;                                            \
		const struct state_##table *before = &zero, *last = &zero, *entry;                 \
		bool used[IMAGE_BLOCK];                                                            \
                                                                                                   \
		for (uint32_t from = 1; from <= state->head.table##s; from += IMAGE_BLOCK) {       \
			uint32_t end = image_block_end(from, IMAGE_BLOCK, state->head.table##s);   \
                                                                                                   \
			for (uint32_t id = from; id < end; id++) {                                 \
				used[id - from] = memcmp(&state->table[id], &zero,                 \
							 sizeof(zero)) != 0;                       \
				image_put_byte(writer, used[id - from]);                           \
			}                                                                          \
			FIELDS(IMAGE_PUT_COLUMN)                                                   \
			before = last;                                                             \
		}                                                                                  \
	}

#define IMAGE_TABLE tasklet
IMAGE_DEFINE_PUT(tasklet, IMAGE_TASKLET_FIELDS)
#undef IMAGE_TABLE
#define IMAGE_TABLE channel
IMAGE_DEFINE_PUT(channel, IMAGE_CHANNEL_FIELDS)
#undef IMAGE_TABLE
#define IMAGE_TABLE thread
IMAGE_DEFINE_PUT(thread, IMAGE_THREAD_FIELDS)
#undef IMAGE_TABLE

int state_save(const struct state *state, void **out, size_t *bytes)
{
	struct image_writer the_writer = {.data = NULL}, *writer = &the_writer;
	const struct state_head *entry = &state->head;

	image_put_byte(writer, IMAGE_VERSION);
	IMAGE_HEAD_FIELDS(IMAGE_PUT)
	image_put_threads(writer, state);
	image_put_channels(writer, state);
	image_put_tasklets(writer, state);
	if (writer->out_of_memory) {
		free(writer->data);
		return -ENOMEM;
	}
	*out = writer->data;
	*bytes = writer->bytes;
	return 0;
}

/* ---------------------------------------------------------------------------------------------
 * Reading
 */

struct image_reader {
	const uint8_t *at, *end;
	uint32_t block; /* entries */
	bool bad;
};

static uint8_t image_get_byte(struct image_reader *reader)
{
	if (reader->at == reader->end) {
		reader->bad = true;
		return 0;
	}
	return *reader->at++;
}

static uint64_t image_expand(uint64_t number, uint64_t expected)
{
	return expected + (number >> 1 ^ (number & 1 ? UINT64_MAX : 0));
}

static uint64_t image_get_long(struct image_reader *reader, uint64_t expected)
{
	uint64_t number = 0;
	uint8_t byte = 0x80;

	for (int shift = 0; byte & 0x80; shift += 7) {
		byte = image_get_byte(reader);
		if (shift == 63 && byte > 1)
			reader->bad = true;
		if (reader->bad)
			return 0;
		number |= (uint64_t)(byte & 0x7f) << shift;
	}
	return image_expand(number, expected);
}

/* Nearly all numbers take one byte. */
static inline uint64_t image_get(struct image_reader *reader, uint64_t expected)
{
	if (__builtin_expect(reader->at < reader->end && *reader->at < 0x80, 1))
		return image_expand(*reader->at++, expected);
	return image_get_long(reader, expected);
}

/* A value that does not fit its field is no state's. */
#define IMAGE_GET(name, expected)                                                                  \
	value = image_get(reader, (uint64_t)(expected));                                           \
	entry->name = (__typeof__(entry->name))value;                                              \
	reader->bad |= (uint64_t)entry->name != value;

static bool image_get_used(struct image_reader *reader)
{
	uint8_t byte = image_get_byte(reader);

	reader->bad |= byte > 1;
	return byte == 1;
}

#define IMAGE_GET_COLUMN(name, expected)                                                           \
	last = before;                                                                             \
	for (uint32_t id = from; id < end; id++) {                                                 \
		if (!used[id - from])                                                              \
			continue;                                                                  \
		entry = &state->IMAGE_TABLE[id];                                                   \
		IMAGE_GET(name, expected)                                                          \
		last = entry;                                                                      \
	}

#define IMAGE_DEFINE_GET(table, FIELDS)                                                            \
	static void image_get_##table##s(struct image_reader *reader, struct state *state)         \
	{                                                                                          \
		const struct state_##table *before = &state->table[0], *last = before;             \
		struct state_##table *entry;                                                       \
		bool used[IMAGE_BLOCK];                                                            \
		uint64_t value;                                                                    \
                                                                                                   \
		for (uint32_t from = 1; from <= state->head.table##s && !reader->bad;              \
		     from += reader->block) {                                                      \
			uint32_t end = image_block_end(from, reader->block, state->head.table##s); \
                                                                                                   \
			for (uint32_t id = from; id < end; id++)                                   \
				used[id - from] = image_get_used(reader);                          \
			FIELDS(IMAGE_GET_COLUMN)                                                   \
			before = last;                                                             \
		}                                                                                  \
	}

#define IMAGE_TABLE tasklet
IMAGE_DEFINE_GET(tasklet, IMAGE_TASKLET_FIELDS)
#undef IMAGE_TABLE
#define IMAGE_TABLE channel
IMAGE_DEFINE_GET(channel, IMAGE_CHANNEL_FIELDS)
#undef IMAGE_TABLE
#define IMAGE_TABLE thread
IMAGE_DEFINE_GET(thread, IMAGE_THREAD_FIELDS)
#undef IMAGE_TABLE

/* The head goes into the state only when there is room for all it promises. */
static int image_get_head(struct image_reader *reader, struct state *state)
{
	struct state_head head = {.seq = 0}, *entry = &head;
	uint64_t value, entries;

	IMAGE_HEAD_FIELDS(IMAGE_GET)
	entries = (uint64_t)head.tasklets + head.channels + head.threads;
	if (reader->bad || entries > (uint64_t)(reader->end - reader->at) || entries > STATE_ID_MAX)
		return -EBADMSG;
	if (state_array_grow(state, STATE_ARRAY_TASKLETS, head.tasklets) < 0 ||
	    state_array_grow(state, STATE_ARRAY_CHANNELS, head.channels) < 0 ||
	    state_array_grow(state, STATE_ARRAY_THREADS, head.threads) < 0)
		return -ENOMEM;
	state->head = head;
	return 0;
}

int state_load(struct state *state, const void *data, size_t bytes)
{
	struct image_reader the_reader = {.at = data, .end = (const uint8_t *)data + bytes};
	struct image_reader *reader = &the_reader;
	uint8_t version;
	int result;

	state_clear(state);
	version = image_get_byte(reader);
	if (version != IMAGE_VERSION && version != IMAGE_VERSION_ROWS)
		return -EBADMSG;
	reader->block = version == IMAGE_VERSION_ROWS ? 1 : IMAGE_BLOCK;
	result = image_get_head(reader, state);
	if (result < 0)
		return result;
	image_get_threads(reader, state);
	image_get_channels(reader, state);
	image_get_tasklets(reader, state);
	if (reader->bad || reader->at != reader->end || !state_is_consistent(state)) {
		state_clear(state);
		return -EBADMSG;
	}
	return 0;
}
