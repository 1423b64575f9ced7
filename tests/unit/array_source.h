/* SPDX-License-Identifier: MIT */
/*
 * array_source.h - an event_source over an array in memory, which can be damaged, can fail, and can
 * grow.
 */
#ifndef GREENROOM_TESTS_ARRAY_SOURCE_H
#define GREENROOM_TESTS_ARRAY_SOURCE_H

#include <stdbool.h>

#include "event_source.h"

enum { ARRAY_HOLES = 4 };

struct array_source {
	struct event_source source; /* first: what replay sees */
	const struct event *events; /* borrowed; events[0] has seq 1 */
	uint64_t count;             /* may grow */
	uint64_t keyframe_every;    /* 0: no keyframes */
	uint64_t bad_keyframe;      /* the image of that one is damaged */
	uint32_t read_max;          /* events a read returns at most, as chunks do; 0: no limit */
	struct {
		uint64_t first, last;
	} hole[ARRAY_HOLES];       /* unreadable events; 0, 0: none */
	int fail;                  /* when not 0, reads return it */
	uint64_t stretch;          /* of so many events each is known what they speak of; 0: no */
	uint64_t reads, keyframes; /* calls so far */
};

/* The keyframes are made of the events themselves. */
void array_source_init(struct array_source *array, const struct event *events, uint64_t count,
		       const struct dictionary *dictionary);

#endif
