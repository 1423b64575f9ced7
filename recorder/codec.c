/* SPDX-License-Identifier: MIT */
/*
 * codec.c - a chunk of events to bytes and back.
 *
 * A chunk is one zstd frame (level 1, with zstd's content checksum). Its content, little-endian:
 *
 *     offset  bytes
 *          0      8  seq of the first event; the others follow without gaps
 *          8      8  time of the first event, ns
 *         16      4  number of events, 1 to 16,384
 *         20      4  layout of the rest: 1
 *         24   4x10  lengths of the columns, in this order:
 *         64         kinds    a byte an event: its kind, 255: it stands in `small`
 *                    masks    a byte an event: which values were not as predicted (MASK_*)
 *                    times    varint: ns since the event before, modulo 2^64
 *                    threads  varint, zigzag: difference to the thread of the event before
 *                    small    varint: the kind, if it is 255 or more; varint, zigzag: small
 *                    a b c d e  varint, zigzag: difference to the prediction, modulo 2^32
 *
 * All but the first three columns hold only what the masks announce. Everything that says what the
 * chunk is (first seq, counts) lies under the checksum, so that a chunk in another's place is
 * noticed like a flipped bit. Varints are LEB128: 7 bits a byte, low ones first.
 *
 * codec_predict.h says how values are predicted.
 *
 * Reading takes nothing on trust: sizes are bounded before memory is touched, a column cannot be
 * read past its end (the buffer has room for one varint more), and has to be used up exactly.
 */
#include "codec.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "codec_predict.h"

enum codec_column {
	COLUMN_KINDS,
	COLUMN_MASKS,
	COLUMN_TIMES,
	COLUMN_THREADS,
	COLUMN_SMALL,
	COLUMN_A,
	COLUMN_B,
	COLUMN_C,
	COLUMN_D,
	COLUMN_E,
	COLUMNS
};

enum {
	MASK_THREAD = 1,
	MASK_SMALL = 2,
	MASK_A = 4, /* B to E: the bits above */
	MASK_B = 8,
	MASK_C = 16,
	MASK_D = 32,
	MASK_E = 64,
	MASK_UNUSED = 128
};

enum {
	LAYOUT = 1,
	HEADER_BYTES = 24 + 4 * COLUMNS,
	KIND_ELSEWHERE = 255,
	VARINT_MAX = 10,      /* bytes of the longest */
	EVENT_BYTES_MAX = 48, /* what an event can take: 1 + 1 + 10 + 5 + (3 + 3) + 5 * 5 */
	CONTENT_MAX = HEADER_BYTES + CODEC_EVENTS_MAX * EVENT_BYTES_MAX,
	COMPRESSION_LEVEL = 1
};

/* Room for a column when it is written: the most that an event can put there. */
static const uint8_t column_room[COLUMNS] = {1, 1, 10, 5, 6, 5, 5, 5, 5, 5};

struct codec {
	struct predictor predictor;
	ZSTD_CCtx *compressor;
	ZSTD_DCtx *decompressor;
	uint8_t *content; /* CONTENT_MAX and room for a varint */
	uint8_t *packed;
	size_t packed_room;
};

struct codec *codec_create(void)
{
	struct codec *codec = calloc(1, sizeof(*codec));

	if (!codec)
		return NULL;
	codec->packed_room = ZSTD_compressBound(CONTENT_MAX);
	codec->compressor = ZSTD_createCCtx();
	codec->decompressor = ZSTD_createDCtx();
	codec->content = calloc(1, CONTENT_MAX + VARINT_MAX);
	codec->packed = malloc(codec->packed_room);
	if (!codec->compressor || !codec->decompressor || !codec->content || !codec->packed) {
		codec_destroy(codec);
		return NULL;
	}
	ZSTD_CCtx_setParameter(codec->compressor, ZSTD_c_compressionLevel, COMPRESSION_LEVEL);
	ZSTD_CCtx_setParameter(codec->compressor, ZSTD_c_checksumFlag, 1);
	return codec;
}

