/* SPDX-License-Identifier: MIT */
/*
 * timeline_lanes.c - what each tasklet was doing when.
 */
#include "timeline_lanes.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------------------------------------
 * Which tasklets
 */

static int busier_first(const void *a, const void *b)
{
	const struct timeline_lane *left = a, *right = b;

	if (left->switches != right->switches)
		return left->switches < right->switches ? 1 : -1;
	return left->tasklet < right->tasklet ? -1 : 1;
}

static int by_thread(const void *a, const void *b)
{
	const struct timeline_lane *left = a, *right = b;

	if (left->thread != right->thread)
		return left->thread < right->thread ? -1 : 1;
	/* The others come last in their thread. */
	if (!left->tasklet != !right->tasklet)
		return left->tasklet ? -1 : 1;
	return left->tasklet < right->tasklet ? -1 : 1;
}

/* The lane of a thread's other tasklets, made when it is first needed. */
static struct timeline_lane *others_of(struct timeline_lanes *lanes, uint32_t thread)
{
	struct timeline_lane *lane = lanes->lane + lanes->shown;

	for (; lane < lanes->lane + lanes->count; lane++) {
		if (lane->thread == thread)
			return lane;
	}
	lanes->count++;
	*lane = (struct timeline_lane){.thread = thread};
	return lane;
}

/* All tasklets that there are at the end, or were at some time in the range. */
static void collect(struct timeline_lanes *lanes, const struct state *last,
		    const uint64_t *first_switches, uint32_t first)
{
	for (uint32_t id = 1; id <= lanes->tasklets; id++) {
		const struct state_tasklet *tasklet = state_tasklet(last, id);
		uint64_t before = id <= first ? first_switches[id] : 0;

		if (tasklet->where == STATE_UNKNOWN ||
		    (tasklet->where == STATE_ENDED && before == UINT64_MAX))
			continue;
		lanes->lane[lanes->alive++] = (struct timeline_lane){
			.thread = tasklet->thread,
			.tasklet = id,
			.switches = tasklet->switches - (before == UINT64_MAX ? 0 : before),
		};
	}
}

/* Puts those that have to share behind those that need not. `all` is sorted, the busiest first. */
static void divide(struct timeline_lanes *lanes, const struct timeline_lane *all)
{
	memcpy(lanes->lane, all, lanes->shown * sizeof(*all));
	lanes->count = lanes->shown;
	for (uint32_t i = lanes->shown; i < lanes->alive; i++) {
		struct timeline_lane *others = others_of(lanes, all[i].thread);

		others->others++;
		others->switches += all[i].switches;
	}
	qsort(lanes->lane, lanes->count, sizeof(*lanes->lane), by_thread);
}

static void number(struct timeline_lanes *lanes, const struct timeline_lane *all)
{
	for (size_t i = 0; i < lanes->count; i++) {
		const struct timeline_lane *lane = &lanes->lane[i];

		if (lane->tasklet) {
			lanes->lane_of[lane->tasklet] = (uint32_t)i + 1;
			continue;
		}
		for (uint32_t j = lanes->shown; j < lanes->alive; j++) {
			if (all[j].thread == lane->thread)
				lanes->lane_of[all[j].tasklet] = (uint32_t)i + 1;
		}
	}
}

int timeline_lanes_create(struct timeline_lanes *lanes, const struct state *last,
			  const uint64_t *first_switches, uint32_t first, unsigned int top)
{
	struct timeline_lane *all;

	memset(lanes, 0, sizeof(*lanes));
	lanes->tasklets = state_tasklets(last);
	lanes->lane = calloc((size_t)lanes->tasklets + 1, sizeof(*lanes->lane));
	lanes->lane_of = calloc((size_t)lanes->tasklets + 1, sizeof(*lanes->lane_of));
	if (!lanes->lane || !lanes->lane_of) {
		timeline_lanes_destroy(lanes);
		return -ENOMEM;
	}
	collect(lanes, last, first_switches, first);
	all = lanes->lane;
	qsort(all, lanes->alive, sizeof(*all), busier_first);
	lanes->shown = lanes->alive < top ? lanes->alive : top;
	lanes->lane = calloc((size_t)lanes->alive + 1, sizeof(*lanes->lane));
	if (lanes->lane) {
		divide(lanes, all);
		number(lanes, all);
	}
	free(all);
	if (!lanes->lane) {
		timeline_lanes_destroy(lanes);
		return -ENOMEM;
	}
	return 0;
}

void timeline_lanes_destroy(struct timeline_lanes *lanes)
{
	for (size_t i = 0; i < lanes->count; i++)
		free(lanes->lane[i].stretch);
	free(lanes->lane);
	free(lanes->lane_of);
	memset(lanes, 0, sizeof(*lanes));
}

long timeline_lanes_find(const struct timeline_lanes *lanes, uint32_t tasklet)
{
	if (tasklet > lanes->tasklets)
		return -1;
	return (long)lanes->lane_of[tasklet] - 1;
}

/* ---------------------------------------------------------------------------------------------
 * Stretches
 */

