/* SPDX-License-Identifier: MIT */
/*
 * frame_stack.h - the frames of a tasklet at a moment: which step functions, from the top down.
 *
 * The state knows how many there are; which ones is found by going back to the calls that put them
 * there. The lowest one is the tasklet's own function.
 */
#ifndef GREENROOM_FRAME_STACK_H
#define GREENROOM_FRAME_STACK_H

#include "event_cache.h"
#include "state.h"

enum { FRAME_STACK_MAX = 16 }; /* frames that are looked for, from the top */

struct frame_stack {
	uint32_t tasklet;
	uint32_t depth; /* frames there are */
	int count;      /* of those that follow */
	struct frame_stack_frame {
		uint32_t function; /* place; 0: not found */
		uint32_t bytes;    /* in the heap; 0: not known */
	} frame[FRAME_STACK_MAX];
};

/* The state is that after event `seq`. 0 or negative errno. */
int frame_stack_read(struct frame_stack *out, struct event_cache *cache, const struct state *state,
		     uint32_t tasklet, uint64_t seq);

#endif
