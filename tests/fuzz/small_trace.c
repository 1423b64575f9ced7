/* SPDX-License-Identifier: MIT */
/* small_trace.c - the trace is written as a recorder would; a change is an UPDATE of one row. */
#include "fuzz/small_trace.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zstd.h>

#include "recorder/state.h"
#include "recorder/store_private.h"
#include "recorder/store_writer.h"
#include "unit/stream.h"

enum { PIECE = 90, COLUMNS = 10, VALUE_MAX = 1 << 20 };

static const struct {
	const char *table, *columns[COLUMNS];
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

enum { TABLES = sizeof(tables) / sizeof(tables[0]), TABLE_CHUNK = 0, TABLE_KEYFRAME = 3 };

enum value { VALUE_NUMBER, VALUE_BLOB, VALUE_TEXT, VALUE_NULL, VALUE_PATCH, VALUES };

static void must(bool good)
{
	if (!good)
		abort();
}

/* ------------------------------------------------------------------------------- the whole trace */

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

static unsigned char *read_file(const char *path, size_t *bytes)
{
	FILE *file = fopen(path, "r");
	unsigned char *data;

	must(file && fseek(file, 0, SEEK_END) == 0);
	*bytes = (size_t)ftell(file);
	rewind(file);
	data = malloc(*bytes);
	must(data && fread(data, 1, *bytes, file) == *bytes);
	fclose(file);
	return data;
}

static unsigned char *make_trace(size_t *bytes)
{
	struct dictionary_place place = {"function", "file.c", 7, 0};
	static struct event events[SMALL_TRACE_EVENTS];
	struct stream *stream = stream_create(2, 20, 1);
	unsigned char *data;
	struct store *store;
	char path[64];
	sqlite3 *db;

	snprintf(path, sizeof(path), "/dev/shm/greenroom-small-%d.db", (int)getpid());
	unlink(path);
	stream_read(stream, events, SMALL_TRACE_EVENTS);
	stream_destroy(stream);
	must(store_create(&store, path, NULL, NULL) == 0);
	store_string(store, 1, "name", 4, NULL);
	store_place(store, 1, &place, NULL);
	store_thread(store, 1, 7, 8, NULL);
	store_loss(store, 1, 5, 6, 7, NULL);
	store_append(store, events, PIECE, NULL);
	store_flush(store, NULL);
	store_append(store, events + PIECE, SMALL_TRACE_EVENTS - PIECE, NULL);
	add_keyframe(store, events);
	must(store_flush(store, NULL) == 0);
	store_abandon(store);
	must(sqlite3_open(path, &db) == SQLITE_OK);
	must(store_exec(db, "INSERT INTO tasklet(id) VALUES(1);"
			    "UPDATE meta SET value = 'complete' WHERE name = 'state';"
			    "PRAGMA journal_mode = DELETE") == 0);
	sqlite3_close(db);
	data = read_file(path, bytes);
	unlink(path);
	return data;
}

const unsigned char *small_trace(size_t *bytes)
{
	static unsigned char *data;
	static size_t size;

	if (!data)
		data = make_trace(&size);
	*bytes = size;
	return data;
}

sqlite3 *small_trace_open(void)
{
	size_t bytes;
	const unsigned char *whole = small_trace(&bytes);
	unsigned char *image = sqlite3_malloc64(bytes);
	sqlite3 *db = NULL;

	must(image && sqlite3_open(":memory:", &db) == SQLITE_OK);
	memcpy(image, whole, bytes);
	must(sqlite3_deserialize(db, "main", image, (sqlite3_int64)bytes, (sqlite3_int64)bytes,
				 SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) ==
	     SQLITE_OK);
	return db;
}

/* ----------------------------------------------------------------------------- changes to rows */

struct row_changer {
	sqlite3 *db;
	sqlite3_stmt *update[TABLES][COLUMNS], *select[TABLES][COLUMNS]; /* NULL: not needed yet */
};

struct row_changer *row_changer_create(sqlite3 *db)
{
	struct row_changer *changer = calloc(1, sizeof(*changer));

	must(changer != NULL);
	changer->db = db;
	return changer;
}

void row_changer_destroy(struct row_changer *changer)
{
	for (int table = 0; table < TABLES; table++) {
		for (int column = 0; column < COLUMNS; column++) {
			sqlite3_finalize(changer->update[table][column]);
			sqlite3_finalize(changer->select[table][column]);
		}
	}
	free(changer);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *format, int table, int column)
{
	const char *key = tables[table].columns[0];
	char *sql = sqlite3_mprintf(format, tables[table].table, tables[table].columns[column], key,
				    key, tables[table].table);
	sqlite3_stmt *statement = store_prepare(db, sql);

	sqlite3_free(sql);
	return statement;
}

/* The value as it is now; its statement is to be reset. */
static sqlite3_stmt *look(struct row_changer *changer, int table, int column, int row)
{
	sqlite3_stmt **select = &changer->select[table][column];

	if (!*select) {
		char *sql = sqlite3_mprintf("SELECT %s, %s FROM %s LIMIT 1 OFFSET ?",
					    tables[table].columns[column], tables[table].columns[0],
					    tables[table].table);

		*select = store_prepare(changer->db, sql);
		sqlite3_free(sql);
	}
	sqlite3_bind_int(*select, 1, row);
	return sqlite3_step(*select) == SQLITE_ROW ? *select : NULL;
}

static void overwrite(unsigned char *data, size_t size, const uint8_t *bytes, size_t count)
{
	size_t at;

	if (size == 0 || count <= 2)
		return;
	at = (size_t)(bytes[0] | bytes[1] << 8) % size;
	count -= 2;
	memcpy(data + at, bytes + 2, count < size - at ? count : size - at);
}

/* Changes what lies under the compression of a chunk. Returns the new size, 0: it is none. */
static size_t patch_chunk(unsigned char *out, const void *old, size_t size, const uint8_t *bytes,
			  size_t count)
{
	static unsigned char content[VALUE_MAX];
	static ZSTD_CCtx *compressor;
	size_t length = ZSTD_decompress(content, sizeof(content), old, size);

	if (ZSTD_isError(length))
		return 0;
	if (!compressor) {
		compressor = ZSTD_createCCtx();
		ZSTD_CCtx_setParameter(compressor, ZSTD_c_compressionLevel, -5);
		ZSTD_CCtx_setParameter(compressor, ZSTD_c_checksumFlag, 1);
	}
	overwrite(content, length, bytes, count);
	length = ZSTD_compress2(compressor, out, VALUE_MAX, content, length);
	return ZSTD_isError(length) ? 0 : length;
}

static size_t patch_keyframe(unsigned char *out, uint64_t seq, const void *old, size_t size,
			     const uint8_t *bytes, size_t count)
{
	size_t length, packed_bytes = 0;
	void *image, *packed;

	if (store_keyframe_unpack(seq, old, size, &image, &length) < 0)
		return 0;
	overwrite(image, length, bytes, count);
	must(store_keyframe_pack(seq, image, length, &packed, &packed_bytes) == 0 &&
	     packed_bytes <= VALUE_MAX);
	memcpy(out, packed, packed_bytes);
	free(image);
	free(packed);
	return packed_bytes;
}

/* The old value with some bytes changed. Returns its size, 0: there is nothing to change. */
static size_t patch(struct row_changer *changer, int table, int column,
		    const struct row_change *change, const uint8_t *bytes, unsigned char *out)
{
	sqlite3_stmt *row = look(changer, table, column, change->row);
	const void *old = row ? sqlite3_column_blob(row, 0) : NULL;
	size_t size = row ? (size_t)sqlite3_column_bytes(row, 0) : 0;

	if (!old || size > VALUE_MAX) {
		size = 0;
	} else if (table == TABLE_CHUNK && column == 1) {
		size = patch_chunk(out, old, size, bytes, change->count);
	} else if (table == TABLE_KEYFRAME && column == 1) {
		size = patch_keyframe(out, (uint64_t)sqlite3_column_int64(row, 1), old, size, bytes,
				      change->count);
	} else {
		memcpy(out, old, size);
		overwrite(out, size, bytes, change->count);
	}
	if (row)
		sqlite3_reset(row);
	return size;
}

static void bind_value(sqlite3_stmt *update, enum value value, const uint8_t *bytes, size_t count)
{
	int64_t number = 0;

	switch (value) {
	case VALUE_NUMBER:
		memcpy(&number, bytes, count < sizeof(number) ? count : sizeof(number));
		sqlite3_bind_int64(update, 1, number);
		break;
	case VALUE_BLOB:
		sqlite3_bind_blob(update, 1, bytes, (int)count, SQLITE_STATIC);
		break;
	case VALUE_TEXT:
		sqlite3_bind_text(update, 1, (const char *)bytes, (int)count, SQLITE_STATIC);
		break;
	default:
		sqlite3_bind_null(update, 1);
		break;
	}
}

void row_changer_apply(struct row_changer *changer, const struct row_change *change,
		       const uint8_t *bytes)
{
	static unsigned char patched[VALUE_MAX];
	enum value value = (enum value)(change->what / TABLES % VALUES);
	int table = change->what % TABLES, columns = 0, column;
	size_t count = change->count;
	sqlite3_stmt **update;

	while (columns < COLUMNS && tables[table].columns[columns])
		columns++;
	column = change->column % columns;
	if (value == VALUE_PATCH) {
		count = patch(changer, table, column, change, bytes, patched);
		if (count == 0)
			return;
		value = VALUE_BLOB;
		bytes = patched;
	}
	update = &changer->update[table][column];
	if (!*update)
		*update = prepare(
			changer->db,
			"UPDATE %s SET %s = ? WHERE (%s) IN (SELECT %s FROM %s LIMIT 1 OFFSET ?)",
			table, column);
	bind_value(*update, value, bytes, count);
	sqlite3_bind_int(*update, 2, change->row);
	sqlite3_step(*update);
	sqlite3_reset(*update);
}
