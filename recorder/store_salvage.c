/* SPDX-License-Identifier: MIT */
/*
 * store_salvage.c - reading around damage.
 *
 * A damaged page ends a scan of its table, and hides what lies behind it. So tables are read from
 * both ends, and chunks are besides asked for one by one, under each number that a chunk begins
 * with: what one lookup stumbles over does not concern the next. A chunk that can be unpacked is
 * the chunk that it says it is (codec.c): nothing else is trusted.
 */
#include "store_salvage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_private.h"

struct numbers {
	int64_t *number;
	size_t count, room;
};

struct store_salvage {
	sqlite3 *db;
	struct codec *codec;
	sqlite3_stmt *chunk, *fact;
	struct numbers candidates; /* where chunks may begin, in order */
	size_t next;
	uint64_t last;    /* number of the last event given, or known to be lost */
	uint64_t time_ns; /* of the last event given */
	uint64_t total;   /* number of the last event there should be */
	uint64_t end_ns;  /* its time, if known */
};

/* ------------------------------------------------------------------------------- from both ends */

/* Takes a row: 0, 1 to stop, or negative errno. */
typedef int row_fn(void *context, sqlite3_stmt *row);

struct table {
	const char *name, *columns, *key;
};

/* Gives each row that can be reached, the key being its first column; none twice. */
static int each_row(sqlite3 *db, const struct table *table, row_fn *take, void *context)
{
	int64_t reached = INT64_MIN;
	int result = 0, code = SQLITE_DONE;

	for (int backwards = 0; backwards < 2 && result == 0; backwards++) {
		char *sql = sqlite3_mprintf("SELECT %s FROM %s WHERE %s > ? ORDER BY %s %s",
					    table->columns, table->name, table->key, table->key,
					    backwards ? "DESC" : "ASC");
		sqlite3_stmt *rows = sql ? store_prepare(db, sql) : NULL;

		sqlite3_free(sql);
		sqlite3_bind_int64(rows, 1, reached);
		while (rows && result == 0 && (code = sqlite3_step(rows)) == SQLITE_ROW) {
			int64_t key = sqlite3_column_int64(rows, 0);

			if (!backwards)
				reached = key;
			result = take(context, rows);
		}
		sqlite3_finalize(rows);
		if (rows && code == SQLITE_DONE)
			break;
	}
	return result;
}

/* ----------------------------------------------------------------------------- where chunks are */

