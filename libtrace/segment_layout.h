/* SPDX-License-Identifier: MIT */
/*
 * segment_layout.h - where things lie in a segment: planned by the recorder, checked by both sides.
 *
 * A layout that has been read is safe: every ring and the note log lie within the file, apart from
 * the header and from each other, and no sum of offset and size overflows.
 */
#ifndef GREENROOM_SEGMENT_LAYOUT_H
#define GREENROOM_SEGMENT_LAYOUT_H

#include <stdint.h>

#include "segment.h"

enum {
	SEGMENT_RING_SLOTS_MIN = 1 << 7, /* a page */
	SEGMENT_RING_SLOTS_MAX = 1 << 24 /* 512 MiB */
};

struct segment_layout {
	uint32_t ring_slots; /* a power of two */
	uint32_t rings_max;
	uint64_t notes_offset;
	uint64_t notes_bytes;
	uint64_t rings_offset;
	uint64_t file_bytes;
};

/* Plans a segment with rings of at least `ring_slots` slots and a note log of at least
 * `notes_bytes`; both are rounded up to what the format asks for, and cut to what it allows. Where
 * files may not be larger than `limit_bytes` there are fewer rings, and shorter notes; one ring
 * there always is. */
void segment_layout_plan(struct segment_layout *layout, uint64_t ring_slots, uint64_t notes_bytes,
			 uint64_t limit_bytes);

/* Writes the recorder's part of a header that is all zeros: wait when a ring is full, all kinds of
 * event. */
void segment_layout_write(const struct segment_layout *layout, struct segment *segment);

/* Takes the layout from a header in a file of `file_bytes` bytes that another process may be
 * writing: each field is read once. 0, or -EBADMSG. */
int segment_layout_read(struct segment_layout *layout, const struct segment *segment,
			uint64_t file_bytes);

/* Bytes of one ring, and where it starts in the file. */
static inline uint64_t segment_layout_ring_bytes(const struct segment_layout *layout)
{
	return (uint64_t)layout->ring_slots * sizeof(struct event_slot);
}

static inline uint64_t segment_layout_ring_offset(const struct segment_layout *layout,
						  uint32_t ring)
{
	return layout->rings_offset + ring * segment_layout_ring_bytes(layout);
}

#endif
