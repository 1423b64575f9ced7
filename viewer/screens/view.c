/* SPDX-License-Identifier: MIT */
/*
 * view.c - the viewer's state, and how keys and time reach it.
 */
#include "view.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "help.h"
#include "live.h"
#include "palette.h"
#include "pane.h"
#include "view_request.h"

enum {
	VIEW_SEARCH_EVENTS = 4096, /* looked at before the next key is heard */
	VIEW_SURVEY_EVENTS = 2048,
	VIEW_USERS_EVENTS = 65536,
	VIEW_CROWD_TASKLETS = 16384, /* counted at once */
	VIEW_GROUPED = 10000, /* so many tasklets are shown in groups unless somebody objects */
	VIEW_LANES_EVENTS = 1 << 16,
	VIEW_GAPS_CHUNKS = 16,
	VIEW_SETTLE_CHUNKS = 64,
	VIEW_SETTLE_EVENTS = 1000000,
	VIEW_SEARCH_WAIT_MS = 1,
	VIEW_FOLLOW_WAIT_MS = 10, /* until the end of a growing trace is looked for again */
	VIEW_GROW_WAIT_MS = 250   /* the same when nobody stands there */
};

int view_init(struct view *view, struct event_source *source)
{
	int result;

	*view = (struct view){.source = source};
	source->ops->info(source, &view->info);
	source_file_init(&view->file, view->info.title);
	keys_init(&view->keys);
	player_init(&view->player);
	result = replay_create(&view->replay, source);
	if (result == 0)
		result = replay_create(&view->scout, source);
	view->crowd = crowd_create();
	view->waits.users = wait_users_create();
	if (result == 0 && (!view->crowd || !view->waits.users))
		result = -ENOMEM;
	if (result < 0) {
		view_term(view);
		return result;
	}
	view_set_focus(view, PANE_STORY);
	view_set_focus(view, PANE_RING);
	view_moved(view);
	return 0;
}

void view_term(struct view *view)
{
	live_end(view);
	replay_destroy(view->replay);
	replay_destroy(view->scout);
	crowd_destroy(view->crowd);
	if (view->waits.made)
		wait_scene_term(&view->waits.scene);
	wait_users_destroy(view->waits.users);
	view->waits = (struct view_waits){0};
	view->crowd = NULL;
	survey_term(&view->survey);
	lanes_destroy(view->timeline.lanes);
	view->timeline.lanes = NULL;
	search_term(&view->search);
	filter_destroy(view->filter);
	view->filter = NULL;
	source_file_term(&view->file);
	view->replay = view->scout = NULL;
}

void view_say(struct view *view, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(view->message, sizeof(view->message), format, arguments);
	va_end(arguments);
}

enum pane_id view_focus(const struct view *view)
{
	int latest = 0;

	for (int pane = 1; pane < PANE_COUNT; pane++)
		if (view->pane[pane].used > view->pane[latest].used)
			latest = pane;
	return (enum pane_id)latest;
}

void view_set_focus(struct view *view, enum pane_id pane)
{
	view->pane[pane].used = ++view->uses;
}

uint32_t view_thread(const struct view *view)
{
	return view->thread ? view->thread : scene_thread(&view->scene);
}

bool view_is_grouped(const struct view *view)
{
	if (!view->scene.crowd || (view->filter && filter_is_for_tasklets(view->filter)))
		return false;
	if (view->grouping == VIEW_GROUP_UNASKED)
		return state_tasklets(view->scene.state) > VIEW_GROUPED;
	return view->grouping == VIEW_GROUP_ON;
}

void view_moved(struct view *view)
{
	view->scene = (struct scene){
		.state = replay_state(view->replay),
		.dictionary = view->source->dictionary,
		.event = replay_event(view->replay),
		.crowd = view->crowd,
	};
	/* Out of memory: then there are no numbers to be shown. */
	if (crowd_follow(view->crowd, view->replay) < 0)
		view->scene.crowd = NULL;
	else
		crowd_go_on(view->crowd, view->replay, VIEW_CROWD_TASKLETS);
	view->source->ops->info(view->source, &view->info);
	view->term = 0;
	view->card = NULL;
	view->predict.asking = false;
	for (int pane = 0; pane < PANE_COUNT; pane++)
		view->pane[pane].by_hand = false;
}

static enum view_result view_prompt_done(struct view *view)
{
	char label = view->prompt.label;

