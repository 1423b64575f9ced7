/* SPDX-License-Identifier: MIT */
/*
 * timeline_lanes.h - what each tasklet was doing when: a lane a tasklet, made of stretches.
 *
 * Only the tasklets that were switched to most often have a lane of their own; the rest of a thread
 * share one, in which only running shows. Stretches that would be too short to be seen are put
 * together into one, which remembers for what share of it the tasklet ran.
 */
#ifndef GREENROOM_TIMELINE_LANES_H
#define GREENROOM_TIMELINE_LANES_H

#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "state.h"

enum timeline_phase {
	TIMELINE_ABSENT, /* not created yet, or ended */
	TIMELINE_RUNNING,
	TIMELINE_RUNNABLE,
	TIMELINE_SENDING,
	TIMELINE_RECEIVING,
	TIMELINE_WAITING, /* for a time or a descriptor */
	TIMELINE_PAUSED,
	TIMELINE_PHASES
};

struct timeline_stretch {
	uint64_t from_ns, to_ns;
	enum timeline_phase phase; /* what it did most of the time that it did not run */
	double running;            /* share of the time it ran: 0 to 1 */
};

struct timeline_lane {
	uint32_t thread;
	uint32_t tasklet; /* 0: all others of the thread */
	uint32_t others;  /* how many those are */
	uint64_t switches;
	struct timeline_stretch *stretch;
	size_t count, size;
	/* What happens now, and short stretches that are not told yet. */
	enum timeline_phase phase;
	uint64_t since_ns;
	uint64_t pending_from_ns, pending_to_ns;
	uint64_t pending_ns[TIMELINE_PHASES];
};

struct timeline_lanes {
	struct timeline_lane *lane; /* by thread, then by number */
	size_t count;
	uint32_t *lane_of; /* by tasklet: index + 1, 0: none */
	uint32_t tasklets; /* highest number that lane_of knows */
	uint32_t shown, alive;
	uint64_t grain_ns; /* shorter stretches are put together */
};

/* Chooses the lanes from the states at both ends of a range: at most `top` tasklets have one of their
 * own. `first_switches` is how often each tasklet had been switched to before the range, `first` of
 * them. 0 or -ENOMEM. */
int timeline_lanes_create(struct timeline_lanes *lanes, const struct state *last,
			  const uint64_t *first_switches, uint32_t first, unsigned int top);
void timeline_lanes_destroy(struct timeline_lanes *lanes);

/* The lane's index for a tasklet, or -1. */
long timeline_lanes_find(const struct timeline_lanes *lanes, uint32_t tasklet);

/* Begins all lanes at `time_ns` with what the state says. */
void timeline_lanes_begin(struct timeline_lanes *lanes, const struct state *state,
			  uint64_t time_ns);

/* `state` is the state just after the event. 0 or -ENOMEM. */
int timeline_lanes_apply(struct timeline_lanes *lanes, const struct state *state,
			 const struct event *event);

/* Ends all lanes. */
int timeline_lanes_end(struct timeline_lanes *lanes, uint64_t time_ns);

#endif
