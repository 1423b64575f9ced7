/* SPDX-License-Identifier: MIT */
/*
 * store_old.c - making room for a new trace: the older one becomes NAME.old.
 *
 * A trace whose recorder was killed has a WAL beside it, without which it is not whole. It is put
 * into the file first; where that fails the WAL goes along under the new name.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_private.h"

/* `path` with an end; caller frees. */
static char *with_end(const char *path, const char *end)
{
	char *name = malloc(strlen(path) + strlen(end) + 1);

	if (name)
		strcpy(stpcpy(name, path), end);
	return name;
}

static bool exists(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

/* Puts the WAL into the file. In vain on a damaged one, or one in use: the rest works without. */
static void checkpoint(const char *path)
{
	char *name = store_file_name(path);
	sqlite3 *db = NULL;

	if (name && sqlite3_open_v2(name, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
			    SQLITE_OK) {
		store_distrust(db);
		store_exec(db, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = MEMORY");
	}
	sqlite3_close(db);
	free(name);
}

/* Renames path+end to old+end; what has that name already goes. */
static int move_one(const char *path, const char *old, const char *end)
{
	char *from = with_end(path, end), *to = with_end(old, end);
	int result = 0;

	if (!from || !to)
		result = -ENOMEM;
	else if (exists(from))
		result = rename(from, to) < 0 ? -errno : 0;
	else if (*end && unlink(to) < 0 && errno != ENOENT)
		result = -errno;
	free(from);
	free(to);
	return result;
}

int store_keep_old(const char *path, struct error *error)
{
	/* A WAL under the old name must never meet a file it does not belong to: it is moved, or
	 * removed, before the file is. */
	static const char *const ends[] = {"-shm", "-wal", "-journal", ""};
	char *old, *wal;
	int result = 0;

	if (!exists(path))
		return 0;
	result = store_probe(path, true, error);
	if (result == -EBADMSG)
		return error_set(error, result, EXIT_BAD_TRACE,
				 "%s: exists and is not a greenroom trace: it is left alone", path);
	if (result < 0)
		return result;
	wal = with_end(path, "-wal");
	old = with_end(path, ".old");
	if (wal && exists(wal))
		checkpoint(path);
	if (!wal || !old)
		result = -ENOMEM;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]) && result == 0; i++)
		result = move_one(path, old, ends[i]);
	free(wal);
	free(old);
	return result < 0 ? error_set_file(error, result, path) : 0;
}
