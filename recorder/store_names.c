/* SPDX-License-Identifier: MIT */
/*
 * store_names.c - what the numbers in events stand for, from the plain tables into a dictionary.
 *
 * A trace that is still being recorded gets more: what is in the dictionary already is not read again.
 */
#include <errno.h>

#include "store_private.h"

struct names {
	sqlite3 *db;
	struct dictionary *dictionary;
	uint32_t *unnamed_place;
};

/* Rows that do not fit are left out: their numbers are shown without a name. */
static int load_strings(struct names *names)
{
	sqlite3_stmt *rows = store_prepare(names->db,
					   "SELECT id, text FROM string WHERE id > ? ORDER BY id");
	int result = 0, code = SQLITE_ERROR;

	if (!rows)
		return store_errno(names->db);
	sqlite3_bind_int64(rows, 1, dictionary_strings(names->dictionary));
	while (result != -ENOMEM && (code = sqlite3_step(rows)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(rows, 0);
		const char *text = (const char *)sqlite3_column_text(rows, 1);

		if (text && id > 0 && id <= UINT32_MAX)
			result = dictionary_set_string(names->dictionary, (uint32_t)id, text,
						       (size_t)sqlite3_column_bytes(rows, 1));
	}
	if (result != -ENOMEM)
		result = code == SQLITE_DONE ? 0 : store_errno(names->db);
	sqlite3_finalize(rows);
	return result;
}

/* What is only an address is named later, when the recorder has found out. */
static int load_place(struct names *names, sqlite3_stmt *row)
{
	int64_t id = sqlite3_column_int64(row, 0), line = sqlite3_column_int64(row, 3);
	struct dictionary_place place = {
		.function = (const char *)sqlite3_column_text(row, 1),
		.file = (const char *)sqlite3_column_text(row, 2),
		.line = line > 0 && line <= INT32_MAX ? (uint32_t)line : 0,
		.address = (uint64_t)sqlite3_column_int64(row, 4),
	};
	bool named = place.function && place.file && (*place.function || *place.file);

	if (!place.function || !place.file || id <= 0 || id > UINT32_MAX)
		return 0;
	if (!named && !*names->unnamed_place)
		*names->unnamed_place = (uint32_t)id;
	if (id > dictionary_places(names->dictionary))
		return dictionary_set_place(names->dictionary, (uint32_t)id, &place);
	return named ? dictionary_renew_place(names->dictionary, (uint32_t)id, &place) : 0;
}

static int load_places(struct names *names)
{
	sqlite3_stmt *rows = store_prepare(
		names->db, "SELECT id, coalesce(function, ''), coalesce(file, ''), line, address"
			   " FROM place WHERE id >= ? ORDER BY id");
	int result = 0, code = SQLITE_ERROR;

	if (!rows)
		return store_errno(names->db);
	sqlite3_bind_int64(rows, 1,
			   *names->unnamed_place
				   ? (int64_t)*names->unnamed_place
				   : (int64_t)dictionary_places(names->dictionary) + 1);
	*names->unnamed_place = 0;
	while (result != -ENOMEM && (code = sqlite3_step(rows)) == SQLITE_ROW)
		result = load_place(names, rows);
	if (result != -ENOMEM)
		result = code == SQLITE_DONE ? 0 : store_errno(names->db);
	sqlite3_finalize(rows);
	return result;
}

/* A file of the first format has none. */
static int load_stacks(struct names *names)
{
	sqlite3_stmt *rows;
	int result = 0, code = SQLITE_ERROR;

	if (sqlite3_table_column_metadata(names->db, "main", "stack", NULL, NULL, NULL, NULL, NULL,
					  NULL) != SQLITE_OK)
		return 0;
	rows = store_prepare(names->db,
			     "SELECT id, caller, place FROM stack WHERE id > ? ORDER BY id");
	if (!rows)
		return store_errno(names->db);
	sqlite3_bind_int64(rows, 1, dictionary_stacks(names->dictionary));
	while (result != -ENOMEM && (code = sqlite3_step(rows)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(rows, 0), caller = sqlite3_column_int64(rows, 1);
		int64_t place = sqlite3_column_int64(rows, 2);

		if (id > 0 && id <= UINT32_MAX && caller >= 0 && caller < id && place >= 0 &&
		    place <= UINT32_MAX)
			result = dictionary_set_stack(names->dictionary, (uint32_t)id,
						      (struct dictionary_stack){(uint32_t)caller,
										(uint32_t)place});
	}
	if (result != -ENOMEM)
		result = code == SQLITE_DONE ? 0 : store_errno(names->db);
	sqlite3_finalize(rows);
	return result;
}

int store_names_load(sqlite3 *db, struct dictionary *dictionary, uint32_t *unnamed_place)
{
	struct names names = {db, dictionary, unnamed_place};
	int result = load_strings(&names);

	if (result == 0)
		result = load_places(&names);
	return result == 0 ? load_stacks(&names) : result;
}
