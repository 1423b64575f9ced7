/* SPDX-License-Identifier: MIT */
/*
 * search.c - words and breakpoints that are looked for.
 */
#include "search.h"

#include <errno.h>
#include <string.h>

void search_term(struct search *search)
{
	filter_destroy(search->words);
	search_remove_breakpoint(search, 0);
	*search = (struct search){.words = NULL};
}

int search_set_words(struct search *search, const char *words, struct error *error)
{
	struct filter *filter = NULL;
	int result = *words ? filter_create(&filter, words, error) : 0;

	search->running = false;
	filter_destroy(search->words);
	search->words = filter;
	return result;
}

int search_add_breakpoint(struct search *search, const char *words, struct error *error)
{
	int result;

	if (search->breakpoints == SEARCH_BREAKPOINTS)
		return error_set(error, -ENOSPC, EXIT_USAGE,
				 "there are %d breakpoints already: unbreak takes one away",
				 SEARCH_BREAKPOINTS);
	result = filter_create(&search->breakpoint[search->breakpoints], words, error);
	if (result < 0)
		return result;
	return ++search->breakpoints;
}

bool search_remove_breakpoint(struct search *search, int number)
{
	int first = number ? number - 1 : 0, last = number ? number : search->breakpoints;
	int count = last - first;

	if (number < 0 || last > search->breakpoints || count == 0)
		return false;
	search->running = false;
	for (int i = first; i < last; i++)
		filter_destroy(search->breakpoint[i]);
	memmove(search->breakpoint + first, search->breakpoint + last,
		(size_t)(search->breakpoints - last) * sizeof(search->breakpoint[0]));
	search->breakpoints -= count;
	return true;
}

void search_start(struct search *search, enum search_goal goal, uint64_t from, int direction,
		  bool inclusive)
{
	search->from = from;
	search->goal = goal;
	search->finder =
		(struct finder){.direction = direction, .at = from, .inclusive = inclusive};
	switch (goal) {
	case SEARCH_FOR_WORDS:
		search->finder.filters = &search->words;
		search->finder.count = search->words != NULL;
		break;
	case SEARCH_FOR_BREAKPOINT:
		search->finder.filters = search->breakpoint;
		search->finder.count = search->breakpoints;
		break;
	case SEARCH_FOR_LISTED:
		search->finder.filters = &search->listed;
		search->finder.count = search->listed != NULL;
		break;
	}
	search->running = search->finder.count > 0;
}

void search_stop(struct search *search)
{
	search->running = false;
}

enum finder_result search_go_on(struct search *search, struct replay *scout, uint64_t events)
{
	enum finder_result result = finder_go_on(&search->finder, scout, events);

	search->running = result == FINDER_GOES_ON;
	return result;
}
