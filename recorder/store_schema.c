/* SPDX-License-Identifier: MIT */
/*
 * store_schema.c - the tables of a trace: made in a new file, recognized in a foreign one.
 *
 * A file from elsewhere can hold anything under the names we ask for: a view or trigger that runs
 * for ever, a virtual table that reads other files. So before any of it is used, each object in it
 * must be one that greenroom makes, by the same statement. Those of the kinds depend on the
 * catalogue of the day; they are made again from the catalogue in the file, and compared.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_private.h"

/* schema_sql and schema_event_sql: the .sql files as strings. */
#include "schema_sql.h"

static int fill_kinds(sqlite3 *db)
{
	sqlite3_stmt *kind = store_prepare(db, "INSERT INTO kind VALUES(?, ?, ?, ?)");
	sqlite3_stmt *field = store_prepare(db, "INSERT INTO field VALUES(?, ?, ?, ?, ?, ?, ?)");
	static const char *const positions[] = {"SMALL", "A", "B", "C", "D", "E", "DE", "BC"};
	int result = kind && field ? 0 : store_errno(db);

	for (unsigned int id = 1; id < EVENT_KINDS && result == 0; id++) {
		const struct event_description *description = event_describe(id);

		store_bind(kind, "ittt", (int64_t)id, description->name, description->category,
			   description->sentence);
		result = store_run(kind);
		for (int i = 0; i < description->fields && result == 0; i++) {
			const struct event_field *of = &description->field[i];

			store_bind(field, "iittitt", (int64_t)id, (int64_t)i, of->name,
				   event_type_name(of->type),
				   (int64_t)event_type_is_signed(of->type), positions[of->position],
				   of->meaning);
			result = store_run(field);
		}
	}
	sqlite3_finalize(kind);
	sqlite3_finalize(field);
	return result;
}

static int fill_words(sqlite3 *db)
{
	sqlite3_stmt *insert = store_prepare(db, "INSERT INTO word VALUES(?, ?, ?, ?)");
	int result = insert ? 0 : store_errno(db);

	for (int type = 0; event_type_name((enum event_type)type) && result == 0; type++) {
		/* Enumerations are small and dense. */
		for (int64_t value = -1; value < 64 && result == 0; value++) {
			const char *symbol = event_symbol((enum event_type)type, value);

			if (!symbol)
				continue;
			store_bind(insert, "titt", event_type_name((enum event_type)type), value,
				   symbol, event_word((enum event_type)type, value));
			result = store_run(insert);
		}
	}
	sqlite3_finalize(insert);
	return result;
}

int store_schema_create(sqlite3 *db)
{
	int result = store_exec(db, schema_sql);

	if (result == 0)
		result = fill_kinds(db);
	if (result == 0)
		result = fill_words(db);
	return result;
}

static int create_view(void *context, const char *name, const char *statement)
{
	sqlite3 *db = context;
	char *sql = sqlite3_mprintf("CREATE VIEW %s", statement);
	int result = sql ? store_exec(db, sql) : -ENOMEM;

	(void)name;
	sqlite3_free(sql);
	return result;
}

int store_schema_create_event(sqlite3 *db)
{
	int result = store_exec(db, schema_event_sql);

	return result ? result : store_views_each(db, create_view, db);
}

/* --------------------------------------------------------------------------- foreign files */

/* Every object that may be in a trace, in a database of its own: table `sqlite_schema` of it, or,
 * for the views of kinds, table `view`. */
