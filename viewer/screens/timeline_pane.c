/* SPDX-License-Identifier: MIT */
/*
 * timeline_pane.c - who ran when: from the whole trace down to a switch.
 */
#include <string.h>

#include "model/figure.h"
#include "model/glyph.h"
#include "pane.h"
#include "view_request.h"

enum {
	TIMELINE_AT_ONCE = 1 << 15, /* events that are walked over before anything is shown */
	TIMELINE_HIT_LOOKS = 1024
};

/* ---------------------------------------------------------------------------------------------
 * What is to be seen
 */

static uint64_t timeline_total(const struct view *view)
{
	return view->timeline.by_time ? view->info.duration_ns + (view->info.events > 0)
				      : view->info.events;
}

/* The point of the position. */
static uint64_t timeline_here(const struct view *view)
{
	uint64_t position = replay_position(view->replay);

	if (view->timeline.by_time)
		return state_time_ns(view->scene.state);
	return position > 0 ? position - 1 : 0;
}

static void timeline_range(struct view *view)
{
	struct view_timeline *timeline = &view->timeline;
	struct lanes_range range = {.by_time = timeline->by_time};

	timeline->zoom = lanes_range_make(&range, timeline_total(view), timeline_here(view),
					  timeline->zoom, timeline->columns);
	lanes_range_stay(&range, &timeline->range, timeline_here(view));
	timeline->range = range;
}

static struct lanes_wanted timeline_wanted(const struct view *view, const struct canvas *canvas)
{
	const struct lanes_range *range = &view->timeline.range;
	uint32_t threads = state_threads(view->scene.state);
	struct lanes_wanted wanted = {
		.scout = view->scout,
		.range = *range,
		.rows = figure_lanes_rows(canvas, range->step > 1 || range->by_time),
		.position = replay_position(view->replay),
		.running = state_thread(view->scene.state, view_thread(view))->running,
		.selected = view->pane[PANE_TASKLETS].selected,
	};

	/* Threads are worth a lane when there are several, and room for their tasklets. */
	if (threads > 1 && (uint32_t)wanted.rows >= 3 * threads)
		wanted.threads = threads;
	return wanted;
}

/* What is looked for: by the survey, which is as fine as a column in a long stretch; in a short one
 * the events themselves are asked. */
static void timeline_hits(struct view *view, struct lanes_signs *signs)
{
	const struct lanes *lanes = view->timeline.lanes;
	struct filter *filters[SURVEY_FILTERS];
	uint64_t first = lanes_column_seq(lanes, 0);
	uint64_t last = lanes->last_seq[lanes->range.columns - 1];
	struct finder finder = {.filters = filters, .direction = 1, .inclusive = true};

	if (view->survey.finder.count == 0 || last < first)
		return;
	if (last - first >= TIMELINE_HIT_LOOKS) {
		for (int column = 0; column < lanes->range.columns; column++)
			signs->hit[column] = survey_hits_events(&view->survey,
								lanes_column_seq(lanes, column),
								lanes->last_seq[column]);
		return;
	}
	memcpy(filters, view->survey.filter, sizeof(filters));
	finder.count = view->survey.finder.count;
	finder.at = first;
	finder.limit = last;
	while (finder_go_on(&finder, view->scout, TIMELINE_HIT_LOOKS) == FINDER_FOUND) {
		int column = lanes_seq_column(lanes, finder.at);

		if (column >= 0)
			signs->hit[column] = 1;
	}
}

/* Columns from one point to another, at least one. */
static void timeline_fill(const struct view *view, uint8_t *cells, int from, int to)
{
	if (to < 0)
		to = from < 0 ? -1 : view->timeline.range.columns - 1;
	for (int column = from < 0 ? 0 : from; column <= to; column++)
		cells[column] = 1;
}

