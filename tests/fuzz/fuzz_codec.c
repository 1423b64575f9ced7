/* SPDX-License-Identifier: MIT */
/*
 * fuzz_codec.c - a chunk from a stranger. The input is what lies inside of the zstd frame, which is
 * put around it here: its checksum would keep out nearly everything.
 *
 * What can be unpacked must come back the same when it is packed and unpacked again.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "fuzz/fuzz.h"
#include "recorder/codec.h"

static struct event once[CODEC_EVENTS_MAX], twice[CODEC_EVENTS_MAX];

static void come_back(struct codec *codec, uint64_t first_seq, long count)
{
	const void *data;
	long bytes = codec_encode(codec, once, (size_t)count, &data);
	void *copy = bytes > 0 ? malloc((size_t)bytes) : NULL;

	if (!copy)
		abort();
	memcpy(copy, data, (size_t)bytes);
	if (codec_decode(codec, copy, (size_t)bytes, first_seq, CODEC_ALL, twice,
			 CODEC_EVENTS_MAX) != count)
		abort();
	for (long i = 0; i < count; i++) { /* without the padding at an event's end */
		if (memcmp(&once[i], &twice[i],
			   offsetof(struct event, word) + sizeof(once[i].word)))
			abort();
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct codec *codec;
	static ZSTD_CCtx *compressor;
	size_t room = ZSTD_compressBound(size), packed;
	void *frame = malloc(room);
	uint64_t first_seq = 0;
	long count;

	if (!codec) {
		codec = codec_create();
		compressor = ZSTD_createCCtx();
		ZSTD_CCtx_setParameter(compressor, ZSTD_c_compressionLevel, -5);
		ZSTD_CCtx_setParameter(compressor, ZSTD_c_checksumFlag, 1);
	}
	codec_decode(codec, data, size, 1, CODEC_ALL, once, CODEC_EVENTS_MAX);
	memcpy(&first_seq, data, size < sizeof(first_seq) ? size : sizeof(first_seq));
	packed = ZSTD_compress2(compressor, frame, room, data, size);
	codec_decode(codec, frame, packed, first_seq, 0, once, CODEC_EVENTS_MAX);
	codec_decode(codec, frame, packed, first_seq, CODEC_ALL, once, 3);
	count = codec_decode(codec, frame, packed, first_seq, CODEC_ALL, once, CODEC_EVENTS_MAX);
	if (count > 0)
		come_back(codec, first_seq, count);
	free(frame);
	return 0;
}