void codec_destroy(struct codec *codec)
{
	if (!codec)
		return;
	ZSTD_freeCCtx(codec->compressor);
	ZSTD_freeDCtx(codec->decompressor);
	free(codec->content);
	free(codec->packed);
	free(codec);
}

/* ---------------------------------------------------------------------------------- writing */

static inline uint32_t zigzag(uint32_t difference)
{
	return difference << 1 ^ (uint32_t)((int32_t)difference >> 31);
}

static inline void put_varint(uint8_t **at, uint64_t value)
{
	uint8_t *to = *at;

	while (value >= 0x80) {
		*to++ = (uint8_t)(value | 0x80);
		value >>= 7;
	}
	*to++ = (uint8_t)value;
	*at = to;
}

static void put_u32(uint8_t *at, uint32_t value)
{
	value = htole32(value);
	memcpy(at, &value, sizeof(value));
}

static void put_u64(uint8_t *at, uint64_t value)
{
	value = htole64(value);
	memcpy(at, &value, sizeof(value));
}

static inline void encode_head(struct predictor *predictor, const struct event *event,
			       uint32_t thread_before, uint8_t **column, unsigned int *mask)
{
	uint16_t *small =
		&predict_thread(predictor, event->thread)->small[event->kind % PREDICT_KINDS];

	if (event->thread != thread_before) {
		put_varint(&column[COLUMN_THREADS], zigzag(event->thread - thread_before));
		*mask |= MASK_THREAD;
	}
	if (event->kind >= KIND_ELSEWHERE) {
		*column[COLUMN_KINDS]++ = KIND_ELSEWHERE;
		put_varint(&column[COLUMN_SMALL], event->kind);
	} else {
		*column[COLUMN_KINDS]++ = (uint8_t)event->kind;
	}
	if (event->small != *small) {
		int32_t difference = (int16_t)(event->small - *small);

		put_varint(&column[COLUMN_SMALL], zigzag((uint32_t)difference));
		*mask |= MASK_SMALL;
		*small = event->small;
	}
}

static inline void encode_word(uint8_t **column, int word, uint32_t value, uint32_t predicted,
			       unsigned int *mask)
{
	if (value == predicted)
		return;
	put_varint(&column[COLUMN_A + word], zigzag(value - predicted));
	*mask |= MASK_A << word;
}

static void encode_columns(struct predictor *predictor, const struct event *events, size_t count,
			   uint8_t *column[COLUMNS])
{
	uint64_t time = events[0].time_ns;
	uint32_t thread = 0;

	for (size_t i = 0; i < count; i++) {
		const struct event *event = &events[i];
		struct prediction prediction = predict_begin(predictor, events, event);
		unsigned int mask = 0;

		encode_head(predictor, event, thread, column, &mask);
		put_varint(&column[COLUMN_TIMES], event->time_ns - time);
		encode_word(column, 0, event->word[0], predict_a(&prediction), &mask);
		if (mask & MASK_A)
			predict_a_was_wrong(&prediction, event->word[0]);
		predict_model(&prediction, predictor, event);
		encode_word(column, 1, event->word[1], predict_b(&prediction), &mask);
		if (mask & MASK_B)
			predict_b_was_wrong(&prediction, event->word[1]);
		encode_word(column, 2, event->word[2], prediction.model[2], &mask);
		encode_word(column, 3, event->word[3], predict_d(&prediction, event), &mask);
		encode_word(column, 4, event->word[4], prediction.model[4], &mask);
		*column[COLUMN_MASKS]++ = (uint8_t)mask;
		predict_learn(&prediction, event, i);
		time = event->time_ns;
		thread = event->thread;
	}
}