static void timeline_gaps(struct view *view, struct lanes_signs *signs)
{
	const struct lanes *lanes = view->timeline.lanes;
	uint64_t first = lanes_column_seq(lanes, 0);
	uint64_t last = lanes->last_seq[lanes->range.columns - 1];

	for (int i = 0; i < view->gaps.count; i++) {
		const struct gap *gap = &view->gaps.gap[i];

		if (gap->last_seq < first || gap->first_seq > last)
			continue;
		if (gap->damaged || !view->timeline.by_time)
			timeline_fill(view, gap->damaged ? signs->damaged : signs->lost,
				      lanes_seq_column(lanes, gap->first_seq),
				      lanes_seq_column(lanes, gap->last_seq));
		else
			timeline_fill(view, signs->lost,
				      lanes_range_column(&lanes->range, gap->from_ns),
				      lanes_range_column(&lanes->range, gap->to_ns));
	}
}

static void timeline_signs(struct view *view, struct lanes_signs *signs)
{
	const struct lanes *lanes = view->timeline.lanes;

	memset(signs, 0, sizeof(*signs));
	signs->position = replay_position(view->replay);
	signs->selected = view->pane[PANE_TASKLETS].selected;
	timeline_hits(view, signs);
	timeline_gaps(view, signs);
	for (int i = 0; i < view->bookmarks.count; i++) {
		const char *name = view->bookmarks.bookmark[i].name;
		int column = lanes_seq_column(lanes, view->bookmarks.bookmark[i].seq);

		if (column >= 0)
			signs->sign[column] = text_next(&name);
	}
}

static void timeline_draw(struct view *view, struct view_pane *pane, struct canvas *canvas)
{
	struct view_timeline *timeline = &view->timeline;
	struct lanes_signs signs;
	struct lanes_wanted wanted;

	pane->rows = canvas->rows;
	timeline->label = canvas->columns - figure_lanes_columns(canvas);
	timeline->columns = figure_lanes_columns(canvas);
	if (timeline->columns > LANES_COLUMNS)
		timeline->columns = LANES_COLUMNS;
	timeline_range(view);
	if (!timeline->lanes)
		timeline->lanes = lanes_create(view->source);
	wanted = timeline_wanted(view, canvas);
	if (!timeline->lanes || timeline->range.columns == 0 ||
	    lanes_show(timeline->lanes, &wanted) < 0)
		return;
	lanes_go_on(timeline->lanes, TIMELINE_AT_ONCE);
	timeline_signs(view, &signs);
	figure_lanes(canvas, &view->scene, timeline->lanes, &signs);
}

/* ---------------------------------------------------------------------------------------------
 * Moving
 */

static void timeline_seek(struct view *view, uint64_t seq)
{
	view_move_done(view, replay_seek(view->replay, seq), "");
}

/* The last event before a point of the axis. */
static uint64_t timeline_before(const struct view *view, uint64_t point)
{
	uint64_t seq = 0;

	if (!view->timeline.by_time)
		return point;
	if (point > 0)
		view->source->ops->seek_time(view->source, point - 1, &seq);
	return seq;
}

/* Another column, where something happens. False where a column is an event: that is but a step. */
static bool timeline_step(struct view *view, int direction)
{
	const struct lanes_range *range = &view->timeline.range;
	uint64_t here = timeline_here(view), point;

	/* Without a step it has not been drawn: there was no room for it. */
	if (range->step == 0 || (range->step == 1 && !range->by_time))
		return false;
	if (direction < 0 && replay_position(view->replay) == 0)
		return false;
	point = here - here % range->step;
	timeline_seek(view, direction > 0 ? timeline_before(view, point + range->step) + 1
					  : timeline_before(view, point));
	return true;
}

static void timeline_page(struct view *view, int direction)
{
	const struct lanes_range *range = &view->timeline.range;
	uint64_t span = range->step * (uint64_t)range->columns, here = timeline_here(view);

	if (direction < 0)
		timeline_seek(view, timeline_before(view, here > span ? here - span : 0));
	else
		timeline_seek(view, timeline_before(view, here + span) + 1);
}

/* Up and down among the tasklets that have a lane. */
static void timeline_select(struct view *view, int direction)
{
	const struct lanes *lanes = view->timeline.lanes;
	uint32_t *selected = &view->pane[PANE_TASKLETS].selected;
	int row = direction > 0 ? -1 : lanes ? lanes->rows : 0;

	for (int i = 0; lanes && i < lanes->rows; i++)
		if (lanes->lane[i].kind == LANE_TASKLET && lanes->lane[i].id == *selected)
			row = i;
	for (row += direction; lanes && row >= 0 && row < lanes->rows; row += direction) {
		if (lanes->lane[row].kind != LANE_TASKLET)
			continue;
		*selected = lanes->lane[row].id;
		return;
	}
}

