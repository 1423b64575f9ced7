/* SPDX-License-Identifier: MIT */
/*
 * fuzz_trace.c - a trace file from a stranger. The input is a list of changes to a small trace that is
 * whole:
 *
 *     first byte            how it is read: see `routes`
 *     then, each change     what, row, column, count; then `count` bytes
 *
 * What is a table and the kind of the new value (a number, a blob, a text, NULL), or says that the
 * bytes go into the file as they are. So a fuzzer that knows nothing of SQLite gets at everything
 * behind it.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz/fuzz.h"
#include "recorder/state.h"
#include "recorder/store_private.h"
#include "recorder/store_salvage.h"
#include "recorder/store_verify.h"
#include "unit/stream.h"

enum { EVENTS = 700, PIECE = 300, CHANGES_MAX = 16 };

static const struct {
	const char *table, *columns[10];
} tables[] = {
	{"chunk", {"first_seq", "data"}},
	{"chunk_info",
	 {"first_seq", "events", "time_first_ns", "time_last_ns", "switches", "transfers",
	  "saved_bytes", "saved_max", "kinds", "threads"}},
	{"chunk_set", {"first_seq", "tasklets", "channels"}},
	{"keyframe", {"seq", "state"}},
	{"string", {"id", "text"}},
	{"place", {"id", "function", "file", "line", "address"}},
	{"thread", {"id", "process", "os_thread", "main", "events", "switches"}},
	{"loss", {"thread", "from_ns", "to_ns", "count"}},
	{"meta", {"name", "value"}},
	{"kind", {"id", "name", "category", "sentence"}},
	{"field", {"kind", "number", "name", "type", "is_signed", "position", "meaning"}},
	{"word", {"type", "value", "symbol", "words"}},
	{"tasklet", {"id", "name", "switches"}},
};

enum { TABLES = sizeof(tables) / sizeof(tables[0]) };

static char path[64];
static unsigned char *whole; /* the trace, as the bytes of its file */
static size_t whole_bytes;

/* ------------------------------------------------------------------------------- the whole trace */

static void must(bool good)
{
	if (!good)
		abort();
}

static void add_keyframe(struct store *store, const struct event *events)
{
	struct state *state = state_create();
	size_t bytes;
	void *image;

	for (int i = 0; i < PIECE; i++)
		state_apply(state, &events[i]);
	must(state_save(state, &image, &bytes) == 0);
	store_keyframe(store, PIECE, image, bytes, NULL);
	free(image);
	state_destroy(state);
}

static void read_file(void)
{
	FILE *file = fopen(path, "r");

	must(file && fseek(file, 0, SEEK_END) == 0);
	whole_bytes = (size_t)ftell(file);
	rewind(file);
	whole = malloc(whole_bytes);
	must(whole && fread(whole, 1, whole_bytes, file) == whole_bytes);
	fclose(file);
}

/* Finished, but without rows: those would be read instead of the chunks. */
static void make_trace(void)
{
	struct dictionary_place place = {"function", "file.c", 7, 0};
	static struct event events[EVENTS];
	struct stream *stream = stream_create(2, 20, 1);
	struct store *store;
	sqlite3 *db;

	snprintf(path, sizeof(path), "/dev/shm/greenroom-fuzz-%d.db", (int)getpid());
	unlink(path);
	stream_read(stream, events, EVENTS);
	stream_destroy(stream);
	must(store_create(&store, path, NULL, NULL) == 0);
	store_string(store, 1, "name", 4, NULL);
	store_place(store, 1, &place, NULL);
	store_thread(store, 1, 7, 8, NULL);
	store_loss(store, 1, 5, 6, 7, NULL);
	store_append(store, events, PIECE, NULL);
	store_flush(store, NULL);
	store_append(store, events + PIECE, EVENTS - PIECE, NULL);
	add_keyframe(store, events);
	must(store_flush(store, NULL) == 0);
	store_abandon(store);
	must(sqlite3_open(path, &db) == SQLITE_OK);
	must(store_exec(db, "INSERT INTO tasklet(id) VALUES(1);"
			    "UPDATE meta SET value = 'complete' WHERE name = 'state';"
			    "PRAGMA journal_mode = DELETE") == 0);
	sqlite3_close(db);
	read_file();
	unlink(path);
}

/* --------------------------------------------------------------------------------- the changes */

struct change {
	uint8_t what, row, column, count;
};

static void bind_value(sqlite3_stmt *update, unsigned int kind, const uint8_t *bytes, size_t count)
{
	int64_t number = 0;

	switch (kind) {
	case 0:
		memcpy(&number, bytes, count < sizeof(number) ? count : sizeof(number));
		sqlite3_bind_int64(update, 1, number);
		break;
	case 1:
		sqlite3_bind_blob(update, 1, bytes, (int)count, SQLITE_STATIC);
		break;
	case 2:
		sqlite3_bind_text(update, 1, (const char *)bytes, (int)count, SQLITE_STATIC);
		break;
	}
}

static void change_row(sqlite3 *db, const struct change *change, const uint8_t *bytes)
{
	int table = change->what % TABLES, columns = 0;
	char sql[256];
	sqlite3_stmt *update;

	while (columns < 10 && tables[table].columns[columns])
		columns++;
	snprintf(sql, sizeof(sql),
		 "UPDATE %s SET %s = ? WHERE (%s) IN (SELECT %s FROM %s LIMIT 1 OFFSET %d)",
		 tables[table].table, tables[table].columns[change->column % columns],
		 tables[table].columns[0], tables[table].columns[0], tables[table].table,
		 change->row);
	update = store_prepare(db, sql);
	bind_value(update, change->what / TABLES % 4, bytes, change->count);
	sqlite3_step(update);
	sqlite3_finalize(update);
}

/* What is left of the trace after the changes: a database in memory, or its bytes. */
static sqlite3 *change_trace(const uint8_t *data, size_t size)
{
	unsigned char *image = sqlite3_malloc64(whole_bytes);
	sqlite3 *db = NULL;

	must(image && sqlite3_open(":memory:", &db) == SQLITE_OK);
	memcpy(image, whole, whole_bytes);
	must(sqlite3_deserialize(
		     db, "main", image, (sqlite3_int64)whole_bytes, (sqlite3_int64)whole_bytes,
		     SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) == SQLITE_OK);
	for (int i = 0; i < CHANGES_MAX && size >= sizeof(struct change); i++) {
		struct change change;

		memcpy(&change, data, sizeof(change));
		data += sizeof(change);
		size -= sizeof(change);
		if (change.count > size)
			change.count = (uint8_t)size;
		if (change.what < 240)
			change_row(db, &change, data);
		else /* below SQLite */
			memcpy(image + (change.row << 8 | change.column) * whole_bytes / 65536 %
					       (whole_bytes - 256),
			       data, change.count);
		data += change.count;
		size -= change.count;
	}
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
	store_reader_find_seq(reader, 500);
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
	source->ops->summaries(source, 300, summaries, 8);
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

	if (!whole)
		make_trace();
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
