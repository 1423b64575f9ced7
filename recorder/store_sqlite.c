/* SPDX-License-Identifier: MIT */
/*
 * store_sqlite.c - SQLite in the manners of the house: negative errno, one sentence.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "store_private.h"

int store_errno(sqlite3 *db)
{
	int code = db ? sqlite3_errcode(db) : SQLITE_NOMEM;
	int reason = db ? sqlite3_system_errno(db) : 0;

	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_TOOBIG:
		return -EBADMSG;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
		return reason > 0 ? -reason : -EIO;
	default:
		return -EINVAL;
	}
}

int store_error(sqlite3 *db, const char *path, struct error *error)
{
	int result = store_errno(db);

	switch (result) {
	case 0:
		return error_set(error, -EIO, EXIT_IO, "%s: unknown trouble", path);
	case -EBADMSG:
		return error_set(error, result, EXIT_BAD_TRACE, "%s: damaged or cut short (%s)",
				 path, sqlite3_errmsg(db));
	case -EBUSY:
		return error_set(error, result, EXIT_IO, "%s: in use by another program", path);
	case -EINVAL:
		return error_set(error, result, EXIT_IO, "%s: %s", path, sqlite3_errmsg(db));
	default:
		return error_set_file(error, result, path);
	}
}

int store_exec(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : store_errno(db);
}

sqlite3_stmt *store_prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
	return statement;
}

void store_bind(sqlite3_stmt *statement, const char *types, ...)
{
	va_list values;

	va_start(values, types);
	for (int i = 1; *types; types++, i++) {
		int64_t number;
		const void *data;
		size_t bytes;

		switch (*types) {
		case 'i':
			sqlite3_bind_int64(statement, i, va_arg(values, int64_t));
			break;
		case 'z':
			number = va_arg(values, int64_t);
			if (number)
				sqlite3_bind_int64(statement, i, number);
			else
				sqlite3_bind_null(statement, i);
			break;
		case 't':
			sqlite3_bind_text(statement, i, va_arg(values, const char *), -1,
					  SQLITE_STATIC);
			break;
		case 's':
			data = va_arg(values, const void *);
			bytes = va_arg(values, size_t);
			sqlite3_bind_text64(statement, i, data, bytes, SQLITE_STATIC, SQLITE_UTF8);
			break;
		case 'b':
			data = va_arg(values, const void *);
			bytes = va_arg(values, size_t);
			/* A null pointer would be NULL, not an empty blob. */
			sqlite3_bind_blob64(statement, i, data ? data : "", bytes, SQLITE_STATIC);
			break;
		default:
			abort();
		}
	}
	va_end(values);
}

int store_run(sqlite3_stmt *statement)
{
	int result = 0;

	if (sqlite3_step(statement) != SQLITE_DONE)
		result = store_errno(sqlite3_db_handle(statement));
	sqlite3_reset(statement);
	return result;
}

int64_t store_number(sqlite3 *db, const char *sql, int64_t missing)
{
	sqlite3_stmt *statement = store_prepare(db, sql);

	if (statement && sqlite3_step(statement) == SQLITE_ROW)
		missing = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return missing;
}

char *store_file_name(const char *path)
{
	size_t bytes = strlen(path) + 1;
	char *name = malloc(bytes + 2);

	if (!name)
		return NULL;
	/* "file:x" would be taken for a URI, ":memory:" and "" for no file at all. */
	memcpy(name, "./", 2);
	memcpy(name + (*path == '/' ? 0 : 2), path, bytes);
	return name;
}
