/* SPDX-License-Identifier: MIT */
/*
 * position.c - places in a trace, as people write them.
 */
#include "position.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "event_match.h"
#include "explain.h"
#include "mark.h"
#include "quantity.h"

static int not_understood(const char *word, struct error *error)
{
	return error_set(error, -EINVAL, EXIT_USAGE,
			 "'%s' is no position; write #1234, +1.5ms, 50%%, T7, T7 first run, C2, "
			 "@mark, start or end",
			 word);
}

static bool is_run(const struct event *event, void *context)
{
	uint32_t tasklet = *(const uint32_t *)context;

	return (event->kind == EVENT_tasklet_switch &&
		event_unpack_tasklet_switch(event).next == tasklet) ||
	       (event->kind == EVENT_thread_start &&
		event_unpack_thread_start(event).main == tasklet);
}

static bool is_end(const struct event *event, void *context)
{
	return event->kind == EVENT_tasklet_end &&
	       event_unpack_tasklet_end(event).tasklet == *(const uint32_t *)context;
}

static int unreadable(int result, struct error *error)
{
	return error_set(error, result, EXIT_BAD_TRACE, "the trace cannot be read");
}

/* The first event of the trace that matches (direction +1), or the last one: 1 and its number, 0, or
 * negative errno. */
static int find_match(struct event_source *source, const struct event_match *match, int direction,
		      uint64_t *seq)
{
	struct event_cache *cache = event_cache_create(source);
	struct event_source_info info;
	const struct event *event;
	int result;

	if (!cache)
		return -ENOMEM;
	source->ops->info(source, &info);
	result = event_match_find(cache, match, direction > 0 ? 1 : info.events, direction, &event);
	if (result > 0)
		*seq = event->seq;
	event_cache_destroy(cache);
	return result;
}

/* What may follow "T7". */
static const struct {
	const char *words;
	int direction;
	bool (*test)(const struct event *event, void *context);
	const char *never;
} moments[] = {
	{"", 1, NULL, "there is no T%" PRIu32 " in the trace"},
	{" first run", 1, is_run, "T%" PRIu32 " never ran"},
	{" last run", -1, is_run, "T%" PRIu32 " never ran"},
	{" end", 1, is_end, "T%" PRIu32 " did not end"},
};

static int find_tasklet(struct event_source *source, const char *word, uint32_t id,
			const char *moment, uint64_t *seq, struct error *error)
{
	struct event_match match = {.query.tasklet = id, .context = &id};

	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		int result;

		if (strcmp(moments[i].words, moment) != 0)
			continue;
		match.test = moments[i].test;
		result = find_match(source, &match, moments[i].direction, seq);
		if (result == 0)
			return error_set(error, -ENOENT, EXIT_USAGE, moments[i].never, id);
		return result < 0 ? unreadable(result, error) : 0;
	}
	return not_understood(word, error);
}

/* "T7", "T7 first run" and "C2". */
static int find_object(struct event_source *source, const char *word, uint64_t *seq,
		       struct error *error)
{
	struct event_match match = {.test = NULL};
	char *end = NULL;
	unsigned long id = isdigit((unsigned char)word[1]) ? strtoul(word + 1, &end, 10) : 0;
	int result;

	if (id == 0 || id > UINT32_MAX)
		return not_understood(word, error);
	if (toupper((unsigned char)word[0]) == 'T')
		return find_tasklet(source, word, (uint32_t)id, end, seq, error);
	if (*end)
		return not_understood(word, error);
	match.query.channel = (uint32_t)id;
	result = find_match(source, &match, 1, seq);
	if (result == 0)
		return error_set(error, -ENOENT, EXIT_USAGE, "there is no C%lu in the trace", id);
	return result < 0 ? unreadable(result, error) : 0;
}

/* "@half done": the program's own words. */
static int find_mark(struct event_source *source, const char *words, uint64_t *seq,
		     struct error *error)
{
	struct event_match match = {.query.kind = EVENT_trace_mark};
	struct event_cache *cache = event_cache_create(source);
	char text[MARK_TEXT_MAX];
	const struct event *event;
	int result = cache ? 1 : -ENOMEM;

	for (uint64_t at = 1; result > 0; at++) {
		struct event mark;

		result = event_match_find(cache, &match, at, 1, &event);
		if (result <= 0)
			break;
		mark = *event;
		at = mark.seq;
		mark_read(text, sizeof(text), cache, &mark);
		if (strcasestr(text, words)) {
			*seq = mark.seq;
			break;
		}
	}
	event_cache_destroy(cache);
	if (result == 0)
		return error_set(error, -ENOENT, EXIT_USAGE, "there is no mark '%s'", words);
	return result < 0 ? unreadable(result, error) : 0;
}

/* Says how far the trace reaches. */
static int past_the_end(struct event_source *source, const char *word, struct error *error)
{
	struct event_source_info info;
	char duration[64];

	source->ops->info(source, &info);
	if (!info.events)
		return error_set(error, -ERANGE, EXIT_USAGE,
				 "'%s' is past the end: there are no events", word);
	explain_duration(duration, sizeof(duration), info.duration_ns);
	return error_set(error, -ERANGE, EXIT_USAGE,
			 "'%s' is past the end: event %" PRIu64 ", after %s, is the last", word,
			 info.events, duration);
}

static int find_time(struct event_source *source, const char *word, double ns, uint64_t *seq,
		     struct error *error)
{
	struct event_source_info info;
	int result;

	source->ops->info(source, &info);
	if (ns > (double)info.duration_ns)
		return past_the_end(source, word, error);
	result = source->ops->seek_time(source, (uint64_t)ns, seq);
	return result < 0 ? unreadable(result, error) : 0;
}

int position_find(struct event_source *source, const char *word, uint64_t *seq, struct error *error)
{
	struct event_source_info info;
	const char *end;
	double value;

	source->ops->info(source, &info);
	if (strcmp(word, "start") == 0 || strcmp(word, "end") == 0) {
		*seq = word[0] == 's' ? 0 : info.events;
		return 0;
	}
	if (word[0] && strchr("TtCc", word[0]))
		return find_object(source, word, seq, error);
	if (word[0] == '@' && word[1])
		return find_mark(source, word + 1, seq, error);
	value = quantity_number(word + (*word == '#' || *word == '+'), &end);
	if (value < 0)
		return not_understood(word, error);
	if (*word == '+' && !*end)
		return find_time(source, word, value * 1e9, seq, error);
	if (*word != '+' && (!*end || strcmp(end, "%") == 0)) {
		double event = *end ? value / 100 * (double)info.events : value;

		if (*word == '#' && *end)
			return not_understood(word, error);
		if (event > (double)info.events)
			return past_the_end(source, word, error);
		*seq = (uint64_t)event;
		return 0;
	}
	if (*word == '#' || !quantity_unit_ns(end))
		return not_understood(word, error);
	return find_time(source, word, value * quantity_unit_ns(end), seq, error);
}
