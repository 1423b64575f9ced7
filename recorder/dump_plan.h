/* SPDX-License-Identifier: MIT */
/* dump_plan.h - what is to be read of a tasklet at once, and where it goes; for dump_settle.c. */
#ifndef GREENROOM_DUMP_PLAN_H
#define GREENROOM_DUMP_PLAN_H

#include "dump_private.h"

enum { RECORD_AT = 64 }; /* in a tasklet's scratch memory; its generation lies before */

/* What to read of a tasklet, and whether it has been still. */
struct plan {
	struct dump_tasklet *tasklet;
	uint64_t sp, copy, place, low;
	size_t copy_bytes, place_bytes;
	uint64_t *frame; /* addresses, [frames] */
	size_t frames;
	/* Since when it has been running with this generation, and seen doing so how often. */
	uint64_t runs_since;
	unsigned int runs_seen;
	uint32_t runs_generation;
	int settled;  /* 1: it is; negative: no memory */
	bool is_plan; /* made from what was read before */
	char *at;     /* in the scratch memory; NULL: could not be read this time */
};

struct settler {
	struct dump *dump;
	const struct target_layout *layout;
	size_t record_bytes, frame_bytes;
	struct plan *plan;
	size_t plans;  /* those that are left to be read */
	char *scratch; /* all pages there: the first touch of one takes longer than a switch */
	size_t scratch_bytes;
	struct target_piece piece[TARGET_PIECES_MAX];
	size_t pieces;
	size_t used;
	size_t last_thread; /* whom somebody belonged to */
	uint64_t began, now;
	bool failed, late;
};

static inline size_t up(size_t bytes)
{
	return (bytes + 63) & ~(size_t)63;
}

/* Where the other pieces of a tasklet lie in the scratch memory, from plan.at on. */
static inline size_t current_at(const struct settler *settler)
{
	return RECORD_AT + up(settler->record_bytes);
}

static inline size_t stack_at(const struct settler *settler)
{
	return up(current_at(settler) + sizeof(uint64_t));
}

static inline size_t frames_at(const struct settler *settler, const struct plan *plan)
{
	return stack_at(settler) + up(plan->copy_bytes + plan->place_bytes);
}

static inline size_t last_at(const struct settler *settler, const struct plan *plan)
{
	return frames_at(settler, plan) + up(plan->frames * settler->frame_bytes);
}

static inline size_t scratch_of(const struct settler *settler, const struct plan *plan)
{
	return up(last_at(settler, plan) + sizeof(uint64_t));
}

#endif
