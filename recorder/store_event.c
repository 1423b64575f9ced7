/* SPDX-License-Identifier: MIT */
/*
 * store_event.c - the packed events as a table of SQL: a virtual table with the columns of `event`.
 *
 * What a statement asks for is used where it saves work: bounds on seq and time_ns choose the chunks
 * to read, a kind or a thread leaves out chunks that hold none of it, and columns that nobody asks
 * for are not unpacked. SQLite checks every row again, so a bound may be taken loosely. Rows come
 * in the order of seq, or backwards.
 */
#include <stdlib.h>
#include <string.h>

#include "store_private.h"

enum event_column {
	COLUMN_SEQ,
	COLUMN_TIME,
	COLUMN_THREAD,
	COLUMN_KIND,
	COLUMN_SMALL,
	COLUMN_A,
	COLUMN_E = COLUMN_A + EVENT_WORDS - 1
};

static const char declaration[] = "CREATE TABLE event(seq INTEGER, time_ns INTEGER,"
				  " thread INTEGER, kind INTEGER, small INTEGER,"
				  " a INTEGER, b INTEGER, c INTEGER, d INTEGER, e INTEGER)";

/* What a plan can use, in the order in which the values come: bits of idxNum. */
enum bound {
	BOUND_SEQ_LOW,
	BOUND_SEQ_HIGH,
	BOUND_TIME_LOW,
	BOUND_TIME_HIGH,
	BOUND_SEQ,
	BOUND_TIME,
	BOUND_KIND,
	BOUND_THREAD,
	BOUNDS
};

enum { PLAN_BACKWARDS = 1 << BOUNDS, PLAN_TIMES = 2 << BOUNDS, PLAN_WORDS = 4 << BOUNDS };

struct event_table {
	sqlite3_vtab base; /* first: it is what SQLite sees */
	struct store_reader *reader;
};

struct event_cursor {
	sqlite3_vtab_cursor base; /* first, likewise */
	const struct store_unpacked *unpacked;
	size_t chunk, index;     /* where we are, if not at the end */
	uint64_t first, last;    /* seq wanted */
	uint64_t kinds, threads; /* bits one of which a chunk must have */
	unsigned int columns;
	bool backwards, end;
};

static int event_connect(sqlite3 *db, void *context, int argument_count,
			 const char *const *arguments, sqlite3_vtab **out, char **message)
{
	struct event_table *table = sqlite3_malloc(sizeof(*table));

	(void)argument_count;
	(void)arguments;
	(void)message;
	if (!table)
		return SQLITE_NOMEM;
	memset(table, 0, sizeof(*table));
	table->reader = context;
	*out = &table->base;
	/* It reads this file and changes nothing: views may use it. */
	sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
	return sqlite3_declare_vtab(db, declaration);
}

static int event_disconnect(sqlite3_vtab *base)
{
	sqlite3_free(base);
	return SQLITE_OK;
}

/* -------------------------------------------------------------------------------- planning */

/* The bound that a constraint is, or BOUNDS. */
static enum bound bound_of(const struct sqlite3_index_constraint *constraint)
{
	int column = constraint->iColumn < 0 ? COLUMN_SEQ : constraint->iColumn;
	bool seq = column == COLUMN_SEQ;

	if (!constraint->usable)
		return BOUNDS;
	switch (constraint->op) {
	case SQLITE_INDEX_CONSTRAINT_EQ:
		return seq                       ? BOUND_SEQ
		       : column == COLUMN_TIME   ? BOUND_TIME
		       : column == COLUMN_KIND   ? BOUND_KIND
		       : column == COLUMN_THREAD ? BOUND_THREAD
						 : BOUNDS;
	case SQLITE_INDEX_CONSTRAINT_GT:
	case SQLITE_INDEX_CONSTRAINT_GE:
		return seq ? BOUND_SEQ_LOW : column == COLUMN_TIME ? BOUND_TIME_LOW : BOUNDS;
	case SQLITE_INDEX_CONSTRAINT_LT:
	case SQLITE_INDEX_CONSTRAINT_LE:
		return seq ? BOUND_SEQ_HIGH : column == COLUMN_TIME ? BOUND_TIME_HIGH : BOUNDS;
	default:
		return BOUNDS;
	}
}

static void estimate(sqlite3_index_info *plan, double rows)
{
	static const double share[BOUNDS] = {
		[BOUND_SEQ_LOW] = 0.3,   [BOUND_SEQ_HIGH] = 0.3, [BOUND_TIME_LOW] = 0.3,
		[BOUND_TIME_HIGH] = 0.3, [BOUND_SEQ] = 0,        [BOUND_TIME] = 0,
		[BOUND_KIND] = 0.1,      [BOUND_THREAD] = 0.5,
	};
	double cost = rows;

	for (int bound = 0; bound < BOUNDS; bound++) {
		if (!(plan->idxNum & 1 << bound))
			continue;
		rows *= share[bound];
		if (bound < BOUND_KIND) /* kind and thread mostly do not spare us a chunk */
			cost *= share[bound];
	}
	plan->estimatedRows = (sqlite3_int64)rows + 1;
	plan->estimatedCost = cost + 1000;
	if (plan->idxNum & 1 << BOUND_SEQ)
		plan->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
}

