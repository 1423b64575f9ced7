/* SPDX-License-Identifier: MIT */
/*
 * store_write.c - the recorder's side of the trace file.
 *
 * Events gather in `chunk`, in memory. A full chunk becomes a row and is committed. A flush commits
 * the events that have come since the last one as a row of their own, a piece, so that a slow
 * program's events can be seen at once without writing the whole chunk again and again; when a
 * chunk is full, or in too many pieces, one row takes the place of its pieces. Rows of the plain
 * tables go into the same transaction.
 *
 * The journal is a WAL: whatever kills us, what was committed is there. With synchronous=OFF that
 * holds for everything but a crash of the machine.
 *
 * The first error is final: the transaction is rolled back, and each call returns that error.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store_private.h"
#include "store_writer.h"

static const char *const statements[STORE_STATEMENTS] = {
	[STORE_BEGIN] = "BEGIN IMMEDIATE",
	[STORE_COMMIT] = "COMMIT",
	[STORE_CHUNK] = "INSERT INTO chunk VALUES(?, ?)",
	[STORE_CHUNK_INFO] = "INSERT INTO chunk_info VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[STORE_CHUNK_SET] = "INSERT INTO chunk_set VALUES(?, ?, ?)",
	[STORE_KEYFRAME] = "INSERT OR REPLACE INTO keyframe VALUES(?, ?)",
	[STORE_STRING] = "INSERT OR REPLACE INTO string VALUES(?, ?)",
	[STORE_PLACE] = "INSERT OR REPLACE INTO place VALUES(?, ?, ?, ?, ?)",
	[STORE_STACK] = "INSERT OR REPLACE INTO stack VALUES(?, ?, ?)",
	[STORE_THREAD] = "INSERT OR REPLACE INTO thread(id, process, os_thread) VALUES(?, ?, ?)",
	[STORE_MODULE] = "INSERT OR REPLACE INTO module VALUES(?, ?, ?)",
	[STORE_LOSS] = "INSERT INTO loss VALUES(?, ?, ?, ?)",
	[STORE_META] = "INSERT OR REPLACE INTO meta VALUES(?, ?)",
};

/* ---------------------------------------------------------------------------------- creating */

/* A new trace, as the bytes of its file; free with sqlite3_free. */
static int make_image(unsigned char **image, size_t *bytes)
{
	sqlite3 *db = NULL;
	sqlite3_int64 size = 0;
	int result = -ENOMEM;

	*image = NULL;
	if (sqlite3_open_v2(":memory:", &db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) == SQLITE_OK)
		result = store_schema_create(db);
	if (result == 0)
		result = store_set_meta(db, "state", "recording");
	if (result == 0)
		result = store_set_meta(db, "recorder", PACKAGE_STRING);
	if (result == 0)
		result = store_set_meta(db, "how_to_read", STORE_HOW_TO_READ_CHUNKS);
	if (result == 0) {
		*image = sqlite3_serialize(db, "main", &size, 0);
		*bytes = (size_t)size;
		if (!*image)
			result = -ENOMEM;
	}
	sqlite3_close(db);
	return result;
}

static int write_all(int file, const unsigned char *data, size_t bytes)
{
	while (bytes) {
		ssize_t written = write(file, data, bytes);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return written < 0 ? -errno : -EIO;
		data += written;
		bytes -= (size_t)written;
	}
	return 0;
}

/* All tables in one write: there is no time at which the file is there without them. */
static int create_file(const char *path, struct error *error)
{
	unsigned char *image;
	size_t bytes = 0;
	int file, result = make_image(&image, &bytes);

	if (result < 0)
		return error_set_file(error, result, path);
	file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (file < 0) {
		result = -errno;
	} else {
		result = write_all(file, image, bytes);
		if (close(file) < 0 && result == 0)
			result = -errno;
		if (result < 0)
			unlink(path);
	}
	sqlite3_free(image);
	return result < 0 ? error_set_file(error, result, path) : 0;
}

