/* SPDX-License-Identifier: MIT */
/*
 * test_codec.c - what goes into a chunk comes out again, or is found to be damaged.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zstd.h>

#include "recorder/codec.h"
#include "unit/stream.h"

enum { N = CODEC_EVENTS_MAX };

static struct event events[N], decoded[N];

/* Encodes `count` events of `events`; the bytes are a copy, to be freed. */
static unsigned char *encode(struct codec *codec, size_t count, size_t *bytes)
{
	const void *data;
	long packed = codec_encode(codec, events, count, &data);
	unsigned char *copy;

	assert_true(packed > 0);
	copy = malloc((size_t)packed);
	assert_non_null(copy);
	memcpy(copy, data, (size_t)packed);
	*bytes = (size_t)packed;
	return copy;
}

static void check_round_trip(size_t count)
{
	struct codec *writer = codec_create(), *reader = codec_create();
	size_t bytes;
	unsigned char *data = encode(writer, count, &bytes);

	memset(decoded, 0xa5, sizeof(decoded));
	assert_int_equal(codec_decode(reader, data, bytes, events[0].seq, CODEC_ALL, decoded, N),
			 count);
	assert_true(stream_equal(events, decoded, count));
	free(data);
	codec_destroy(writer);
	codec_destroy(reader);
}

static void test_realistic(void **state)
{
	static const uint32_t threads[] = {1, 2, 30, 300};

	(void)state;
	for (size_t i = 0; i < sizeof(threads) / sizeof(threads[0]); i++) {
		struct stream *stream = stream_create(threads[i], 10000, i + 1);

		for (int chunk = 0; chunk < 6; chunk++) {
			stream_read(stream, events, N);
			check_round_trip(N);
		}
		stream_destroy(stream);
	}
}

static void test_noise(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 4; seed++) {
		stream_noise(events, N, seed << 40, seed);
		check_round_trip(N);
	}
}

/* Every count from 1: ends of columns fall everywhere. */
static void test_lengths(void **state)
{
	(void)state;
	stream_noise(events, N, 1, 7);
	for (size_t count = 1; count <= 300; count++)
		check_round_trip(count);
	check_round_trip(N - 1);
}

/* The values at which a varint or a sign changes, in every field. */
static void test_edges(void **state)
{
	static const uint64_t edges[] = {0,          1,          63,         64,
					 127,        128,        8191,       8192,
					 16383,      16384,      32767,      32768,
					 65535,      65536,      0x7fffffff, 0x80000000,
					 0xffffffff, 1ull << 35, 1ull << 56, UINT64_MAX};
	enum { EDGES = sizeof(edges) / sizeof(edges[0]) };

	(void)state;
	memset(events, 0, sizeof(events));
	for (size_t i = 0; i < (size_t)EDGES * EDGES; i++) {
		uint64_t one = edges[i / EDGES], other = edges[i % EDGES];

		events[i] = (struct event){.seq = 5 + i,
					   .time_ns = other,
					   .thread = (uint32_t)one,
					   .kind = (uint16_t)other,
					   .small = (uint16_t)one};
		for (int word = 0; word < EVENT_WORDS; word++)
			events[i].word[word] = (uint32_t)(word & 1 ? one : other);
	}
	check_round_trip((size_t)EDGES * EDGES);
}

static void test_columns(void **state)
{
	struct codec *codec = codec_create();
	struct stream *stream = stream_create(3, 100, 9);
	size_t bytes;
	unsigned char *data;

	(void)state;
	stream_read(stream, events, N);
	data = encode(codec, N, &bytes);
	for (unsigned int columns = 0; columns <= CODEC_ALL; columns++) {
		assert_int_equal(codec_decode(codec, data, bytes, 1, columns, decoded, N), N);
		for (int i = 0; i < N; i++) {
			struct event expected = events[i];

			if (!(columns & CODEC_TIMES))
				expected.time_ns = 0;
			if (!(columns & CODEC_WORDS))
				memset(expected.word, 0, sizeof(expected.word));
			assert_true(stream_equal(&expected, &decoded[i], 1));
		}
	}
	free(data);
	stream_destroy(stream);
	codec_destroy(codec);
}

/* A realistic chunk stays small; the bound is what docs/trace-format.md promises. */
static void test_size(void **state)
{
	struct codec *codec = codec_create();
	struct stream *stream = stream_create(1, 10000, 3);
	size_t bytes, total = 0;

	(void)state;
	for (int chunk = 0; chunk < 40; chunk++) {
		stream_read(stream, events, N);
		free(encode(codec, N, &bytes));
		if (chunk >= 30) /* 10,000 tasklets have been created and started by then */
			total += bytes;
	}
	print_message("# %.2f bytes an event\n", (double)total / N / 10);
	assert_true(total < (size_t)4 * N * 10);
	stream_destroy(stream);
	codec_destroy(codec);
}

static void test_misuse(void **state)
{
	struct codec *codec = codec_create();
	const void *data;
	size_t bytes;
	unsigned char *chunk;

	(void)state;
	stream_noise(events, N, 100, 1);
	assert_true(codec_encode(codec, events, 0, &data) < 0);
	assert_true(codec_encode(codec, events, N + 1, &data) < 0);
	chunk = encode(codec, 10, &bytes);
	assert_true(codec_decode(codec, chunk, bytes, 101, CODEC_ALL, decoded, N) < 0);
	assert_true(codec_decode(codec, chunk, bytes, 100, CODEC_ALL, decoded, 9) < 0);
	assert_int_equal(codec_decode(codec, chunk, bytes, 100, CODEC_ALL, decoded, 10), 10);
	free(chunk);
	codec_destroy(codec);
}

