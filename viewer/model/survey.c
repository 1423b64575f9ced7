/* SPDX-License-Identifier: MIT */
/*
 * survey.c - where in a trace the events lie that pass some filters.
 */
#include "survey.h"

#include <string.h>

void survey_term(struct survey *survey)
{
	replay_destroy(survey->replay);
	survey->replay = NULL;
	survey->running = false;
}

int survey_begin(struct survey *survey, struct event_source *source, struct filter *const *filters,
		 int count)
{
	struct event_source_info info;

	survey->running = false;
	survey->found = 0;
	survey->finder = (struct finder){.filters = survey->filter, .direction = 1};
	memset(survey->hit, 0, sizeof(survey->hit));
	for (int i = 0; i < count && survey->finder.count < SURVEY_FILTERS; i++)
		if (filters[i])
			survey->filter[survey->finder.count++] = filters[i];
	if (survey->finder.count == 0)
		return 0;
	if (!survey->replay) {
		int result = replay_create(&survey->replay, source);

		if (result < 0)
			return result;
	}
	source->ops->info(source, &info);
	survey->events = info.events;
	survey->running = true;
	return 0;
}

/* The bin of an event; bins are as wide as it takes for the last event to be in the last. */
static int survey_bin(const struct survey *survey, uint64_t seq)
{
	uint64_t bin = (uint64_t)((double)(seq - 1) / (double)survey->events * SURVEY_BINS);

	return bin < SURVEY_BINS ? (int)bin : SURVEY_BINS - 1;
}

void survey_go_on(struct survey *survey, uint64_t events)
{
	while (survey->running && events-- > 0) {
		enum finder_result result = finder_go_on(&survey->finder, survey->replay, 1);

		if (result == FINDER_FOUND) {
			int bin = survey_bin(survey, survey->finder.at);

			survey->hit[bin / 8] |= (uint8_t)(1 << bin % 8);
			survey->found++;
		}
		survey->running = result != FINDER_NOTHING;
	}
}

bool survey_hits(const struct survey *survey, int from, int to, int parts)
{
	if (parts <= 0 || survey->finder.count == 0)
		return false;
	for (int bin = from * SURVEY_BINS / parts; bin < to * SURVEY_BINS / parts; bin++)
		if (survey->hit[bin / 8] & 1 << bin % 8)
			return true;
	return false;
}

bool survey_hits_events(const struct survey *survey, uint64_t first, uint64_t last)
{
	if (survey->finder.count == 0 || first == 0 || last < first || first > survey->events)
		return false;
	for (int bin = survey_bin(survey, first); bin <= survey_bin(survey, last); bin++)
		if (survey->hit[bin / 8] & 1 << bin % 8)
			return true;
	return false;
}

int survey_percent(const struct survey *survey)
{
	if (!survey->running)
		return 100;
	return (int)((double)survey->finder.at / (double)survey->events * 100);
}
