/* SPDX-License-Identifier: MIT */
/*
 * survey.h - where in a trace the events lie that pass some filters: looked up little by little,
 * while nothing else is to be done, for the time bar.
 */
#ifndef GREENROOM_SURVEY_H
#define GREENROOM_SURVEY_H

#include <stdbool.h>
#include <stdint.h>

#include "finder.h"

enum { SURVEY_BINS = 1024, SURVEY_FILTERS = 16 };

struct survey {
	struct replay *replay;                 /* its own, made when it is first needed */
	struct filter *filter[SURVEY_FILTERS]; /* borrowed */
	struct finder finder;
	uint64_t events;              /* of the trace when it began */
	uint64_t found;               /* events that pass, so far */
	uint8_t hit[SURVEY_BINS / 8]; /* a bit a bin: some event there passes */
	bool running;
};

void survey_term(struct survey *survey);

/* Begins anew; without filters there is nothing to look for. 0 or -ENOMEM. */
int survey_begin(struct survey *survey, struct event_source *source, struct filter *const *filters,
		 int count);
/* Looks at so many further events (see finder_go_on). */
void survey_go_on(struct survey *survey, uint64_t events);

/* Whether a hit lies in a part of the trace, [from, to) of `parts`. */
bool survey_hits(const struct survey *survey, int from, int to, int parts);
/* The same of the events from `first` to `last`, as exactly as bins are fine. */
bool survey_hits_events(const struct survey *survey, uint64_t first, uint64_t last);
/* How much has been looked at, in percent. */
int survey_percent(const struct survey *survey);

#endif
