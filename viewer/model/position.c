/* SPDX-License-Identifier: MIT */
/*
 * position.c - places in a trace, as people write them.
 */
#include "position.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "event_cache.h"
#include "replay.h"

static const struct {
	const char *name;
	double ns;
} units[] = {{"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}};

/* How many nanoseconds the unit has, 0: no such unit. */
static double unit_ns(const char *name)
{
	while (*name == ' ')
		name++;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(units[i].name, name) == 0)
			return units[i].ns;
	return 0;
}

static int not_understood(const char *word, struct error *error)
{
	return error_set(error, -EINVAL, EXIT_USAGE,
			 "'%s' is no position; write #1234, +1.5ms, 50%%, T7, T7 first run, C2, "
			 "start or end",
			 word);
}

static bool is_first_run(const struct event *event, void *context)
{
	uint32_t tasklet = *(const uint32_t *)context;

	return (event->kind == EVENT_tasklet_switch &&
		event_unpack_tasklet_switch(event).next == tasklet) ||
	       (event->kind == EVENT_thread_start &&
		event_unpack_thread_start(event).main == tasklet);
}

/* The first event of the trace that matches: 1 and its number, 0, or negative errno. */
static int first_match(struct event_source *source, const struct replay_match *match, uint64_t *seq)
{
	struct event_cache *cache = event_cache_create(source);
	const struct event *event;
	uint64_t at = 1;
	int result;

	if (!cache)
		return -ENOMEM;
	while ((result = event_cache_find(cache, at, 1, &event)) > 0) {
		at = event->seq + 1;
		if (!replay_matches(match, event))
			continue;
		*seq = event->seq;
		break;
	}
	event_cache_destroy(cache);
	return result;
}

/* "T7", "T7 first run" and "C2". */
static int find_object(struct event_source *source, const char *word, uint64_t *seq,
		       struct error *error)
{
	bool is_tasklet = toupper((unsigned char)word[0]) == 'T';
	struct replay_match match = {.kind = 0};
	char *end;
	unsigned long id = isdigit((unsigned char)word[1]) ? strtoul(word + 1, &end, 10) : 0;
	uint32_t tasklet = (uint32_t)id;
	int result;

	if (id == 0 || id > UINT32_MAX)
		return not_understood(word, error);
	if (is_tasklet && strcmp(end, " first run") == 0) {
		match.test = is_first_run;
		match.context = &tasklet;
	} else if (*end) {
		return not_understood(word, error);
	} else if (is_tasklet) {
		match.tasklet = tasklet;
	} else {
		match.channel = tasklet;
	}
	result = first_match(source, &match, seq);
	if (result == 0)
		return error_set(error, -ENOENT, EXIT_USAGE,
				 match.test ? "%c%lu never ran" : "there is no %c%lu in the trace",
				 toupper((unsigned char)word[0]), id);
	if (result < 0)
		return error_set(error, result, EXIT_BAD_TRACE, "the trace cannot be read");
	return 0;
}

static int find_time(struct event_source *source, double ns, uint64_t *seq, struct error *error)
{
	struct event_source_info info;
	int result;

	source->ops->info(source, &info);
	*seq = info.events;
	if (ns >= (double)info.duration_ns)
		return 0;
	result = source->ops->seek_time(source, (uint64_t)ns, seq);
	if (result < 0)
		return error_set(error, result, EXIT_BAD_TRACE, "the trace cannot be read");
	return 0;
}

/* Digits, a point, digits: strtod would take hexadecimal numbers and "infinity" too. */
static double read_number(const char *word, const char **end)
{
	size_t length = strspn(word, "0123456789.");
	char digits[64], *stop;
	double value;

	if (length == 0 || length >= sizeof(digits))
		return -1;
	memcpy(digits, word, length);
	digits[length] = '\0';
	value = strtod(digits, &stop);
	*end = word + length;
	return *stop || !isfinite(value) ? -1 : value;
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
	if (strchr("TtCc", word[0]) && word[0])
		return find_object(source, word, seq, error);
	value = read_number(word + (*word == '#' || *word == '+'), &end);
	if (value < 0)
		return not_understood(word, error);
	if (*word == '+' && !*end)
		return find_time(source, value * 1e9, seq, error);
	if (*word != '+' && (!*end || strcmp(end, "%") == 0)) {
		double event = *end ? value / 100 * (double)info.events : value;

		if (*word == '#' && *end)
			return not_understood(word, error);
		*seq = event < (double)info.events ? (uint64_t)event : info.events;
		return 0;
	}
	if (*word == '#' || !unit_ns(end))
		return not_understood(word, error);
	return find_time(source, value * unit_ns(end), seq, error);
}
