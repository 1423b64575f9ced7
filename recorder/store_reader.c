/* SPDX-License-Identifier: MIT */
/*
 * store_reader.c - from rows of `chunk` to events.
 *
 * The directory, chunk_info, is held in memory (a thousand rows for 16 million events); unpacked
 * chunks are kept in a few slots. Statements are reset as soon as they have answered, so that a
 * reader that sleeps never holds a recorder's journal back.
 *
 * While the file grows only its end changes: rows are added, and the pieces of a chunk that is not
 * yet full give way to one row of the same events.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_private.h"

enum { SLOTS = 6 }; /* kept at least; more when more are in use at once */

struct slot {
	struct store_unpacked unpacked; /* first: it is what callers see */
	struct slot *next;              /* the most recently used one first */
	uint64_t first_seq;
	unsigned int columns, users;
	struct event events[STORE_CHUNK_EVENTS];
};

struct store_reader {
	sqlite3 *db;
	sqlite3_stmt *select_info, *select_data, *select_set;
	struct codec *codec;
	struct store_summary *chunk;
	size_t chunks, room;
	size_t settled; /* chunks before this one are full: they will not change */
	struct slot *slots;
	size_t slot_count;
};

int store_reader_create(struct store_reader **out, sqlite3 *db)
{
	struct store_reader *reader = calloc(1, sizeof(*reader));
	/* Asked before the directory is read: a recorder adds to both at once. */
	bool has_chunks = store_number(db, "SELECT 1 FROM chunk LIMIT 1", 0) != 0;
	int result;

	*out = NULL;
	if (!reader)
		return -ENOMEM;
	reader->db = db;
	reader->codec = codec_create();
	reader->select_info = store_prepare(
		db, "SELECT first_seq, events, time_first_ns, time_last_ns, switches, transfers,"
		    " saved_bytes, saved_max, kinds, threads FROM chunk_info"
		    " WHERE first_seq >= ? ORDER BY first_seq");
	reader->select_data = store_prepare(db, "SELECT data FROM chunk WHERE first_seq = ?");
	reader->select_set =
		store_prepare(db, "SELECT tasklets, channels FROM chunk_set WHERE first_seq = ?");
	if (!reader->codec)
		result = -ENOMEM;
	else if (!reader->select_info || !reader->select_data || !reader->select_set)
		result = store_errno(db);
	else
		result = store_reader_refresh(reader);
	if (result == 0 && has_chunks && reader->chunks == 0)
		result = -EBADMSG;
	if (result < 0) {
		store_reader_destroy(reader);
		return result;
	}
	*out = reader;
	return 0;
}

void store_reader_destroy(struct store_reader *reader)
{
	if (!reader)
		return;
	while (reader->slots) {
		struct slot *next = reader->slots->next;

		free(reader->slots);
		reader->slots = next;
	}
	sqlite3_finalize(reader->select_info);
	sqlite3_finalize(reader->select_data);
	sqlite3_finalize(reader->select_set);
	codec_destroy(reader->codec);
	free(reader->chunk);
	free(reader);
}

/* --------------------------------------------------------------------------------- directory */

static void read_summary(sqlite3_stmt *row, struct store_summary *out)
{
	struct event_source_summary *counts = &out->counts;
	int64_t events = sqlite3_column_int64(row, 1);

	counts->first_seq = (uint64_t)sqlite3_column_int64(row, 0);
	counts->events = events > 0 && events <= STORE_CHUNK_EVENTS ? (uint32_t)events : 0;
	counts->time_first_ns = (uint64_t)sqlite3_column_int64(row, 2);
	counts->time_last_ns = (uint64_t)sqlite3_column_int64(row, 3);
	counts->switches = (uint64_t)sqlite3_column_int64(row, 4);
	counts->transfers = (uint64_t)sqlite3_column_int64(row, 5);
	counts->saved_bytes = (uint64_t)sqlite3_column_int64(row, 6);
	counts->saved_max = (uint64_t)sqlite3_column_int64(row, 7);
	out->kinds = (uint64_t)sqlite3_column_int64(row, 8);
	out->threads = (uint64_t)sqlite3_column_int64(row, 9);
}

