/* SPDX-License-Identifier: MIT */
/*
 * live.c - keeping up with a program, and doing what is asked of its screen.
 */
#include "live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "view_request.h"

enum {
	LIVE_FAR = 1 << 22, /* events that are caught up with; of more only the last second */
	LIVE_LOOK = 512,    /* events between two looks at the clock */
	LIVE_TASKLETS_AT_ONCE = 16384,
	LIVE_WAIT_MS = 10, /* until it is looked whether there is more */
	LIVE_FROZEN_WAIT_MS = 250
};

static const uint64_t live_budget_ns = 15000000; /* of a tick, for taking events in */
static const uint64_t live_window_ns = 1100000000;
static const uint64_t live_quiet_ns = 150000000;

int live_begin(struct view *view, uint64_t interval_ns, live_program_fn *ask, void *context)
{
	static const enum activity_of of[LIVE_TABLES] = {ACTIVITY_TASKLET, ACTIVITY_CHANNEL,
							 ACTIVITY_THREAD};
	struct live *live = calloc(1, sizeof(*live));

	if (!live)
		return -ENOMEM;
	live->activity = activity_create();
	if (!live->activity) {
		free(live);
		return -ENOMEM;
	}
	for (int i = 0; i < LIVE_TABLES; i++)
		activity_table_init(&live->table[i], of[i]);
	live->shown = true;
	live->interval_ns = interval_ns;
	live->ask = ask;
	live->context = context;
	view->live = live;
	return 0;
}

void live_end(struct view *view)
{
	if (!view->live)
		return;
	activity_destroy(view->live->activity);
	free(view->live);
	view->live = NULL;
}

bool live_is_shown(const struct view *view)
{
	return view->live && view->live->shown;
}

void live_show(struct view *view, bool shown)
{
	struct live *live = view->live;

	player_stop(&view->player);
	view->following = false;
	live->shown = shown;
	if (shown) {
		/* The replay may be anywhere by now. */
		live->begun = live->frozen = false;
		live->refreshed_ns = 0;
		return;
	}
	if (live->selected[LIVE_TASKLETS])
		view->pane[PANE_TASKLETS].selected = live->selected[LIVE_TASKLETS];
	view_moved(view);
}

/* -------------------------------------------------------------------------------- keeping up */

static uint64_t live_clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The panes' view_moved looks at more than this screen needs. */
static void live_moved(struct view *view)
{
	view->scene.state = replay_state(view->replay);
	view->scene.dictionary = view->source->dictionary;
	view->scene.event = replay_event(view->replay);
	view->scene.crowd = NULL;
}

/* To where the last second begins, or as many events before the end as can be taken in. */
static int live_leap(struct view *view)
{
	struct live *live = view->live;
	uint64_t end_ns = view->info.duration_ns, end = view->info.events;
	uint64_t before = replay_position(view->replay);
	int result = replay_seek_time(view->replay,
				      end_ns > live_window_ns ? end_ns - live_window_ns : 0);

	if (result >= 0 && end - replay_position(view->replay) > LIVE_FAR)
		result = replay_seek(view->replay, end - LIVE_FAR);
	if (result >= 0 && replay_position(view->replay) > before && live->begun)
		live->skipped += replay_position(view->replay) - before;
	if (result >= 0)
		result = activity_begin(live->activity, replay_state(view->replay));
	live->begun = result >= 0;
	return result;
}

/* The next event. 1, 0 at the end, negative errno. */
static int live_step(struct view *view)
{
	struct live *live = view->live;
	struct scene scene = {.state = replay_state(view->replay)};
	const struct event *event;
	int result = replay_step(view->replay);

	if (result <= 0)
		return result;
	event = replay_event(view->replay);
	if (event && activity_add(live->activity, event) < 0)
		return -ENOMEM;
	if (event)
		alarms_event(&live->alarms, &scene, event);
	return 1;
}

/* Takes in what there is until the budget is used up. */
static void live_take(struct view *view, uint64_t budget_ns)
{
	struct live *live = view->live;
	uint64_t end_ns = live_clock_ns() + budget_ns;
	int result = 1;

	if (!live->begun || view->info.events > replay_position(view->replay) + LIVE_FAR)
		result = live_leap(view);
	live->behind = false;
	if (replay_position(view->replay) < view->info.events)
		live->moved_ns = view->now_ns;
	while (result >= 0 && replay_position(view->replay) < view->info.events) {
		for (int i = 0; i < LIVE_LOOK && result > 0; i++)
			result = live_step(view);
		if (result == 0)
			break;
		live->behind = live_clock_ns() > end_ns;
		if (live->behind)
			break;
		result = 1;
	}
	if (result < 0)
		view_say(view, "cannot go on: %s", strerror(-result));
	live_moved(view);
}

