/* SPDX-License-Identifier: MIT */
/* store_copy.c - what a trace knows besides its events, copied into another. */
#include <errno.h>
#include <stdlib.h>

#include "store_private.h"
#include "store_writer.h"

static int attach_origin(struct store *to, const char *path)
{
	char *name = store_file_name(path);
	sqlite3_stmt *attach = store_prepare(to->db, "ATTACH DATABASE ?1 AS origin");
	int result = name && attach ? 0 : -ENOMEM;

	if (result == 0) {
		store_bind(attach, "t", name);
		result = store_run(attach);
	}
	sqlite3_finalize(attach);
	free(name);
	return result;
}

int store_copy_facts(struct store *to, const struct store *from, struct error *error)
{
	int result = attach_origin(to, from->path);

	if (result == 0)
		result = store_exec(to->db,
				    "BEGIN;"
				    "INSERT OR REPLACE INTO string SELECT * FROM origin.string;"
				    "INSERT OR REPLACE INTO place SELECT * FROM origin.place;"
				    "INSERT OR REPLACE INTO module SELECT * FROM origin.module;"
				    "INSERT OR REPLACE INTO thread SELECT * FROM origin.thread;"
				    "INSERT INTO loss SELECT * FROM origin.loss;"
				    "INSERT OR REPLACE INTO meta SELECT * FROM origin.meta"
				    " WHERE name NOT IN ('state', 'position');"
				    "COMMIT");
	if (result == 0)
		result = store_exec(to->db, "DETACH origin");
	return result < 0 ? store_error(to->db, to->path, error) : 0;
}
