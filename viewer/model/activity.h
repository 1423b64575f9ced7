/* SPDX-License-Identifier: MIT */
/*
 * activity.h - what has been going on lately: how often each tasklet was switched to, how long it
 * ran, what was copied for it; the same of channels, of threads, and of everything together.
 *
 * Lately is the last second, by the time of the trace. It is counted in tenths of a second, and the
 * tenths that are over are taken back: what this costs is in proportion to the events, never to the
 * tasklets there are.
 */
#ifndef GREENROOM_ACTIVITY_H
#define GREENROOM_ACTIVITY_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"
#include "state.h"

enum activity_of {
	ACTIVITY_ALL, /* its number is 1 */
	ACTIVITY_TASKLET,
	ACTIVITY_CHANNEL,
	ACTIVITY_THREAD,
	ACTIVITY_SORTS
};

struct activity_counts {
	uint64_t hard, soft;  /* switches to it, with and without the stack; of a thread: in it */
	uint64_t messages;    /* that it gave or got; of a channel: that passed through it */
	uint64_t saved_bytes; /* of slices copied to the heap */
	uint64_t run_ns;      /* while it ran; of a thread: while anybody did */
	uint64_t events;      /* of a thread, and of all */
};

struct activity;

struct activity *activity_create(void); /* NULL when out of memory */
void activity_destroy(struct activity *activity);

/* Forgets everything, and begins anew at a state. 0 or -ENOMEM. */
int activity_begin(struct activity *activity, const struct state *state);
/* The next event. 0, or -ENOMEM with some of it not counted. */
int activity_add(struct activity *activity, const struct event *event);
/* So late it is by now, though nothing has happened since: who runs goes on running. */
int activity_advance(struct activity *activity, uint64_t time_ns);

/* What something has done in the time that is counted. */
struct activity_counts activity_counts(const struct activity *activity, enum activity_of of,
				       uint32_t id);
/* Up to when has been counted. */
uint64_t activity_now_ns(const struct activity *activity);
/* How long that time is: about a second, less at the beginning. Never 0. */
uint64_t activity_span_ns(const struct activity *activity);
/* How often a second, rounded. */
uint64_t activity_rate(const struct activity *activity, uint64_t count);

/* Since when the tasklet that runs in a thread has been running without a switch; 0: nobody runs. */
uint64_t activity_running_since(const struct activity *activity, uint32_t thread,
				uint32_t *tasklet);
uint32_t activity_threads(const struct activity *activity);

/* The tasklets that have not ended, in no order. Borrowed until the next event. */
const uint32_t *activity_alive(const struct activity *activity, uint32_t *count);

#endif
