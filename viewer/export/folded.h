/* SPDX-License-Identifier: MIT */
/*
 * folded.h - call stacks, a line each, and what is to be added up for it: what flamegraph.pl, inferno
 * and speedscope read.
 *
 *     thread 1;consumer;consume;channel_receive 48210
 */
#ifndef GREENROOM_FOLDED_H
#define GREENROOM_FOLDED_H

#include <stdio.h>

#include "error.h"
#include "event_source.h"
#include "model/filter.h"
#include "progress.h"

enum folded_by {
	FOLDED_WAITING, /* nanoseconds until the tasklet goes on */
	FOLDED_RUNNING, /* nanoseconds it has run before it stopped there */
	FOLDED_COUNT    /* how often it stopped there */
};

struct folded_options {
	enum folded_by by;
	uint64_t unit;             /* times are divided by it */
	const struct filter *only; /* which switches count, NULL: all */
};

/* Adds up the whole trace. 0, or a sentence in `error`: there are no stacks in it, or it cannot be
 * read. */
int folded_write(FILE *out, struct event_source *source, const struct folded_options *options,
		 struct progress *progress, struct error *error);

#endif
