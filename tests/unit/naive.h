/* SPDX-License-Identifier: MIT */
/*
 * naive.h - what the comments in event.def say, once more and as plainly as can be: each chain and
 * each queue an array. To compare the real state with, at every event.
 *
 * Only for sound streams: what does not fit fails the test.
 */
#ifndef GREENROOM_TESTS_NAIVE_H
#define GREENROOM_TESTS_NAIVE_H

#include "event.h"
#include "state.h"

enum { NAIVE_THREADS = 16, NAIVE_CHANNELS = 256, NAIVE_TASKLETS = 4000, NAIVE_ROW = 256 };

struct naive_row {
	uint32_t id[NAIVE_ROW];
	int count;
};

struct naive_tasklet {
	enum state_where where;
	uint32_t saved, error_seen;
	uint64_t saved_total, switches, since_ns;
	uint32_t thread, channel;
};

struct naive {
	uint64_t seq;
	struct naive_row chain[NAIVE_THREADS];   /* in order, the first first */
	struct naive_row callers[NAIVE_THREADS]; /* of scheduler_run, outermost first */
	uint32_t running[NAIVE_THREADS];
	struct naive_row queue[NAIVE_CHANNELS]; /* who has waited longest first */
	int direction[NAIVE_CHANNELS];          /* of those in the queue */
	int preference[NAIVE_CHANNELS];
	uint64_t transfers[NAIVE_CHANNELS];
	uint32_t channels;
	struct naive_tasklet tasklet[NAIVE_TASKLETS];
	uint32_t tasklets;
};

struct naive *naive_create(void);

/* False when the event does not fit. */
bool naive_apply(struct naive *naive, const struct event *event);

int naive_balance(const struct naive *naive, uint32_t channel);

/* The first difference between the two in words, "" when they agree. */
const char *naive_compare(const struct naive *naive, const struct state *state);

#endif
