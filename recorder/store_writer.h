/* SPDX-License-Identifier: MIT */
/*
 * store_writer.h - the open recording: what store_write.c and store_finish.c share.
 */
#ifndef GREENROOM_STORE_WRITER_H
#define GREENROOM_STORE_WRITER_H

#include "store_private.h"

enum store_statement {
	STORE_BEGIN,
	STORE_COMMIT,
	STORE_CHUNK,
	STORE_CHUNK_INFO,
	STORE_CHUNK_SET,
	STORE_KEYFRAME,
	STORE_STRING,
	STORE_PLACE,
	STORE_STACK,
	STORE_THREAD,
	STORE_MODULE,
	STORE_LOSS,
	STORE_META,
	STORE_STATEMENTS
};

enum { STORE_PIECES_MAX = 32 }; /* rows that a chunk which is not yet full may be in */

struct store {
	sqlite3 *db;
	sqlite3_stmt *statement[STORE_STATEMENTS];
	char *path;
	struct codec *codec;
	struct store_tally *tally;
	bool tallies_apart;
	struct store_sets sets;
	struct event *chunk; /* STORE_CHUNK_EVENTS: own_chunk, or what has been lent */
	struct event *own_chunk;
	size_t filled;        /* events in it */
	size_t committed;     /* of them, in the file */
	unsigned int pieces;  /* rows they are in */
	const char *position; /* not yet in the transaction; NULL: none. The caller's */
	uint64_t events, lost;
	uint64_t max_bytes; /* store_options */
	uint64_t time_ns;   /* of the last event */
	int failed;         /* negative errno: the first error, and the last thing that happened */
	struct error failure;
};

/* The first error: rolls back and remembers it. Later: tells it again. Returns it. */
int store_fail(struct store *store, int result, struct error *error);
int store_begin(struct store *store);
int store_commit(struct store *store);
/* Commits the events that are not yet in the file; `whole`: in one row with all of the chunk. */
int store_write_chunk(struct store *store, bool whole);
void store_free(struct store *store);

#endif
