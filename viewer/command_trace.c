/* SPDX-License-Identifier: MIT */
/*
 * command_trace.c - opening traces and finding positions in them, for all reading commands.
 */
#include "command_trace.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "store.h"

static const char default_trace[] = "greenroom.db";

static void say_lost(const struct event_source_info *info)
{
	char lost[OUTPUT_NUMBER_MAX];

	if (!info->lost)
		return;
	fprintf(stderr,
		"greenroom: %s: %s events were lost while recording; read all counts as "
		"\"at least\"\n",
		info->title, output_number(lost, info->lost));
}

int command_open_trace(struct event_source **out, const char *path, struct error *error)
{
	struct event_source_info info;
	int result = store_open(out, path ? path : default_trace, error);

	if (result < 0) {
		if (!path && result == -ENOENT)
			return error_set(error, result, EXIT_IO,
					 "there is no %s here; name a trace, or make one: "
					 "greenroom record PROGRAM",
					 default_trace);
		return result;
	}
	(*out)->ops->info(*out, &info);
	say_lost(&info);
	return 0;
}

static const struct {
	const char *name;
	double ns;
} units[] = {{"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}};

/* How many nanoseconds the unit has, 0: no such unit. */
static double unit_ns(const char *name)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(units[i].name, name) == 0)
			return units[i].ns;
	}
	return 0;
}

int command_position(struct event_source *source, const char *word, uint64_t *seq,
		     struct error *error)
{
	struct event_source_info info;
	const char *number = word + (*word == '#' || *word == '+');
	char *end;
	double value = strtod(number, &end);

	source->ops->info(source, &info);
	if (end == number || !isfinite(value) || value < 0)
		return error_set(error, -EINVAL, EXIT_USAGE,
				 "'%s' is no position; write #1234, 1.5ms or 50%%", word);
	if (*word != '+' && (!*end || strcmp(end, "%") == 0)) {
		double event = *end ? value / 100 * (double)info.events : value;

		*seq = event < (double)info.events ? (uint64_t)event : info.events;
		return 0;
	}
	value *= unit_ns(end);
	if (*word == '#' || !*end || (value == 0 && !unit_ns(end)))
		return error_set(error, -EINVAL, EXIT_USAGE,
				 "'%s' is no time; its unit is one of ns, us, ms, s, m", word);
	if (value >= (double)info.duration_ns) {
		*seq = info.events;
		return 0;
	}
	return source->ops->seek_time(source, (uint64_t)value, seq);
}
