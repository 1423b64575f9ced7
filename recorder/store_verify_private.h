/* SPDX-License-Identifier: MIT */
/*
 * store_verify_private.h - what the store_verify*.c files share.
 */
#ifndef GREENROOM_STORE_VERIFY_PRIVATE_H
#define GREENROOM_STORE_VERIFY_PRIVATE_H

#include "state.h"
#include "store_private.h"
#include "store_verify.h"

struct verification {
	sqlite3 *db;
	const struct store_verify_options *options;
	struct store_verified *out;
	sqlite3_stmt *chunk, *info, *set, *keyframe, *row;
	struct codec *codec;
	struct store_tally *tally;
	struct store_sets sets;
	struct store_set strings, places, stacks, threads; /* that events name */
	struct state *state;                               /* after the last event, if `follows` */
	uint64_t last, time_ns;                            /* of the last event */
	uint64_t keyframe_seq;   /* of the row on which `keyframe` stands, 0: there is none left */
	uint64_t rows_differ_at; /* the first event that table `event` has not, or not like that */
	bool follows;            /* no event is missing since the beginning, or a keyframe */
	bool complete;           /* none at all is missing */
	struct event events[STORE_CHUNK_EVENTS];
};

/* Says what is wrong. */
void verify_tell(struct verification *verification, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Before the first chunk; for each chunk's events; after the last one. 0 or negative errno. */
int verify_events_begin(struct verification *verification);
int verify_events(struct verification *verification, size_t count);
int verify_events_end(struct verification *verification);

/* When all events have been read: the tables that are made from them, and those that they name. */
int verify_tables(struct verification *verification);

#endif
