/* SPDX-License-Identifier: MIT */
/*
 * store_private.h - what the store_*.c files share.
 */
#ifndef GREENROOM_STORE_PRIVATE_H
#define GREENROOM_STORE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The extension is called by a shell that may have another SQLite in it than ours. */
#ifdef GREENROOM_SQLITE_EXTENSION
#include <sqlite3ext.h>
extern const sqlite3_api_routines *sqlite3_api; /* SQLITE_EXTENSION_INIT3 */
#else
#include <sqlite3.h>
#endif

#include "codec.h"
#include "error.h"
#include "event.h"
#include "event_source.h"
#include "store.h"
#include "store_set.h"

/* ------------------------------------------------------------------- SQLite: store_sqlite.c */

/* The negative errno for the connection's last error. */
int store_errno(sqlite3 *db);
/* The same, and the sentence about it. */
int store_error(sqlite3 *db, const char *path, struct error *error);
/* Runs statements without results. 0 or negative errno. */
int store_exec(sqlite3 *db, const char *sql);
/* The statement, to be finalized by the caller, or NULL. */
sqlite3_stmt *store_prepare(sqlite3 *db, const char *sql);
/* Binds values as `types` says, from parameter 1 on: i int64_t, z int64_t with NULL for 0, t text
 * (NULL: NULL), s text with its size_t length, b bytes with their size_t length. What is pointed to
 * must live until the statement is reset. */
void store_bind(sqlite3_stmt *statement, const char *types, ...);
/* Runs a statement that has no result, and resets it. 0 or negative errno. */
int store_run(sqlite3_stmt *statement);
/* The first column of the first row; `missing` when there is none, or an error. */
int64_t store_number(sqlite3 *db, const char *sql, int64_t missing);
/* `path` so that SQLite takes it for nothing but a file name; caller frees. */
char *store_file_name(const char *path);

/* ------------------------------------------------------------------- schema: store_schema.c */

/* Makes the tables and fills in the catalogue. */
int store_schema_create(sqlite3 *db);
/* Makes `event` and the views for people, empty. */
int store_schema_create_event(sqlite3 *db);
/* Whether the file holds what greenroom writes, and nothing else. */
int store_schema_check(sqlite3 *db, const char *path, struct error *error);

/* The views of the kinds, made from the catalogue in the file: calls `each` with a view's name and
 * what follows "CREATE VIEW " in its statement. Stops when `each` returns non-zero. */
typedef int store_view_fn(void *context, const char *name, const char *statement);
int store_views_each(sqlite3 *db, store_view_fn *each, void *context);
/* The same for the views for people, of schema_event.sql. */
int store_schema_friendly_views(store_view_fn *each, void *context);

/* ------------------------------------------- about a stretch of events: store_summary.c */

struct store_summary {
	struct event_source_summary counts;
	uint64_t kinds, threads; /* bits as in table chunk_info */
};

static inline uint64_t store_kind_bit(uint64_t kind)
{
	return UINT64_C(1) << (kind < 63 ? kind : 0);
}

static inline uint64_t store_thread_bit(uint64_t thread)
{
	return UINT64_C(1) << thread % 63;
}

void store_summarize(const struct event *events, size_t count, struct store_summary *out);

struct store_sets {
	struct store_set tasklets, channels;
};

/* Which words of a kind's events are numbers of tasklets, and of channels: bit 0 is A. */
struct store_roles {
	uint8_t tasklets, channels;
};

struct store_roles store_roles(unsigned int kind);

void store_sets_destroy(struct store_sets *sets);
/* Who is in the events: packed into sets->*.packed. Returns 0 or -ENOMEM. */
int store_sets_collect(struct store_sets *sets, const struct event *events, size_t count,
		       size_t *tasklets_bytes, size_t *channels_bytes);

/* ------------------------------ tables tasklet, channel, thread: store_tally.c */

struct store_tally;

struct store_tally *store_tally_create(void); /* NULL when out of memory */
void store_tally_destroy(struct store_tally *tally);
int store_tally_events(struct store_tally *tally, const struct event *events, size_t count);
int store_tally_write(const struct store_tally *tally, sqlite3 *db, uint64_t end_ns);

/* ----------------------------------------------------------------- keyframes: store_keyframe.c */

/* *out is malloc'ed. 0 or -ENOMEM. */
int store_keyframe_pack(uint64_t seq, const void *image, size_t bytes, void **out, size_t *packed);
/* The image again, malloc'ed. 0, -ENOMEM or -EBADMSG. */
int store_keyframe_unpack(uint64_t seq, const void *packed, size_t packed_bytes, void **image,
			  size_t *bytes);

