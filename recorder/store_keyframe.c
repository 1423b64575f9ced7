/* SPDX-License-Identifier: MIT */
/*
 * store_keyframe.c - the state after an event, as bytes in the file: one zstd frame with checksum,
 * in it the event's number (8 bytes, little-endian), so that a keyframe in another's place is
 * noticed, and the image.
 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "store_private.h"

enum { LEVEL = 1, SEQ_BYTES = 8 };

/* Far more than the state of a million tasklets; a damaged size must not take all memory. */
static const unsigned long long image_max = 1ull << 30;

int store_keyframe_pack(uint64_t seq, const void *image, size_t bytes, void **out, size_t *packed)
{
	ZSTD_CCtx *compressor = ZSTD_createCCtx();
	size_t room = ZSTD_compressBound(bytes + SEQ_BYTES), used = 0;
	char *content = malloc(bytes + SEQ_BYTES);
	uint64_t number = htole64(seq);

	*out = malloc(room);
	if (compressor && content && *out) {
		memcpy(content, &number, SEQ_BYTES);
		memcpy(content + SEQ_BYTES, image, bytes);
		ZSTD_CCtx_setParameter(compressor, ZSTD_c_compressionLevel, LEVEL);
		ZSTD_CCtx_setParameter(compressor, ZSTD_c_checksumFlag, 1);
		used = ZSTD_compress2(compressor, *out, room, content, bytes + SEQ_BYTES);
	}
	free(content);
	ZSTD_freeCCtx(compressor);
	if (used == 0 || ZSTD_isError(used)) {
		free(*out);
		*out = NULL;
		return -ENOMEM;
	}
	*packed = used;
	return 0;
}

int store_keyframe_unpack(uint64_t seq, const void *packed, size_t packed_bytes, void **image,
			  size_t *bytes)
{
	unsigned long long announced = ZSTD_getFrameContentSize(packed, packed_bytes);
	uint64_t number;
	size_t content;
	char *data;

	*image = NULL;
	if (announced < SEQ_BYTES || announced > image_max) /* errors are huge numbers */
		return -EBADMSG;
	data = malloc(announced);
	if (!data)
		return -ENOMEM;
	content = ZSTD_decompress(data, announced, packed, packed_bytes);
	if (ZSTD_isError(content) || content != announced) {
		free(data);
		return -EBADMSG;
	}
	memcpy(&number, data, SEQ_BYTES);
	if (le64toh(number) != seq) {
		free(data);
		return -EBADMSG;
	}
	*bytes = content - SEQ_BYTES;
	memmove(data, data + SEQ_BYTES, *bytes);
	*image = data;
	return 0;
}
