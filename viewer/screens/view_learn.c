/* SPDX-License-Identifier: MIT */
/*
 * view_learn.c - why, what does that mean, and who runs next: what people ask who want to understand.
 */
#include <inttypes.h>
#include <string.h>

#include "model/cause.h"
#include "view_request.h"

enum { LEARN_LABEL = 128 };

void view_why(struct view *view)
{
	uint64_t position = replay_position(view->replay), cause;
	int result;

	if (!view->scene.event) {
		view_say(view, "nothing has happened here that could have a cause");
		return;
	}
	result = cause_find(replay_events(view->replay), view->scene.event, &cause);
	if (result == 0) {
		view_say(view, "this is where it all begins: there is no cause in the trace");
		return;
	}
	if (result > 0)
		result = replay_seek(view->replay, cause);
	view_move_done(view, result, "");
	if (result < 0)
		return;
	if (view->whys == VIEW_WHYS) {
		view->whys--;
		memmove(view->asked_from, view->asked_from + 1,
			(size_t)view->whys * sizeof(view->asked_from[0]));
	}
	view->asked_from[view->whys++] = position;
	view_say(view, "the cause of #%" PRIu64 "; w: its own cause, W: back", position);
}

void view_why_back(struct view *view)
{
	if (view->whys == 0) {
		view_say(view, "w has not been asked: there is nowhere to go back to");
		return;
	}
	view_move_done(view, replay_seek(view->replay, view->asked_from[--view->whys]), "");
}

void view_define(struct view *view)
{
	view->card = NULL;
	view->term++;
	/* The story pane goes back to none behind the last. */
	view_set_focus(view, PANE_STORY);
}

void view_show_card(struct view *view, const struct glossary_word *word)
{
	view->card = word;
	view->term = 0;
	view_set_focus(view, PANE_STORY);
}

void view_toggle_predict(struct view *view)
{
	struct predict *predict = &view->predict;

	predict->on = !predict->on;
	predict->asking = false;
	if (predict->on) {
		predict->right = predict->asked = 0;
		view_say(view, "before each switch you are asked who runs next");
	} else {
		view_say(view, "no more questions: %u of %u were right", predict->right,
			 predict->asked);
	}
}

/* The first switch behind the position, 0: there is none up to `target`. */
static uint64_t learn_next_switch(struct view *view, uint64_t target, struct event *out)
{
	struct event_match match = {.query.kind = EVENT_tasklet_switch};
	const struct event *found;
	uint64_t from = replay_position(view->replay) + 1;

	if (target == from) {
		/* A step asks nothing of far away events. */
		if (replay_peek(view->replay, from, out) <= 0)
			return 0;
		return out->kind == EVENT_tasklet_switch ? from : 0;
	}
	if (event_match_find(replay_events(view->replay), &match, from, 1, &found) <= 0)
		return 0;
	*out = *found;
	return target == 0 || out->seq <= target ? out->seq : 0;
}

bool view_predict_first(struct view *view, uint64_t target)
{
	struct event event;
	uint64_t seq;

	if (!view->predict.on)
		return false;
	seq = learn_next_switch(view, target, &event);
	if (seq == 0)
		return false;
	view_move_done(view, replay_seek(view->replay, seq - 1) < 0 ? -1 : 1, "");
	return predict_ask(&view->predict, view->scene.state, &event);
}

void view_predict_key(struct view *view, uint32_t key)
{
	struct predict *predict = &view->predict;
	char label[LEARN_LABEL];
	bool right;

	if (key == KEYS_ESC) {
		predict->asking = false;
		return;
	}
	if (key < '1' || key >= (uint32_t)('1' + predict->choices)) {
		view_say(view, "press the number of the one who runs next; Esc asks no more of it");
		return;
	}
	right = predict_answer(predict, (int)(key - '0'));
	view_move_done(view, replay_seek(view->replay, predict->seq), "");
	scene_tasklet_label(label, sizeof(label), &view->scene, predict->answer);
	view_say(view, "%s: %s runs. %u of %u right", right ? "Right" : "No", label, predict->right,
		 predict->asked);
}
