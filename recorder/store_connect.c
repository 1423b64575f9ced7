/* SPDX-License-Identifier: MIT */
/*
 * store_connect.c - opening a trace that may be anything: damaged, foreign, hostile.
 *
 * First the file's own first bytes are looked at, so that SQLite never opens what is no trace. Then
 * SQLite opens it read-only, told to trust nothing in it, and the schema is compared with ours.
 * Each kind of trouble has its sentence.
 *
 * A file whose recorder was killed has a WAL beside it; SQLite reads through that, and needs its
 * "-shm" file, or a folder to make one in. Where there is no WAL nothing is missing, and the file is
 * opened as one that nobody changes, which needs neither.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_private.h"

enum { HEADER_BYTES = 100, USER_VERSION_AT = 60, APPLICATION_ID_AT = 68 };

static uint32_t get_u32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return be32toh(value);
}

static int check_version(int64_t application, int64_t format, const char *path, struct error *error)
{
	if (application != STORE_APPLICATION_ID)
		return error_set(error, -EBADMSG, EXIT_BAD_TRACE, "%s: not a greenroom trace",
				 path);
	if (format > STORE_FORMAT)
		return error_set(error, -EBADMSG, EXIT_BAD_TRACE,
				 "%s: written by a newer greenroom (format %lld, this one reads up "
				 "to %d)",
				 path, (long long)format, STORE_FORMAT);
	if (format < 1)
		return error_set(error, -EBADMSG, EXIT_BAD_TRACE,
				 "%s: damaged: it has no format number", path);
	return 0;
}

static int probe_file(int file, const char *path, bool any_version, struct error *error)
{
	static const char magic[16] = "SQLite format 3";
	uint8_t header[HEADER_BYTES];
	struct stat status;
	ssize_t bytes;
	int64_t format;

	if (fstat(file, &status) < 0)
		return error_set_file(error, -errno, path);
	if (S_ISDIR(status.st_mode))
		return error_set_file(error, -EISDIR, path);
	if (!S_ISREG(status.st_mode))
		return error_set(error, -EBADMSG, EXIT_BAD_TRACE, "%s: not a regular file", path);
	if (status.st_size == 0)
		return error_set(error, -EBADMSG, EXIT_BAD_TRACE,
				 "%s: empty, not a greenroom trace", path);
	bytes = pread(file, header, sizeof(header), 0);
	if (bytes < 0)
		return error_set_file(error, -errno, path);
	if (bytes < HEADER_BYTES || memcmp(header, magic, sizeof(magic)) != 0)
		return error_set(error, -EBADMSG, EXIT_BAD_TRACE, "%s: not a greenroom trace",
				 path);
	format = get_u32(header + USER_VERSION_AT);
	return check_version(get_u32(header + APPLICATION_ID_AT), any_version ? 1 : format, path,
			     error);
}

int store_probe(const char *path, bool any_version, struct error *error)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int result;

	if (file < 0)
		return error_set_file(error, -errno, path);
	result = probe_file(file, path, any_version, error);
	close(file);
	return result;
}

/* ---------------------------------------------------------------------------------- SQLite */

void store_distrust(sqlite3 *db)
{
	static const struct {
		int limit, value;
	} limits[] = {
		{SQLITE_LIMIT_LENGTH, 256 << 20},    {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
		{SQLITE_LIMIT_COLUMN, 200},          {SQLITE_LIMIT_EXPR_DEPTH, 200},
		{SQLITE_LIMIT_COMPOUND_SELECT, 100}, {SQLITE_LIMIT_VDBE_OP, 1 << 20},
		{SQLITE_LIMIT_ATTACHED, 0},          {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
		{SQLITE_LIMIT_TRIGGER_DEPTH, 1},     {SQLITE_LIMIT_WORKER_THREADS, 0},
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		sqlite3_limit(db, limits[i].limit, limits[i].value);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_exec(db,
		     "PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;"
		     "PRAGMA temp_store = MEMORY",
		     NULL, NULL, NULL);
}

/* `name` as a URI that says that nobody changes the file; caller frees. */
static char *immutable_uri(const char *name)
{
	static const char end[] = "?immutable=1";
	char *uri = malloc(5 + 3 * strlen(name) + sizeof(end)), *to = uri;

	if (!uri)
		return NULL;
	to = stpcpy(to, "file:");
	for (; *name; name++) {
		if (strchr("%?#", *name))
			to += sprintf(to, "%%%02x", *name);
		else
			*to++ = *name;
	}
	strcpy(to, end);
	return uri;
}

static bool has_wal(const char *path)
{
	char *wal = malloc(strlen(path) + 5);
	struct stat status;
	bool has;

	if (!wal)
		return true;
	strcpy(stpcpy(wal, path), "-wal");
	has = stat(wal, &status) == 0 && status.st_size > 0;
	free(wal);
	return has;
}

/* Opens and reads the first page. Negative errno; *db may be there all the same. */
static int try_open(sqlite3 **db, const char *name, int flags)
{
	if (sqlite3_open_v2(name, db, flags | SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK)
		return store_errno(*db);
	sqlite3_busy_timeout(*db, 5000);
	store_distrust(*db);
	return store_exec(*db, "SELECT 1 FROM sqlite_schema LIMIT 1");
}

static int open_connection(sqlite3 **db, const char *path, struct error *error)
{
	char *name = store_file_name(path);
	int result = name ? try_open(db, name, 0) : -ENOMEM;

	if (result < 0 && result != -EBADMSG && result != -ENOMEM && !has_wal(path)) {
		char *uri = immutable_uri(name);

		sqlite3_close(*db);
		*db = NULL;
		result = uri ? try_open(db, uri, SQLITE_OPEN_URI) : -ENOMEM;
		free(uri);
	} else if (result < 0 && result != -EBADMSG && result != -ENOMEM) {
		result = error_set(error, result, EXIT_IO,
				   "%s: its recorder was killed, and the folder is read-only: copy "
				   "%s and %s-wal to another folder",
				   path, path, path);
		free(name);
		return result;
	}
	free(name);
	return result < 0 ? store_error(*db, path, error) : 0;
}

int store_connect(sqlite3 **out, const char *path, struct error *error)
{
	sqlite3 *db = NULL;
	int result = store_probe(path, false, error);

	*out = NULL;
	if (result < 0)
		return result;
	result = open_connection(&db, path, error);
	if (result == 0) /* again: a WAL may have brought another first page */
		result = check_version(store_number(db, "PRAGMA application_id", 0),
				       store_number(db, "PRAGMA user_version", 0), path, error);
	if (result == 0)
		result = store_schema_check(db, path, error);
	if (result < 0) {
		sqlite3_close(db);
		return result;
	}
	*out = db;
	return 0;
}
