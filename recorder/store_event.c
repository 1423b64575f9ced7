/* SPDX-License-Identifier: MIT */
/*
 * store_event.c - the packed events as a table of SQL: a virtual table with the columns of `event`.
 *
 * What a statement asks for is used where it saves work (store_event_plan.c). Bounds on seq and
 * time_ns choose the chunks to read. A kind or a thread leaves out chunks that hold none of it, and
 * where the kind says that a column names a tasklet or a channel, so does its number: table
 * chunk_set knows. In a chunk, rows that do not match are passed over here, which is ten times as
 * fast as letting SQLite look at them; and columns that nobody asks for are not unpacked. SQLite
 * checks every row again, so a bound may be taken loosely. Rows come in the order of seq, or
 * backwards.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_event.h"

static const char declaration[] = "CREATE TABLE event(seq INTEGER, time_ns INTEGER,"
				  " thread INTEGER, kind INTEGER, small INTEGER,"
				  " a INTEGER, b INTEGER, c INTEGER, d INTEGER, e INTEGER)";

struct event_table {
	sqlite3_vtab base; /* first: it is what SQLite sees */
	struct store_reader *reader;
};

/* What a row must be, exactly; bits say which of it counts. */
struct event_filter {
	unsigned int bounds; /* of BOUND_TIME_LOW, BOUND_KIND, BOUND_THREAD, BOUND_A to E */
	uint64_t time_low;
	uint32_t kind, thread, word[EVENT_WORDS];
};

struct event_cursor {
	sqlite3_vtab_cursor base;              /* first, likewise */
	const struct store_unpacked *unpacked; /* NULL: at the end, or when `counts` */
	size_t chunk;                          /* where we are, if not at the end */
	uint64_t seq, chunk_first, stop; /* the event; the chunk's first; the last to look at */
	uint64_t first, last;            /* seq wanted */
	struct event_filter filter;
	struct store_wanted wanted;
	unsigned int columns;
	bool counts; /* nothing but seq is asked for: no chunk is unpacked */
	bool backwards, end;
};

static int event_connect(sqlite3 *db, void *context, int argument_count,
			 const char *const *arguments, sqlite3_vtab **out, char **message)
{
	struct event_table *table = sqlite3_malloc(sizeof(*table));
	int result;

	(void)context;
	(void)argument_count;
	(void)arguments;
	if (!table)
		return SQLITE_NOMEM;
	memset(table, 0, sizeof(*table));
	result = store_reader_create(&table->reader, db);
	if (result < 0) {
		sqlite3_free(table);
		*message = sqlite3_mprintf("its list of chunks makes no sense");
		return result == -ENOMEM ? SQLITE_NOMEM : SQLITE_CORRUPT;
	}
	*out = &table->base;
	/* It reads this file and changes nothing: views may use it. */
	sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
	return sqlite3_declare_vtab(db, declaration);
}

static int event_disconnect(sqlite3_vtab *base)
{
	store_reader_destroy(((struct event_table *)base)->reader);
	sqlite3_free(base);
	return SQLITE_OK;
}

static int event_best_index(sqlite3_vtab *base, sqlite3_index_info *plan)
{
	struct event_table *table = (struct event_table *)base;

	return store_event_plan(plan, store_reader_events(table->reader));
}

/* --------------------------------------------------------------------------------- running */

static int event_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
	struct event_cursor *cursor = sqlite3_malloc(sizeof(*cursor));

	if (!cursor)
		return SQLITE_NOMEM;
	/* A trace that is being recorded has grown. What has been read of it stays where it is, as it
	 * must: other cursors of the statement see the same transaction. */
	if (store_reader_refresh(((struct event_table *)base)->reader) < 0) {
		sqlite3_free(cursor);
		return SQLITE_CORRUPT_VTAB;
	}
	memset(cursor, 0, sizeof(*cursor));
	cursor->end = true;
	*out = &cursor->base;
	return SQLITE_OK;
}

static struct store_reader *reader_of(const struct event_cursor *cursor)
{
	return ((struct event_table *)cursor->base.pVtab)->reader;
}

