/* SPDX-License-Identifier: MIT */
/*
 * recording_position.h - how far a recording has got in the rings of its segment, as one line of
 * text in the trace.
 *
 * It is committed together with the events that it counts. So when a recorder was killed, the trace
 * and the segment that it left behind fit together slot by slot: nothing is taken twice, and what
 * was overwritten in between is known by number.
 */
#ifndef GREENROOM_RECORDING_POSITION_H
#define GREENROOM_RECORDING_POSITION_H

#include <stddef.h>
#include <stdint.h>

#include "segment.h"

/* In a ring. */
struct recording_place {
	uint64_t at;         /* slots taken */
	uint64_t dropped;    /* events dropped, as far as written to table `loss` */
	uint32_t generation; /* of the ring (segment.h) when it was last looked at */
	uint32_t thread;     /* in whose name the slots were taken last, 0: none yet */
};

struct recording_position {
	uint64_t skipped; /* slots that held no event: table `loss` gets them at the end */
	uint32_t threads; /* numbers given away */
	uint32_t rings;
	struct recording_place ring[SEGMENT_RINGS_MAX];
};

enum { RECORDING_POSITION_TEXT = 64 + SEGMENT_RINGS_MAX * 72 };

/* Writes it as text into `out`, which has room for RECORDING_POSITION_TEXT bytes. */
void recording_position_format(const struct recording_position *position, char *out);

/* Reads it back. 0, or -EBADMSG with everything zero. */
int recording_position_parse(struct recording_position *out, const char *text);

#endif