static int event_best_index(sqlite3_vtab *base, sqlite3_index_info *plan)
{
	struct event_table *table = (struct event_table *)base;
	int chosen[BOUNDS], argument = 0;
	uint64_t words = ((UINT64_C(1) << EVENT_WORDS) - 1) << COLUMN_A;

	memset(chosen, -1, sizeof(chosen));
	for (int i = 0; i < plan->nConstraint; i++) {
		enum bound bound = bound_of(&plan->aConstraint[i]);

		if (bound < BOUNDS)
			chosen[bound] = i;
	}
	for (int bound = 0; bound < BOUNDS; bound++) {
		if (chosen[bound] < 0)
			continue;
		plan->aConstraintUsage[chosen[bound]].argvIndex = ++argument;
		plan->idxNum |= 1 << bound;
	}
	if (plan->nOrderBy > 0 &&
	    (plan->aOrderBy[0].iColumn == COLUMN_SEQ || plan->aOrderBy[0].iColumn < 0)) {
		plan->orderByConsumed = 1;
		if (plan->aOrderBy[0].desc)
			plan->idxNum |= PLAN_BACKWARDS;
	}
	if (plan->colUsed & UINT64_C(1) << COLUMN_TIME)
		plan->idxNum |= PLAN_TIMES;
	if (plan->colUsed & words)
		plan->idxNum |= PLAN_WORDS;
	estimate(plan, (double)store_reader_events(table->reader));
	return SQLITE_OK;
}

/* --------------------------------------------------------------------------------- running */

static int event_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
	struct event_cursor *cursor = sqlite3_malloc(sizeof(*cursor));

	(void)base;
	if (!cursor)
		return SQLITE_NOMEM;
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

/* Takes a chunk and stands on its first event that is wanted, in our direction. */
static int enter_chunk(struct event_cursor *cursor, uint64_t first, uint64_t last)
{
	const struct event_source_summary *counts =
		&store_reader_chunk(reader_of(cursor), cursor->chunk)->counts;
	int result = store_reader_take(reader_of(cursor), cursor->chunk, cursor->columns,
				       &cursor->unpacked);

	if (result < 0) {
		cursor->base.pVtab->zErrMsg = sqlite3_mprintf(
			"events %lld to %lld are damaged", (long long)counts->first_seq,
			(long long)(counts->first_seq + counts->events - 1));
		return SQLITE_CORRUPT_VTAB;
	}
	cursor->index = cursor->backwards ? last - counts->first_seq : first - counts->first_seq;
	return SQLITE_OK;
}

/* Stands on the first wanted event in this chunk or the next that has one, in our direction. */
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
		if (first <= last && (chunk->kinds & cursor->kinds) &&
		    (chunk->threads & cursor->threads))
			return enter_chunk(cursor, first, last);
	}
	cursor->end = true;
	return SQLITE_OK;
}

static int event_next(sqlite3_vtab_cursor *base)
{
	struct event_cursor *cursor = (struct event_cursor *)base;
	uint64_t seq = cursor->unpacked->events[cursor->index].seq;

	if (cursor->backwards ? seq <= cursor->first : seq >= cursor->last) {
		cursor->end = true;
		return SQLITE_OK;
	}
	cursor->index += cursor->backwards ? (size_t)-1 : 1;
	if (cursor->index < cursor->unpacked->count)
		return SQLITE_OK;
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

static void set_bound(struct event_cursor *cursor, enum bound bound, int64_t value)
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
		cursor->kinds = UINT64_C(1) << (value > 0 && value < 63 ? value : 0);
		break;
	case BOUND_THREAD:
		cursor->threads = value >= 0 ? UINT64_C(1) << value % 63 : 0;
		break;
	case BOUNDS:
		break;
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
	cursor->kinds = cursor->threads = UINT64_MAX;
	cursor->columns = (plan & PLAN_TIMES ? CODEC_TIMES : 0) |
			  (plan & PLAN_WORDS ? CODEC_WORDS : 0);
	cursor->backwards = plan & PLAN_BACKWARDS;
	cursor->end = false;
	for (int bound = 0, used = 0; bound < BOUNDS && used < count; bound++) {
		if (!(plan & 1 << bound))
			continue;
		/* A number with a fraction, or no number at all, is left to SQLite. */
		if (sqlite3_value_numeric_type(values[used]) == SQLITE_INTEGER)
			set_bound(cursor, (enum bound)bound, sqlite3_value_int64(values[used]));
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
	const struct event *event = &cursor->unpacked->events[cursor->index];
	int64_t value;

	switch (column) {
	case COLUMN_SEQ:
		value = (int64_t)event->seq;
		break;
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
	const struct event_cursor *cursor = (const struct event_cursor *)base;

	*out = (sqlite3_int64)cursor->unpacked->events[cursor->index].seq;
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

static void destroy_reader(void *reader)
{
	store_reader_destroy(reader);
}

int store_event_register(sqlite3 *db, const char *name, struct store_reader *reader)
{
	/* Frees the reader itself when it fails. */
	return sqlite3_create_module_v2(db, name, &event_module, reader, destroy_reader) ==
			       SQLITE_OK
		       ? 0
		       : store_errno(db);
}
