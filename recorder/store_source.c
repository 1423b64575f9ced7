/* SPDX-License-Identifier: MIT */
/*
 * store_source.c - a trace file as a source of events, for the model.
 *
 * Works on a file that is still being recorded, too: what has been committed since is found when
 * somebody asks for events past the end, or how many there are.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_private.h"

/* Strings from table meta, in a dictionary of their own: it cleans them. */
enum { FACT_PROGRAM = 1 };

struct store_source {
	struct event_source source; /* first: it is what callers see */
	char *path;
	sqlite3 *db;
	struct store_reader *reader;
	struct dictionary *dictionary, *facts;
	sqlite3_stmt *version; /* of the file: another one when somebody has written into it */
	int64_t seen_version;
	bool complete;          /* nothing will be added */
	uint32_t unnamed_place; /* see store_names_load */
	int64_t seen_loss;      /* row of table loss */
	uint64_t lost, realtime_ns, bytes;
};

static void source_close(struct event_source *base)
{
	struct store_source *source = (struct store_source *)base;

	store_reader_destroy(source->reader);
	sqlite3_finalize(source->version);
	sqlite3_close(source->db);
	dictionary_destroy(source->dictionary);
	dictionary_destroy(source->facts);
	free(source->path);
	free(source);
}

/* ------------------------------------------------------------------------ the plain tables */

static int load_losses(struct store_source *source)
{
	sqlite3_stmt *rows = store_prepare(source->db,
					   "SELECT rowid, count FROM loss WHERE rowid > ?");
	int code;

	if (!rows)
		return store_errno(source->db);
	sqlite3_bind_int64(rows, 1, source->seen_loss);
	while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
		int64_t count = sqlite3_column_int64(rows, 1);

		source->seen_loss = sqlite3_column_int64(rows, 0);
		source->lost += count > 0 ? (uint64_t)count : 0;
	}
	sqlite3_finalize(rows);
	return code == SQLITE_DONE ? 0 : store_errno(source->db);
}

static void load_facts(struct store_source *source)
{
	sqlite3_stmt *program = store_prepare(source->db,
					      "SELECT value FROM meta WHERE name = 'program'");
	const char *text = NULL;

	if (program && sqlite3_step(program) == SQLITE_ROW)
		text = (const char *)sqlite3_column_text(program, 0);
	if (text && !dictionary_strings(source->facts))
		dictionary_set_string(source->facts, FACT_PROGRAM, text, strlen(text));
	sqlite3_finalize(program);
	source->realtime_ns = (uint64_t)store_number(
		source->db, "SELECT value FROM meta WHERE name = 'realtime_ns'", 0);
	source->bytes = (uint64_t)store_number(source->db, "PRAGMA page_count", 0) *
			STORE_PAGE_BYTES;
	source->complete = store_number(
		source->db, "SELECT value = 'complete' FROM meta WHERE name = 'state'", 0);
}

/* Whether somebody has written into the file since this was asked last; when in doubt, yes. */
static bool has_changed(struct store_source *source)
{
	int64_t version;

	if (!source->version)
		source->version = store_prepare(source->db, "PRAGMA data_version");
	version = source->version && sqlite3_step(source->version) == SQLITE_ROW
			  ? sqlite3_column_int64(source->version, 0)
			  : -1;
	sqlite3_reset(source->version);
	if (version > 0 && version == source->seen_version)
		return false;
	source->seen_version = version;
	return true;
}

/* Reads what has been added. The state first: what is complete now has nothing to come. */
static int refresh(struct store_source *source)
{
	int result;

	if (source->complete || !has_changed(source))
		return 0;
	load_facts(source);
	result = load_losses(source);
	if (result == 0)
		result = store_names_load(source->db, source->dictionary, &source->unnamed_place);
	if (result == 0)
		result = store_reader_refresh(source->reader);
	if (result < 0)
		source->seen_version = 0; /* once more the next time */
	return result;
}

/* ------------------------------------------------------------------------------- operations */

static void source_info(struct event_source *base, struct event_source_info *out)
{
	struct store_source *source = (struct store_source *)base;
	size_t chunks;

	refresh(source);
	chunks = store_reader_chunks(source->reader);
	memset(out, 0, sizeof(*out));
	out->events = store_reader_events(source->reader);
	if (chunks)
		out->duration_ns =
			store_reader_chunk(source->reader, chunks - 1)->counts.time_last_ns;
	out->lost = source->lost;
	out->realtime_ns = source->realtime_ns;
	out->bytes = source->bytes;
	out->growing = !source->complete;
	out->title = source->path;
	out->program = dictionary_string(source->facts, FACT_PROGRAM);
}

/* The first event after chunk `index` and whatever is missing after it, 0: none. */
static uint64_t after_chunk(const struct store_source *source, long index)
{
	if ((size_t)(index + 1) >= store_reader_chunks(source->reader))
		return 0;
	return store_reader_chunk(source->reader, (size_t)(index + 1))->counts.first_seq;
}