static void leave_chunk(struct event_cursor *cursor)
{
	store_reader_release(reader_of(cursor), cursor->unpacked);
	cursor->unpacked = NULL;
}

static int event_close(sqlite3_vtab_cursor *base)
{
	struct event_cursor *cursor = (struct event_cursor *)base;

	leave_chunk(cursor);
	sqlite3_free(cursor);
	return SQLITE_OK;
}

static const struct event *event_here(const struct event_cursor *cursor)
{
	return &cursor->unpacked->events[cursor->seq - cursor->chunk_first];
}

static bool row_matches(const struct event_filter *filter, const struct event *event)
{
	unsigned int words = filter->bounds >> BOUND_A;

	if ((filter->bounds & 1 << BOUND_KIND && event->kind != filter->kind) ||
	    (filter->bounds & 1 << BOUND_THREAD && event->thread != filter->thread) ||
	    (filter->bounds & 1 << BOUND_TIME_LOW && event->time_ns < filter->time_low))
		return false;
	for (; words; words &= words - 1) {
		int word = __builtin_ctz(words);

		if (event->word[word] != filter->word[word])
			return false;
	}
	return true;
}

/* Goes on from where it stands, this event included, to one that matches. False: there is none up to
 * the end of the chunk. */
static bool find_in_chunk(struct event_cursor *cursor)
{
	if (cursor->filter.bounds == 0)
		return true;
	while (!row_matches(&cursor->filter, event_here(cursor))) {
		if (cursor->seq == cursor->stop)
			return false;
		cursor->seq += cursor->backwards ? (uint64_t)-1 : 1;
	}
	return true;
}

/* Takes a chunk, for its events `first` to `last`; they are gone through in our direction. */
static int enter_chunk(struct event_cursor *cursor, uint64_t first, uint64_t last)
{
	const struct event_source_summary *counts =
		&store_reader_chunk(reader_of(cursor), cursor->chunk)->counts;
	int result = cursor->counts ? 0
				    : store_reader_take(reader_of(cursor), cursor->chunk,
							cursor->columns, &cursor->unpacked);

	if (result < 0) {
		sqlite3_free(cursor->base.pVtab->zErrMsg);
		cursor->base.pVtab->zErrMsg = sqlite3_mprintf(
			"events %lld to %lld are damaged", (long long)counts->first_seq,
			(long long)(counts->first_seq + counts->events - 1));
		return SQLITE_CORRUPT_VTAB;
	}
	cursor->chunk_first = counts->first_seq;
	cursor->seq = cursor->backwards ? last : first;
	cursor->stop = cursor->backwards ? first : last;
	return SQLITE_OK;
}

/* Stands on the first event that matches in this chunk or those that follow, in our direction. */
static int find_chunk(struct event_cursor *cursor)
{
	struct store_reader *reader = reader_of(cursor);

	for (; cursor->chunk < store_reader_chunks(reader);
	     cursor->chunk += cursor->backwards ? (size_t)-1 : 1) {
		const struct store_summary *chunk = store_reader_chunk(reader, cursor->chunk);
		uint64_t first = chunk->counts.first_seq, last = first + chunk->counts.events - 1;

		if (cursor->backwards ? last < cursor->first : first > cursor->last)
			break;
		if (first < cursor->first)
			first = cursor->first;
		if (last > cursor->last)
			last = cursor->last;
		if (first > last || !store_reader_may_hold(reader, cursor->chunk, &cursor->wanted))
			continue;
		if (enter_chunk(cursor, first, last) != SQLITE_OK)
			return SQLITE_CORRUPT_VTAB;
		if (find_in_chunk(cursor))
			return SQLITE_OK;
		leave_chunk(cursor);
	}
	cursor->end = true;
	return SQLITE_OK;
}

