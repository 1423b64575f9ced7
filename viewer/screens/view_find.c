/* SPDX-License-Identifier: MIT */
/*
 * view_find.c - words, breakpoints and filters: what the viewer looks for, and what it does when it is
 * found.
 */
#include <stdio.h>
#include <string.h>

#include "live.h"
#include "view_request.h"

enum { FIND_EVENTS = 4096 }; /* looked at before the next key is heard */

void view_survey(struct view *view)
{
	struct filter *filters[SEARCH_BREAKPOINTS + 1];
	int count = 0;

	if (view->filter) {
		filters[count++] = view->filter;
	} else {
		if (view->search.words)
			filters[count++] = view->search.words;
		for (int i = 0; i < view->search.breakpoints; i++)
			filters[count++] = view->search.breakpoint[i];
	}
	if (survey_begin(&view->survey, view->source, filters, count) < 0)
		view_say(view, "out of memory");
}

void view_say_breakpoint(struct view *view)
{
	int which = view->search.finder.which;

	view_say(view, "breakpoint %d: %s", which + 1,
		 filter_words(view->search.breakpoint[which]));
}

static const char *find_direction(const struct view *view)
{
	return view->search.finder.direction > 0 ? "after this" : "before this";
}

static void find_hit(struct view *view)
{
	replay_seek(view->replay, view->search.finder.at);
	view_moved(view);
	view->message[0] = '\0';
	if (view->search.goal == SEARCH_FOR_BREAKPOINT)
		view_say_breakpoint(view);
}

static void find_nothing(struct view *view)
{
	if (replay_position(view->replay) != view->search.from) {
		replay_seek(view->replay, view->search.from);
		view_moved(view);
	}
	if (view->search.goal == SEARCH_FOR_BREAKPOINT)
		view_say(view, "no breakpoint %s", find_direction(view));
	else if (view->search.goal == SEARCH_FOR_LISTED)
		view_say(view, "nothing that passes the filter %s", find_direction(view));
	else
		view_say(view, "\"%s\" is not to be found %s", filter_words(view->search.words),
			 view->prompt.label ? "from here on" : find_direction(view));
}

void view_find_on(struct view *view)
{
	if (!view->search.running)
		return;
	switch (search_go_on(&view->search, view->scout, FIND_EVENTS)) {
	case FINDER_FOUND:
		find_hit(view);
		break;
	case FINDER_NOTHING:
		find_nothing(view);
		break;
	case FINDER_GOES_ON:
		if (view->search.goal != SEARCH_FOR_WORDS)
			view_say(view, "looking on ... (Esc stops)");
		else
			view_say(view, "looking for \"%s\" ... (Esc stops)",
				 filter_words(view->search.words));
		break;
	}
}

void view_find_open(struct view *view)
{
	view->search.from = replay_position(view->replay);
}

/* While a term is being typed it cannot be understood yet: that is no fault. */
void view_find_typing(struct view *view)
{
	struct error error;

	if (search_set_words(&view->search, view->prompt.text, &error) < 0)
		view_say(view, "%s", error.text);
	view_survey(view);
	search_start(&view->search, SEARCH_FOR_WORDS, view->search.from, 1, true);
	view_find_on(view);
}

void view_find_typed(struct view *view)
{
	struct error error;

	if (view->prompt.text[0] == '\0')
		return;
	if (!view->search.words && search_set_words(&view->search, view->prompt.text, &error) < 0)
		view_say(view, "%s", error.text);
	view_survey(view);
	view_find_on(view);
}

void view_find_cancelled(struct view *view)
{
	replay_seek(view->replay, view->search.from);
	view_moved(view);
	search_set_words(&view->search, "", NULL);
	view_survey(view);
}

void view_find_again(struct view *view, int direction)
{
	if (!view->search.words) {
		view_say(view, "nothing to find yet: / asks for words");
		return;
	}
	search_start(&view->search, SEARCH_FOR_WORDS, replay_position(view->replay), direction,
		     false);
	view_find_on(view);
}

void view_find_breakpoint(struct view *view, int direction)
{
	if (view->search.breakpoints == 0) {
		view_say(view, "no breakpoint yet: b sets one");
		return;
	}
	player_stop(&view->player);
	search_start(&view->search, SEARCH_FOR_BREAKPOINT, replay_position(view->replay), direction,
		     false);
	view_find_on(view);
}

void view_find_listed(struct view *view, int direction)
{
	search_start(&view->search, SEARCH_FOR_LISTED, replay_position(view->replay), direction,
		     false);
	view_find_on(view);
}

int view_set_filter(struct view *view, const char *words)
{
	struct filter *filter = NULL;
	struct error error;
	int result = *words ? filter_create(&filter, words, &error) : 0;

	if (result < 0) {
		view_say(view, "%s", error.text);
		return result;
	}
	search_stop(&view->search);
	filter_destroy(view->filter);
	view->filter = view->search.listed = filter;
	if (live_is_shown(view))
		live_refresh(view);
	else
		view_survey(view);
	return 0;
}
