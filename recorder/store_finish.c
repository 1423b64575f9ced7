/* SPDX-License-Identifier: MIT */
/*
 * store_finish.c - the end of a recording: last chunk, tables for people, one file without journal.
 */
#include <errno.h>
#include <stdlib.h>

#include "store_private.h"
#include "store_writer.h"

enum { STORE_ROW_BYTES = 48 }; /* of an event as a plain row, and a little more */

static int write_tables(struct store *store)
{
	int result = 0;

	store->position = NULL;
	if (store->filled > store->committed || store->pieces > 1)
		result = store_write_chunk(store, true);
	if (result == 0)
		result = store_begin(store);
	if (result == 0)
		result = store_tally_write(store->tally, store->db, store->time_ns);
	if (result == 0)
		result = store_exec(store->db, "DELETE FROM meta WHERE name = 'position'");
	if (result == 0)
		result = store_set_meta(store->db, "state", "complete");
	if (result == 0)
		result = store_commit(store);
	return result;
}

static bool has_room_for_rows(struct store *store)
{
	return store->events <= STORE_MATERIALIZE_MAX &&
	       (!store->max_bytes ||
		store_bytes(store) + store->events * STORE_ROW_BYTES <= store->max_bytes);
}

/* In a transaction of its own: where there is no room for rows, the trace is whole without. */
static int write_rows(struct store *store)
{
	int result = store_begin(store);

	if (result == 0)
		result = store_materialize(store->db, NULL, NULL);
	if (result == 0)
		result = store_commit(store);
	return result;
}

/* Back from WAL to one file. SQLite changes the mode on the first page under a rollback journal;
 * in memory, because a killed recorder must not leave a journal without which the file is taken
 * for damaged, and because one page in one write needs none. A reader that has the file open
 * prevents the change; then the file stays as it is, with an empty WAL. */
static int close_journal(struct store *store)
{
	int result;

	sqlite3_busy_timeout(store->db, 200);
	result = store_exec(store->db, "PRAGMA synchronous = FULL;"
				       "PRAGMA wal_checkpoint(TRUNCATE);"
				       "PRAGMA journal_mode = MEMORY");
	return result == -EBUSY ? 0 : result;
}

int store_finish(struct store *store, struct error *error)
{
	int result = store->failed;

	if (result == 0)
		result = write_tables(store);
	if (result == 0 && has_room_for_rows(store))
		result = write_rows(store);
	if (result == 0)
		result = close_journal(store);
	if (result < 0)
		store_fail(store, result, error);
	store_free(store);
	return result;
}

static int add_rows(sqlite3 *db, store_progress_fn *progress, void *context)
{
	int result = store_exec(db, "PRAGMA secure_delete = OFF; BEGIN IMMEDIATE");

	/* Somebody may have been quicker. */
	if (result == 0 && !store_number(db, "SELECT 1 FROM sqlite_schema WHERE name = 'event'", 0))
		result = store_materialize(db, progress, context);
	return result == 0 ? store_exec(db, "COMMIT") : result;
}

int store_add_rows(const char *path, store_progress_fn *progress, void *context,
		   struct error *error)
{
	sqlite3 *db = NULL;
	char *name = store_file_name(path);
	int result = store_connect(&db, path, error); /* looks whether it is one of ours */
	bool complete;

	if (result < 0) {
		free(name);
		return result;
	}
	complete = store_number(db, "SELECT value = 'complete' FROM meta WHERE name = 'state'", 0);
	sqlite3_close(db);
	db = NULL;
	if (!complete)
		result = error_set(error, -EBUSY, EXIT_IO, "%s: its recording has not ended", path);
	else if (!name || sqlite3_open_v2(name, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
					  NULL) != SQLITE_OK)
		result = store_error(db, path, error);
	free(name);
	if (result == 0) {
		store_distrust(db);
		if (add_rows(db, progress, context) < 0)
			result = store_error(db, path, error);
	}
	sqlite3_close(db);
	return result;
}

void store_abandon(struct store *store)
{
	if (!sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	store_free(store);
}
