/* SPDX-License-Identifier: MIT */
/*
 * search.h - finding words in what happened.
 *
 * Searches sentences, which hold the names and places, regardless of case. A scout walks through
 * the trace a stretch at a time, so that a key pressed in the middle of a long search is heard.
 */
#ifndef GREENROOM_SEARCH_H
#define GREENROOM_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "event_source.h"
#include "model/replay.h"

struct search {
	char words[256]; /* "" for none */
	uint64_t at;     /* the event the scout looked at last */
	uint64_t from;   /* where it started */
	int direction;   /* +1, -1; 0: not searching */
	bool inclusive;  /* the event at `from` counts too */
};

enum search_result { SEARCH_GOES_ON, SEARCH_FOUND, SEARCH_NOTHING };

/* Starts from an event; `inclusive` when it may itself be the hit. */
void search_start(struct search *search, const char *words, uint64_t from, int direction,
		  bool inclusive);
void search_stop(struct search *search);

/* Looks at up to `events` further events. Found: search->at is the event. */
enum search_result search_go_on(struct search *search, struct replay *scout,
				const struct dictionary *dictionary, uint64_t events);

/* Whether the words are in a text; *offset says where (in bytes). */
bool search_matches(const struct search *search, const char *text, size_t *offset);

#endif
