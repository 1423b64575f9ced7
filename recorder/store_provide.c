/* SPDX-License-Identifier: MIT */
/*
 * store_provide.c - what a long trace lacks: `event` as a virtual table that reads the chunks, and the
 * views that a short trace has, as temporary ones.
 */
#include <errno.h>

#include "store_private.h"

static int create_temporary_view(void *context, const char *name, const char *statement)
{
	sqlite3 *db = context;
	char *sql = sqlite3_mprintf("CREATE TEMP VIEW %s", statement);
	int result = sql ? store_exec(db, sql) : -ENOMEM;

	(void)name;
	sqlite3_free(sql);
	return result;
}

int store_event_provide(sqlite3 *db)
{
	int result = store_event_register(db, "event");

	/* Used once, so that it is set up before anybody forbids that, and damage is told here. */
	if (result == 0)
		result = store_exec(db, "SELECT 1 FROM event LIMIT 0");
	if (result == 0)
		result = store_views_each(db, create_temporary_view, db);
	if (result == 0)
		result = store_schema_friendly_views(create_temporary_view, db);
	if (result == 0)
		result = store_exec(db, "CREATE TEMP TABLE mark(seq INTEGER PRIMARY KEY, time_ns,"
					" thread, tasklet, place, text)");
	return result;
}