/* Events from `first` on out of the chunk they are in. */
static long read_chunk(struct store_source *source, uint64_t first, struct event *out, size_t max,
		       uint64_t *skip_to)
{
	long index = store_reader_find_seq(source->reader, first);
	const struct event_source_summary *counts;
	const struct store_unpacked *unpacked;
	size_t from, count;
	int result;

	*skip_to = after_chunk(source, index);
	if (index < 0)
		return -EBADMSG;
	counts = &store_reader_chunk(source->reader, (size_t)index)->counts;
	if (first >= counts->first_seq + counts->events)
		return -EBADMSG;
	result = store_reader_take(source->reader, (size_t)index, CODEC_ALL, &unpacked);
	if (result < 0)
		return result;
	from = first - counts->first_seq;
	count = unpacked->count - from < max ? unpacked->count - from : max;
	memcpy(out, unpacked->events + from, count * sizeof(*out));
	store_reader_release(source->reader, unpacked);
	return (long)count;
}

static long source_read(struct event_source *base, uint64_t first, struct event *out, size_t max,
			uint64_t *skip_to)
{
	struct store_source *source = (struct store_source *)base;
	uint64_t next = 0;
	size_t done = 0;
	int result;

	if (skip_to)
		*skip_to = 0;
	if (first == 0)
		return -EINVAL;
	if (first + max - 1 > store_reader_events(source->reader)) {
		result = refresh(source);
		if (result < 0)
			return result;
	}
	while (done < max && first + done <= store_reader_events(source->reader)) {
		long count = read_chunk(source, first + done, out + done, max - done, &next);

		/* A piece may have been merged into its chunk since the directory was read. */
		if (count == -EBADMSG && !source->complete && refresh(source) == 0)
			count = read_chunk(source, first + done, out + done, max - done, &next);
		if (count < 0 && done == 0) {
			if (skip_to)
				*skip_to = next;
			return count;
		}
		if (count <= 0)
			break;
		done += (size_t)count;
	}
	return (long)done;
}

static int source_keyframe(struct event_source *base, uint64_t seq, uint64_t *keyframe_seq,
			   void **image, size_t *bytes)
{
	struct store_source *source = (struct store_source *)base;
	sqlite3_stmt *rows = store_prepare(
		source->db, "SELECT seq, state FROM keyframe WHERE seq <= ? ORDER BY seq DESC");
	int result = rows ? 0 : store_errno(source->db);

	*image = NULL;
	sqlite3_bind_int64(rows, 1, seq > INT64_MAX ? INT64_MAX : (int64_t)seq);
	while (result == 0) {
		int code = sqlite3_step(rows);

		if (code != SQLITE_ROW) {
			result = code == SQLITE_DONE ? 0 : store_errno(source->db);
			break;
		}
		*keyframe_seq = (uint64_t)sqlite3_column_int64(rows, 0);
		result = store_keyframe_unpack(*keyframe_seq, sqlite3_column_blob(rows, 1),
					       (size_t)sqlite3_column_bytes(rows, 1), image, bytes);
		/* A damaged one costs time, not the answer: the one before it will do. */
		result = result == 0 ? 1 : result == -EBADMSG ? 0 : result;
	}
	sqlite3_finalize(rows);
	return result;
}

static int source_seek_time(struct event_source *base, uint64_t time_ns, uint64_t *seq)
{
	struct store_source *source = (struct store_source *)base;
	const struct event_source_summary *counts;
	const struct store_unpacked *unpacked;
	size_t low = 0, high;
	long index;
	int result = refresh(source);

	*seq = 0;
	if (result < 0)
		return result;
	index = store_reader_find_time(source->reader, time_ns);
	if (index < 0)
		return 0;
	counts = &store_reader_chunk(source->reader, (size_t)index)->counts;
	*seq = counts->first_seq + counts->events - 1;
	if (time_ns >= counts->time_last_ns)
		return 0;
	/* In a damaged chunk the best answer is its first event: that much the directory says. */
	*seq = counts->first_seq;
	result = store_reader_take(source->reader, (size_t)index, CODEC_TIMES, &unpacked);
	if (result < 0)
		return result == -EBADMSG ? 0 : result;
	high = unpacked->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (unpacked->events[middle].time_ns <= time_ns)
			low = middle + 1;
		else
			high = middle;
	}
	if (low > 0)
		*seq = unpacked->events[low - 1].seq;
	store_reader_release(source->reader, unpacked);
	return 0;
}

static long source_summaries(struct event_source *base, uint64_t first,
			     struct event_source_summary *out, size_t max)
{
	struct store_source *source = (struct store_source *)base;
	int result = refresh(source);
	long index = store_reader_find_seq(source->reader, first);
	size_t done = 0;

