/* SPDX-License-Identifier: MIT */
/* flight_prologue.h - events that lead from nothing to a state. */
#ifndef GREENROOM_FLIGHT_PROLOGUE_H
#define GREENROOM_FLIGHT_PROLOGUE_H

#include <stddef.h>

#include "state.h"

/* The events, malloc'ed, all with the state's time: who is alive, the chains in their order, the
 * queues, the callers of scheduler_run. What has ended is not in it. NULL when out of memory. */
struct event *flight_prologue(const struct state *state, size_t *count);

#endif