/* From the zoom that is seen: it may be less than what was asked for. */
static void timeline_zoom(struct view *view, int closer)
{
	struct view_timeline *timeline = &view->timeline;
	struct lanes_range range = {.by_time = timeline->by_time};
	int columns = timeline->columns ? timeline->columns : 1;

	timeline->zoom = lanes_range_make(&range, timeline_total(view), timeline_here(view),
					  timeline->zoom, columns);
	if (closer > 0)
		timeline->zoom -= timeline->zoom > 0;
	else
		timeline->zoom++;
}

void view_timeline_whole(struct view *view)
{
	view_set_focus(view, PANE_TIMELINE);
	view->timeline.zoom = LANES_ZOOM_WHOLE;
}

/* How much of the other axis is to be seen now; 0: that is not known. */
static uint64_t timeline_other_span(const struct view *view)
{
	const struct lanes_range *range = &view->timeline.range;
	uint64_t from = timeline_before(view, range->first) + 1;
	uint64_t to = timeline_before(view, lanes_range_point(range, range->columns));
	struct event first, last;

	if (range->columns == 0 || view->timeline.by_time)
		return to > from ? to - from : 0;
	if (replay_peek_near(view->scout, from, 1, &first) <= 0 ||
	    replay_peek_near(view->scout, to < view->info.events ? to : view->info.events, -1,
			     &last) <= 0)
		return 0;
	return last.time_ns > first.time_ns ? last.time_ns - first.time_ns : 0;
}

void view_timeline_axis(struct view *view)
{
	uint64_t span = timeline_other_span(view);

	view_set_focus(view, PANE_TIMELINE);
	view->timeline.zoom = span ? lanes_zoom_for(span, view->timeline.columns)
				   : LANES_ZOOM_WHOLE;
	view->timeline.by_time = !view->timeline.by_time;
	view_say(view, view->timeline.by_time ? "the timeline goes by time"
					      : "the timeline goes by events");
}

static bool timeline_request(struct view *view, struct view_pane *pane, enum request request)
{
	(void)pane;
	switch (request) {
	case REQUEST_FASTER:
	case REQUEST_SLOWER:
		timeline_zoom(view, request == REQUEST_FASTER ? 1 : -1);
		return true;
	case REQUEST_STEP:
	case REQUEST_BACK:
		return timeline_step(view, request == REQUEST_STEP ? 1 : -1);
	case REQUEST_PAGE_UP:
	case REQUEST_PAGE_DOWN:
		timeline_page(view, request == REQUEST_PAGE_DOWN ? 1 : -1);
		return true;
	case REQUEST_UP:
	case REQUEST_DOWN:
		timeline_select(view, request == REQUEST_DOWN ? 1 : -1);
		return true;
	default:
		return false;
	}
}

static void timeline_click(struct view *view, struct view_pane *pane, int row, int column)
{
	const struct lanes *lanes = view->timeline.lanes;

	(void)pane;
	(void)row;
	if (!lanes || lanes->range.columns == 0)
		return;
	column -= view->timeline.label;
	if (column >= 0 && column < lanes->range.columns)
		timeline_seek(view, lanes_column_seq(lanes, column));
}

const struct pane_ops timeline_pane = {
	.name = "timeline",
	.help = "Who ran when: a lane a tasklet, a column an event, or many, or some time. A "
		"block: "
		"it ran; shaded: for a part of the column; a line: it could have run; dots: it "
		"waited in a channel; ~: until a time, or for a descriptor. The arrow marks the "
		"position. + and the wheel look closer, - at more, 0 at the whole trace; a goes by "
		"time, or by events. Arrows go a column on, PgUp and PgDn as far as is seen; Up "
		"and "
		"Down select a tasklet. Of a long stretch only the summaries are read: then lanes "
		"say who took part.",
	.draw = timeline_draw,
	.request = timeline_request,
	.click = timeline_click,
	.wheel_zooms = true,
};
