/* SPDX-License-Identifier: MIT */
/*
 * story_pane.c - what happened, in a sentence, and why.
 */
#include <inttypes.h>
#include <stdio.h>

#include "model/cause.h"
#include "model/explain.h"
#include "model/glossary.h"
#include "model/mark.h"
#include "model/stack_text.h"
#include "pane.h"
#include "view_request.h"

static void story_title(struct view *view, char *out, size_t size)
{
	const struct event_description *description =
		view->scene.event ? event_describe(view->scene.event->kind) : NULL;

	if (description)
		snprintf(out, size, "what happened (%s)", description->name);
	else
		snprintf(out, size, "what happened");
}

/* At position 0, and where the file is damaged. */
static void story_draw_nothing(struct view *view, struct canvas *canvas)
{
	char text[256];

	if (view->info.events == 0)
		snprintf(text, sizeof(text), "This trace holds no events.");
	else if (replay_position(view->replay) == 0)
		snprintf(text, sizeof(text),
			 "Nothing has happened yet: %" PRIu64
			 " events are to come. The right arrow "
			 "goes to the first of them, ? shows what else you can do.",
			 view->info.events);
	else
		snprintf(text, sizeof(text),
			 "This part of the file is damaged: what happened here "
			 "is not known.");
	canvas_wrap(canvas, 0, 0, canvas->rows, canvas->columns, ROLE_DIM, text);
}

/* Draws a text in the rows from `row` on, if there are any; returns the row below it. */
static int story_draw_text(struct canvas *canvas, int row, enum role role, const char *text)
{
	if (row >= canvas->rows || *text == '\0')
		return row;
	return row + canvas_wrap(canvas, row, 0, canvas->rows - row, canvas->columns, role, text);
}

/* The rule, and the cause. */
static int story_draw_more(struct view *view, struct canvas *canvas, int row)
{
	const struct event *event = view->scene.event;
	char sentence[EXPLAIN_MAX], shown[KEYS_SHOWN_MAX];
	uint64_t cause;

	explain_why(sentence, sizeof(sentence), view->scene.state, view->scene.dictionary, event);
	row = story_draw_text(canvas, row, ROLE_DIM, sentence);
	if (cause_find(replay_events(view->replay), event, &cause) <= 0)
		return row;
	snprintf(sentence, sizeof(sentence), "The cause: #%" PRIu64 " (%s goes there).", cause,
		 keys_shown(shown, &view->keys, REQUEST_WHY));
	return story_draw_text(canvas, row, ROLE_DIM, sentence);
}

/* The card of a word in the sentence: the n-th, or none behind the last. */
static int story_draw_card(struct view *view, struct canvas *canvas, int row, const char *sentence)
{
	const struct glossary_word *word = view->card;
	const char *start = sentence;
	size_t length = 0;
	char card[EXPLAIN_MAX];

	for (int n = 0; n < view->term; n++) {
		word = glossary_in(start + length, &start, &length);
		if (!word) {
			view->term = 0;
			return row;
		}
	}
	if (!word)
		return row;
	snprintf(card, sizeof(card), "%s: %s", word->word, word->definition);
	return story_draw_text(canvas, row, ROLE_HIT, card);
}

static void story_draw_question(const struct view *view, struct canvas *canvas)
{
	const struct predict *predict = &view->predict;
	int row = canvas_text(canvas, 0, 0, canvas->columns, ROLE_HIGHLIGHT, "Who runs next?") > 0;

	for (int i = 0; i < predict->choices; i++) {
		char label[128], line[144];

		scene_tasklet_label(label, sizeof(label), &view->scene, predict->choice[i]);
		snprintf(line, sizeof(line), "%d  %s", i + 1, label);
		/* In two columns: the pane may be low. */
		canvas_text(canvas, row + i / 2, i % 2 * canvas->columns / 2,
			    canvas->columns / 2 - 1, ROLE_PLAIN, line);
	}
	canvas_format(canvas, row + 2, 0, canvas->columns, ROLE_DIM, "(%u of %u right so far)",
		      predict->right, predict->asked);
}

/* Where the tasklet that the event is about stands, if that was recorded. */
static int story_draw_stack(struct view *view, struct canvas *canvas, int row)
{
	uint32_t tasklet = scene_tasklet(&view->scene);
	uint32_t stack = stack_find(replay_events(view->replay), tasklet, view->scene.event->seq);
	char label[128], names[STACK_NAME_MAX], line[sizeof(label) + sizeof(names) + 16];

	if (!stack || view->scene.event->kind == EVENT_tasklet_stack)
		return row;
	scene_tasklet_label(label, sizeof(label), &view->scene, tasklet);
	snprintf(line, sizeof(line), "%s stands in %s.", label,
		 stack_text(names, sizeof(names), view->scene.dictionary, stack));
	return story_draw_text(canvas, row, ROLE_DIM, line);
}

static void story_draw(struct view *view, struct view_pane *pane, struct canvas *canvas)
{
	const struct event *event = view->scene.event;
	char sentence[EXPLAIN_MAX], text[MARK_TEXT_MAX];
	int row;

	pane->rows = canvas->rows;
	if (view->predict.asking) {
		story_draw_question(view, canvas);
		return;
	}
	if (!event) {
		story_draw_nothing(view, canvas);
		story_draw_card(view, canvas, 2, "");
		return;
	}
	explain_event(sentence, sizeof(sentence), view->scene.state, view->scene.dictionary, event,
		      mark_text(text, sizeof(text), view->replay, event));
	row = story_draw_text(canvas, 0, ROLE_PLAIN, sentence);
	row = story_draw_stack(view, canvas, row);
	if (view->term || view->card)
		row = story_draw_card(view, canvas, row, sentence);
	if (view->more)
		row = story_draw_more(view, canvas, row);
	if (state_oddities(view->scene.state) && row < canvas->rows)
		canvas_format(canvas, row, 0, canvas->columns, ROLE_WARNING,
			      "So far %" PRIu64 " things did not fit together: events are missing.",
			      state_oddities(view->scene.state));
}

static void story_click(struct view *view, struct view_pane *pane, int row, int column)
{
	(void)pane;
	(void)row;
	(void)column;
	view_define(view);
}

const struct pane_ops story_pane = {
	.name = "what happened",
	.help = "The event at the position in a sentence, made from the recorded numbers; with e "
		"also the rule behind it and its cause, to which w goes. d, or a click, tells what "
		"the words mean, one after the other.",
	.title = story_title,
	.draw = story_draw,
	.click = story_click,
};