/* Who runs without an event goes on running. That nothing has come for a short while says nothing: it
 * may be on its way. */
static void live_advance(struct view *view)
{
	struct live *live = view->live;
	uint64_t quiet_ns = view->now_ns - live->moved_ns;

	if (live->behind || live->program.ended || live->moved_ns == 0 || quiet_ns < live_quiet_ns)
		return;
	activity_advance(live->activity, view->info.duration_ns + quiet_ns);
}

static struct activity_table *live_table(struct live *live)
{
	return live->tab < LIVE_TABLES ? &live->table[live->tab] : &live->table[LIVE_TASKLETS];
}

static void live_refresh_some(struct view *view)
{
	struct live *live = view->live;

	activity_table_go_on(live_table(live), live->activity, &view->scene, LIVE_TASKLETS_AT_ONCE);
}

void live_refresh(struct view *view)
{
	struct live *live = view->live;
	struct activity_table *table = live_table(live);

	live->refreshed_ns = view->now_ns;
	live->all = activity_counts(live->activity, ACTIVITY_ALL, 1);
	table->filter = view->filter;
	activity_table_begin(table, live->activity, &view->scene, RANKING_MAX);
	live_refresh_some(view);
}

void live_tick(struct view *view)
{
	struct live *live = view->live;

	if (live->ask)
		live->ask(live->context, &live->program);
	if (live->frozen || !live->shown)
		return;
	view->source->ops->info(view->source, &view->info);
	live_take(view, live_budget_ns);
	live_advance(view);
	alarms_look(&live->alarms, live->activity, &view->scene, LIVE_TASKLETS_AT_ONCE / 4);
	if (live->refreshed_ns == 0 || view->now_ns >= live->refreshed_ns + live->interval_ns)
		live_refresh(view);
	else if (live_table(live)->next)
		live_refresh_some(view);
}

int live_wait_ms(const struct view *view)
{
	const struct live *live = view->live;

	if (live->behind || live->table[live->tab < LIVE_TABLES ? live->tab : 0].next)
		return 0;
	if (live->frozen || live->program.ended)
		return LIVE_FROZEN_WAIT_MS;
	return LIVE_WAIT_MS;
}

void live_settle(struct view *view)
{
	struct live *live = view->live;

	if (live->ask)
		live->ask(live->context, &live->program);
	if (!live->frozen && live->shown) {
		view->source->ops->info(view->source, &view->info);
		live_take(view, UINT64_MAX / 2);
		live_advance(view);
		alarms_look(&live->alarms, live->activity, &view->scene, UINT32_MAX);
	}
	live_refresh(view);
	while (live_table(live)->next)
		live_refresh_some(view);
}

/* ------------------------------------------------------------------------------ what is asked */

static uint32_t live_rows(const struct view *view)
{
	const struct live *live = view->live;

	if (live->tab < LIVE_TABLES)
		return ranking_rows(&live->table[live->tab].ranking);
	return live->tab == LIVE_FINDINGS ? (uint32_t)live->alarms.count : 0;
}

/* The row that is selected, from 1; 0: none. What is selected keeps its number, not its row. */
static uint32_t live_selected_row(const struct live *live, uint32_t rows)
{
	uint32_t selected = live->selected[live->tab];

	if (live->tab >= LIVE_TABLES)
		return selected <= rows ? selected : rows;
	for (uint32_t row = 0; selected && row < rows; row++)
		if (ranking_row(&live->table[live->tab].ranking, row) == selected)
			return row + 1;
	return 0;
}

static void live_select(struct live *live, uint32_t row, uint32_t rows)
{
	uint32_t *first = &live->first[live->tab], seen = live->rows > 0 ? (uint32_t)live->rows : 1;

	if (row > rows)
		row = rows;
	live->selected[live->tab] = live->tab < LIVE_TABLES && row > 0
					    ? ranking_row(&live->table[live->tab].ranking, row - 1)
					    : row;
	if (row > 0 && row - 1 < *first)
		*first = row - 1;
	else if (row > *first + seen)
		*first = row - seen;
}