	view->prompt.label = '\0';
	if (label == ':')
		return view_command(view, view->prompt.text);
	view_find_typed(view);
	return VIEW_GO_ON;
}

static void view_prompt_cancelled(struct view *view)
{
	if (view->prompt.label == '/')
		view_find_cancelled(view);
	view->prompt.label = '\0';
}

/* Up and down go through the palette, Tab takes a name from it. Whether the key was the palette's. */
static bool view_palette_key(struct view *view, uint32_t key)
{
	struct palette palette;

	if (view->prompt.label != ':')
		return false;
	palette_make(&palette, view, view->prompt.text);
	if (key == KEYS_DOWN) {
		view->choice += view->choice < palette.rows;
	} else if (key == KEYS_UP) {
		view->choice -= view->choice > 0;
	} else if (key == KEYS_TAB || (key == KEYS_ENTER && view->choice > 0)) {
		const struct palette_row *row = &palette.row[view->choice ? view->choice - 1 : 0];

		if (palette.rows == 0)
			return true;
		prompt_set(&view->prompt, row->name);
		/* What wants more words waits for them. */
		if (*row->argument)
			prompt_key(&view->prompt, ' ');
		view->choice = 0;
		return key == KEYS_TAB || *row->argument;
	} else {
		if (key != KEYS_ENTER)
			view->choice = 0;
		return false;
	}
	return true;
}

static enum view_result view_prompt_key(struct view *view, uint32_t key)
{
	if (view_palette_key(view, key))
		return VIEW_GO_ON;
	switch (prompt_key(&view->prompt, key)) {
	case PROMPT_CHANGED:
		if (view->prompt.label == '/')
			view_find_typing(view);
		break;
	case PROMPT_DONE:
		return view_prompt_done(view);
	case PROMPT_CANCELLED:
		view_prompt_cancelled(view);
		break;
	case PROMPT_EDITING:
		break;
	}
	return VIEW_GO_ON;
}

enum view_result view_key(struct view *view, uint32_t key)
{
	enum pane_id focus = view_focus(view);
	enum view_result result = VIEW_GO_ON;
	enum request request;

	if (key == KEYS_RESIZE || key == KEYS_MOUSE)
		return VIEW_GO_ON;
	if (key == KEYS_TICK) {
		view_tick(view, view->now_ns + PLAYER_TICK_NS);
		return VIEW_GO_ON;
	}
	view->message[0] = '\0';
	if (view->prompt.label)
		return view_prompt_key(view, key);
	if (view->predict.asking) {
		view_predict_key(view, key);
		return VIEW_GO_ON;
	}
	request = keys_request(&view->keys, key);
	if (request != REQUEST_NONE)
		search_stop(&view->search);
	if (view->help && help_request(view, request))
		return VIEW_GO_ON;
	if (live_is_shown(view)) {
		if (!live_request(view, request, key))
			result = view_request(view, request, key);
	} else if (!pane_ops(focus)->request ||
		   !pane_ops(focus)->request(view, &view->pane[focus], request)) {
		result = view_request(view, request, key);
	}
	view->last = request;
	return result;
}

/* Whether a breakpoint lies between the position and where playing leads; the replay is there then. */
static bool view_play_breaks(struct view *view, uint64_t target)
{
	struct search *search = &view->search;

	if (search->breakpoints == 0 || target <= replay_position(view->replay))
		return false;
	search_start(search, SEARCH_FOR_BREAKPOINT, replay_position(view->replay), 1, false);
	search->finder.limit = target;
	switch (search_go_on(search, view->scout, VIEW_SEARCH_EVENTS)) {
	case FINDER_FOUND:
		player_stop(&view->player);
		replay_seek(view->replay, search->finder.at);
		view_say_breakpoint(view);
		return true;
	case FINDER_GOES_ON:
		/* What is left to be looked at is played at the next tick. */
		replay_seek(view->replay, search->finder.at);
		search_stop(search);
		return true;
	case FINDER_NOTHING:
		break;
	}
	return false;
}