static int add_number(struct numbers *numbers, int64_t number)
{
	if (numbers->count == numbers->room) {
		size_t room = numbers->room ? 2 * numbers->room : 256;
		int64_t *grown = realloc(numbers->number, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		numbers->number = grown;
		numbers->room = room;
	}
	numbers->number[numbers->count++] = number;
	return 0;
}

static int add_candidate(void *context, sqlite3_stmt *row)
{
	int64_t first = sqlite3_column_int64(row, 0);

	return first > 0 && first < INT64_MAX / 2 ? add_number(context, first) : 0;
}

static int compare_numbers(const void *one, const void *other)
{
	const int64_t *a = one, *b = other;

	return (*a > *b) - (*a < *b);
}

/* What the directory says of the end. Of rows that make no sense it is no witness. */
static int see_end(void *context, sqlite3_stmt *row)
{
	struct store_salvage *salvage = context;
	int64_t first = sqlite3_column_int64(row, 0), events = sqlite3_column_int64(row, 1);
	int64_t time_ns = sqlite3_column_int64(row, 2);

	if (first <= 0 || first >= INT64_MAX / 2 || events <= 0 || events > STORE_CHUNK_EVENTS)
		return 0;
	if ((uint64_t)(first + events - 1) > salvage->total) {
		salvage->total = (uint64_t)(first + events - 1);
		salvage->end_ns = time_ns > 0 ? (uint64_t)time_ns : 0;
	}
	return 0;
}

static int find_candidates(struct store_salvage *salvage)
{
	static const struct table chunk = {"chunk", "first_seq", "first_seq"};
	static const struct table info = {"chunk_info", "first_seq, events, time_last_ns",
					  "first_seq"};
	struct numbers *candidates = &salvage->candidates;
	uint64_t pages = (uint64_t)store_number(salvage->db, "PRAGMA page_count", 0);
	uint64_t last;
	int result = each_row(salvage->db, &chunk, add_candidate, candidates);

	if (result == 0)
		result = each_row(salvage->db, &info, see_end, salvage);
	if (result == 0)
		result = each_row(salvage->db, &info, add_candidate, candidates);
	last = salvage->total;
	for (size_t i = 0; i < candidates->count; i++) {
		if ((uint64_t)candidates->number[i] > last)
			last = (uint64_t)candidates->number[i];
	}
	/* Full chunks begin at known numbers; each has pages of its own in the file. */
	for (uint64_t i = 0; i <= pages && i * STORE_CHUNK_EVENTS < last && result == 0; i++)
		result = add_number(candidates, (int64_t)(i * STORE_CHUNK_EVENTS + 1));
	if (candidates->count)
		qsort(candidates->number, candidates->count, sizeof(int64_t), compare_numbers);
	return result;
}

/* --------------------------------------------------------------------------- opening and closing */

int store_salvage_open(struct store_salvage **out, const char *path, struct error *error)
{
	struct store_salvage *salvage;
	sqlite3 *db;
	int result = store_connect(&db, path, error);

	*out = NULL;
	if (result < 0)
		return result;
	salvage = calloc(1, sizeof(*salvage));
	if (!salvage) {
		sqlite3_close(db);
		return error_set_file(error, -ENOMEM, path);
	}
	salvage->db = db;
	salvage->codec = codec_create();
	salvage->chunk = store_prepare(db, "SELECT data FROM chunk WHERE first_seq = ?");
	salvage->fact = store_prepare(db, "SELECT value FROM meta WHERE name = ?");
	result = salvage->codec && salvage->chunk && salvage->fact ? find_candidates(salvage)
								   : -ENOMEM;
	if (result < 0) {
		store_salvage_close(salvage);
		return error_set_file(error, result, path);
	}
	*out = salvage;
	return 0;
}

void store_salvage_close(struct store_salvage *salvage)
{
	if (!salvage)
		return;
	sqlite3_finalize(salvage->chunk);
	sqlite3_finalize(salvage->fact);
	sqlite3_close(salvage->db);
	codec_destroy(salvage->codec);
	free(salvage->candidates.number);
	free(salvage);
}

const char *store_salvage_fact(struct store_salvage *salvage, const char *name)
{
	sqlite3_reset(salvage->fact);
	store_bind(salvage->fact, "t", name);
	if (sqlite3_step(salvage->fact) != SQLITE_ROW)
		return NULL;
	return (const char *)sqlite3_column_text(salvage->fact, 0);
}

/* --------------------------------------------------------------------------------- plain tables */

struct copy {
	struct store *to;
	struct error *error;
};

/* Numbers that no recorder gives are left out: 0, and what does not fit into 32 bits. */
static bool is_number(int64_t id)
{
	return id > 0 && id <= UINT32_MAX;
}

static const char *text_of(sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	return text ? text : "";
}

static int copy_string(void *context, sqlite3_stmt *row)
{
	const struct copy *copy = context;
	int64_t id = sqlite3_column_int64(row, 0);
	const char *text = text_of(row, 1);

	return is_number(id) ? store_string(copy->to, (uint32_t)id, text, strlen(text), copy->error)
			     : 0;
}

static int copy_place(void *context, sqlite3_stmt *row)
{
	const struct copy *copy = context;
	int64_t id = sqlite3_column_int64(row, 0), line = sqlite3_column_int64(row, 3);
	struct dictionary_place place = {
		.function = text_of(row, 1),
		.file = text_of(row, 2),
		.line = line > 0 && line <= INT32_MAX ? (uint32_t)line : 0,
		.address = (uint64_t)sqlite3_column_int64(row, 4),
	};

	return is_number(id) ? store_place(copy->to, (uint32_t)id, &place, copy->error) : 0;
}

static int copy_module(void *context, sqlite3_stmt *row)
{
	const struct copy *copy = context;
	int64_t id = sqlite3_column_int64(row, 0);

	return is_number(id) ? store_module(copy->to, (uint32_t)id,
					    (uint64_t)sqlite3_column_int64(row, 1), text_of(row, 2),
					    copy->error)
			     : 0;
}

static int copy_stack(void *context, sqlite3_stmt *row)
{
	const struct copy *copy = context;
	int64_t id = sqlite3_column_int64(row, 0), caller = sqlite3_column_int64(row, 1);
	int64_t place = sqlite3_column_int64(row, 2);

	if (!is_number(id) || caller < 0 || caller >= id || !is_number(place + 1))
		return 0;
	return store_stack(copy->to, (uint32_t)id, (uint32_t)caller, (uint32_t)place, copy->error);
}

static int copy_thread(void *context, sqlite3_stmt *row)
{
	const struct copy *copy = context;
	int64_t id = sqlite3_column_int64(row, 0);

	return is_number(id) ? store_thread(copy->to, (uint32_t)id,
					    (uint32_t)sqlite3_column_int64(row, 1),
					    (uint32_t)sqlite3_column_int64(row, 2), copy->error)
			     : 0;
}

static int copy_loss(void *context, sqlite3_stmt *row)
{
	const struct copy *copy = context;
	int64_t count = sqlite3_column_int64(row, 4);

	if (count <= 0 || count > INT64_MAX / 2)
		return 0;
	return store_loss(copy->to, (uint32_t)sqlite3_column_int64(row, 1),
			  (uint64_t)sqlite3_column_int64(row, 2),
			  (uint64_t)sqlite3_column_int64(row, 3), (uint64_t)count, copy->error);
}

/* What the new file says of itself is not taken over. */
static int copy_facts(struct store_salvage *salvage, const struct copy *copy)
{
	sqlite3_stmt *rows = store_prepare(salvage->db,
					   "SELECT name, value FROM meta WHERE name NOT IN"
					   " ('state', 'how_to_read', 'position')");
	int result = 0;

	while (rows && result == 0 && sqlite3_step(rows) == SQLITE_ROW)
		result = store_meta(copy->to, text_of(rows, 0), text_of(rows, 1), copy->error);
	sqlite3_finalize(rows);
	return result;
}

int store_salvage_copy(struct store_salvage *salvage, struct store *to, struct error *error)
{
	static const struct {
		struct table table;
		row_fn *copy;
	} tables[] = {
		{{"string", "id, text", "id"}, copy_string},
		{{"place", "id, function, file, line, address", "id"}, copy_place},
		{{"stack", "id, caller, place", "id"}, copy_stack},
		{{"module", "id, base, path", "id"}, copy_module},
		{{"thread", "id, process, os_thread", "id"}, copy_thread},
		{{"loss", "rowid, thread, from_ns, to_ns, count", "rowid"}, copy_loss},
	};
	struct copy copy = {to, error};
	int result = copy_facts(salvage, &copy);

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && result == 0; i++)
		result = each_row(salvage->db, &tables[i].table, tables[i].copy, &copy);
	return result;
}

