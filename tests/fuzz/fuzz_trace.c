/* SPDX-License-Identifier: MIT */
/*
 * fuzz_trace.c - a trace file from a stranger. The input is a list of changes to a small trace that is
 * whole:
 *
 *     first byte            how it is read: see `routes`
 *     then, each change     what, row, column, count; then `count` bytes
 *
 * What is a change to a row (small_trace.h), or says that the bytes go into the file as they are. So a
 * fuzzer that knows nothing of SQLite gets at everything behind it.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz/fuzz.h"
#include "fuzz/small_trace.h"
#include "recorder/state.h"
#include "recorder/store_private.h"
#include "recorder/store_salvage.h"
#include "recorder/store_verify.h"

enum { EVENTS = SMALL_TRACE_EVENTS, CHANGES_MAX = 16 };

static char path[64];

static void must(bool good)
{
	if (!good)
		abort();
}

/* --------------------------------------------------------------------------------- the changes */

/* Below SQLite. */
static void change_bytes(sqlite3 *db, const struct row_change *change, const uint8_t *bytes)
{
	sqlite3_int64 size;
	unsigned char *image = sqlite3_serialize(db, "main", &size, SQLITE_SERIALIZE_NOCOPY);

	if (image)
		memcpy(image + (change->row << 8 | change->column) * (size_t)size / 65536 %
				       ((size_t)size - 256),
		       bytes, change->count);
}

/* What is left of the trace after the changes. */
static sqlite3 *change_trace(const uint8_t *data, size_t size)
{
	sqlite3 *db = small_trace_open();
	struct row_changer *changer = row_changer_create(db);

	for (int i = 0; i < CHANGES_MAX && size >= sizeof(struct row_change); i++) {
		struct row_change change;

		memcpy(&change, data, sizeof(change));
		data += sizeof(change);
		size -= sizeof(change);
		if (change.count > size)
			change.count = (uint8_t)size;
		if (change.what < ROW_CHANGES)
			row_changer_apply(changer, &change, data);
		else
			change_bytes(db, &change, data);
		data += change.count;
		size -= change.count;
	}
	row_changer_destroy(changer);
	return db;
}

/* ------------------------------------------------------------------------------ the ways to read */

static void write_file(sqlite3 *db)
{
	sqlite3_int64 bytes = 0;
	unsigned char *image = sqlite3_serialize(db, "main", &bytes, 0);
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	must(file >= 0 && (!image || write(file, image, (size_t)bytes) == bytes));
	close(file);
	sqlite3_free(image);
}

/* The reader alone, on the database in memory: nothing has been checked before. */
static void read_chunks(sqlite3 *db)
{
	const struct store_wanted wanted = {UINT64_MAX, UINT64_MAX, {3}, {2}, 1, 1};
	const struct store_unpacked *unpacked;
	struct store_reader *reader;

	if (store_reader_create(&reader, db) < 0)
		return;
	for (size_t i = 0; i < store_reader_chunks(reader); i++) {
		store_reader_may_hold(reader, i, &wanted);
		if (store_reader_take(reader, i, i % 2 ? CODEC_ALL : CODEC_TIMES, &unpacked) == 0)
			store_reader_release(reader, unpacked);
	}
	store_reader_find_seq(reader, 150);
	store_reader_find_time(reader, 5000);
	store_reader_refresh(reader);
	store_reader_destroy(reader);
}

static void load_keyframe(sqlite3 *db)
{
	sqlite3_stmt *rows = store_prepare(db, "SELECT seq, state FROM keyframe");
	struct state *state = state_create();

	while (rows && sqlite3_step(rows) == SQLITE_ROW) {
		const void *packed = sqlite3_column_blob(rows, 1);
		size_t bytes;
		void *image;

		if (packed && store_keyframe_unpack((uint64_t)sqlite3_column_int64(rows, 0), packed,
						    (size_t)sqlite3_column_bytes(rows, 1), &image,
						    &bytes) == 0) {
			if (state_load(state, image, bytes) == 0)
				must(state_is_consistent(state));
			free(image);
		}
	}
	state_destroy(state);
	sqlite3_finalize(rows);
}

static void read_source(void)
{
	const struct event_source_query query = {.tasklet = 3, .channel = 1};
	struct event_source_summary summaries[8];
	static struct event events[EVENTS];
	struct event_source_info info;
	struct event_source *source;
	uint64_t seq = 1, until, skip = 1;
	size_t bytes;
	void *image;

	if (store_open(&source, path, NULL) < 0)
		return;
	source->ops->info(source, &info);
	for (int i = 0; i < 20 && skip; i++)
		source->ops->read(source, skip, events, EVENTS, &skip);
	if (source->ops->keyframe(source, UINT64_MAX, &seq, &image, &bytes) == 1)
		free(image);
	source->ops->seek_time(source, info.duration_ns / 2, &seq);
	source->ops->summaries(source, 100, summaries, 8);
	seq = info.events;
	source->ops->narrow(source, &query, -1, &seq, &until);
	event_source_close(source);
}

static int ignore_row(void *context, bool is_header, int columns, const char *const *values)
{
	int *rows = context;

	(void)is_header;
	(void)columns;
	(void)values;
	return ++*rows > 1000;
}

static void ask(void)
{
	static const char *const questions[] = {
		"SELECT count(*), sum(a + time_ns) FROM event WHERE kind = 7 AND b = 3",
		"SELECT * FROM switch WHERE seq < 60",
		"SELECT * FROM channel_transfer ORDER BY seq DESC LIMIT 20",
		"SELECT * FROM mark",
	};

	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		int rows = 0;

		store_sql(path, questions[i], ignore_row, &rows, NULL);
	}
}

static void ignore_finding(void *context, const char *finding)
{
	(void)context;
	(void)finding;
}

static void verify(void)
{
	const struct store_verify_options options = {.tell = ignore_finding};
	struct store_verified verified;

	store_verify(path, &options, &verified, NULL);
}

static void salvage(void)
{
	static struct event events[STORE_CHUNK_EVENTS];
	struct store_salvage *from;
	struct store_hole hole;

	if (store_salvage_open(&from, path, NULL) < 0)
		return;
	store_salvage_fact(from, "position");
	while (store_salvage_next(from, events, &hole) > 0)
		;
	store_salvage_close(from);
}

static void (*const routes[])(void) = {read_source, ask, verify, salvage};

enum { ROUTES = sizeof(routes) / sizeof(routes[0]), FILE_SHARE = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	sqlite3 *db;

	snprintf(path, sizeof(path), "/dev/shm/greenroom-fuzz-%d.db", (int)getpid());
	if (size == 0)
		return 0;
	db = change_trace(data + 1, size - 1);
	read_chunks(db);
	load_keyframe(db);
	/* A file takes a hundred times as long. */
	if (*data % FILE_SHARE == 0) {
		write_file(db);
		routes[*data / FILE_SHARE % ROUTES]();
		unlink(path);
	}
	sqlite3_close(db);
	return 0;
}
