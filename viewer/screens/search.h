/* SPDX-License-Identifier: MIT */
/*
 * search.h - what somebody is looking for at the moment: words after /, or the next breakpoint.
 *
 * Breakpoints are filters at which moving stops; they are numbered from 1.
 */
#ifndef GREENROOM_SEARCH_H
#define GREENROOM_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "event_source.h"
#include "model/filter.h"
#include "model/finder.h"

enum { SEARCH_BREAKPOINTS = 9 };

/* What is being looked for. */
enum search_goal { SEARCH_FOR_WORDS, SEARCH_FOR_BREAKPOINT, SEARCH_FOR_LISTED };

struct search {
	struct filter *words; /* after /; NULL: none */
	struct filter *breakpoint[SEARCH_BREAKPOINTS];
	int breakpoints;
	struct filter *listed; /* what the lists show; borrowed, NULL: everything */
	struct finder finder;
	bool running;
	enum search_goal goal;
	uint64_t from; /* where it started */
};

void search_term(struct search *search);

/* What is looked for from now on; "" for nothing. 0, or -EINVAL with a sentence. */
int search_set_words(struct search *search, const char *words, struct error *error);

/* Adds a breakpoint: its number, or negative errno with a sentence. */
int search_add_breakpoint(struct search *search, const char *words, struct error *error);
/* Removes one, or all of them (0): whether there was one. */
bool search_remove_breakpoint(struct search *search, int number);

/* Starts from an event; `inclusive` when it may itself be the hit. Nothing runs when there is nothing
 * to look for. */
void search_start(struct search *search, enum search_goal goal, uint64_t from, int direction,
		  bool inclusive);
void search_stop(struct search *search);

/* Looks at up to `events` further events. Found: search->finder.at is the event. */
enum finder_result search_go_on(struct search *search, struct replay *scout, uint64_t events);

#endif
