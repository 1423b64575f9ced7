/* SPDX-License-Identifier: MIT */
/*
 * slice_exchange.h - the two ways to exchange what lies on the stack. What they do, and why, stands
 * at the top of slice.c.
 */
#ifndef GREENROOM_SLICE_EXCHANGE_H
#define GREENROOM_SLICE_EXCHANGE_H

#include <stdint.h>

#include "slice.h"

enum { SLICE_LINE = 64 };

enum {
/* The frames between a call of slice_reserve and the push of the registers, generously. */
#ifdef GREENROOM_ADDRESS_SANITIZER
	FRAMES_BELOW = 8192
#elif !defined __OPTIMIZE__ || defined GREENROOM_SWITCH_FALLBACK
	FRAMES_BELOW = 2048
#elif defined __x86_64__ || defined __aarch64__ || defined __arm__ || defined __i386__
	FRAMES_BELOW = 512
#else /* many registers to push, or frames that begin with room for the functions they call */
	FRAMES_BELOW = 1024
#endif
};

/* First byte of the lines that hold the stack from sp up. */
static inline char *slice_line(char *sp)
{
	return (char *)((uintptr_t)sp & ~(uintptr_t)(SLICE_LINE - 1));
}

/* From what the spare buffer can hold follows from where the running tasklet may be saved. */
static inline void slice_set_reach(struct slice_stack *stack)
{
	char *lowest = stack->low + SLICE_HEADROOM;
	char *reach = stack->running_base - stack->spare_capacity + FRAMES_BELOW + SLICE_LINE;

	stack->reach = reach > lowest ? reach : lowest;
}

/* Gives a slice a new buffer, of which it needs `bytes`, in the midst of a switch. Who stops pays for
 * no more than it has on the stack; only when there is no memory it takes the spare buffer, which
 * slice_make_room has seen to. */
void slice_take_room(struct slice_stack *stack, struct slice *slice, size_t bytes);

/* Chooses the functions for this processor and this policy: [0], and [1] for a switch that is
 * told. */
void slice_choose_exchange(switch_exchange_fn *exchange[2], enum scheduler_slices policy);

#endif
