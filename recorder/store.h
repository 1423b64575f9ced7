/* SPDX-License-Identifier: MIT */
/*
 * store.h - the trace file: SQLite outside, packed columns inside.
 *
 * One side writes (a recorder), any number of others read, also while it is being written. What the
 * tables mean stands in schema.sql and docs/trace-format.md; only the store_*.c files know SQLite.
 *
 * A writer gets events in order; they are in the file when store_flush, store_append of a full
 * chunk, or store_finish has returned. Functions return 0 or negative errno; where a
 * `struct error *` is given it holds the sentence for the user.
 */
#ifndef GREENROOM_STORE_H
#define GREENROOM_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec.h"
#include "error.h"
#include "event.h"
#include "event_source.h"

enum {
	STORE_APPLICATION_ID = 0x47726e52, /* "GrnR", in the SQLite header */
	STORE_FORMAT = 2,                  /* user_version: newer files are refused */
	STORE_PAGE_BYTES = 16384,          /* schema.sql */
	STORE_CHUNK_EVENTS = CODEC_EVENTS_MAX,
	STORE_KEYFRAME_EVENTS = 1 << 20, /* between two keyframes, more or less */
	STORE_MATERIALIZE_MAX = 1000000  /* events up to which `event` is written as plain rows */
};

struct store;

struct store_options {
	bool durable; /* synchronous=NORMAL while recording, else OFF */
	uint64_t
		max_bytes; /* plain rows are not added when the file would become larger; 0: any size */
};

/* Creates the file (it must not exist). */
int store_create(struct store **out, const char *path, const struct store_options *options,
		 struct error *error);

/* Copies what `from` has in its file besides events: names, places, modules, threads, losses and facts.
 * Before the first event. */
int store_copy_facts(struct store *to, const struct store *from, struct error *error);

/* Appends events; their `seq` is given by the store, in order from 1, and written back into them.
 * Times must not go backwards. */
int store_append(struct store *store, struct event *events, size_t count, struct error *error);

/* Lets the store keep the chunk that is being filled in `room`, which holds STORE_CHUNK_EVENTS, instead
 * of in own memory, until it is lent other room, or none (NULL): events that are appended from where
 * they belong there need not be copied. */
void store_lend(struct store *store, struct event *room);

/* The tables `tasklet`, `channel` and `thread` are added up from the events as they are appended; or,
 * once store_tally_apart has been called, from those that store_tally is given: the same ones in the
 * same order, from another thread if need be, but not during store_finish. 0 or -ENOMEM. */
void store_tally_apart(struct store *store);
int store_tally(struct store *store, const struct event *events, size_t count);

/* Commits a chunk that is not full, so that readers see it. */
int store_flush(struct store *store, struct error *error);

/* The state image after event `seq` (state_save). */
int store_keyframe(struct store *store, uint64_t seq, const void *image, size_t bytes,
		   struct error *error);

/* Rows of the plain tables. Written with the next commit. */
int store_string(struct store *store, uint32_t id, const char *text, size_t bytes,
		 struct error *error);
int store_place(struct store *store, uint32_t id, const struct dictionary_place *place,
		struct error *error);
int store_stack(struct store *store, uint32_t id, uint32_t caller, uint32_t place,
		struct error *error);
int store_thread(struct store *store, uint32_t id, uint32_t process, uint32_t os_thread,
		 struct error *error);
int store_module(struct store *store, uint32_t id, uint64_t base, const char *path,
		 struct error *error);
/* `count` events of the thread were lost between two times. */
int store_loss(struct store *store, uint32_t thread, uint64_t from_ns, uint64_t to_ns,
	       uint64_t count, struct error *error);
/* How far the recording has got where the events come from, as text for whoever has to go on after
 * it was killed. It is committed with the events that have been appended by then; a finished trace
 * has none. `text` must stay until the next call, or the end. */
void store_position(struct store *store, const char *text);
/* A fact about the recording: "program", "hostname", "realtime_ns", "exit_status", ... */
int store_meta(struct store *store, const char *key, const char *value, struct error *error);

uint64_t store_events(const struct store *store);
/* Size of the file, with what stands only in its journal yet. */
uint64_t store_bytes(struct store *store);
uint64_t store_lost(const struct store *store);

/* Ends the recording: last chunk, tables `tasklet` and `channel` (made from the events as they went
 * by), the plain table `event` and the views if there are at most STORE_MATERIALIZE_MAX events,
 * checkpoint, journal_mode=DELETE. Frees the store in any case. */
int store_finish(struct store *store, struct error *error);
/* Gives up: what is committed stays. */
void store_abandon(struct store *store);

/* Writes the plain table `event` and the views into a finished trace that has none because it is
 * long; 0 too when they are there. `progress` may be NULL. */
typedef void store_progress_fn(void *context, uint64_t done, uint64_t total);
int store_add_rows(const char *path, store_progress_fn *progress, void *context,
		   struct error *error);

/* Opens a trace for reading, read-only and distrustful. The error names the file and says what it
 * is instead: missing, a directory, no permission, empty, not a greenroom trace, newer, damaged. */
int store_open(struct event_source **out, const char *path, struct error *error);

/* Runs one SQL statement (or several) on the trace, read-only, and hands over each row as text;
 * `row` returns non-zero to stop. Column names come first, as a row of their own (is_header). A
 * trace without the plain table `event` has it as a virtual table over the chunks, and the same
 * views. Values are valid until `row` returns; NULL is SQL's. */
typedef int store_row_fn(void *context, bool is_header, int columns, const char *const *values);
int store_sql(const char *path, const char *sql, store_row_fn *row, void *context,
	      struct error *error);

/* Moves an older trace at `path` to `path`.old, checkpointed first when it is a trace with a WAL
 * file. Nothing there: 0. Something that is no trace is refused. */
int store_keep_old(const char *path, struct error *error);

#endif