static sqlite3 *reference_create(void)
{
	sqlite3 *reference = NULL;

	if (sqlite3_open_v2(":memory:", &reference,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK ||
	    store_exec(reference, schema_sql) < 0 || store_exec(reference, schema_event_sql) < 0 ||
	    store_exec(reference, "CREATE TEMP TABLE view(name TEXT PRIMARY KEY, sql TEXT)") < 0) {
		sqlite3_close(reference);
		return NULL;
	}
	return reference;
}

static int reference_add_view(void *context, const char *name, const char *statement)
{
	sqlite3_stmt *insert = context;
	char *sql = sqlite3_mprintf("CREATE VIEW %s", statement);
	int result;

	if (!sql)
		return -ENOMEM;
	store_bind(insert, "tt", name, sql);
	result = store_run(insert);
	sqlite3_free(sql);
	return result;
}

/* Looks at the objects of the file that are views, or those that are not. */
static int check_objects(sqlite3 *db, sqlite3 *reference, bool views, const char *path,
			 struct error *error)
{
	sqlite3_stmt *objects = store_prepare(
		db, views ? "SELECT type, name, sql FROM sqlite_schema WHERE type IS 'view'"
			  : "SELECT type, name, sql FROM sqlite_schema WHERE type IS NOT 'view'");
	sqlite3_stmt *known = store_prepare(
		reference,
		"SELECT 1 FROM main.sqlite_schema"
		" WHERE type IS ?1 AND name IS ?2 AND sql IS ?3"
		" UNION ALL SELECT 1 FROM temp.view"
		" WHERE ?1 IS 'view' AND name IS ?2 AND sql IS ?3"
		/* what the user's ANALYZE leaves behind */
		" UNION ALL SELECT 1 WHERE ?2 IS 'sqlite_stat1' OR ?2 IS 'sqlite_stat4'");
	int result = 0, code = SQLITE_DONE;

	if (!objects || !known)
		result = store_error(objects ? reference : db, path, error);
	while (result == 0 && (code = sqlite3_step(objects)) == SQLITE_ROW) {
		const char *type = (const char *)sqlite3_column_text(objects, 0);
		const char *name = (const char *)sqlite3_column_text(objects, 1);

		store_bind(known, "ttt", type, name, sqlite3_column_text(objects, 2));
		if (sqlite3_step(known) != SQLITE_ROW)
			result = error_set(
				error, -EBADMSG, EXIT_BAD_TRACE,
				"%s: not a greenroom trace: it holds a foreign %s, \"%s\"", path,
				type ? type : "object", name ? name : "");
		sqlite3_reset(known);
	}
	if (result == 0 && code != SQLITE_DONE)
		result = store_error(db, path, error);
	sqlite3_finalize(objects);
	sqlite3_finalize(known);
	return result;
}

/* Whether the table came with a format that is newer than the file. */
static bool is_newer(const char *table, int64_t format)
{
	return format < 2 && strcmp(table, "stack") == 0;
}

/* All the tables that every trace has. */
static int check_complete(sqlite3 *db, const char *path, struct error *error)
{
	sqlite3 *reference = NULL;
	sqlite3_stmt *tables = NULL;
	int64_t format = store_number(db, "PRAGMA user_version", 0);
	int result = -ENOMEM;

	if (sqlite3_open(":memory:", &reference) == SQLITE_OK &&
	    store_exec(reference, schema_sql) == 0)
		tables = store_prepare(reference,
				       "SELECT name FROM sqlite_schema WHERE type = 'table'");
	if (tables)
		result = 0;
	while (result == 0 && sqlite3_step(tables) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(tables, 0);

		if (!is_newer(name, format) &&
		    sqlite3_table_column_metadata(db, "main", name, NULL, NULL, NULL, NULL, NULL,
						  NULL) != SQLITE_OK)
			result = error_set(error, -EBADMSG, EXIT_BAD_TRACE,
					   "%s: damaged: it has no table \"%s\"", path, name);
	}
	sqlite3_finalize(tables);
	sqlite3_close(reference);
	return result;
}

int store_schema_friendly_views(store_view_fn *each, void *context)
{
	static const char begin[] = "CREATE VIEW ";
	sqlite3 *reference = reference_create();
	sqlite3_stmt *views;
	int result = reference ? 0 : -ENOMEM;

	if (!reference)
		return result;
	views = store_prepare(reference,
			      "SELECT name, sql FROM main.sqlite_schema WHERE type = 'view'");
	while (views && result == 0 && sqlite3_step(views) == SQLITE_ROW)
		result = each(context, (const char *)sqlite3_column_text(views, 0),
			      (const char *)sqlite3_column_text(views, 1) + strlen(begin));
	sqlite3_finalize(views);
	sqlite3_close(reference);
	return views ? result : -ENOMEM;
}

int store_schema_check(sqlite3 *db, const char *path, struct error *error)
{
	sqlite3 *reference = reference_create();
	sqlite3_stmt *insert = NULL;
	int result;

	if (!reference)
		return error_set_file(error, -ENOMEM, path);
	result = check_objects(db, reference, false, path, error);
	if (result == 0)
		result = check_complete(db, path, error);
	if (result == 0) {
		insert = store_prepare(reference, "INSERT INTO temp.view VALUES(?, ?)");
		result = insert ? store_views_each(db, reference_add_view, insert) : -ENOMEM;
		sqlite3_finalize(insert);
		if (result < 0)
			error_set(error, result, EXIT_BAD_TRACE,
				  "%s: damaged: its catalogue of events makes no sense", path);
	}
	if (result == 0)
		result = check_objects(db, reference, true, path, error);
	sqlite3_close(reference);
	return result;
}
