/* SPDX-License-Identifier: MIT */
/*
 * search.c - walking through the sentences.
 */
#include "search.h"

#include <stdio.h>
#include <string.h>

#include "model/explain.h"
#include "model/mark.h"

void search_start(struct search *search, const char *words, uint64_t from, int direction,
		  bool inclusive)
{
	if (words != search->words)
		snprintf(search->words, sizeof(search->words), "%s", words);
	search->from = search->at = from;
	search->direction = *search->words ? direction : 0;
	search->inclusive = inclusive;
}

void search_stop(struct search *search)
{
	search->direction = 0;
}

bool search_matches(const struct search *search, const char *text, size_t *offset)
{
	const char *hit = *search->words ? strcasestr(text, search->words) : NULL;

	if (hit && offset)
		*offset = (size_t)(hit - text);
	return hit != NULL;
}

static bool search_here(const struct search *search, struct replay *scout,
			const struct dictionary *dictionary)
{
	const struct event *event = replay_event(scout);
	char sentence[EXPLAIN_MAX], text[MARK_TEXT_MAX];

	if (!event)
		return false;
	explain_event(sentence, sizeof(sentence), replay_state(scout), dictionary, event,
		      mark_text(text, sizeof(text), scout, event));
	return search_matches(search, sentence, NULL);
}

enum search_result search_go_on(struct search *search, struct replay *scout,
				const struct dictionary *dictionary, uint64_t events)
{
	if (replay_position(scout) != search->at && replay_seek(scout, search->at) < 0) {
		search->direction = 0;
		return SEARCH_NOTHING;
	}
	for (uint64_t i = 0; i < events; i++) {
		int moved = 1;

		if (search->inclusive)
			search->inclusive = false;
		else if (search->direction > 0)
			moved = replay_step(scout);
		else
			moved = replay_step_back(scout);
		search->at = replay_position(scout);
		if (moved <= 0 || (search->at == 0 && search->direction < 0)) {
			search->direction = 0;
			return SEARCH_NOTHING;
		}
		if (search_here(search, scout, dictionary)) {
			search->direction = 0;
			return SEARCH_FOUND;
		}
	}
	return SEARCH_GOES_ON;
}
