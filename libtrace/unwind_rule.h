/* SPDX-License-Identifier: MIT */
/*
 * unwind_rule.h - how to get from a frame to the one of its caller, for one place in the code.
 *
 * At a call most functions are in one of two shapes: the caller's frame begins at a fixed distance
 * from the stack pointer, or from the frame pointer. Then the compiler's unwind tables come down to
 * three numbers, which do not change as long as the code is loaded.
 */
#ifndef GREENROOM_UNWIND_RULE_H
#define GREENROOM_UNWIND_RULE_H

#include <stdint.h>

enum unwind_kind {
	UNWIND_COMPLEX, /* anything else, or not known: only the compiler's own unwinder can */
	UNWIND_BY_STACK_POINTER,
	UNWIND_BY_FRAME_POINTER,
	UNWIND_END /* the outermost frame */
};

enum { UNWIND_UNCHANGED = INT16_MIN };

struct unwind_rule {
	int32_t caller : 29; /* the caller's stack pointer, from the pointer that `kind` names */
	uint32_t kind : 3;   /* enum unwind_kind */
	int16_t return_address, frame_pointer; /* where they lie, from the caller's stack pointer;
						  UNWIND_UNCHANGED: nobody has saved it */
};

/* The rule for a frame that stands at a call which returns to `address`. Any thread; about a
 * microsecond. */
struct unwind_rule unwind_rule_find(uintptr_t address);

#endif
