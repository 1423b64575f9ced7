/* SPDX-License-Identifier: MIT */
/*
 * store_verify.c - a trace held against itself, chunk by chunk.
 *
 * Where a chunk is missing or damaged, what would follow from its events is not known: the state is
 * taken up again at the next keyframe, and tables that add everything up are not looked at.
 */
#include "store_verify.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "store_verify_private.h"

void verify_tell(struct verification *verification, const char *format, ...)
{
	va_list values;
	char *text;

	va_start(values, format);
	text = sqlite3_vmprintf(format, values);
	va_end(values);
	verification->out->findings++;
	verification->options->tell(verification->options->context, text ? text : "out of memory");
	sqlite3_free(text);
}

/* --------------------------------------------------------------------------------- the database */

static int check_pages(struct verification *verification)
{
	sqlite3_stmt *check = store_prepare(verification->db, "PRAGMA integrity_check(20)");
	int code = SQLITE_ERROR;

	while (check && (code = sqlite3_step(check)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(check, 0);

		if (text && strcmp(text, "ok") != 0)
			verify_tell(verification, "SQLite finds: %s", text);
	}
	if (code != SQLITE_DONE)
		verify_tell(verification, "SQLite finds: %s", sqlite3_errmsg(verification->db));
	sqlite3_finalize(check);
	return 0;
}

/* Tables that hold a row for each chunk have none besides. */
static void check_orphans(struct verification *verification, const char *table, const char *than)
{
	char *sql = sqlite3_mprintf("SELECT first_seq FROM %s WHERE first_seq NOT IN"
				    " (SELECT first_seq FROM %s) LIMIT 1",
				    table, than);
	int64_t first = sql ? store_number(verification->db, sql, 0) : 0;

	if (first)
		verify_tell(verification, "table %s has a row for event %lld, table %s has none",
			    table, (long long)first, than);
	sqlite3_free(sql);
}

/* --------------------------------------------------------------------------------------- chunks */

/* After events that are missing nothing can be followed but from a keyframe. */
static void lose_track(struct verification *verification)
{
	verification->follows = verification->complete = false;
}

static bool same_summary(sqlite3_stmt *row, const struct store_summary *summary)
{
	const struct event_source_summary *counts = &summary->counts;
	const uint64_t values[] = {counts->events,    counts->time_first_ns, counts->time_last_ns,
				   counts->switches,  counts->transfers,     counts->saved_bytes,
				   counts->saved_max, summary->kinds,        summary->threads};

	for (int i = 0; i < (int)(sizeof(values) / sizeof(values[0])); i++) {
		if (sqlite3_column_type(row, i) != SQLITE_INTEGER ||
		    (uint64_t)sqlite3_column_int64(row, i) != values[i])
			return false;
	}
	return true;
}

static bool same_bytes(sqlite3_stmt *row, int column, const void *bytes, size_t count)
{
	return sqlite3_column_type(row, column) == SQLITE_BLOB &&
	       (size_t)sqlite3_column_bytes(row, column) == count &&
	       (count == 0 || memcmp(sqlite3_column_blob(row, column), bytes, count) == 0);
}

/* What the tables beside `chunk` say of the events. */
static int check_directory(struct verification *verification, size_t count)
{
	const struct event *events = verification->events;
	long long first = (long long)events[0].seq, last = (long long)events[count - 1].seq;
	struct store_sets *sets = &verification->sets;
	struct store_summary summary;
	size_t tasklets, channels;
	int result = store_sets_collect(sets, events, count, &tasklets, &channels);

	if (result < 0)
		return result;
	store_summarize(events, count, &summary);
	sqlite3_bind_int64(verification->info, 1, first);
	if (sqlite3_step(verification->info) != SQLITE_ROW)
		verify_tell(verification, "table chunk_info does not know events %lld to %lld",
			    first, last);
	else if (!same_summary(verification->info, &summary))
		verify_tell(verification, "table chunk_info is wrong about events %lld to %lld",
			    first, last);
	sqlite3_reset(verification->info);
	sqlite3_bind_int64(verification->set, 1, first);
	if (sqlite3_step(verification->set) != SQLITE_ROW)
		verify_tell(verification, "table chunk_set does not know events %lld to %lld",
			    first, last);
	else if (!same_bytes(verification->set, 0, sets->tasklets.packed, tasklets) ||
		 !same_bytes(verification->set, 1, sets->channels.packed, channels))
		verify_tell(verification, "table chunk_set is wrong about events %lld to %lld",
			    first, last);
	sqlite3_reset(verification->set);
	return 0;
}

/* Numbers and times go on where those of the chunk before ended. */
static void check_order(struct verification *verification, size_t count)
{
	const struct event *events = verification->events;
	uint64_t time_ns = verification->time_ns;

	if (events[0].seq != verification->last + 1) {
		verify_tell(verification, "events %lld to %lld are missing",
			    (long long)verification->last + 1, (long long)events[0].seq - 1);
		lose_track(verification);
	}
	for (size_t i = 0; i < count; i++) {
		if (events[i].time_ns < time_ns) {
			verify_tell(verification, "event %lld is earlier than the one before it",
				    (long long)events[i].seq);
			break;
		}
		time_ns = events[i].time_ns;
	}
	verification->time_ns = time_ns;
}

static int check_chunk(struct verification *verification, int64_t first, const void *data,
		       size_t bytes)
{
	long count;
	int result;

	if (first <= 0 || (uint64_t)first <= verification->last) {
		verify_tell(verification,
			    "the chunk of event %lld holds events that are there twice",
			    (long long)first);
		return 0;
	}
	count = data ? codec_decode(verification->codec, data, bytes, (uint64_t)first, CODEC_ALL,
				    verification->events, STORE_CHUNK_EVENTS)
		     : -EBADMSG;
	if (count < 0 && count != -EBADMSG)
		return (int)count;
	if (count < 0) {
		verify_tell(verification, "the chunk of event %lld is damaged", (long long)first);
		lose_track(verification);
		return 0;
	}
	check_order(verification, (size_t)count);
	result = check_directory(verification, (size_t)count);
	if (result == 0)
		result = verify_events(verification, (size_t)count);
	verification->last = verification->events[count - 1].seq;
	verification->out->events += (uint64_t)count;
	verification->out->chunks++;
	return result;
}

static int check_chunks(struct verification *verification, uint64_t total)
{
	const struct store_verify_options *options = verification->options;
	sqlite3_stmt *chunk = verification->chunk;
	int result = 0, code;

	while ((code = sqlite3_step(chunk)) == SQLITE_ROW && result == 0) {
		result = check_chunk(verification, sqlite3_column_int64(chunk, 0),
				     sqlite3_column_blob(chunk, 1),
				     (size_t)sqlite3_column_bytes(chunk, 1));
		if (options->progress)
			options->progress(options->context, verification->last, total);
	}
	if (result == 0 && code != SQLITE_DONE) {
		verify_tell(verification, "after event %lld chunks cannot be read: %s",
			    (long long)verification->last, sqlite3_errmsg(verification->db));
		lose_track(verification);
	}
	if (result == 0 && verification->last < total) {
		verify_tell(verification, "events %lld to %lld are missing",
			    (long long)verification->last + 1, (long long)total);
		lose_track(verification);
	}
	return result;
}

/* -------------------------------------------------------------------------------- all of it */

static bool prepare(struct verification *verification)
{
	sqlite3 *db = verification->db;

	verification->codec = codec_create();
	verification->tally = store_tally_create();
	verification->state = state_create();
	verification->chunk = store_prepare(db,
					    "SELECT first_seq, data FROM chunk ORDER BY first_seq");
	verification->info =
		store_prepare(db, "SELECT events, time_first_ns, time_last_ns, switches, transfers,"
				  " saved_bytes, saved_max, kinds, threads FROM chunk_info"
				  " WHERE first_seq = ?");
	verification->set =
		store_prepare(db, "SELECT tasklets, channels FROM chunk_set WHERE first_seq = ?");
	verification->keyframe = store_prepare(db, "SELECT seq, state FROM keyframe ORDER BY seq");
	verification->follows = verification->complete = true;
	return verification->codec && verification->tally && verification->state &&
	       verification->chunk && verification->info && verification->set &&
	       verification->keyframe;
}

static void clean_up(struct verification *verification)
{
	sqlite3_finalize(verification->chunk);
	sqlite3_finalize(verification->info);
	sqlite3_finalize(verification->set);
	sqlite3_finalize(verification->keyframe);
	sqlite3_finalize(verification->row);
	sqlite3_close(verification->db);
	codec_destroy(verification->codec);
	store_tally_destroy(verification->tally);
	state_destroy(verification->state);
	store_sets_destroy(&verification->sets);
	store_set_destroy(&verification->strings);
	store_set_destroy(&verification->places);
	store_set_destroy(&verification->stacks);
	store_set_destroy(&verification->threads);
	free(verification);
}

static int verify(struct verification *verification)
{
	struct store_verified *out = verification->out;
	sqlite3 *db = verification->db;
	/* As of now, should it still be recorded. */
	int result = store_exec(db, "BEGIN");
	int64_t total;

	if (result < 0 || !prepare(verification))
		return result < 0 ? result : -ENOMEM;
	out->ended = store_number(db, "SELECT value = 'complete' FROM meta WHERE name = 'state'",
				  0);
	out->lost = (uint64_t)store_number(db, "SELECT total(count) FROM loss", 0);
	total = store_number(db, "SELECT max(first_seq + events - 1) FROM chunk_info", 0);
	check_pages(verification);
	check_orphans(verification, "chunk_info", "chunk");
	check_orphans(verification, "chunk_set", "chunk");
	result = verify_events_begin(verification);
	if (result == 0)
		result = check_chunks(verification, total > 0 ? (uint64_t)total : 0);
	if (result == 0)
		result = verify_events_end(verification);
	return result == 0 ? verify_tables(verification) : result;
}

int store_verify(const char *path, const struct store_verify_options *options,
		 struct store_verified *out, struct error *error)
{
	struct verification *verification;
	sqlite3 *db;
	int result = store_connect(&db, path, error);

	memset(out, 0, sizeof(*out));
	if (result < 0)
		return result;
	verification = calloc(1, sizeof(*verification));
	if (!verification) {
		sqlite3_close(db);
		return error_set_file(error, -ENOMEM, path);
	}
	verification->db = db;
	verification->options = options;
	verification->out = out;
	result = verify(verification);
	if (result < 0 && store_errno(db) == result)
		store_error(db, path, error);
	else if (result < 0)
		error_set_file(error, result, path);
	clean_up(verification);
	return result;
}