/* ----------------------------------------------------------------------------------- damage */

/* No damage may be taken for events: it is noticed, or has changed nothing. */
static size_t check_damaged(struct codec *codec, const unsigned char *data, size_t bytes,
			    size_t count)
{
	long result = codec_decode(codec, data, bytes, events[0].seq, CODEC_ALL, decoded, N);

	if (result < 0)
		return 1;
	assert_int_equal(result, count);
	assert_true(stream_equal(events, decoded, count));
	return 0;
}

static void test_flips(void **state)
{
	struct codec *codec = codec_create();
	struct stream *stream = stream_create(3, 20, 5);
	size_t bytes, noticed = 0, tried = 0;
	unsigned char *data;

	(void)state;
	stream_read(stream, events, 300);
	data = encode(codec, 300, &bytes);
	for (size_t i = 0; i < bytes; i++) {
		for (int change = 1; change < 256; change++) {
			data[i] ^= (unsigned char)change;
			noticed += check_damaged(codec, data, bytes, 300);
			data[i] ^= (unsigned char)change;
			tried++;
		}
	}
	assert_true(noticed > tried * 9 / 10);
	for (size_t cut = 0; cut < bytes; cut++)
		assert_int_equal(check_damaged(codec, data, cut, 300), 1);
	free(data);
	stream_destroy(stream);
	codec_destroy(codec);
}

/* What an attacker can do who knows the format: the checksum is right, the content is not. */
static void test_hostile_content(void **state)
{
	struct codec *codec = codec_create();
	struct stream *stream = stream_create(3, 20, 5);
	size_t bytes, content, room = 1 << 20;
	unsigned char *data, *raw = malloc(room), *packed = malloc(room);
	uint64_t random = 1;

	(void)state;
	stream_read(stream, events, 500);
	data = encode(codec, 500, &bytes);
	content = ZSTD_decompress(raw, room, data, bytes);
	assert_false(ZSTD_isError(content));
	for (size_t i = 0; i < 4 * content; i++) {
		unsigned char *at = &raw[i % content], saved = *at;
		size_t size;

		random = random * 6364136223846793005u + 1442695040888963407u;
		*at = i < content ? 0xff : (unsigned char)(random >> 56);
		size = ZSTD_compress(packed, room, raw, content, 1);
		/* Any answer is right that is one: sanitizers see the wrong ones. */
		codec_decode(codec, packed, size, 1, CODEC_ALL, decoded, N);
		codec_decode(codec, packed, size, 1, CODEC_TIMES, decoded, N);
		*at = saved;
	}
	free(raw);
	free(packed);
	free(data);
	stream_destroy(stream);
	codec_destroy(codec);
}

/* Lengths that agree with each other, but not with what the masks announce. */
static void test_column_lengths(void **state)
{
	enum { LENGTHS_AT = 24, FIRST_VARINTS = 2, COLUMNS = 10 };
	struct codec *codec = codec_create();
	size_t bytes, content, size, room = 1 << 20;
	unsigned char *data, *raw = calloc(1, room), *packed = malloc(room);

	(void)state;
	stream_noise(events, 50, 1, 3);
	data = encode(codec, 50, &bytes);
	content = ZSTD_decompress(raw, room, data, bytes);
	assert_false(ZSTD_isError(content));
	for (int column = FIRST_VARINTS; column < COLUMNS; column++) {
		/* None ends in 0x00 or 0xff: changing the lowest byte is enough. */
		unsigned char *length = &raw[LENGTHS_AT + 4 * column];

		++*length;
		raw[content] = 1; /* the last column gets a byte that nobody reads */
		if (column < COLUMNS - 1)
			--length[4];
		size = ZSTD_compress(packed, room, raw, content + (column == COLUMNS - 1), 1);
		assert_true(codec_decode(codec, packed, size, 1, CODEC_ALL, decoded, N) < 0);
		if (column < COLUMNS - 1)
			++length[4];
		--*length;
	}
	size = ZSTD_compress(packed, room, raw, content, 1);
	assert_int_equal(codec_decode(codec, packed, size, 1, CODEC_ALL, decoded, N), 50);
	free(raw);
	free(packed);
	free(data);
	codec_destroy(codec);
}

/* A frame that says it holds gigabytes, or more than any chunk does. */
static void test_huge_lengths(void **state)
{
	struct codec *codec = codec_create();
	static const unsigned char gigabytes[] = {0x28, 0xb5, 0x2f, 0xfd, 0xe4, 0, 0,    0,  0,
						  0,    0x40, 0,    0,    1,    0, 0x10, 'x'};
	size_t room = 4 << 20;
	char *zeros = calloc(1, room), *packed = malloc(room);
	size_t size = ZSTD_compress(packed, room, zeros, room, 1);

	(void)state;
	assert_true(codec_decode(codec, packed, size, 0, CODEC_ALL, decoded, N) < 0);
	assert_true(codec_decode(codec, gigabytes, sizeof(gigabytes), 0, CODEC_ALL, decoded, N) <
		    0);
	assert_true(codec_decode(codec, "", 0, 0, CODEC_ALL, decoded, N) < 0);
	free(zeros);
	free(packed);
	codec_destroy(codec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_realistic),       cmocka_unit_test(test_noise),
		cmocka_unit_test(test_lengths),         cmocka_unit_test(test_edges),
		cmocka_unit_test(test_columns),         cmocka_unit_test(test_size),
		cmocka_unit_test(test_misuse),          cmocka_unit_test(test_flips),
		cmocka_unit_test(test_hostile_content), cmocka_unit_test(test_column_lengths),
		cmocka_unit_test(test_huge_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
