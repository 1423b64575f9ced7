/* SPDX-License-Identifier: MIT */
/*
 * gaps.h - what a trace does not tell: events that were lost while it was recorded, and parts of the
 * file that are damaged.
 *
 * Losses are written in the trace. Damage shows only to whoever reads: so the whole trace is read once,
 * a few chunks at a time, while nothing else is to be done.
 */
#ifndef GREENROOM_GAPS_H
#define GREENROOM_GAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event_source.h"

enum { GAPS_MAX = 256 /* more are not told */ };

struct gap {
	bool damaged; /* else lost */
	/* Damage: these events. Losses: after the one and not after the other. */
	uint64_t first_seq, last_seq;
	uint64_t from_ns, to_ns; /* of losses */
	uint64_t lost;
};

struct gaps {
	struct gap gap[GAPS_MAX];
	int count;
	uint64_t next_seq; /* not read yet */
	uint64_t lost;     /* when losses were read last */
};

/* Reads up to so many further chunks, and the losses that have been added; whether there is more. */
bool gaps_go_on(struct gaps *gaps, struct event_source *source, unsigned int chunks);

/* Whether damage was found. */
bool gaps_damaged(const struct gaps *gaps);

#endif