long codec_encode(struct codec *codec, const struct event *events, size_t count, const void **data)
{
	uint8_t *content = codec->content, *next = content + HEADER_BYTES;
	uint8_t *column[COLUMNS], *start[COLUMNS];
	size_t packed;

	if (count == 0 || count > CODEC_EVENTS_MAX)
		return -EINVAL;
	for (int i = 0; i < COLUMNS; i++) {
		start[i] = column[i] = next;
		next += count * column_room[i];
	}
	memset(&codec->predictor, 0, sizeof(codec->predictor));
	encode_columns(&codec->predictor, events, count, column);

	put_u64(content, events[0].seq);
	put_u64(content + 8, events[0].time_ns);
	put_u32(content + 16, (uint32_t)count);
	put_u32(content + 20, LAYOUT);
	next = content + HEADER_BYTES;
	for (int i = 0; i < COLUMNS; i++) {
		size_t bytes = (size_t)(column[i] - start[i]);

		put_u32(content + 24 + 4 * i, (uint32_t)bytes);
		memmove(next, start[i], bytes);
		next += bytes;
	}
	packed = ZSTD_compress2(codec->compressor, codec->packed, codec->packed_room, content,
				(size_t)(next - content));
	if (ZSTD_isError(packed))
		return -ENOMEM; /* the room is enough: nothing else can fail */
	*data = codec->packed;
	return (long)packed;
}

/* ---------------------------------------------------------------------------------- reading */

struct column {
	const uint8_t *at, *end;
	bool bad;
};

static inline uint32_t unzigzag(uint32_t value)
{
	return value >> 1 ^ -(value & 1);
}

/* A varint of at most `bits` bits. It may lie across the column's end, never outside the buffer;
 * the check at the end of the chunk finds that. */
static inline uint64_t take_varint(struct column *column, int bits)
{
	const uint8_t *at = column->at;
	uint64_t value = 0;

	if (at >= column->end) {
		column->bad = true;
		return 0;
	}
	if (*at < 0x80) {
		column->at = at + 1;
		return *at;
	}
	for (int shift = 0; shift < bits; shift += 7) {
		uint64_t byte = *at++;

		value |= (byte & 0x7f) << shift;
		if (byte < 0x80) {
			column->at = at;
			if (bits < 64 && value >> bits)
				column->bad = true;
			return value;
		}
	}
	column->bad = true;
	return 0;
}

static uint32_t get_u32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return le32toh(value);
}

static uint64_t get_u64(const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return le64toh(value);
}

/* Decompresses into codec->content and finds the columns. Returns the number of events. */
static long open_content(struct codec *codec, const void *data, size_t bytes, uint64_t first_seq,
			 size_t max, struct column column[COLUMNS])
{
	unsigned long long announced = ZSTD_getFrameContentSize(data, bytes);
	const uint8_t *next = codec->content + HEADER_BYTES;
	size_t content, left;
	uint32_t count;

	if (announced < HEADER_BYTES || announced > CONTENT_MAX) /* errors are huge numbers */
		return -EBADMSG;
	content = ZSTD_decompressDCtx(codec->decompressor, codec->content, CONTENT_MAX, data,
				      bytes);
	if (ZSTD_isError(content) || content != announced)
		return -EBADMSG;
	count = get_u32(codec->content + 16);
	if (get_u64(codec->content) != first_seq || count == 0 || count > CODEC_EVENTS_MAX ||
	    count > max || get_u32(codec->content + 20) != LAYOUT)
		return -EBADMSG;
	left = content - HEADER_BYTES;
	for (int i = 0; i < COLUMNS; i++) {
		uint32_t length = get_u32(codec->content + 24 + 4 * i);

		if (length > left)
			return -EBADMSG;
		column[i] = (struct column){.at = next, .end = next + length};
		next += length;
		left -= length;
	}
	if (left || column[COLUMN_KINDS].end - column[COLUMN_KINDS].at != (long)count ||
	    column[COLUMN_MASKS].end - column[COLUMN_MASKS].at != (long)count)
		return -EBADMSG;
	return (long)count;
}

