/* SPDX-License-Identifier: MIT */
/*
 * faulty_disk.c - a disk that fails SQLite's n-th write: see faulty_disk.h.
 *
 * Files are the system VFS's own; each table of methods that one brings is copied, with a write of
 * ours in it.
 */
#include "faulty_disk.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

enum { METHODS_MAX = 8 };

struct methods {
	sqlite3_io_methods faulty; /* first: a file's pMethods points to it */
	const sqlite3_io_methods *real;
};

static struct methods methods[METHODS_MAX];
static sqlite3_vfs faulty_vfs, *real_vfs;
static long fail_at, writes;
static bool fail_for_ever;

static int faulty_write(sqlite3_file *file, const void *data, int bytes, sqlite3_int64 offset)
{
	const struct methods *of = (const struct methods *)file->pMethods;

	writes++;
	if (fail_at && (writes == fail_at || (fail_for_ever && writes > fail_at)))
		return SQLITE_FULL;
	return of->real->xWrite(file, data, bytes, offset);
}

static int faulty_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
		       int *out_flags)
{
	int result = real_vfs->xOpen(real_vfs, name, file, flags, out_flags);

	(void)vfs;
	if (!file->pMethods)
		return result;
	for (int i = 0; i < METHODS_MAX; i++) {
		if (methods[i].real && methods[i].real != file->pMethods)
			continue;
		methods[i].real = file->pMethods;
		methods[i].faulty = *file->pMethods;
		methods[i].faulty.xWrite = faulty_write;
		file->pMethods = &methods[i].faulty;
		return result;
	}
	abort();
}

void faulty_disk_install(void)
{
	real_vfs = sqlite3_vfs_find(NULL);
	faulty_vfs = *real_vfs;
	faulty_vfs.zName = "faulty";
	faulty_vfs.xOpen = faulty_open;
	sqlite3_vfs_register(&faulty_vfs, 1);
}

void faulty_disk_set(long countdown, bool for_ever)
{
	fail_at = countdown;
	fail_for_ever = for_ever;
	writes = 0;
}

long faulty_disk_writes(void)
{
	return writes;
}