static int connect_writer(struct store *store, const struct store_options *options)
{
	char *name = store_file_name(store->path);
	int result;

	if (!name)
		return -ENOMEM;
	result = sqlite3_open_v2(name, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
				 NULL) == SQLITE_OK
			 ? 0
			 : store_errno(store->db);
	free(name);
	if (result == 0) {
		sqlite3_busy_timeout(store->db, 5000);
		sqlite3_extended_result_codes(store->db, 1);
		result = store_exec(store->db, "PRAGMA journal_mode = WAL;"
					       "PRAGMA wal_autocheckpoint = 256;"
					       "PRAGMA journal_size_limit = 8388608;"
					       "PRAGMA secure_delete = OFF;"
					       "PRAGMA temp_store = MEMORY");
	}
	if (result == 0)
		result = store_exec(store->db, options && options->durable
						       ? "PRAGMA synchronous = NORMAL"
						       : "PRAGMA synchronous = OFF");
	for (int i = 0; i < STORE_STATEMENTS && result == 0; i++) {
		store->statement[i] = store_prepare(store->db, statements[i]);
		if (!store->statement[i])
			result = store_errno(store->db);
	}
	return result;
}

void store_free(struct store *store)
{
	for (int i = 0; i < STORE_STATEMENTS; i++)
		sqlite3_finalize(store->statement[i]);
	sqlite3_close(store->db);
	codec_destroy(store->codec);
	store_tally_destroy(store->tally);
	store_sets_destroy(&store->sets);
	free(store->own_chunk);
	free(store->path);
	free(store);
}

int store_create(struct store **out, const char *path, const struct store_options *options,
		 struct error *error)
{
	struct store *store;
	int result;

	*out = NULL;
	result = create_file(path, error);
	if (result < 0)
		return result;
	store = calloc(1, sizeof(*store));
	if (!store)
		return error_set_file(error, -ENOMEM, path);
	store->path = strdup(path);
	store->max_bytes = options ? options->max_bytes : 0;
	store->codec = codec_create();
	store->tally = store_tally_create();
	store->own_chunk = malloc(STORE_CHUNK_EVENTS * sizeof(*store->own_chunk));
	store->chunk = store->own_chunk;
	if (!store->path || !store->codec || !store->tally || !store->chunk)
		result = error_set_file(error, -ENOMEM, path);
	else if (connect_writer(store, options) < 0)
		result = store_error(store->db, path, error);
	if (result < 0) {
		store_free(store);
		return result;
	}
	*out = store;
	return 0;
}

/* ----------------------------------------------------------------------------------- failing */

int store_fail(struct store *store, int result, struct error *error)
{
	if (!store->failed) {
		store->failed = result;
		if (store_errno(store->db) == result)
			store_error(store->db, store->path, &store->failure);
		else if (result == -EINVAL)
			error_set(&store->failure, result, EXIT_IO,
				  "%s: cannot be written: events out of order", store->path);
		else
			error_set_file(&store->failure, result, store->path);
		if (!sqlite3_get_autocommit(store->db))
			sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
		/* They were handed over and will not be in the file. */
		store->lost += store->filled - store->committed;
		store->events -= store->filled - store->committed;
		store->filled = store->committed;
	}
	if (error)
		*error = store->failure;
	return store->failed;
}

int store_begin(struct store *store)
{
	if (!sqlite3_get_autocommit(store->db))
		return 0;
	return store_run(store->statement[STORE_BEGIN]);
}

int store_commit(struct store *store)
{
	int result = 0;

	if (sqlite3_get_autocommit(store->db))
		return 0;
	if (store->position) {
		store_bind(store->statement[STORE_META], "tt", "position", store->position);
		store->position = NULL;
		result = store_run(store->statement[STORE_META]);
	}
	if (result < 0)
		return result;
	return store_run(store->statement[STORE_COMMIT]);
}

/* ------------------------------------------------------------------------------------ chunks */

