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

/* First byte of the lines that hold the stack from sp up. */
static inline char *slice_line(char *sp)
{
	return (char *)((uintptr_t)sp & ~(uintptr_t)(SLICE_LINE - 1));
}

/* Chooses the functions for this processor and this policy: [0], and [1] for a switch that is
 * told. */
void slice_choose_exchange(switch_exchange_fn *exchange[2], enum scheduler_slices policy);

#endif
