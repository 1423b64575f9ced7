/* SPDX-License-Identifier: MIT */
/*
 * view_request.c - moving through the trace and around the screen.
 */
#include "view_request.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void view_move_done(struct view *view, int moved, const char *why_not)
{
	if (moved < 0)
		view_say(view, "cannot go there: %s",
			 moved == -EBADMSG ? "that part of the file is damaged" : strerror(-moved));
	else if (moved == 0)
		view_say(view, "%s", why_not);
	player_stop(&view->player);
	view_moved(view);
}

static void view_find_switch(struct view *view, int direction)
{
	struct event_match match = {.query.kind = EVENT_tasklet_switch};

	view_move_done(view, replay_find(view->replay, &match, direction),
		       direction > 0 ? "no switch after this" : "no switch before this");
}

/* t after t follows the same tasklet, even when the event names another one first. */
static uint32_t view_follow_tasklet(struct view *view)
{
	if (view->last == REQUEST_TASKLET_NEXT || view->last == REQUEST_TASKLET_PREVIOUS)
		return view->followed;
	if (view_focus(view) == PANE_TASKLETS && view->pane[PANE_TASKLETS].selected)
		return view->pane[PANE_TASKLETS].selected;
	return scene_tasklet(&view->scene);
}

static void view_find_tasklet(struct view *view, int direction)
{
	char label[128];
	struct event_match match = {.query.tasklet = view_follow_tasklet(view)};
	int moved;

	if (match.query.tasklet == 0) {
		view_say(view, "this event names no tasklet to follow");
		return;
	}
	view->followed = match.query.tasklet;
	moved = replay_find(view->replay, &match, direction);
	view_move_done(view, moved, "");
	scene_tasklet_label(label, sizeof(label), &view->scene, match.query.tasklet);
	if (moved == 0)
		view_say(view, "%s: nothing %s this", label, direction > 0 ? "after" : "before");
	else if (moved > 0)
		view_say(view, "following %s", label);
}

static uint32_t view_follow_channel(struct view *view)
{
	uint32_t channel = scene_channel(&view->scene);

	if (view->last == REQUEST_CHANNEL_NEXT || view->last == REQUEST_CHANNEL_PREVIOUS)
		return view->followed;
	if (channel == 0)
		channel = state_tasklet(view->scene.state, scene_tasklet(&view->scene))->channel;
	return channel;
}

static bool view_is_channel_event(const struct event *event, void *context)
{
	(void)context;
	return event_field_index(event->kind, "channel") >= 0;
}

static void view_find_channel(struct view *view, int direction)
{
	char label[128];
	struct event_match match = {.query.channel = view_follow_channel(view)};
	int moved;

	if (match.query.channel == 0)
		match.test = view_is_channel_event;
	moved = replay_find(view->replay, &match, direction);
	view_move_done(view, moved,
		       direction > 0 ? "no channel is used after this"
				     : "no channel is used before this");
	view->followed = match.query.channel ? match.query.channel : scene_channel(&view->scene);
	scene_channel_label(label, sizeof(label), &view->scene, view->followed);
	if (moved == 0 && match.query.channel)
		view_say(view, "%s: nothing %s this", label, direction > 0 ? "after" : "before");
	else if (moved > 0)
		view_say(view, "following %s", label);
}

static void view_find_thread(struct view *view, int direction)
{
	struct event_match match = {.query.thread = view_thread(view)};

	view_move_done(view, replay_find(view->replay, &match, direction),
		       direction > 0 ? "nothing in that thread after this"
				     : "nothing in that thread before this");
}

/* Where a value goes: from the block of a sender to the rendezvous, from there to the moment when
 * the receiver runs. */
static bool view_is_next_of_value(const struct event *event, void *context)
{
	const struct event *from = context;

	if (from->kind == EVENT_channel_transfer) {
		uint32_t receiver = event_unpack_channel_transfer(from).receiver;

		if (event->kind == EVENT_tasklet_switch)
			return event_unpack_tasklet_switch(event).next == receiver;
		return event->kind == EVENT_tasklet_end &&
		       event_unpack_tasklet_end(event).tasklet == receiver;
	}
	if (event->kind == EVENT_channel_leave)
		return event_unpack_channel_leave(event).tasklet ==
		       event_unpack_channel_block(from).tasklet;
	return event->kind == EVENT_channel_transfer &&
	       (event_unpack_channel_transfer(event).sender ==
			event_unpack_channel_block(from).tasklet ||
		event_unpack_channel_transfer(event).receiver ==
			event_unpack_channel_block(from).tasklet);
}

