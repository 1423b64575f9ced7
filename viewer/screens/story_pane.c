/* SPDX-License-Identifier: MIT */
/*
 * story_pane.c - what happened, in a sentence, and why.
 */
#include <inttypes.h>
#include <stdio.h>

#include "model/explain.h"
#include "model/mark.h"
#include "pane.h"

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

static void story_draw(struct view *view, struct view_pane *pane, struct canvas *canvas)
{
	const struct event *event = view->scene.event;
	char sentence[EXPLAIN_MAX], text[MARK_TEXT_MAX];
	int row;

	pane->rows = canvas->rows;
	if (!event) {
		story_draw_nothing(view, canvas);
		return;
	}
	explain_event(sentence, sizeof(sentence), view->scene.state, view->scene.dictionary, event,
		      mark_text(text, sizeof(text), view->replay, event));
	row = canvas_wrap(canvas, 0, 0, canvas->rows, canvas->columns, ROLE_PLAIN, sentence);
	if (view->why && row < canvas->rows) {
		explain_why(sentence, sizeof(sentence), view->scene.state, view->scene.dictionary,
			    event);
		row += canvas_wrap(canvas, row, 0, canvas->rows - row, canvas->columns, ROLE_DIM,
				   sentence);
	}
	if (state_oddities(view->scene.state) && row < canvas->rows)
		canvas_format(canvas, row, 0, canvas->columns, ROLE_WARNING,
			      "So far %" PRIu64 " things did not fit together: events are missing.",
			      state_oddities(view->scene.state));
}

const struct pane_ops story_pane = {
	.name = "what happened",
	.help = "The event at the position in a sentence, made from the recorded numbers; with w "
		"also the rule behind it.",
	.title = story_title,
	.draw = story_draw,
};