static int event_next(sqlite3_vtab_cursor *base)
{
	struct event_cursor *cursor = (struct event_cursor *)base;

	if (cursor->seq != cursor->stop) {
		cursor->seq += cursor->backwards ? (uint64_t)-1 : 1;
		if (find_in_chunk(cursor))
			return SQLITE_OK;
	}
	leave_chunk(cursor);
	cursor->chunk += cursor->backwards ? (size_t)-1 : 1;
	return find_chunk(cursor);
}

static void set_low(struct event_cursor *cursor, int64_t seq)
{
	if (seq > 0 && (uint64_t)seq > cursor->first)
		cursor->first = (uint64_t)seq;
}

static void set_high(struct event_cursor *cursor, int64_t seq)
{
	if (seq < 0)
		seq = 0;
	if ((uint64_t)seq < cursor->last)
		cursor->last = (uint64_t)seq;
}

/* Bounds of time become bounds of seq, chunk by chunk. */
static void set_time_low(struct event_cursor *cursor, int64_t time_ns)
{
	long chunk = time_ns > 0 ? store_reader_find_time(reader_of(cursor), (uint64_t)time_ns - 1)
				 : -1;

	if (chunk >= 0)
		set_low(cursor, (int64_t)store_reader_chunk(reader_of(cursor), (size_t)chunk)
					->counts.first_seq);
	if (time_ns > 0 && (uint64_t)time_ns > cursor->filter.time_low) {
		cursor->filter.time_low = (uint64_t)time_ns;
		cursor->filter.bounds |= 1 << BOUND_TIME_LOW;
	}
}

static void set_time_high(struct event_cursor *cursor, int64_t time_ns)
{
	long chunk = time_ns >= 0 ? store_reader_find_time(reader_of(cursor), (uint64_t)time_ns)
				  : -1;
	const struct event_source_summary *counts;

	if (chunk < 0) {
		set_high(cursor, 0);
		return;
	}
	counts = &store_reader_chunk(reader_of(cursor), (size_t)chunk)->counts;
	set_high(cursor, (int64_t)(counts->first_seq + counts->events - 1));
}

/* A value that no row can have: nothing matches. */
static bool is_impossible(struct event_cursor *cursor, int64_t value, int64_t max)
{
	if (value >= 0 && value <= max)
		return false;
	set_high(cursor, 0);
	return true;
}

static void set_kind(struct event_cursor *cursor, int64_t kind)
{
	if (is_impossible(cursor, kind, UINT16_MAX))
		return;
	cursor->wanted.kinds = store_kind_bit((uint64_t)kind);
	cursor->filter.kind = (uint32_t)kind;
	cursor->filter.bounds |= 1 << BOUND_KIND;
}

static void set_thread(struct event_cursor *cursor, int64_t thread)
{
	if (is_impossible(cursor, thread, UINT32_MAX))
		return;
	cursor->wanted.threads = store_thread_bit((uint64_t)thread);
	cursor->filter.thread = (uint32_t)thread;
	cursor->filter.bounds |= 1 << BOUND_THREAD;
}

/* By the kind, which has been seen before, a word may be the number of a tasklet or a channel. */
static void set_word(struct event_cursor *cursor, int word, int64_t value)
{
	struct event_filter *filter = &cursor->filter;
	struct store_wanted *wanted = &cursor->wanted;
	struct store_roles roles = {0, 0};

	if (is_impossible(cursor, value, UINT32_MAX))
		return;
	filter->word[word] = (uint32_t)value;
	filter->bounds |= 1u << (BOUND_A + word);
	if (filter->bounds & 1 << BOUND_KIND)
		roles = store_roles(filter->kind);
	if (value != 0 && roles.tasklets & 1 << word)
		wanted->tasklet[wanted->tasklets++] = (uint32_t)value;
	if (value != 0 && roles.channels & 1 << word)
		wanted->channel[wanted->channels++] = (uint32_t)value;
}

