/* SPDX-License-Identifier: MIT */
/*
 * store_verify.h - is a trace whole?
 */
#ifndef GREENROOM_STORE_VERIFY_H
#define GREENROOM_STORE_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

/* Something that is wrong, in a sentence without the file's name. */
typedef void store_verify_fn(void *context, const char *finding);
typedef void store_verify_progress_fn(void *context, uint64_t done, uint64_t total);

struct store_verify_options {
	store_verify_fn *tell;
	store_verify_progress_fn *progress; /* may be NULL */
	void *context;                      /* of both */
};

struct store_verified {
	uint64_t events, chunks, keyframes, lost;
	uint64_t findings;
	bool ended; /* the recording has */
};

/* Reads all of a trace and holds it against itself: chunks against their checksums, summaries, sets
 * and the rows of `event`; keyframes, and the tables of tasklets, channels and threads, against what
 * the events lead to; names against the tables they are in. Opens as store_open does; negative errno
 * when it cannot be opened, or not be read to its end. */
int store_verify(const char *path, const struct store_verify_options *options,
		 struct store_verified *out, struct error *error);

#endif