/* Whether a row can follow the ones there are: in a damaged file some cannot, and are left out. */
static bool fits(const struct store_reader *reader, const struct event_source_summary *counts)
{
	const struct event_source_summary *before;

	if (counts->events == 0 || counts->first_seq == 0 || counts->first_seq > INT64_MAX / 2 ||
	    counts->time_first_ns > counts->time_last_ns)
		return false;
	if (reader->chunks == 0)
		return true;
	before = &reader->chunk[reader->chunks - 1].counts;
	return counts->first_seq >= before->first_seq + before->events &&
	       counts->time_first_ns >= before->time_last_ns;
}

static int add_chunk(struct store_reader *reader, const struct store_summary *summary)
{
	if (reader->chunks == reader->room) {
		size_t room = reader->room ? 2 * reader->room : 64;
		struct store_summary *chunk = realloc(reader->chunk, room * sizeof(*chunk));

		if (!chunk)
			return -ENOMEM;
		reader->chunk = chunk;
		reader->room = room;
	}
	reader->chunk[reader->chunks++] = *summary;
	if (reader->settled == reader->chunks - 1 && summary->counts.events == STORE_CHUNK_EVENTS)
		reader->settled++;
	return 0;
}

int store_reader_refresh(struct store_reader *reader)
{
	const struct store_summary *last = reader->settled ? &reader->chunk[reader->settled - 1]
							   : NULL;
	struct store_summary summary;
	int code, result = 0;

	reader->chunks = reader->settled;
	sqlite3_bind_int64(reader->select_info, 1,
			   last ? (int64_t)(last->counts.first_seq + last->counts.events) : 1);
	while ((code = sqlite3_step(reader->select_info)) == SQLITE_ROW && result == 0) {
		read_summary(reader->select_info, &summary);
		if (fits(reader, &summary.counts))
			result = add_chunk(reader, &summary);
	}
	if (result == 0 && code != SQLITE_DONE)
		result = store_errno(reader->db);
	sqlite3_reset(reader->select_info);
	return result;
}

size_t store_reader_chunks(const struct store_reader *reader)
{
	return reader->chunks;
}

const struct store_summary *store_reader_chunk(const struct store_reader *reader, size_t index)
{
	return &reader->chunk[index];
}

uint64_t store_reader_events(const struct store_reader *reader)
{
	const struct event_source_summary *last;

	if (reader->chunks == 0)
		return 0;
	last = &reader->chunk[reader->chunks - 1].counts;
	return last->first_seq + last->events - 1;
}

long store_reader_find_seq(const struct store_reader *reader, uint64_t seq)
{
	size_t low = 0, high = reader->chunks;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (reader->chunk[middle].counts.first_seq <= seq)
			low = middle + 1;
		else
			high = middle;
	}
	return (long)low - 1;
}