static int insert_chunk(struct store *store, const struct event *events, size_t count)
{
	sqlite3_stmt *const *statement = store->statement;
	const struct event_source_summary *counts;
	struct store_summary summary;
	size_t tasklets = 0, channels = 0;
	const void *data;
	long bytes = codec_encode(store->codec, events, count, &data);
	int64_t first = (int64_t)events[0].seq;
	int result;

	if (bytes < 0)
		return (int)bytes;
	store_summarize(events, count, &summary);
	counts = &summary.counts;
	result = store_sets_collect(&store->sets, events, count, &tasklets, &channels);
	if (result < 0)
		return result;
	store_bind(statement[STORE_CHUNK], "ib", first, data, (size_t)bytes);
	store_bind(statement[STORE_CHUNK_INFO], "iiiiiiiiii", first, (int64_t)count,
		   (int64_t)counts->time_first_ns, (int64_t)counts->time_last_ns,
		   (int64_t)counts->switches, (int64_t)counts->transfers,
		   (int64_t)counts->saved_bytes, (int64_t)counts->saved_max, (int64_t)summary.kinds,
		   (int64_t)summary.threads);
	store_bind(statement[STORE_CHUNK_SET], "ibb", first, store->sets.tasklets.packed, tasklets,
		   store->sets.channels.packed, channels);
	result = store_run(statement[STORE_CHUNK]);
	if (result == 0)
		result = store_run(statement[STORE_CHUNK_INFO]);
	if (result == 0)
		result = store_run(statement[STORE_CHUNK_SET]);
	return result;
}

static int delete_pieces(struct store *store)
{
	static const char *const tables[] = {"chunk", "chunk_info", "chunk_set"};
	int result = 0;

	for (int i = 0; i < 3 && result == 0; i++) {
		char *sql = sqlite3_mprintf("DELETE FROM %s WHERE first_seq >= %lld", tables[i],
					    (long long)store->chunk[0].seq);

		result = sql ? store_exec(store->db, sql) : -ENOMEM;
		sqlite3_free(sql);
	}
	return result;
}

int store_write_chunk(struct store *store, bool whole)
{
	size_t from = whole ? 0 : store->committed;
	int result = store_begin(store);

	if (result == 0 && whole && store->pieces)
		result = delete_pieces(store);
	if (result == 0)
		result = insert_chunk(store, store->chunk + from, store->filled - from);
	if (result == 0)
		result = store_commit(store);
	if (result < 0)
		return result;
	store->committed = store->filled;
	store->pieces = whole ? 1 : store->pieces + 1;
	if (store->filled == STORE_CHUNK_EVENTS)
		store->filled = store->committed = store->pieces = 0;
	return 0;
}

/* Numbers the events and puts them into the chunk. */
static int take(struct store *store, struct event *events, size_t count)
{
	uint64_t time_ns = store->time_ns;

	for (size_t i = 0; i < count; i++) {
		if (events[i].time_ns < time_ns)
			return -EINVAL;
		time_ns = events[i].time_ns;
		events[i].seq = store->events + i + 1;
	}
	if (events != store->chunk + store->filled)
		memcpy(store->chunk + store->filled, events, count * sizeof(*events));
	store->filled += count;
	store->events += count;
	store->time_ns = time_ns;
	return store->tallies_apart ? 0 : store_tally_events(store->tally, events, count);
}

void store_lend(struct store *store, struct event *room)
{
	struct event *chunk = room ? room : store->own_chunk;

	if (chunk != store->chunk)
		memcpy(chunk, store->chunk, store->filled * sizeof(*chunk));
	store->chunk = chunk;
}

void store_tally_apart(struct store *store)
{
	store->tallies_apart = true;
}

int store_tally(struct store *store, const struct event *events, size_t count)
{
	return store_tally_events(store->tally, events, count);
}

int store_append(struct store *store, struct event *events, size_t count, struct error *error)
{
	if (store->failed)
		store->lost += count;
	while (count && !store->failed) {
		size_t room = STORE_CHUNK_EVENTS - store->filled;
		size_t taken = count < room ? count : room;
		int result = take(store, events, taken);

		if (result == 0 && store->filled == STORE_CHUNK_EVENTS)
			result = store_write_chunk(store, true);
		if (result < 0) {
			store->lost += result == -EINVAL ? count : count - taken;
			store_fail(store, result, error);
		}
		events += taken;
		count -= taken;
	}
	return store->failed ? store_fail(store, store->failed, error) : 0;
}

