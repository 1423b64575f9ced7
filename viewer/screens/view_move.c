/* SPDX-License-Identifier: MIT */
/*
 * view_move.c - moving through the trace: by events, switches, tasklets, channels, threads, values.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "view_request.h"

void view_move_done(struct view *view, int moved, const char *why_not)
{
	if (moved < 0)
		view_say(view, "cannot go there: %s",
			 moved == -EBADMSG ? "that part of the file is damaged" : strerror(-moved));
	else if (moved == 0)
		view_say(view, "%s", why_not);
	player_stop(&view->player);
	view->following = false;
	view_moved(view);
}

/* What only carries on the event before it is passed over. */
static int view_step(struct view *view, int direction)
{
	const struct event *event;
	int moved, steps = 0;

	do {
		moved = direction > 0 ? replay_step(view->replay) : replay_step_back(view->replay);
		event = moved > 0 ? replay_event(view->replay) : NULL;
		steps += moved > 0;
	} while (event && event_is_continuation(event->kind));
	return moved == 0 && steps > 0 ? 1 : moved;
}

static bool view_is_told(const struct event *event, void *context)
{
	(void)context;
	return !event_is_continuation(event->kind);
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
	if ((view_focus(view) == PANE_TASKLETS || view_focus(view) == PANE_TIMELINE) &&
	    view->pane[PANE_TASKLETS].selected)
		return view->pane[PANE_TASKLETS].selected;
	return scene_tasklet(&view->scene);
}

static void view_find_tasklet(struct view *view, int direction)
{
	char label[128];
	struct event_match match = {.query.tasklet = view_follow_tasklet(view),
				    .test = view_is_told};
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

static void view_change_following(struct view *view)
{
	if (!view->following && !view->info.growing) {
		view_say(view, "this trace is complete: it does not grow");
		return;
	}
	view_follow(view, !view->following);
	view_say(view, view->following ? "following what is recorded"
				       : "stopped here: the recording goes on");
}

bool view_request_move(struct view *view, enum request request)
{
	switch (request) {
	case REQUEST_STEP:
		if (!view_predict_first(view, replay_position(view->replay) + 1))
			view_move_done(view, view_step(view, 1), "this is the end");
		return true;
	case REQUEST_BACK:
		view_move_done(view, view_step(view, -1), "this is the start");
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
	case REQUEST_FOLLOW_END:
		view_change_following(view);
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