static inline void decode_head(struct predictor *predictor, struct column *column,
			       unsigned int mask, uint32_t thread_before, struct event *event)
{
	unsigned int kind = *column[COLUMN_KINDS].at++;
	uint16_t *small;

	event->thread = thread_before;
	if (mask & MASK_THREAD)
		event->thread += unzigzag((uint32_t)take_varint(&column[COLUMN_THREADS], 32));
	if (kind == KIND_ELSEWHERE)
		kind = (unsigned int)take_varint(&column[COLUMN_SMALL], 16);
	event->kind = (uint16_t)kind;
	small = &predict_thread(predictor, event->thread)->small[kind % PREDICT_KINDS];
	if (mask & MASK_SMALL)
		*small += (uint16_t)unzigzag((uint32_t)take_varint(&column[COLUMN_SMALL], 17));
	event->small = *small;
}

static inline uint32_t decode_word(struct column *column, int word, uint32_t predicted,
				   unsigned int mask)
{
	if (mask & MASK_A << word)
		predicted += unzigzag((uint32_t)take_varint(&column[COLUMN_A + word], 32));
	return predicted;
}

static inline void decode_words(struct predictor *predictor, struct column *column,
				unsigned int mask, struct event *events, size_t index)
{
	struct event *event = &events[index];
	struct prediction prediction = predict_begin(predictor, events, event);

	event->word[0] = decode_word(column, 0, predict_a(&prediction), mask);
	if (mask & MASK_A)
		predict_a_was_wrong(&prediction, event->word[0]);
	predict_model(&prediction, predictor, event);
	event->word[1] = decode_word(column, 1, predict_b(&prediction), mask);
	if (mask & MASK_B)
		predict_b_was_wrong(&prediction, event->word[1]);
	event->word[2] = decode_word(column, 2, prediction.model[2], mask);
	event->word[3] = decode_word(column, 3, predict_d(&prediction, event), mask);
	event->word[4] = decode_word(column, 4, prediction.model[4], mask);
	predict_learn(&prediction, event, index);
}

/* Every column that was read has to end exactly where it ends. */
static bool columns_used_up(const struct column *column, unsigned int columns)
{
	bool good = true;

	for (int i = 0; i < COLUMNS; i++) {
		if ((i == COLUMN_TIMES && !(columns & CODEC_TIMES)) ||
		    (i >= COLUMN_A && !(columns & CODEC_WORDS)))
			continue;
		good = good && !column[i].bad && column[i].at == column[i].end;
	}
	return good;
}

long codec_decode(struct codec *codec, const void *data, size_t bytes, uint64_t first_seq,
		  unsigned int columns, struct event *out, size_t max)
{
	struct predictor *predictor = &codec->predictor;
	struct column column[COLUMNS];
	unsigned int unused = 0;
	uint32_t thread = 0;
	uint64_t time;
	long count = open_content(codec, data, bytes, first_seq, max, column);

	if (count < 0)
		return count;
	time = columns & CODEC_TIMES ? get_u64(codec->content + 8) : 0;
	memset(predictor, 0, sizeof(*predictor));
	for (long i = 0; i < count; i++) {
		struct event *event = &out[i];
		unsigned int mask = *column[COLUMN_MASKS].at++;

		unused |= mask & MASK_UNUSED;
		decode_head(predictor, column, mask, thread, event);
		thread = event->thread;
		event->seq = first_seq + (uint64_t)i;
		if (columns & CODEC_TIMES)
			time += take_varint(&column[COLUMN_TIMES], 64);
		event->time_ns = time;
		if (columns & CODEC_WORDS)
			decode_words(predictor, column, mask, out, (size_t)i);
		else
			memset(event->word, 0, sizeof(event->word));
	}
	return unused || !columns_used_up(column, columns) ? -EBADMSG : count;
}