static int append(struct timeline_lane *lane, const struct timeline_stretch *stretch)
{
	if (lane->count == lane->size) {
		size_t size = lane->size ? 2 * lane->size : 16;
		struct timeline_stretch *grown = realloc(lane->stretch, size * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		lane->stretch = grown;
		lane->size = size;
	}
	lane->stretch[lane->count++] = *stretch;
	return 0;
}

/* The short stretches of the last moments become one. */
static int flush(struct timeline_lane *lane)
{
	uint64_t *spent = lane->pending_ns;
	struct timeline_stretch stretch = {.from_ns = lane->pending_from_ns,
					   .to_ns = lane->pending_to_ns,
					   .phase = TIMELINE_ABSENT};
	uint64_t total = 0;

	for (int i = 0; i < TIMELINE_PHASES; i++) {
		total += spent[i];
		if (i != TIMELINE_RUNNING && spent[i] > spent[stretch.phase])
			stretch.phase = (enum timeline_phase)i;
	}
	if (!total)
		return 0;
	stretch.running = (double)spent[TIMELINE_RUNNING] / (double)total;
	if (stretch.running == 1)
		stretch.phase = TIMELINE_RUNNING;
	memset(lane->pending_ns, 0, sizeof(lane->pending_ns));
	return append(lane, &stretch);
}

/* The lane did `lane->phase` up to now, and does something else from here on. */
static int change(struct timeline_lanes *lanes, struct timeline_lane *lane,
		  enum timeline_phase phase, uint64_t time_ns)
{
	uint64_t spent = time_ns > lane->since_ns ? time_ns - lane->since_ns : 0;
	struct timeline_stretch stretch = {lane->since_ns, time_ns, lane->phase,
					   lane->phase == TIMELINE_RUNNING};
	bool pending = lane->pending_to_ns == lane->since_ns && lane->pending_to_ns;
	int result = 0;

	if (spent >= lanes->grain_ns || (!pending && lane->phase == TIMELINE_ABSENT)) {
		result = flush(lane);
		if (result == 0 && spent && lane->phase != TIMELINE_ABSENT)
			result = append(lane, &stretch);
		lane->pending_to_ns = 0;
	} else if (spent) {
		if (!pending)
			lane->pending_from_ns = lane->since_ns;
		lane->pending_to_ns = time_ns;
		lane->pending_ns[lane->phase] += spent;
		if (time_ns - lane->pending_from_ns >= lanes->grain_ns) {
			result = flush(lane);
			lane->pending_to_ns = 0;
		}
	}
	lane->phase = phase;
	lane->since_ns = time_ns;
	return result;
}

/* ---------------------------------------------------------------------------------------------
 * Phases
 */

static enum timeline_phase phase_of(const struct state *state, uint32_t id)
{
	const struct state_tasklet *tasklet = state_tasklet(state, id);

	/* The last one that ran before its thread went to sleep waits, though none runs after it. */
	if (tasklet->where == STATE_CHAIN && state_thread(state, tasklet->thread)->running == id)
		return TIMELINE_RUNNING;
	switch (tasklet->where) {
	case STATE_CHAIN:
		return TIMELINE_RUNNABLE;
	case STATE_SENDING:
		return TIMELINE_SENDING;
	case STATE_RECEIVING:
		return TIMELINE_RECEIVING;
	case STATE_WAITING:
		return TIMELINE_WAITING;
	case STATE_PAUSED:
		return TIMELINE_PAUSED;
	default:
		return TIMELINE_ABSENT;
	}
}

static enum timeline_phase phase_of_lane(const struct timeline_lanes *lanes,
					 const struct state *state,
					 const struct timeline_lane *lane)
{
	uint32_t running;

	if (lane->tasklet)
		return phase_of(state, lane->tasklet);
	running = state_thread(state, lane->thread)->running;
	if (running && timeline_lanes_find(lanes, running) == lane - lanes->lane)
		return phase_of(state, running);
	return TIMELINE_ABSENT;
}

static int update(struct timeline_lanes *lanes, const struct state *state, uint32_t tasklet,
		  uint64_t time_ns)
{
	long index = timeline_lanes_find(lanes, tasklet);
	struct timeline_lane *lane = lanes->lane + index;
	enum timeline_phase phase;

	if (index < 0)
		return 0;
	phase = phase_of_lane(lanes, state, lane);
	return phase == lane->phase ? 0 : change(lanes, lane, phase, time_ns);
}

void timeline_lanes_begin(struct timeline_lanes *lanes, const struct state *state, uint64_t time_ns)
{
	for (size_t i = 0; i < lanes->count; i++) {
		struct timeline_lane *lane = &lanes->lane[i];

		lane->phase = phase_of_lane(lanes, state, lane);
		lane->since_ns = time_ns;
	}
}

/* Only tasklets that an event names can have changed. */
int timeline_lanes_apply(struct timeline_lanes *lanes, const struct state *state,
			 const struct event *event)
{
	const struct event_description *kind = event_describe(event->kind);
	int result = 0;

	for (int i = 0; kind && i < kind->fields && result == 0; i++) {
		const struct event_field *field = &kind->field[i];

		if (field->type == EVENT_TYPE_tasklet)
			result = update(lanes, state, (uint32_t)event_field_value(event, field),
					event->time_ns);
	}
	return result;
}

int timeline_lanes_end(struct timeline_lanes *lanes, uint64_t time_ns)
{
	int result = 0;

	for (size_t i = 0; i < lanes->count && result == 0; i++) {
		result = change(lanes, &lanes->lane[i], TIMELINE_ABSENT, time_ns);
		if (result == 0)
			result = flush(&lanes->lane[i]);
	}
	return result;
}
