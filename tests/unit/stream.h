/* SPDX-License-Identifier: MIT */
/*
 * stream.h - events as a program with many tasklets would fire them, for tests and benchmarks.
 *
 * A small simulation: each thread has a chain and channels, tasklets send, receive, yield and
 * mark; what is reported fits together as event.def demands. The same seed gives the same events.
 */
#ifndef GREENROOM_TESTS_STREAM_H
#define GREENROOM_TESTS_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

struct stream;

/* `tasklets` and their channels are spread over `threads`. Aborts when out of memory. */
struct stream *stream_create(uint32_t threads, uint32_t tasklets, uint64_t seed);
void stream_destroy(struct stream *stream);

/* The next `count` events; seq, too, goes on from 1. */
void stream_read(struct stream *stream, struct event *out, size_t count);

/* Not a program at all: every field random, times and seq rising. */
void stream_noise(struct event *out, size_t count, uint64_t first_seq, uint64_t seed);

/* Field by field: between them there may be anything. */
bool stream_equal(const struct event *one, const struct event *other, size_t count);

#endif