/* ------------------------------------------------------- plain rows: store_materialize.c */

/* What meta.how_to_read says to somebody who opens the file with SQLite alone. */
#define STORE_HOW_TO_READ_CHUNKS                                                                   \
	"The events are packed in table chunk. 'greenroom sql FILE \"SELECT ...\"' reads them as " \
	"table event, with a view for each kind; 'greenroom sql --materialize' writes them as "    \
	"plain rows. Tables chunk_info, tasklet, channel, thread, place, kind, field and word "    \
	"are plain SQL."
#define STORE_HOW_TO_READ_ROWS                                                                     \
	"Table event has the events, with a view for each kind (tasklet_switch, ...; see table "   \
	"kind) and views switch, save, transfer. The same events are packed in table chunk."

/* Makes and fills `event`, `mark` and the views. In the caller's transaction. `progress` may be
 * NULL. */
int store_materialize(sqlite3 *db, store_progress_fn *progress, void *context);
/* Fills the table `schema`.mark from `event`. */
int store_fill_marks(sqlite3 *db, const char *schema);
/* Sets a row of meta. */
int store_set_meta(sqlite3 *db, const char *name, const char *value);

/* ------------------------------------------------------------ reading chunks: store_reader.c */

struct store_reader;

/* A chunk's events, unpacked. They stay as they are until they are released. */
struct store_unpacked {
	const struct event *events;
	size_t count;
};

/* Reads through `db`, which stays the caller's. */
int store_reader_create(struct store_reader **out, sqlite3 *db);
void store_reader_destroy(struct store_reader *reader);
/* Looks for chunks that have been added. */
int store_reader_refresh(struct store_reader *reader);
/* Rows of chunk_info, in order; their stretches do not overlap. */
size_t store_reader_chunks(const struct store_reader *reader);
const struct store_summary *store_reader_chunk(const struct store_reader *reader, size_t index);
/* Number of the last event. */
uint64_t store_reader_events(const struct store_reader *reader);
/* Index of the last chunk that begins at or before event `seq` (or that time), -1: none. */
long store_reader_find_seq(const struct store_reader *reader, uint64_t seq);
long store_reader_find_time(const struct store_reader *reader, uint64_t time_ns);
/* What somebody looks for: of the kinds and threads one that has its bit (as in store_summary), and
 * all of the tasklets and channels. */
struct store_wanted {
	uint64_t kinds, threads;
	uint32_t tasklet[EVENT_WORDS], channel[EVENT_WORDS];
	int tasklets, channels;
};

/* Whether there may be such events in a chunk: 0 when it is known that there are none, else 1. */
int store_reader_may_hold(struct store_reader *reader, size_t index,
			  const struct store_wanted *wanted);

/* Which of some tasklets (ascending but for zeros; at most 64) are in the set of a chunk: a bit each. */
uint64_t store_reader_parties(struct store_reader *reader, size_t index, const uint32_t *tasklet,
			      int count);

/* The events of a chunk, with the columns asked for at least (enum codec_columns). -EBADMSG, -EIO,
 * -ENOMEM. */
int store_reader_take(struct store_reader *reader, size_t index, unsigned int columns,
		      const struct store_unpacked **out);
void store_reader_release(struct store_reader *reader, const struct store_unpacked *unpacked);

/* What store_open gives, on a connection that becomes the source's, or is closed: store_source.c. */
int store_source_open(struct event_source **out, sqlite3 *db, const char *path,
		      struct error *error);

/* --------------------------------------------------- `event` without rows: store_event.c */

/* Lets statements of the connection read chunks as a table with the columns of `event`. What it needs
 * for that goes with the connection. */
int store_event_register(sqlite3 *db, const char *name);
void store_event_unregister(sqlite3 *db, const char *name);

/* Where a trace has no table `event`: that, its views and an empty `mark`, for this connection only. */
int store_event_provide(sqlite3 *db);

/* ----------------------------------------------------------------- names: store_names.c */

/* Reads strings, places and stacks that the dictionary does not have. *unnamed_place, 0 at first, is
 * where places begin that were only addresses; they are looked for again. */
int store_names_load(sqlite3 *db, struct dictionary *dictionary, uint32_t *unnamed_place);

/* -------------------------------------------------------------- opening: store_connect.c */

/* A distrustful read-only connection to a file that has been found to be a trace. */
int store_connect(sqlite3 **out, const char *path, struct error *error);
/* Whether the file's first bytes are those of a trace of any version: 0, or a sentence. */
int store_probe(const char *path, bool any_version, struct error *error);
/* Tells a connection to trust nothing in its file. */
void store_distrust(sqlite3 *db);

#endif
