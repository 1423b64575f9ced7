/* SPDX-License-Identifier: MIT */
/*
 * store_extension.c - greenroom_sqlite.so, an extension for SQLite's own shell, or whatever else can
 * load one: with it a long trace has `event`, `mark` and the views, as a short one has without.
 *
 *     sqlite3 greenroom.db
 *     sqlite> .load /usr/lib/greenroom/greenroom_sqlite
 *
 * The files of the store that it needs are compiled into it once more, so that they call the SQLite
 * that has loaded it (store_private.h).
 */
#include <errno.h>

#include "store_private.h"

const sqlite3_api_routines *sqlite3_api; /* SQLITE_EXTENSION_INIT1 */

static int provide(sqlite3 *db, const char *path, struct error *error)
{
	int result = 0;

	if (store_number(db, "PRAGMA main.application_id", 0) != STORE_APPLICATION_ID)
		return error_set(error, -EBADMSG, EXIT_BAD_TRACE, "%s: not a greenroom trace",
				 path);
	if (store_number(db, "PRAGMA main.user_version", 0) > STORE_FORMAT)
		return error_set(error, -EBADMSG, EXIT_BAD_TRACE,
				 "%s: written by a newer greenroom", path);
	result = store_schema_check(db, path, error);
	if (result < 0 || store_number(db, "SELECT 1 FROM sqlite_schema WHERE name = 'event'", 0))
		return result;
	result = store_event_provide(db);
	if (result == 0)
		result = store_fill_marks(db, "temp");
	return result < 0 ? store_error(db, path, error) : 0;
}

/* The name is what SQLite makes of the file's. */
__attribute__((visibility("default"))) int
sqlite3_greenroomsqlite_init(sqlite3 *db, char **message, const sqlite3_api_routines *api);

int sqlite3_greenroomsqlite_init(sqlite3 *db, char **message, const sqlite3_api_routines *api)
{
	struct error error;
	const char *path;

	sqlite3_api = api;
	path = sqlite3_db_filename(db, "main");
	if (provide(db, path && *path ? path : "main", &error) == 0)
		return SQLITE_OK;
	*message = sqlite3_mprintf("%s", error.text);
	return SQLITE_ERROR;
}
