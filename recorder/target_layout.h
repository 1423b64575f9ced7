/* SPDX-License-Identifier: MIT */
/*
 * target_layout.h - the description that a target's runtime gives of its structures: found, checked,
 * and used to take fields out of what has been read.
 */
#ifndef GREENROOM_TARGET_LAYOUT_H
#define GREENROOM_TARGET_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "layout.h"
#include "target.h"

/* The largest structure that is believed in, and the most bytes that it can have. */
enum { TARGET_LAYOUT_BYTES_MAX = 65536 };

struct target_layout {
	uint64_t threads, resume, entry; /* as in struct layout */
	struct layout_item item[LAYOUT_ENTRIES];
};

/* Looks through the modules of a target. -ENOENT: none of them is or holds the runtime. */
int target_layout_find(struct target_layout *out, struct target *target, struct error *error);

/* A field of `structure`, of which `bytes` are there; 0 when they do not hold it. */
uint64_t target_layout_field(const struct target_layout *layout, enum layout_entry field,
			     const void *structure, size_t bytes);

static inline size_t target_layout_bytes(const struct target_layout *layout,
					 enum layout_entry structure)
{
	return layout->item[structure].bytes;
}

static inline uint32_t target_layout_number(const struct target_layout *layout,
					    enum layout_entry number)
{
	return layout->item[number].offset;
}

static inline uint32_t target_layout_offset(const struct target_layout *layout,
					    enum layout_entry field)
{
	return layout->item[field].offset;
}

#endif