static void view_follow_value(struct view *view)
{
	struct event from;
	struct event_match match = {.test = view_is_next_of_value, .context = &from};
	char label[128];
	int moved;

	if (!view->scene.event || (view->scene.event->kind != EVENT_channel_transfer &&
				   view->scene.event->kind != EVENT_channel_block)) {
		view_say(view, "no value moves here: f follows one from a block or a rendezvous");
		return;
	}
	from = *view->scene.event;
	match.query.tasklet = from.kind == EVENT_channel_block
				      ? event_unpack_channel_block(&from).tasklet
				      : event_unpack_channel_transfer(&from).receiver;
	moved = replay_find(view->replay, &match, 1);
	view_move_done(view, moved,
		       from.kind == EVENT_channel_block ? "no partner ever comes"
							: "the receiver never runs after this");
	if (moved <= 0)
		return;
	scene_tasklet_label(label, sizeof(label), &view->scene, match.query.tasklet);
	if (from.kind == EVENT_channel_block)
		view_say(view, "here the wait of %s is over", label);
	else
		view_say(view, "here %s runs with the value", label);
}

static void view_toggle_play(struct view *view)
{
	if (view->player.playing)
		player_stop(&view->player);
	else
		player_start(&view->player, view->now_ns, state_time_ns(view->scene.state));
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
	if (view->player.playing)
		player_stop(&view->player);
	else if (view->zoomed)
		view->zoomed = false;
	else
		view_forget(view);
}

/* Requests that move; false for others. */
static bool view_request_move(struct view *view, enum request request)
{
	switch (request) {
	case REQUEST_STEP:
		if (!view_predict_first(view, replay_position(view->replay) + 1))
			view_move_done(view, replay_step(view->replay), "this is the end");
		return true;
	case REQUEST_BACK:
		view_move_done(view, replay_step_back(view->replay), "this is the start");
		return true;
	case REQUEST_SWITCH_NEXT:
	case REQUEST_SWITCH_PREVIOUS:
		if (request == REQUEST_SWITCH_PREVIOUS || !view_predict_first(view, 0))
			view_find_switch(view, request == REQUEST_SWITCH_NEXT ? 1 : -1);
		return true;
	case REQUEST_TASKLET_NEXT:
	case REQUEST_TASKLET_PREVIOUS:
		view_find_tasklet(view, request == REQUEST_TASKLET_NEXT ? 1 : -1);
		return true;
	case REQUEST_CHANNEL_NEXT:
	case REQUEST_CHANNEL_PREVIOUS:
		view_find_channel(view, request == REQUEST_CHANNEL_NEXT ? 1 : -1);
		return true;
	case REQUEST_START:
		view_move_done(view, replay_seek(view->replay, 0), "this is the start");
		return true;
	case REQUEST_END:
		view_move_done(view, replay_seek(view->replay, UINT64_MAX), "this is the end");
		return true;
	case REQUEST_THREAD_NEXT:
	case REQUEST_THREAD_PREVIOUS:
		view_find_thread(view, request == REQUEST_THREAD_NEXT ? 1 : -1);
		return true;
	case REQUEST_FOLLOW:
		view_follow_value(view);
		return true;
	case REQUEST_RUN:
	case REQUEST_RUN_BACK:
		view_find_breakpoint(view, request == REQUEST_RUN ? 1 : -1);
		return true;
	case REQUEST_WHY:
		view_why(view);
		return true;
	case REQUEST_WHY_BACK:
		view_why_back(view);
		return true;
	case REQUEST_FIND_NEXT:
	case REQUEST_FIND_PREVIOUS:
		view_find_again(view, request == REQUEST_FIND_NEXT ? 1 : -1);
		return true;
	default:
		return false;
	}
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
	case REQUEST_QUIT:
		return VIEW_QUIT;
	case REQUEST_NONE:
		view_say(view, "that key means nothing here: ? shows those that do");
		return VIEW_GO_ON;
	default:
		return VIEW_GO_ON;
	}
}
