/* SPDX-License-Identifier: MIT */
/* segment_layout.c - header, note log and rings one after the other, each on pages of its own. */
#include "segment_layout.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum {
	SEGMENT_ALIGNMENT = 1 << 16, /* the largest page of the processors we know */
	SEGMENT_NOTES_BYTES_MIN = 1 << 16,
	SEGMENT_NOTES_BYTES_MAX = 1 << 30
};

static uint64_t round_up(uint64_t bytes)
{
	return (bytes + SEGMENT_ALIGNMENT - 1) & ~(uint64_t)(SEGMENT_ALIGNMENT - 1);
}

static uint64_t between(uint64_t value, uint64_t low, uint64_t high)
{
	return value < low ? low : value > high ? high : value;
}

void segment_layout_plan(struct segment_layout *layout, uint64_t ring_slots, uint64_t notes_bytes,
			 uint64_t limit_bytes)
{
	uint32_t slots = SEGMENT_RING_SLOTS_MIN;
	uint64_t rings;

	if (notes_bytes > limit_bytes / 4)
		notes_bytes = limit_bytes / 4;

	while (slots < ring_slots && slots < SEGMENT_RING_SLOTS_MAX)
		slots *= 2;
	*layout = (struct segment_layout){
		.ring_slots = slots,
		.notes_offset = round_up(sizeof(struct segment)),
		.notes_bytes = round_up(
			between(notes_bytes, SEGMENT_NOTES_BYTES_MIN, SEGMENT_NOTES_BYTES_MAX)),
	};
	layout->rings_offset = layout->notes_offset + layout->notes_bytes;
	rings = limit_bytes > layout->rings_offset
			? (limit_bytes - layout->rings_offset) / segment_layout_ring_bytes(layout)
			: 0;
	layout->rings_max = (uint32_t)between(rings, 1, SEGMENT_RINGS_MAX);
	layout->file_bytes = segment_layout_ring_offset(layout, layout->rings_max);
}

void segment_layout_write(const struct segment_layout *layout, struct segment *segment)
{
	segment->magic = SEGMENT_MAGIC;
	segment->version = SEGMENT_VERSION;
	segment->header_bytes = sizeof(struct segment);
	segment->ring_slots = layout->ring_slots;
	segment->rings_max = layout->rings_max;
	segment->notes_offset = layout->notes_offset;
	segment->notes_bytes = layout->notes_bytes;
	segment->rings_offset = layout->rings_offset;
	segment->file_bytes = layout->file_bytes;
	memset(&segment->settings.wanted, 0xff, sizeof(segment->settings.wanted));
}

static bool layout_fits(const struct segment_layout *layout, uint64_t file_bytes)
{
	uint64_t slots = layout->ring_slots;

	if (layout->file_bytes != file_bytes || file_bytes < sizeof(struct segment))
		return false;
	if (slots < SEGMENT_RING_SLOTS_MIN || slots > SEGMENT_RING_SLOTS_MAX ||
	    (slots & (slots - 1)) != 0)
		return false;
	if (layout->rings_max == 0 || layout->rings_max > SEGMENT_RINGS_MAX)
		return false;
	if (layout->notes_offset % SEGMENT_ALIGNMENT != 0 ||
	    layout->rings_offset % SEGMENT_ALIGNMENT != 0)
		return false;
	/* Every comparison subtracts what is known to be smaller: nothing can overflow. */
	if (layout->notes_offset < sizeof(struct segment) || layout->notes_offset > file_bytes ||
	    layout->notes_bytes > file_bytes - layout->notes_offset)
		return false;
	if (layout->rings_offset < layout->notes_offset + layout->notes_bytes ||
	    layout->rings_offset > file_bytes)
		return false;
	return layout->rings_max * segment_layout_ring_bytes(layout) <=
	       file_bytes - layout->rings_offset;
}

int segment_layout_read(struct segment_layout *layout, const struct segment *segment,
			uint64_t file_bytes)
{
	/* volatile: what is checked is what was read, the other side may be writing meanwhile. */
	const volatile struct segment *shared = segment;

	if (file_bytes < sizeof(struct segment) || shared->magic != SEGMENT_MAGIC ||
	    shared->version != SEGMENT_VERSION || shared->header_bytes != sizeof(struct segment))
		return -EBADMSG;
	*layout = (struct segment_layout){
		.ring_slots = shared->ring_slots,
		.rings_max = shared->rings_max,
		.notes_offset = shared->notes_offset,
		.notes_bytes = shared->notes_bytes,
		.rings_offset = shared->rings_offset,
		.file_bytes = shared->file_bytes,
	};
	return layout_fits(layout, file_bytes) ? 0 : -EBADMSG;
}