	if (result < 0)
		return result;
	if (index < 0)
		index = 0;
	for (size_t i = (size_t)index; i < store_reader_chunks(source->reader) && done < max; i++)
		out[done++] = store_reader_chunk(source->reader, i)->counts;
	return (long)done;
}

/* The summary's bits for a kind and a thread, 0: all. */
static struct store_wanted wanted_by(const struct event_source_query *query)
{
	struct store_wanted wanted = {
		.kinds = query->kind ? store_kind_bit(query->kind) : UINT64_MAX,
		.threads = query->thread ? store_thread_bit(query->thread) : UINT64_MAX,
		.tasklet = {query->tasklet},
		.tasklets = query->tasklet != 0,
		.channel = {query->channel},
		.channels = query->channel != 0,
	};

	return wanted;
}

static int source_narrow(struct event_source *base, const struct event_source_query *query,
			 int direction, uint64_t *seq, uint64_t *until)
{
	struct store_source *source = (struct store_source *)base;
	struct store_reader *reader = source->reader;
	const struct store_wanted wanted = wanted_by(query);
	long index;

	if (*seq > store_reader_events(reader)) {
		int result = refresh(source);

		if (result < 0)
			return result;
	}
	index = store_reader_find_seq(reader, *seq);
	for (index = index < 0 && direction > 0 ? 0 : index;
	     index >= 0 && index < (long)store_reader_chunks(reader); index += direction) {
		const struct event_source_summary *counts =
			&store_reader_chunk(reader, (size_t)index)->counts;
		uint64_t first = counts->first_seq, last = first + counts->events - 1;

		if ((direction > 0 && last < *seq) ||
		    !store_reader_may_hold(reader, (size_t)index, &wanted))
			continue;
		if (*seq < first || *seq > last)
			*seq = direction > 0 ? first : last;
		*until = direction > 0 ? last : first;
		return 1;
	}
	return 0;
}

static int source_parties(struct event_source *base, uint64_t seq, const uint32_t *tasklet,
			  int count, uint64_t *out)
{
	struct store_source *source = (struct store_source *)base;
	long index = store_reader_find_seq(source->reader, seq);

	*out = index < 0 ? 0 : store_reader_parties(source->reader, (size_t)index, tasklet, count);
	return 0;
}

static long source_losses(struct event_source *base, struct event_source_loss *out, size_t max)
{
	struct store_source *source = (struct store_source *)base;
	sqlite3_stmt *rows = store_prepare(
		source->db, "SELECT thread, from_ns, to_ns, count FROM loss ORDER BY from_ns");
	size_t done = 0;

	if (!rows)
		return store_errno(source->db);
	while (done < max && sqlite3_step(rows) == SQLITE_ROW) {
		int64_t from = sqlite3_column_int64(rows, 1), to = sqlite3_column_int64(rows, 2);

		if (from >= 0 && to >= from)
			out[done++] = (struct event_source_loss){
				.thread = (uint32_t)sqlite3_column_int64(rows, 0),
				.from_ns = (uint64_t)from,
				.to_ns = (uint64_t)to,
				.count = (uint64_t)sqlite3_column_int64(rows, 3),
			};
	}
	sqlite3_finalize(rows);
	return (long)done;
}

static const struct event_source_ops source_ops = {
	.close = source_close,
	.info = source_info,
	.read = source_read,
	.keyframe = source_keyframe,
	.seek_time = source_seek_time,
	.summaries = source_summaries,
	.narrow = source_narrow,
	.parties = source_parties,
	.losses = source_losses,
};

int store_source_open(struct event_source **out, sqlite3 *db, const char *path, struct error *error)
{
	struct store_source *source = calloc(1, sizeof(*source));
	int result;

	*out = NULL;
	if (!source) {
		sqlite3_close(db);
		return error_set_file(error, -ENOMEM, path);
	}
	source->source.ops = &source_ops;
	source->db = db;
	source->path = strdup(path);
	source->facts = dictionary_create();
	source->source.dictionary = source->dictionary = dictionary_create();
	result = source->path && source->dictionary && source->facts ? 0 : -ENOMEM;
	if (result == 0)
		result = store_reader_create(&source->reader, db);
	if (result == 0)
		result = refresh(source);
	if (result < 0) {
		if (store_errno(db) == result)
			store_error(db, path, error);
		else if (result == -EBADMSG)
			error_set(error, result, EXIT_BAD_TRACE,
				  "%s: damaged: its list of chunks makes no sense", path);
		else
			error_set_file(error, result, path);
		source_close(&source->source);
		return result;
	}
	*out = &source->source;
	return 0;
}

int store_open(struct event_source **out, const char *path, struct error *error)
{
	sqlite3 *db;
	int result = store_connect(&db, path, error);

	*out = NULL;
	if (result < 0)
		return result;
	/* Nothing here is a view in our files; in a file that changes under our hands it stays so. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	return store_source_open(out, db, path, error);
}
