/* SPDX-License-Identifier: MIT */
/*
 * recover.h - a new trace from what is left of one that was damaged, or whose recorder was killed.
 */
#ifndef GREENROOM_RECOVER_H
#define GREENROOM_RECOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

struct recovered {
	uint64_t events;    /* in the new trace */
	uint64_t lost;      /* known to be lost, those of the recording included */
	bool segment;       /* a segment that was left behind has been merged */
	const char *damage; /* what made no sense in it, or NULL */
};

typedef void recover_progress_fn(void *context, uint64_t done, uint64_t total);

/* Writes everything that can be read of the trace at `path`, and what its recorder has left in a
 * segment beside it, to a new trace at `out`, which must not exist. Both are left as they are. What
 * is missing becomes rows of table `loss`. */
int recover_trace(const char *path, const char *out, recover_progress_fn *progress, void *context,
		  struct recovered *result, struct error *error);

#endif
