/* SPDX-License-Identifier: MIT */
/*
 * codec.h - a chunk of events to bytes and back: columns, predicted, compressed, checksummed.
 *
 * codec.c says how the bytes are laid out. A codec is working memory; one thread at a time may use
 * it, any number of codecs may exist.
 */
#ifndef GREENROOM_CODEC_H
#define GREENROOM_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "event.h"

/* Events in a chunk. Fuzzers make it smaller: most of their time would go into clearing memory. */
#ifndef CODEC_EVENTS
#define CODEC_EVENTS 16384
#endif

enum { CODEC_EVENTS_MAX = CODEC_EVENTS };

/* What codec_decode has to fill in besides seq, thread, kind and small. */
enum codec_columns { CODEC_TIMES = 1, CODEC_WORDS = 2, CODEC_ALL = CODEC_TIMES | CODEC_WORDS };

struct codec;

struct codec *codec_create(void); /* NULL when out of memory */
void codec_destroy(struct codec *codec);

/* Packs 1 to CODEC_EVENTS_MAX events whose seq are consecutive. Returns how many bytes are at *data
 * (borrowed until the next call), or -EINVAL. */
long codec_encode(struct codec *codec, const struct event *events, size_t count, const void **data);

/* Unpacks the chunk that begins with event `first_seq` into `out`, which has room for `max` events.
 * Columns that were not asked for are zero. Returns the number of events, or -EBADMSG for bytes
 * that are not that chunk, undamaged; `out` is then undefined. */
long codec_decode(struct codec *codec, const void *data, size_t bytes, uint64_t first_seq,
		  unsigned int columns, struct event *out, size_t max);

#endif