static void set_bound(struct event_cursor *cursor, int bound, int64_t value)
{
	switch (bound) {
	case BOUND_SEQ_LOW:
		set_low(cursor, value);
		break;
	case BOUND_SEQ_HIGH:
		set_high(cursor, value);
		break;
	case BOUND_SEQ:
		set_low(cursor, value);
		set_high(cursor, value);
		break;
	case BOUND_TIME_LOW:
		set_time_low(cursor, value);
		break;
	case BOUND_TIME_HIGH:
		set_time_high(cursor, value);
		break;
	case BOUND_TIME:
		set_time_low(cursor, value);
		set_time_high(cursor, value);
		break;
	case BOUND_KIND:
		set_kind(cursor, value);
		break;
	case BOUND_THREAD:
		set_thread(cursor, value);
		break;
	default:
		set_word(cursor, bound - BOUND_A, value);
	}
}

static int event_filter(sqlite3_vtab_cursor *base, int plan, const char *name, int count,
			sqlite3_value **values)
{
	struct event_cursor *cursor = (struct event_cursor *)base;
	struct store_reader *reader = reader_of(cursor);
	long start;

	(void)name;
	leave_chunk(cursor);
	cursor->first = 1;
	cursor->last = store_reader_events(reader);
	cursor->filter = (struct event_filter){0};
	cursor->wanted = (struct store_wanted){.kinds = UINT64_MAX, .threads = UINT64_MAX};
	cursor->counts = !(plan & PLAN_EVENTS);
	cursor->columns = (plan & PLAN_TIMES ? CODEC_TIMES : 0) |
			  (plan & PLAN_WORDS ? CODEC_WORDS : 0);
	cursor->backwards = plan & PLAN_BACKWARDS;
	cursor->end = false;
	for (int bound = 0, used = 0; bound < BOUNDS && used < count; bound++) {
		if (!(plan & 1 << bound))
			continue;
		/* A number with a fraction, or no number at all, is left to SQLite. */
		if (sqlite3_value_numeric_type(values[used]) == SQLITE_INTEGER)
			set_bound(cursor, bound, sqlite3_value_int64(values[used]));
		used++;
	}
	start = store_reader_find_seq(reader, cursor->backwards ? cursor->last : cursor->first);
	if (start < 0) {
		if (cursor->backwards)
			cursor->end = true;
		start = 0;
	}
	cursor->chunk = (size_t)start;
	return cursor->end || cursor->first > cursor->last ? (cursor->end = true, SQLITE_OK)
							   : find_chunk(cursor);
}

static int event_eof(sqlite3_vtab_cursor *base)
{
	return ((struct event_cursor *)base)->end;
}

static int event_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
	const struct event_cursor *cursor = (const struct event_cursor *)base;
	const struct event *event;
	int64_t value;

	if (column == COLUMN_SEQ) {
		sqlite3_result_int64(context, (sqlite3_int64)cursor->seq);
		return SQLITE_OK;
	}
	event = event_here(cursor);
	switch (column) {
	case COLUMN_TIME:
		value = (int64_t)event->time_ns;
		break;
	case COLUMN_THREAD:
		value = event->thread;
		break;
	case COLUMN_KIND:
		value = event->kind;
		break;
	case COLUMN_SMALL:
		value = event->small;
		break;
	default:
		value = event->word[column - COLUMN_A];
	}
	sqlite3_result_int64(context, value);
	return SQLITE_OK;
}

static int event_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
	*out = (sqlite3_int64)((const struct event_cursor *)base)->seq;
	return SQLITE_OK;
}

/* No xCreate: the table is there by its name alone, and no other can be made. */
static const sqlite3_module event_module = {
	.xConnect = event_connect,
	.xBestIndex = event_best_index,
	.xDisconnect = event_disconnect,
	.xOpen = event_open,
	.xClose = event_close,
	.xFilter = event_filter,
	.xNext = event_next,
	.xEof = event_eof,
	.xColumn = event_column,
	.xRowid = event_rowid,
};

int store_event_register(sqlite3 *db, const char *name)
{
	return sqlite3_create_module_v2(db, name, &event_module, NULL, NULL) == SQLITE_OK
		       ? 0
		       : store_errno(db);
}

void store_event_unregister(sqlite3 *db, const char *name)
{
	sqlite3_create_module_v2(db, name, NULL, NULL, NULL);
}
