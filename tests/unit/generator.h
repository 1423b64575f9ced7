/* SPDX-License-Identifier: MIT */
/*
 * generator.h - the events of a made-up program of any length, every kind of event among them.
 *
 * A tiny simulator of the runtime's rules: tasklets of several threads create, yield, pause, run,
 * switch, send, receive, throw, end and call scheduler_run at random, and every change they make is
 * told as event.def demands. The same options give the same events.
 */
#ifndef GREENROOM_TESTS_GENERATOR_H
#define GREENROOM_TESTS_GENERATOR_H

#include <stdint.h>

#include "dictionary.h"
#include "event.h"

struct generator;

struct generator_options {
	uint64_t seed;
	uint32_t threads;  /* 1 to GENERATOR_THREADS_MAX */
	uint32_t tasklets; /* alive at most, in each thread */
	uint32_t channels; /* at most, in each thread, and as many that all share */
};

enum { GENERATOR_THREADS_MAX = 8, GENERATOR_NAMES = 30, GENERATOR_PLACES = 40 };

/* Aborts when out of memory. */
struct generator *generator_create(const struct generator_options *options);
void generator_destroy(struct generator *generator);

/* The next event; seq goes on from 1, times rise. */
void generator_next(struct generator *generator, struct event *out);

/* `count` events, in memory that the caller frees. */
struct event *generator_events(const struct generator_options *options, size_t count);

/* What the names and places in the events stand for; the caller destroys it. */
struct dictionary *generator_dictionary(void);

/* The next number below `bound`, for tests that want to be as repeatable. */
uint32_t generator_random(uint64_t *seed, uint32_t bound);

#endif