/* --------------------------------------------------------------------------------------- events */

/* The chunk that begins with that event: how many events, 0 when there is none that can be read,
 * -ENOMEM. */
static long read_chunk(struct store_salvage *salvage, int64_t first, struct event *out)
{
	long count = 0;

	sqlite3_bind_int64(salvage->chunk, 1, first);
	if (sqlite3_step(salvage->chunk) == SQLITE_ROW &&
	    sqlite3_column_type(salvage->chunk, 0) == SQLITE_BLOB)
		count = codec_decode(salvage->codec, sqlite3_column_blob(salvage->chunk, 0),
				     (size_t)sqlite3_column_bytes(salvage->chunk, 0),
				     (uint64_t)first, CODEC_ALL, out, STORE_CHUNK_EVENTS);
	sqlite3_reset(salvage->chunk);
	return count == -EBADMSG ? 0 : count;
}

/* A file that somebody made up may have times that go backwards; a store takes none. */
static void straighten_times(struct store_salvage *salvage, struct event *events, long count)
{
	for (long i = 0; i < count; i++) {
		if (events[i].time_ns < salvage->time_ns || events[i].time_ns > INT64_MAX)
			events[i].time_ns = salvage->time_ns;
		salvage->time_ns = events[i].time_ns;
	}
}

long store_salvage_next(struct store_salvage *salvage, struct event *out, struct store_hole *hole)
{
	const struct numbers *candidates = &salvage->candidates;

	*hole = (struct store_hole){.from_ns = salvage->time_ns};
	while (salvage->next < candidates->count) {
		uint64_t first = (uint64_t)candidates->number[salvage->next++];
		long count = first > salvage->last ? read_chunk(salvage, (int64_t)first, out) : 0;

		if (count < 0)
			return count;
		if (count == 0)
			continue;
		straighten_times(salvage, out, count);
		hole->count = first - salvage->last - 1;
		hole->to_ns = out[0].time_ns;
		salvage->last = first + (uint64_t)count - 1;
		return count;
	}
	if (salvage->total > salvage->last) {
		hole->count = salvage->total - salvage->last;
		hole->to_ns = salvage->end_ns > hole->from_ns ? salvage->end_ns : hole->from_ns;
		salvage->last = salvage->total;
	}
	return 0;
}

uint64_t store_salvage_reached(const struct store_salvage *salvage)
{
	return salvage->last;
}

uint64_t store_salvage_total(const struct store_salvage *salvage)
{
	return salvage->total;
}
