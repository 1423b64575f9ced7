/* SPDX-License-Identifier: MIT */
/*
 * timeline_data.c - read what a timeline shows.
 *
 * Twice over the range: the states at its ends say which tasklets are worth a lane (keyframes make
 * that quick), then the events in between fill the lanes.
 */
#include "timeline_data.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gnuplot.h"
#include "model/mark.h"

/* How often each tasklet had been switched to at the beginning; UINT64_MAX: it had ended before. */
static uint64_t *count_switches(const struct state *state)
{
	uint32_t count = state_tasklets(state);
	uint64_t *switches = calloc((size_t)count + 1, sizeof(*switches));

	for (uint32_t id = 1; switches && id <= count; id++) {
		const struct state_tasklet *tasklet = state_tasklet(state, id);

		switches[id] = tasklet->where == STATE_ENDED ? UINT64_MAX : tasklet->switches;
	}
	return switches;
}

static int choose_lanes(struct timeline *timeline, struct plot *plot)
{
	struct replay *replay = plot->replay;
	uint64_t *switches;
	uint32_t count;
	int result = replay_seek(replay, plot->first);

	if (result < 0)
		return result;
	result = gnuplot_first_time(plot, &timeline->from_ns);
	if (result < 0)
		return result;
	count = state_tasklets(replay_state(replay));
	switches = count_switches(replay_state(replay));
	if (!switches)
		return -ENOMEM;
	result = replay_seek(replay, plot->last);
	if (result >= 0) {
		timeline->to_ns = state_time_ns(replay_state(replay));
		result = timeline_lanes_create(&timeline->lanes, replay_state(replay), switches,
					       count, plot->top);
	}
	free(switches);
	return result;
}

static void add_transfer(struct timeline *timeline, const struct event *event)
{
	long sender = timeline_lanes_find(&timeline->lanes, event->word[0]);
	long receiver = timeline_lanes_find(&timeline->lanes, event->word[1]);
	double range = (double)(timeline->to_ns - timeline->from_ns);
	double share = range > 0 ? (double)(event->time_ns - timeline->from_ns) / range : 0;
	int column = (int)(share * TIMELINE_COLUMNS);

	if (sender < 0 || receiver < 0)
		return;
	timeline->column[column < TIMELINE_COLUMNS ? column : TIMELINE_COLUMNS - 1]++;
	if (timeline->transfers < TIMELINE_ARROWS) {
		timeline->arrow[timeline->transfers] = (struct timeline_arrow){event->time_ns,
									       sender, receiver};
	}
	timeline->transfers++;
}

static void add_mark(struct timeline *timeline, struct plot *plot, const struct event *event)
{
	long lane = timeline_lanes_find(&timeline->lanes, event->word[0]);
	struct timeline_mark *mark;

	if (lane < 0)
		return;
	if (timeline->marks < TIMELINE_MARKS) {
		mark = &timeline->mark[timeline->marks];
		mark->time_ns = event->time_ns;
		mark->lane = lane;
		mark_text(mark->text, sizeof(mark->text), plot->replay, event);
	}
	timeline->marks++;
}

static int read_events(struct timeline *timeline, struct plot *plot)
{
	struct replay *replay = plot->replay;
	int result = replay_seek(replay, plot->first);

	if (result < 0)
		return result;
	timeline_lanes_begin(&timeline->lanes, replay_state(replay), timeline->from_ns);
	while (replay_position(replay) < plot->last) {
		uint64_t position;
		struct event event;

		result = replay_step(replay);
		if (result <= 0)
			break;
		position = replay_position(replay);
		if (position % 4096 == 0)
			progress_show(plot->progress, position - plot->first);
		if (!replay_event(replay))
			continue;
		event = *replay_event(replay);
		if (event.kind == EVENT_channel_transfer)
			add_transfer(timeline, &event);
		else if (event.kind == EVENT_trace_mark)
			add_mark(timeline, plot, &event);
		result = timeline_lanes_apply(&timeline->lanes, replay_state(replay), &event);
		if (result < 0)
			break;
	}
	progress_end(plot->progress);
	return result < 0 ? result : timeline_lanes_end(&timeline->lanes, timeline->to_ns);
}

int timeline_read(struct timeline *timeline, struct plot *plot, int pixels, struct error *error)
{
	int result;

	memset(timeline, 0, sizeof(*timeline));
	result = choose_lanes(timeline, plot);
	if (result >= 0) {
		timeline->lanes.grain_ns =
			(timeline->to_ns - timeline->from_ns) / (uint64_t)pixels + 1;
		result = read_events(timeline, plot);
	}
	if (result >= 0)
		return 0;
	timeline_free(timeline);
	return plot_failed(result, error);
}

void timeline_free(struct timeline *timeline)
{
	timeline_lanes_destroy(&timeline->lanes);
}
