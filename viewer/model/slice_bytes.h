/* SPDX-License-Identifier: MIT */
/*
 * slice_bytes.h - what lay on the stack of a tasklet that is out, as far as the trace holds it
 * (record --slices).
 *
 * A slice grows upwards while its tasklet is out: under overlap only, others may need more room
 * later. Of each piece that was copied the trace has the newest, lowest bytes, so there may be holes.
 */
#ifndef GREENROOM_SLICE_BYTES_H
#define GREENROOM_SLICE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event_cache.h"

enum { SLICE_BYTES_MAX = 4 << 20 }; /* what is copied above that is not looked at */

struct slice_bytes {
	uint64_t address;  /* of the lowest byte that was copied */
	size_t bytes;      /* that were copied, up from there */
	size_t known;      /* of those so many are in the trace */
	uint8_t *byte;     /* `bytes` of them, 0 where they are not known */
	bool *piece_known; /* of each 16 */
};

/* What of the tasklet's stack lies in the heap at event `seq`; for the events of a switch itself
 * what is copied there, out or in. 1, and the caller ends it with slice_bytes_term; 0 when nothing of
 * it is in the heap; negative errno when reading failed. */
int slice_bytes_read(struct slice_bytes *out, struct event_cache *cache, uint32_t tasklet,
		     uint64_t seq);
void slice_bytes_term(struct slice_bytes *slice);

/* The bytes from an address of the program on, `size` of them (up to 8), as they lay in memory there;
 * false when not all are known. */
bool slice_bytes_get(const struct slice_bytes *slice, uint64_t address, void *out, size_t size);

#endif
