/* SPDX-License-Identifier: MIT */
/*
 * command_trace.c - open a trace, for all reading commands.
 */
#include "command_trace.h"

#include <errno.h>

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
