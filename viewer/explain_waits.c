/* SPDX-License-Identifier: MIT */
/*
 * explain_waits.c - who waits for whom at a moment of a trace, printed as a tree.
 */
#include "explain_waits.h"

#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <stdio.h>
#include <string.h>

#include "model/explain.h"
#include "model/glyph.h"
#include "model/position.h"
#include "model/replay.h"
#include "model/wait_scene.h"
#include "output.h"
#include "pager.h"
#include "progress.h"

enum { WAITS_ROWS = 100000, WAITS_EVENTS = 1 << 20 };

/* In the signs that the locale has. */
static void print_text(const char *text)
{
	bool ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	uint32_t symbol;

	if (!ascii) {
		fputs(text, stdout);
		return;
	}
	while ((symbol = text_next(&text)))
		putchar(glyph_twin(symbol));
}

static void print_row(const struct wait_scene *waits, const struct scene *scene,
		      const struct wait_row *row)
{
	char prefix[WAIT_PREFIX_BYTES], text[EXPLAIN_MAX];

	wait_tree_prefix(prefix, row);
	print_text(prefix);
	wait_scene_row(text, sizeof(text), waits, scene, row, false);
	print_text(text);
	putchar('\n');
}

static int print_waits(struct replay *replay, const struct wait_users *users)
{
	struct scene scene = {.state = replay_state(replay),
			      .dictionary = replay_source(replay)->dictionary,
			      .event = replay_event(replay)};
	struct wait_scene waits;
	char time[64];
	int result = wait_scene_make(&waits, &scene, users, true, WAITS_ROWS);

	if (result < 0)
		return result;
	explain_time(time, sizeof(time), state_time_ns(scene.state));
	printf("#%" PRIu64 " %s\n", replay_position(replay), time);
	for (uint32_t i = 0; i < waits.tree.rows && !output_is_broken(); i++)
		print_row(&waits, &scene, &waits.tree.row[i]);
	if (waits.tree.rows == 0)
		printf("nobody waits\n");
	if (waits.tree.cut)
		printf("... and more: this is where it is cut\n");
	result = wait_graph_worst(waits.graph) != WAIT_GOES_ON;
	wait_scene_term(&waits);
	return result;
}

/* All events are read, whatever the moment: who uses a channel later counts too. */
static int read_users(struct wait_users *users, struct event_source *source)
{
	struct event_source_info info;
	struct progress progress = {.verb = "reading", .unit = "events"};
	int result;

	source->ops->info(source, &info);
	progress.total = info.events;
	do {
		result = wait_users_go_on(users, source, WAITS_EVENTS);
		progress_show(&progress, wait_users_seq(users));
	} while (result > 0);
	progress_end(&progress);
	return result;
}

static int find_moment(struct event_source *source, const struct wait_users *users,
		       const char *words, uint64_t *moment, struct error *error)
{
	if (!words && wait_users_deadlock(users)) {
		*moment = wait_users_deadlock(users);
		return 0;
	}
	return position_find(source, words ? words : "end", moment, error);
}

int explain_print_waits(struct event_source *source, const char *position, struct error *error)
{
	struct wait_users *users = wait_users_create();
	struct replay *replay = NULL;
	struct event_source_info info;
	uint64_t moment;
	int result = users ? read_users(users, source) : -ENOMEM;

	if (result == 0)
		result = find_moment(source, users, position, &moment, error);
	if (result == 0)
		result = replay_create(&replay, source);
	if (result == 0)
		result = replay_seek(replay, moment);
	if (result >= 0) {
		pager_begin();
		result = print_waits(replay, users);
	}
	replay_destroy(replay);
	wait_users_destroy(users);
	source->ops->info(source, &info);
	if (result < 0 && !error->text[0])
		error_set_file(error, result, info.title);
	return result;
}