int store_flush(struct store *store, struct error *error)
{
	int result;

	if (store->failed)
		return store_fail(store, store->failed, error);
	if (store->filled > store->committed)
		result = store_write_chunk(store, store->pieces >= STORE_PIECES_MAX);
	else
		result = store_commit(store);
	return result < 0 ? store_fail(store, result, error) : 0;
}

/* ------------------------------------------------------------------------------- plain tables */

/* Inserts what has been bound. */
static int insert(struct store *store, enum store_statement statement, struct error *error)
{
	int result = store->failed ? store->failed : store_begin(store);

	if (result == 0)
		result = store_run(store->statement[statement]);
	return result < 0 ? store_fail(store, result, error) : 0;
}

int store_keyframe(struct store *store, uint64_t seq, const void *image, size_t bytes,
		   struct error *error)
{
	void *packed = NULL;
	size_t packed_bytes = 0;
	int result = store_keyframe_pack(seq, image, bytes, &packed, &packed_bytes);

	if (result < 0)
		return store_fail(store, result, error);
	store_bind(store->statement[STORE_KEYFRAME], "ib", (int64_t)seq, packed, packed_bytes);
	result = insert(store, STORE_KEYFRAME, error);
	free(packed);
	return result;
}

int store_string(struct store *store, uint32_t id, const char *text, size_t bytes,
		 struct error *error)
{
	store_bind(store->statement[STORE_STRING], "is", (int64_t)id, text, bytes);
	return insert(store, STORE_STRING, error);
}

int store_place(struct store *store, uint32_t id, const struct dictionary_place *place,
		struct error *error)
{
	store_bind(store->statement[STORE_PLACE], "ittii", (int64_t)id, place->function,
		   place->file, (int64_t)place->line, (int64_t)place->address);
	return insert(store, STORE_PLACE, error);
}

int store_stack(struct store *store, uint32_t id, uint32_t caller, uint32_t place,
		struct error *error)
{
	store_bind(store->statement[STORE_STACK], "iii", (int64_t)id, (int64_t)caller,
		   (int64_t)place);
	return insert(store, STORE_STACK, error);
}

int store_thread(struct store *store, uint32_t id, uint32_t process, uint32_t os_thread,
		 struct error *error)
{
	store_bind(store->statement[STORE_THREAD], "iii", (int64_t)id, (int64_t)process,
		   (int64_t)os_thread);
	return insert(store, STORE_THREAD, error);
}

int store_module(struct store *store, uint32_t id, uint64_t base, const char *path,
		 struct error *error)
{
	store_bind(store->statement[STORE_MODULE], "iit", (int64_t)id, (int64_t)base, path);
	return insert(store, STORE_MODULE, error);
}

int store_loss(struct store *store, uint32_t thread, uint64_t from_ns, uint64_t to_ns,
	       uint64_t count, struct error *error)
{
	store->lost += count;
	store_bind(store->statement[STORE_LOSS], "iiii", (int64_t)thread, (int64_t)from_ns,
		   (int64_t)to_ns, (int64_t)count);
	return insert(store, STORE_LOSS, error);
}

int store_meta(struct store *store, const char *key, const char *value, struct error *error)
{
	store_bind(store->statement[STORE_META], "tt", key, value);
	return insert(store, STORE_META, error);
}

void store_position(struct store *store, const char *text)
{
	store->position = text;
}

uint64_t store_events(const struct store *store)
{
	return store->events;
}

uint64_t store_bytes(struct store *store)
{
	return (uint64_t)store_number(store->db, "PRAGMA page_count", 0) * STORE_PAGE_BYTES;
}

uint64_t store_lost(const struct store *store)
{
	return store->lost;
}
