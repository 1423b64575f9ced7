/* SPDX-License-Identifier: MIT */
/*
 * fuzz_rows.c - the rows of a trace from a stranger, read by what the viewer reads them with. It is
 * fuzz_trace.c without a file: the changes of an input are made in one database in memory, and taken
 * back after it. That is a hundred times as fast.
 *
 *     first byte            from where it is read
 *     then, each change     what, row, column, count; then `count` bytes (small_trace.h)
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "fuzz/small_trace.h"
#include "recorder/state.h"
#include "recorder/store_private.h"

enum { EVENTS = SMALL_TRACE_EVENTS, CHANGES_MAX = 16, SQL_SHARE = 16 };

/* Sources that close the connection do not succeed: its statements are in use. */
static struct {
	sqlite3 *db;
	struct row_changer *changer;
	sqlite3_stmt *begin, *rollback;
	struct event events[EVENTS];
} trace;

static void must(bool good)
{
	if (!good)
		abort();
}

static void open_trace(void)
{
	trace.db = small_trace_open();
	must(store_exec(trace.db, "PRAGMA journal_mode = MEMORY; PRAGMA temp_store = MEMORY") == 0);
	trace.changer = row_changer_create(trace.db);
	trace.begin = store_prepare(trace.db, "BEGIN");
	trace.rollback = store_prepare(trace.db, "ROLLBACK");
	must(trace.begin && trace.rollback);
}

static void change_rows(const uint8_t *data, size_t size)
{
	for (int i = 0; i < CHANGES_MAX && size >= sizeof(struct row_change); i++) {
		struct row_change change;

		memcpy(&change, data, sizeof(change));
		data += sizeof(change);
		size -= sizeof(change);
		if (change.count > size)
			change.count = (uint8_t)size;
		row_changer_apply(trace.changer, &change, data);
		data += change.count;
		size -= change.count;
	}
}

/* ------------------------------------------------------------------------------ the ways to read */

/* What comes of a damaged trace are events all the same: of one stretch after the other, in order. */
static void check_events(uint64_t first, long count)
{
	for (long i = 0; i < count; i++)
		must(trace.events[i].seq == first + (uint64_t)i);
}

static void replay(struct state *state, const struct event *events, long count)
{
	for (long i = 0; i < count; i++)
		must(state_apply(state, &events[i]) == 0);
	must(state_is_consistent(state));
}

static void read_events(struct event_source *source, uint64_t from, struct state *state)
{
	uint64_t seq = from, skip = 1;

	for (int i = 0; i < 20 && skip; i++) {
		long count = source->ops->read(source, seq, trace.events, EVENTS, &skip);

		check_events(seq, count);
		replay(state, trace.events, count);
		seq = skip;
	}
}

static void load_keyframe(struct event_source *source, struct state *state)
{
	uint64_t seq;
	size_t bytes;
	void *image;

	if (source->ops->keyframe(source, UINT64_MAX, &seq, &image, &bytes) != 1)
		return;
	if (state_load(state, image, bytes) == 0)
		must(state_is_consistent(state));
	free(image);
}

static void read_names(const struct dictionary *dictionary)
{
	for (uint32_t id = 1; id <= 3; id++) {
		const struct dictionary_place *place = dictionary_place(dictionary, id);

		must(strlen(dictionary_string(dictionary, id)) < SIZE_MAX);
		must(!place || strlen(place->function) + strlen(place->file) < SIZE_MAX);
	}
}

static void look_around(struct event_source *source, uint8_t from)
{
	const struct event_source_query query = {.tasklet = from % 32, .channel = from % 3};
	struct event_source_summary summaries[8];
	struct event_source_info info;
	uint64_t seq, until;

	source->ops->info(source, &info);
	source->ops->seek_time(source, info.duration_ns / 256 * from, &seq);
	source->ops->summaries(source, (uint64_t)from, summaries, 8);
	seq = info.events;
	source->ops->narrow(source, &query, -1, &seq, &until);
	seq = from;
	source->ops->narrow(source, &query, 1, &seq, &until);
}

static void read_source(uint8_t from)
{
	struct event_source *source;
	struct state *state = state_create();

	must(state != NULL);
	if (store_source_open(&source, trace.db, "rows", NULL) == 0) {
		look_around(source, from);
		load_keyframe(source, state);
		read_events(source, 1 + from % 2 * (uint64_t)from, state);
		read_names(source->dictionary);
		event_source_close(source);
	}
	state_destroy(state);
}

/* The same chunks as a table of SQL. */
static void ask(void)
{
	static const char *const questions[] = {
		"SELECT count(*), sum(a + time_ns) FROM packed WHERE kind = 7 AND b = 3",
		"SELECT seq, d FROM packed WHERE time_ns > 1000 ORDER BY seq DESC LIMIT 20",
		"SELECT sum(e) FROM packed WHERE thread = 2 AND seq BETWEEN 50 AND 150",
	};

	if (store_event_register(trace.db, "packed") < 0)
		return;
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		store_exec(trace.db, questions[i]);
	store_event_unregister(trace.db, "packed");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!trace.db)
		open_trace();
	if (size == 0)
		return 0;
	must(store_run(trace.begin) == 0);
	change_rows(data + 1, size - 1);
	read_source(*data);
	if (*data % SQL_SHARE == 0)
		ask();
	must(store_run(trace.rollback) == 0);
	return 0;
}
