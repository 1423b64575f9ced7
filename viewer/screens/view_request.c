/* SPDX-License-Identifier: MIT */
/*
 * view_request.c - doing what was asked for: playing, finding, and what is shown.
 */
#include "view_request.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "live.h"

static void view_toggle_play(struct view *view)
{
	if (view->player.playing)
		player_stop(&view->player);
	else
		player_start(&view->player, view->now_ns, state_time_ns(view->scene.state));
	view->following = false;
}

static void view_change_speed(struct view *view, int steps)
{
	char words[64];

	player_faster(&view->player, steps);
	player_words(&view->player, words, sizeof(words));
	view_say(view, "playing speed %s", words);
}

static void view_change_clock(struct view *view)
{
	char words[64];

	view->player.by_time = !view->player.by_time;
	player_start(&view->player, view->now_ns, state_time_ns(view->scene.state));
	player_words(&view->player, words, sizeof(words));
	view_say(view,
		 view->player.by_time ? "playing as time went by, %s"
				      : "playing one event after the other, %s",
		 words);
}

static void view_open_prompt(struct view *view, char label, const char *text)
{
	player_stop(&view->player);
	prompt_open(&view->prompt, label);
	prompt_set(&view->prompt, text);
	view->choice = 0;
	if (label == '/')
		view_find_open(view);
}

/* What a breakpoint would likely be about: what is selected, or the event. */
static void view_open_break(struct view *view)
{
	uint32_t tasklet = view->pane[PANE_TASKLETS].selected,
		 channel = scene_channel(&view->scene);
	const struct event_description *description =
		view->scene.event ? event_describe(view->scene.event->kind) : NULL;
	char text[128] = "break ";

	if (view_focus(view) == PANE_TASKLETS && tasklet)
		snprintf(text, sizeof(text), "break tasklet:%" PRIu32, tasklet);
	else if (view_focus(view) == PANE_CHANNELS && channel)
		snprintf(text, sizeof(text), "break chan:%" PRIu32, channel);
	else if (description)
		snprintf(text, sizeof(text), "break kind:%s", description->name);
	view_open_prompt(view, ':', text);
}

static void view_open_filter(struct view *view)
{
	char text[FILTER_WORDS_MAX + 16];

	snprintf(text, sizeof(text), "filter %s", view->filter ? filter_words(view->filter) : "");
	view_open_prompt(view, ':', text);
}

static void view_change_focus(struct view *view, int direction)
{
	int pane = (int)view_focus(view) + direction;

	view_set_focus(view, (enum pane_id)((pane + PANE_COUNT) % PANE_COUNT));
}

static void view_change_thread(struct view *view)
{
	if (view->thread >= state_threads(view->scene.state))
		view->thread = 0;
	else
		view->thread++;
	if (view->thread)
		view_say(view, "ring and stack show thread %" PRIu32, view->thread);
	else
		view_say(view, "ring and stack show the thread of the event");
}

static void view_change_grouping(struct view *view)
{
	static const char *const words[CROWD_BYS] = {"state", "name", "place"};
	int by = view_is_grouped(view) ? (int)crowd_by(view->crowd) + 1 : 0;

	view_set_focus(view, PANE_TASKLETS);
	view->pane[PANE_TASKLETS].first = 0;
	view->grouping = by < CROWD_BYS ? VIEW_GROUP_ON : VIEW_GROUP_OFF;
	crowd_set_by(view->crowd, by < CROWD_BYS ? (enum crowd_by)by : CROWD_STATE);
	if (view->filter && filter_is_for_tasklets(view->filter))
		view_say(view, "a filter shows tasklets one by one: Esc takes it away");
	else if (by < CROWD_BYS)
		view_say(view, "tasklets in groups, by %s", words[by]);
	else
		view_say(view, "tasklets one by one");
}

static void view_forget(struct view *view)
{
	search_set_words(&view->search, "", NULL);
	if (view->filter)
		view_set_filter(view, "");
	view_survey(view);
}

/* One thing at a time: what is in the way most goes first. */
static void view_cancel(struct view *view)
{
	if (view->player.playing || view->following) {
		player_stop(&view->player);
		view->following = false;
	} else if (view->zoomed)
		view->zoomed = false;
	else if (view->live)
		live_show(view, true);
	else
		view_forget(view);
}

/* Requests about playing and about what is shown; false for others. */
static bool view_request_show(struct view *view, enum request request, uint32_t key)
{
	switch (request) {
	case REQUEST_PLAY:
		view_toggle_play(view);
		return true;
	case REQUEST_FASTER:
	case REQUEST_SLOWER:
		view_change_speed(view, request == REQUEST_FASTER ? 1 : -1);
		return true;
	case REQUEST_CLOCK:
		view_change_clock(view);
		return true;
	case REQUEST_GO:
	case REQUEST_FIND:
		view_open_prompt(view, request == REQUEST_GO ? ':' : '/', "");
		return true;
	case REQUEST_BREAK:
		view_open_break(view);
		return true;
	case REQUEST_FILTER:
		view_open_filter(view);
		return true;
	case REQUEST_MARK:
		view_open_prompt(view, ':', "mark ");
		return true;
	case REQUEST_MORE:
		view->more = !view->more;
		return true;
	case REQUEST_DEFINE:
		view_define(view);
		return true;
	case REQUEST_PREDICT:
		view_toggle_predict(view);
		return true;
	case REQUEST_FOCUS_NEXT:
	case REQUEST_FOCUS_PREVIOUS:
		view_change_focus(view, request == REQUEST_FOCUS_NEXT ? 1 : -1);
		return true;
	case REQUEST_PANE:
		if (keys_index(&view->keys, request, key) < PANE_COUNT)
			view_set_focus(view, (enum pane_id)keys_index(&view->keys, request, key));
		return true;
	case REQUEST_ZOOM:
		view->zoomed = !view->zoomed;
		return true;
	case REQUEST_WHOLE:
		view_timeline_whole(view);
		return true;
	case REQUEST_AXIS:
		view_timeline_axis(view);
		return true;
	case REQUEST_GROUP:
		view_change_grouping(view);
		return true;
	case REQUEST_THREAD:
		view_change_thread(view);
		return true;
	default:
		return false;
	}
}

const char *view_source(struct view *view, uint32_t *line)
{
	bool exact;
	const struct dictionary_place *place = dictionary_place(view->scene.dictionary,
								scene_place(&view->scene, &exact));

	*line = place->line;
	if (place->line && source_file_load(&view->file, place->file) && view->file.path)
		return view->file.path;
	view_say(view, "there is no source to be edited");
	return NULL;
}

enum view_result view_request(struct view *view, enum request request, uint32_t key)
{
	if (view_request_move(view, request) || view_request_show(view, request, key))
		return VIEW_GO_ON;
	switch (request) {
	case REQUEST_CANCEL:
		view_cancel(view);
		return VIEW_GO_ON;
	case REQUEST_HELP:
		view->help = true;
		return VIEW_GO_ON;
	case REQUEST_REDRAW:
		return VIEW_REDRAW;
	case REQUEST_SUSPEND:
		return VIEW_SUSPEND;
	case REQUEST_EDIT:
		return VIEW_EDIT;
	case REQUEST_QUIT:
		return VIEW_QUIT;
	case REQUEST_NONE:
		view_say(view, "that key means nothing here: ? shows those that do");
		return VIEW_GO_ON;
	default:
		return VIEW_GO_ON;
	}
}