long store_reader_find_time(const struct store_reader *reader, uint64_t time_ns)
{
	size_t low = 0, high = reader->chunks;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (reader->chunk[middle].counts.time_first_ns <= time_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return (long)low - 1;
}

/* Whether all of them are in the set in a column. What is no set excludes nobody, nor does a number
 * that no set takes. */
static bool set_has_all(sqlite3_stmt *row, int column, const uint32_t *ids, int count)
{
	const uint8_t *packed = sqlite3_column_blob(row, column);
	size_t bytes = (size_t)sqlite3_column_bytes(row, column);

	if (sqlite3_column_type(row, column) != SQLITE_BLOB)
		return true;
	for (int i = 0; i < count; i++) {
		if (ids[i] <= STORE_SET_ID_MAX && !store_set_packed_has(packed, bytes, ids[i]))
			return false;
	}
	return true;
}

int store_reader_may_hold(struct store_reader *reader, size_t index,
			  const struct store_wanted *wanted)
{
	const struct store_summary *chunk = &reader->chunk[index];
	sqlite3_stmt *set = reader->select_set;
	bool may = true;

	if (!(chunk->kinds & wanted->kinds) || !(chunk->threads & wanted->threads))
		return 0;
	if (wanted->tasklets + wanted->channels == 0)
		return 1;
	sqlite3_bind_int64(set, 1, (int64_t)chunk->counts.first_seq);
	if (sqlite3_step(set) == SQLITE_ROW)
		may = set_has_all(set, 0, wanted->tasklet, wanted->tasklets) &&
		      set_has_all(set, 1, wanted->channel, wanted->channels);
	sqlite3_reset(set);
	return may;
}

uint64_t store_reader_parties(struct store_reader *reader, size_t index, const uint32_t *tasklet,
			      int count)
{
	sqlite3_stmt *set = reader->select_set;
	uint64_t parties = 0;

	sqlite3_bind_int64(set, 1, (int64_t)reader->chunk[index].counts.first_seq);
	if (sqlite3_step(set) == SQLITE_ROW && sqlite3_column_type(set, 0) == SQLITE_BLOB)
		parties = store_set_packed_which(sqlite3_column_blob(set, 0),
						 (size_t)sqlite3_column_bytes(set, 0), tasklet,
						 count);
	sqlite3_reset(set);
	return parties;
}

/* ------------------------------------------------------------------------------------ events */

static int unpack(struct store_reader *reader, const struct event_source_summary *counts,
		  unsigned int columns, struct slot *slot)
{
	sqlite3_stmt *select = reader->select_data;
	long events = -EBADMSG;
	int code;

	sqlite3_bind_int64(select, 1, (int64_t)counts->first_seq);
	code = sqlite3_step(select);
	if (code == SQLITE_ROW && sqlite3_column_type(select, 0) == SQLITE_BLOB) {
		const void *data = sqlite3_column_blob(select, 0);

		if (data)
			events = codec_decode(reader->codec, data,
					      (size_t)sqlite3_column_bytes(select, 0),
					      counts->first_seq, columns, slot->events,
					      STORE_CHUNK_EVENTS);
		else
			events = store_errno(reader->db);
	} else if (code != SQLITE_ROW && code != SQLITE_DONE) {
		events = store_errno(reader->db);
	}
	sqlite3_reset(select);
	if (events < 0)
		return (int)events;
	if (events != counts->events)
		return -EBADMSG;
	slot->first_seq = counts->first_seq;
	slot->columns = columns;
	slot->unpacked.count = counts->events;
	return 0;
}

/* Takes a slot that nobody uses out of the list, the one unused for longest; or makes one. */
static struct slot *free_slot(struct store_reader *reader)
{
	struct slot **found = NULL, *slot;

	for (struct slot **link = &reader->slots; *link; link = &(*link)->next) {
		if ((*link)->users == 0)
			found = link;
	}
	if (found && reader->slot_count >= SLOTS) {
		slot = *found;
		*found = slot->next;
	} else {
		slot = malloc(sizeof(*slot));
		if (!slot)
			return NULL;
		slot->unpacked.events = slot->events;
		reader->slot_count++;
	}
	slot->users = 0;
	return slot;
}

int store_reader_take(struct store_reader *reader, size_t index, unsigned int columns,
		      const struct store_unpacked **out)
{
	const struct event_source_summary *counts = &reader->chunk[index].counts;
	struct slot *slot;
	int result;

	for (struct slot **link = &reader->slots; *link; link = &(*link)->next) {
		slot = *link;
		if (slot->first_seq != counts->first_seq ||
		    slot->unpacked.count != counts->events || (slot->columns & columns) != columns)
			continue;
		*link = slot->next;
		slot->next = reader->slots;
		reader->slots = slot;
		slot->users++;
		*out = &slot->unpacked;
		return 0;
	}
	slot = free_slot(reader);
	if (!slot)
		return -ENOMEM;
	result = unpack(reader, counts, columns, slot);
	if (result < 0)
		slot->first_seq = 0;
	else
		slot->users = 1;
	slot->next = reader->slots;
	reader->slots = slot;
	*out = result < 0 ? NULL : &slot->unpacked;
	return result;
}

void store_reader_release(struct store_reader *reader, const struct store_unpacked *unpacked)
{
	(void)reader;
	if (unpacked)
		((struct slot *)unpacked)->users--;
}