static bool live_request_select(struct view *view, enum request request)
{
	struct live *live = view->live;
	uint32_t rows = live_rows(view), row = live_selected_row(live, rows);
	uint32_t page = live->rows > 1 ? (uint32_t)live->rows - 1 : 1;

	switch (request) {
	case REQUEST_UP:
		row -= row > 1;
		break;
	case REQUEST_DOWN:
		row++;
		break;
	case REQUEST_PAGE_UP:
		row = row > page ? row - page : 1;
		break;
	case REQUEST_PAGE_DOWN:
		row += page;
		break;
	case REQUEST_START:
		row = 1;
		break;
	case REQUEST_END:
		row = rows;
		break;
	default:
		return false;
	}
	live_select(live, row ? row : 1, rows);
	return true;
}

static void live_set_tab(struct view *view, int tab)
{
	view->live->tab = (enum live_tab)((tab + LIVE_TABS) % LIVE_TABS);
	if (view->live->tab == LIVE_FINDINGS)
		view->live->alarms_told = view->live->alarms.seen;
	live_refresh(view);
}

static void live_set_order(struct view *view, int by, bool backward)
{
	struct activity_table *table = &view->live->table[view->live->tab];
	int count, first;
	const struct activity_column *columns = activity_columns(table->of, &count, &first);

	table->by = (by + count) % count;
	table->backward = backward;
	view_say(view, "ordered by %s%s", columns[table->by].heading, backward ? ", backward" : "");
	live_refresh(view);
}

static bool live_request_order(struct view *view, enum request request)
{
	struct live *live = view->live;
	struct activity_table *table = live_table(live);

	if (request != REQUEST_SORT_NEXT && request != REQUEST_SORT_PREVIOUS &&
	    request != REQUEST_SORT_TURN && request != REQUEST_TREE)
		return false;
	if (live->tab >= LIVE_TABLES) {
		view_say(view, "here is nothing to be put in order");
	} else if (request == REQUEST_TREE) {
		table->tree = !table->tree;
		view_say(view, table->tree && live->tab == LIVE_TASKLETS
				       ? "each tasklet below the one that created it"
				       : "no tree");
		live_refresh(view);
	} else if (request == REQUEST_SORT_TURN) {
		live_set_order(view, table->by, !table->backward);
	} else {
		live_set_order(view, table->by + (request == REQUEST_SORT_NEXT ? 1 : -1), false);
	}
	return true;
}

static void live_freeze(struct view *view, bool frozen)
{
	view->live->frozen = frozen;
	view->live->refreshed_ns = 0;
	if (frozen)
		view_say(view, "frozen: Enter looks closer, and back in time; Space goes on");
}

/* The panes of the replay, at what is selected. */
static void live_look_closer(struct view *view)
{
	struct live *live = view->live;
	uint32_t row = live_selected_row(live, live_rows(view));
	int moved = 0;

	if (live->tab == LIVE_FINDINGS && row > 0)
		moved = replay_seek(view->replay,
				    live->alarms.alarm[(uint32_t)live->alarms.count - row].seq);
	live_show(view, false);
	if (moved < 0)
		view_say(view, "cannot go there: %s", strerror(-moved));
	else
		view_say(view, "here it stood still: Esc goes back to what goes on now");
}

static void live_cancel(struct view *view)
{
	if (view->live->frozen)
		live_freeze(view, false);
	else if (view->filter)
		view_set_filter(view, "");
	live_refresh(view);
}

/* What the viewer does as well for this screen. */
static bool live_leaves(enum request request)
{
	return request == REQUEST_NONE || request == REQUEST_GO || request == REQUEST_FILTER ||
	       request == REQUEST_HELP || request == REQUEST_REDRAW || request == REQUEST_SUSPEND ||
	       request == REQUEST_QUIT;
}

bool live_request(struct view *view, enum request request, uint32_t key)
{
	struct live *live = view->live;

	if (live_leaves(request))
		return false;
	if (live_request_select(view, request) || live_request_order(view, request))
		return true;
	switch (request) {
	case REQUEST_PLAY:
		live_freeze(view, !live->frozen);
		break;
	case REQUEST_FOLLOW_END:
		live_freeze(view, false);
		break;
	case REQUEST_FOCUS_NEXT:
	case REQUEST_FOCUS_PREVIOUS:
		live_set_tab(view, (int)live->tab + (request == REQUEST_FOCUS_NEXT ? 1 : -1));
		break;
	case REQUEST_PANE:
		if (keys_index(&view->keys, request, key) < LIVE_TABS)
			live_set_tab(view, keys_index(&view->keys, request, key));
		break;
	case REQUEST_ZOOM:
		live_look_closer(view);
		break;
	case REQUEST_CANCEL:
		live_cancel(view);
		break;
	default:
		view_say(view, "that is for the panes of the replay: Enter leads there");
		break;
	}
	return true;
}
