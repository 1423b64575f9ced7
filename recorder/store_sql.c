/* SPDX-License-Identifier: MIT */
/*
 * store_sql.c - statements of a user, on a trace from anywhere: they may read, and nothing else.
 *
 * Where the events are only in chunks they are provided all the same (store_provide.c): what works
 * on one trace works on all.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "store_private.h"

enum { COLUMNS_MAX = 200 };

/* `event` and its views, where the recording was too long for rows. */
static int provide_events(sqlite3 *db, const char *sql)
{
	int result;

	if (store_number(db, "SELECT 1 FROM sqlite_schema WHERE name = 'event'", 0))
		return 0;
	result = store_event_provide(db);
	/* Finding the marks means reading everything: only for those who want them. */
	if (result == 0 && strcasestr(sql, "mark"))
		result = store_fill_marks(db, "temp");
	return result;
}

/* ---------------------------------------------------------------------------- what is allowed */

static bool is_harmless_pragma(const char *name, const char *value)
{
	static const char *const with_value[] = {"table_info", "table_xinfo", "index_list",
						 "index_info", "table_list"};
	static const char *const without[] = {"application_id", "user_version", "page_size",
					      "page_count",     "table_list",   "integrity_check",
					      "quick_check",    "encoding",     "compile_options",
					      "function_list",  "database_list"};

	for (size_t i = 0; value && i < sizeof(with_value) / sizeof(with_value[0]); i++) {
		if (strcasecmp(name, with_value[i]) == 0)
			return true;
	}
	for (size_t i = 0; !value && i < sizeof(without) / sizeof(without[0]); i++) {
		if (strcasecmp(name, without[i]) == 0)
			return true;
	}
	return false;
}

static int authorize(void *context, int action, const char *first, const char *second,
		     const char *database, const char *source)
{
	(void)context;
	(void)database;
	(void)source;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		return strcasecmp(second, "load_extension") == 0 ||
				       strcasecmp(second, "fts3_tokenizer") == 0
			       ? SQLITE_DENY
			       : SQLITE_OK;
	case SQLITE_PRAGMA:
		return is_harmless_pragma(first, second) ? SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

/* ----------------------------------------------------------------------------------- running */

struct rows {
	store_row_fn *row;
	void *context;
};

static int hand_over(const struct rows *rows, sqlite3_stmt *statement, bool is_header)
{
	const char *values[COLUMNS_MAX];
	int columns = sqlite3_column_count(statement);

	if (columns > COLUMNS_MAX)
		columns = COLUMNS_MAX;
	for (int i = 0; i < columns; i++)
		values[i] = is_header ? sqlite3_column_name(statement, i)
				      : (const char *)sqlite3_column_text(statement, i);
	return rows->row(rows->context, is_header, columns, values);
}

/* Runs one statement; *stop when the user has seen enough. */
static int run_statement(sqlite3 *db, sqlite3_stmt *statement, const struct rows *rows, bool *stop)
{
	int code;

	if (sqlite3_column_count(statement) == 0)
		*stop = false;
	else
		*stop = hand_over(rows, statement, true) != 0;
	while (!*stop && (code = sqlite3_step(statement)) != SQLITE_DONE) {
		if (code != SQLITE_ROW)
			return store_errno(db);
		*stop = hand_over(rows, statement, false) != 0;
	}
	return 0;
}

/* A mistake in the statement is the user's, anything else is the file's. */
static int complain(sqlite3 *db, const char *path, struct error *error)
{
	switch (sqlite3_errcode(db) & 0xff) {
	case SQLITE_AUTH:
		return error_set(error, -EACCES, EXIT_USAGE, "%s: a trace is only read: %s", path,
				 sqlite3_errmsg(db));
	case SQLITE_ERROR:
	case SQLITE_RANGE:
	case SQLITE_TOOBIG:
	case SQLITE_MISMATCH:
		return error_set(error, -EINVAL, EXIT_USAGE, "%s", sqlite3_errmsg(db));
	default:
		return store_error(db, path, error);
	}
}

int store_sql(const char *path, const char *sql, store_row_fn *row, void *context,
	      struct error *error)
{
	struct rows rows = {row, context};
	bool stop = false;
	sqlite3 *db;
	int result = store_connect(&db, path, error);

	if (result < 0)
		return result;
	/* One transaction: while the trace is being recorded, everything is as of now. */
	result = store_exec(db, "BEGIN");
	if (result == 0)
		result = provide_events(db, sql);
	if (result < 0) {
		store_error(db, path, error);
		sqlite3_close(db);
		return result;
	}
	sqlite3_set_authorizer(db, authorize, NULL);
	while (result == 0 && !stop && *sql) {
		sqlite3_stmt *statement = NULL;

		if (sqlite3_prepare_v2(db, sql, -1, &statement, &sql) != SQLITE_OK ||
		    (statement && run_statement(db, statement, &rows, &stop) < 0))
			result = complain(db, path, error);
		sqlite3_finalize(statement);
	}
	sqlite3_close(db);
	return result;
}