/* Goes on to what is due; far jumps seek, so that a fast clock costs no more than a slow one. */
static void view_play(struct view *view)
{
	uint64_t position = replay_position(view->replay), target = position;
	struct event next;
	int moved;

	if (replay_peek_near(view->replay, position + 1, 1, &next) == 0) {
		player_stop(&view->player);
		view_say(view, "this is the end");
		return;
	}
	if (view->player.by_time)
		moved = view->source->ops->seek_time(
			view->source, player_due_time(&view->player, view->now_ns, next.time_ns),
			&target);
	else {
		target = position + player_due_events(&view->player, view->now_ns);
		moved = 0;
	}
	if (moved >= 0 && target > position && !view_predict_first(view, target) &&
	    !view_play_breaks(view, target))
		moved = replay_seek(view->replay, target);
	if (moved < 0) {
		player_stop(&view->player);
		view_say(view, "cannot go on: %s", strerror(-moved));
	}
	/* A question has moved it already. */
	if (replay_position(view->replay) != position && !view->predict.asking)
		view_moved(view);
}

/* A trace that is being recorded: how long it is now; whoever follows it goes to its end. */
static void view_grow(struct view *view)
{
	int moved = 0;

	if (!view->info.growing)
		return;
	view->source->ops->info(view->source, &view->info);
	if (!view->following)
		return;
	if (replay_position(view->replay) < view->info.events)
		moved = replay_seek(view->replay, view->info.events);
	if (moved > 0)
		view_moved(view);
	if (moved >= 0 && view->info.growing)
		return;
	view->following = false;
	if (moved < 0)
		view_say(view, "cannot go on: %s", strerror(-moved));
	else
		view_say(view, "this is the end: the recording is complete");
}

void view_follow(struct view *view, bool on)
{
	player_stop(&view->player);
	view->following = on;
	if (on && replay_seek(view->replay, UINT64_MAX) > 0)
		view_moved(view);
}

void view_read_users(struct view *view, uint64_t events)
{
	struct view_waits *waits = &view->waits;

	if (waits->wanted && (!waits->complete || view->info.growing))
		waits->complete = wait_users_go_on(waits->users, view->source, events) <= 0;
}

void view_tick(struct view *view, uint64_t now_ns)
{
	view->now_ns = now_ns;
	if (view->live)
		live_tick(view);
	if (live_is_shown(view))
		return;
	view_grow(view);
	view_find_on(view);
	crowd_go_on(view->crowd, view->replay, VIEW_CROWD_TASKLETS);
	if (view->timeline.lanes)
		lanes_go_on(view->timeline.lanes, VIEW_LANES_EVENTS);
	view_read_users(view, VIEW_USERS_EVENTS);
	if (view->player.playing)
		view_play(view);
	else if (!view->search.running)
		survey_go_on(&view->survey, VIEW_SURVEY_EVENTS);
	if (!view->player.playing && !view->search.running && !view->survey.running)
		view->reading = gaps_go_on(&view->gaps, view->source, VIEW_GAPS_CHUNKS);
}

void view_settle(struct view *view)
{
	if (live_is_shown(view)) {
		live_settle(view);
		return;
	}
	while (view->search.running)
		view_find_on(view);
	while (crowd_go_on(view->crowd, view->replay, VIEW_CROWD_TASKLETS))
		;
	while (view->timeline.lanes && lanes_go_on(view->timeline.lanes, VIEW_SETTLE_EVENTS))
		;
	view_read_users(view, UINT64_MAX);
	survey_go_on(&view->survey, VIEW_SETTLE_EVENTS);
	view->reading = gaps_go_on(&view->gaps, view->source, VIEW_SETTLE_CHUNKS);
}

/* How long nothing will change but by what others do. */
static int view_idle_ms(const struct view *view)
{
	struct event next = {0};

	if (view->search.running || (view->timeline.lanes && view->timeline.lanes->running))
		return VIEW_SEARCH_WAIT_MS;
	if (view->waits.wanted && !view->waits.complete)
		return VIEW_SEARCH_WAIT_MS;
	if (!view->player.playing)
		return view->survey.running || view->reading || !crowd_is_complete(view->crowd)
			       ? VIEW_SEARCH_WAIT_MS
			       : -1;
	replay_peek(view->replay, replay_position(view->replay) + 1, &next);
	return player_wait_ms(&view->player, next.time_ns);
}

int view_wait_ms(const struct view *view)
{
	int idle = view_idle_ms(view);
	int grow = view->following ? VIEW_FOLLOW_WAIT_MS : VIEW_GROW_WAIT_MS;

	if (live_is_shown(view))
		return live_wait_ms(view);
	return view->info.growing && (idle < 0 || idle > grow) ? grow : idle;
}
