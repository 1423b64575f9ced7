/* SPDX-License-Identifier: MIT */
/*
 * progress.h - "drawing   43 %  1,200,000 of 2,800,000 events  3 s left" on stderr, rewritten in
 * place: only on a terminal, and only once the work has taken a second.
 */
#ifndef GREENROOM_PROGRESS_H
#define GREENROOM_PROGRESS_H

#include <stdint.h>

struct progress {
	const char *verb; /* "drawing" */
	const char *unit; /* "events" */
	uint64_t total;
	uint64_t start_ns, shown_ns; /* 0 at first */
};

/* Cheap enough for every thousandth piece of work. */
void progress_show(struct progress *progress, uint64_t done);

/* Takes the line away. */
void progress_end(struct progress *progress);

#endif
