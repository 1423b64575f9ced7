/* SPDX-License-Identifier: MIT */
/*
 * store_verify_tables.c - the plain tables: those that add up events are made again beside the ones
 * in the file and compared; those that events name things in must have them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_verify_private.h"

/* --------------------------------------------------------------- tables made from the events */

static const char *const tables[] = {"tasklet", "channel", "thread"};

enum { TABLES = sizeof(tables) / sizeof(tables[0]) };

/* An empty table of the same columns, which hides the file's own. */
static int make_twin(sqlite3 *db, const char *table)
{
	static const char begin[] = "CREATE TABLE ";
	char *sql = sqlite3_mprintf("SELECT sql FROM main.sqlite_schema WHERE name = '%s'", table);
	sqlite3_stmt *schema = sql ? store_prepare(db, sql) : NULL;
	int result = -ENOMEM;

	sqlite3_free(sql);
	if (schema && sqlite3_step(schema) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(schema, 0);

		sql = sqlite3_mprintf("CREATE TEMP TABLE %s", text + strlen(begin));
		result = sql ? store_exec(db, sql) : -ENOMEM;
		sqlite3_free(sql);
	}
	sqlite3_finalize(schema);
	return result;
}

static void compare_twin(struct verification *verification, const char *table)
{
	char *sql = sqlite3_mprintf(
		"SELECT min(id) FROM ("
		" SELECT * FROM (SELECT * FROM main.%s EXCEPT SELECT * FROM temp.%s)"
		" UNION ALL SELECT * FROM (SELECT * FROM temp.%s EXCEPT SELECT * FROM main.%s))",
		table, table, table, table);
	sqlite3_stmt *difference = sql ? store_prepare(verification->db, sql) : NULL;

	sqlite3_free(sql);
	if (!difference || sqlite3_step(difference) != SQLITE_ROW)
		verify_tell(verification, "table %s cannot be read: %s", table,
			    sqlite3_errmsg(verification->db));
	else if (sqlite3_column_type(difference, 0) != SQLITE_NULL)
		verify_tell(verification, "table %s is wrong about %s %lld", table, table,
			    (long long)sqlite3_column_int64(difference, 0));
	sqlite3_finalize(difference);
}

static int check_sums(struct verification *verification)
{
	sqlite3 *db = verification->db;
	int result = 0;

	for (int i = 0; i < TABLES && result == 0; i++)
		result = make_twin(db, tables[i]);
	/* The process is the recorder's word; events do not tell. */
	if (result == 0)
		result = store_exec(db, "INSERT INTO temp.thread(id, process, os_thread)"
					" SELECT id, process, os_thread FROM main.thread");
	if (result == 0)
		result = store_tally_write(verification->tally, db, verification->time_ns);
	for (int i = 0; i < TABLES && result == 0; i++)
		compare_twin(verification, tables[i]);
	return result;
}

/* ---------------------------------------------------------------- what the events name is there */

static int see_ids(struct verification *verification, const char *table, struct store_set *known)
{
	char *sql = sqlite3_mprintf("SELECT id FROM main.%s", table);
	sqlite3_stmt *rows = sql ? store_prepare(verification->db, sql) : NULL;
	int result = rows ? 0 : -ENOMEM, code = SQLITE_DONE;

	sqlite3_free(sql);
	while (result == 0 && (code = sqlite3_step(rows)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(rows, 0);

		if (id > 0 && id <= STORE_SET_ID_MAX)
			result = store_set_add(known, (uint32_t)id);
	}
	if (code != SQLITE_DONE)
		verify_tell(verification, "table %s cannot be read: %s", table,
			    sqlite3_errmsg(verification->db));
	sqlite3_finalize(rows);
	return result;
}

static int check_names(struct verification *verification, const char *table,
		       const struct store_set *named)
{
	struct store_set known = {0};
	int result = see_ids(verification, table, &known);
	uint32_t missing = 0, first = 0;

	for (uint32_t id = 1; id < named->room; id++) {
		if (!store_set_has(named, id) || store_set_has(&known, id))
			continue;
		if (!missing++)
			first = id;
	}
	if (result == 0 && missing == 1)
		verify_tell(verification, "events speak of %s %lu, which is not in its table",
			    table, (unsigned long)first);
	else if (result == 0 && missing > 1)
		verify_tell(verification,
			    "events speak of %s %lu and %lu others, which are not in their table",
			    table, (unsigned long)first, (unsigned long)missing - 1);
	store_set_destroy(&known);
	return result;
}

/* -------------------------------------------------------------------------------------- losses */

static void check_losses(struct verification *verification)
{
	int64_t row = store_number(verification->db,
				   "SELECT rowid FROM loss WHERE typeof(count) <> 'integer'"
				   " OR count <= 0 OR typeof(from_ns) <> 'integer' OR from_ns < 0"
				   " OR typeof(to_ns) <> 'integer' OR to_ns < from_ns"
				   " OR typeof(thread) <> 'integer' OR thread < 0 LIMIT 1",
				   0);

	if (row)
		verify_tell(verification, "row %lld of table loss makes no sense", (long long)row);
}

int verify_tables(struct verification *verification)
{
	int result = check_names(verification, "string", &verification->strings);

	check_losses(verification);
	if (result == 0)
		result = check_names(verification, "place", &verification->places);
	if (result == 0 && verification->stacks.room)
		result = check_names(verification, "stack", &verification->stacks);
	if (result == 0)
		result = check_names(verification, "thread", &verification->threads);
	if (result == 0 && verification->complete && verification->out->ended)
		result = check_sums(verification);
	return result;
}
