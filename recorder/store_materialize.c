/* SPDX-License-Identifier: MIT */
/*
 * store_materialize.c - the packed events as plain rows, for whoever has only SQLite.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_private.h"

enum { MARK_TEXT_MAX = 4096 }; /* longer texts are cut */

int store_set_meta(sqlite3 *db, const char *name, const char *value)
{
	sqlite3_stmt *insert = store_prepare(db, "INSERT OR REPLACE INTO meta VALUES(?, ?)");
	int result;

	if (!insert)
		return store_errno(db);
	store_bind(insert, "tt", name, value);
	result = store_run(insert);
	sqlite3_finalize(insert);
	return result;
}

/* ------------------------------------------------------------------------------------ marks */

/* A mark whose text is being put together. */
struct mark {
	int64_t seq, time_ns, thread, tasklet, place;
	uint32_t length, filled;
	char text[MARK_TEXT_MAX];
};

static int insert_mark(sqlite3_stmt *insert, struct mark *mark)
{
	if (mark->seq == 0)
		return 0;
	store_bind(insert, "iiiiis", mark->seq, mark->time_ns, mark->thread, mark->tasklet,
		   mark->place, mark->text, (size_t)mark->filled);
	mark->seq = 0;
	return store_run(insert);
}

static void begin_mark(struct mark *mark, sqlite3_stmt *event)
{
	int64_t length = sqlite3_column_int64(event, 6);

	mark->seq = sqlite3_column_int64(event, 0);
	mark->time_ns = sqlite3_column_int64(event, 1);
	mark->thread = sqlite3_column_int64(event, 2);
	mark->tasklet = sqlite3_column_int64(event, 5);
	mark->place = sqlite3_column_int64(event, 9);
	mark->length = length > 0 && length < MARK_TEXT_MAX ? (uint32_t)length : MARK_TEXT_MAX;
	mark->filled = 0;
}

static void add_text(struct mark *mark, sqlite3_stmt *event)
{
	int64_t count = sqlite3_column_int64(event, 4);

	for (int i = 0; i < EVENT_TEXT_BYTES && i < count && mark->filled < mark->length; i++) {
		uint32_t word = (uint32_t)sqlite3_column_int64(event, 5 + i / 4);

		mark->text[mark->filled++] = (char)(word >> i % 4 * 8);
	}
}

/* The texts of a thread follow its mark; those of other threads may lie between. Rows come thread
 * by thread, then. */
int store_fill_marks(sqlite3 *db, const char *schema)
{
	char *sql = sqlite3_mprintf("INSERT INTO %s.mark VALUES(?, ?, ?, ?, ?, ?)", schema);
	sqlite3_stmt *insert = sql ? store_prepare(db, sql) : NULL;
	sqlite3_stmt *events = store_prepare(
		db, "SELECT seq, time_ns, thread, kind, small, a, b, c, d, e FROM event"
		    " WHERE kind IN (SELECT id FROM kind WHERE category = 'mark')"
		    " ORDER BY thread, seq");
	struct mark *mark = calloc(1, sizeof(*mark));
	int result = insert && events && mark ? 0 : store_errno(db), code = SQLITE_DONE;

	if (!mark)
		result = -ENOMEM;
	while (result == 0 && (code = sqlite3_step(events)) == SQLITE_ROW) {
		int64_t kind = sqlite3_column_int64(events, 3);

		if (mark->seq &&
		    (kind != EVENT_trace_text || mark->thread != sqlite3_column_int64(events, 2)))
			result = insert_mark(insert, mark);
		if (kind == EVENT_trace_mark)
			begin_mark(mark, events);
		else if (mark->seq)
			add_text(mark, events);
	}
	if (result == 0)
		result = code == SQLITE_DONE ? insert_mark(insert, mark) : store_errno(db);
	sqlite3_finalize(insert);
	sqlite3_finalize(events);
	sqlite3_free(sql);
	free(mark);
	return result;
}

/* ------------------------------------------------------------------------------------- rows */

/* Numbering rows by itself is quicker than being told each number, and gives the same: from 1 on,
 * without gaps. */
static int fill_rows(sqlite3 *db, store_progress_fn *progress, void *context)
{
	const int64_t step = 16 * STORE_CHUNK_EVENTS;
	int64_t total = store_number(db, "SELECT max(first_seq + events - 1) FROM chunk_info", 0);
	sqlite3_stmt *insert = store_prepare(
		db, "INSERT INTO event(time_ns, thread, kind, small, a, b, c, d, e)"
		    " SELECT time_ns, thread, kind, small, a, b, c, d, e FROM packed_event"
		    " WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq");
	int result = insert ? 0 : store_errno(db);

	for (int64_t first = 1; first <= total && result == 0; first += step) {
		store_bind(insert, "ii", first, first + step - 1);
		result = store_run(insert);
		if (progress)
			progress(context, (uint64_t)first, (uint64_t)total);
	}
	sqlite3_finalize(insert);
	return result;
}

int store_materialize(sqlite3 *db, store_progress_fn *progress, void *context)
{
	int result = store_schema_create_event(db);

	if (result == 0)
		result = store_event_register(db, "packed_event");
	if (result == 0)
		result = fill_rows(db, progress, context);
	if (result == 0)
		result = store_fill_marks(db, "main");
	if (result == 0)
		result = store_set_meta(db, "how_to_read", STORE_HOW_TO_READ_ROWS);
	store_event_unregister(db, "packed_event");
	return result;
}
