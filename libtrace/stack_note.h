/* SPDX-License-Identifier: MIT */
/*
 * stack_note.h - numbers for call stacks, each given once.
 *
 * A stack is a node in a tree: the place in the innermost function, and the stack of who has called
 * it. So stacks that begin alike share what they have in common.
 */
#ifndef GREENROOM_STACK_NOTE_H
#define GREENROOM_STACK_NOTE_H

#include <stdbool.h>
#include <stdint.h>

enum { STACK_NOTE_MAX = 256 }; /* frames of one stack */

/* A stack as addresses, innermost first: `returns` return addresses, then the functions of frames in
 * the heap, up to `count` in all. */
struct stack_addresses {
	uint32_t returns, count;
	bool cut; /* there are more, outside of them */
	const uintptr_t *address;
};

/* The number of a stack, up to `depth` frames; 0 when there is no room. Frames of the runtime are left out, but for the
 * function that the program has called, if that is still there, and so is what the C library does before main. Any thread;
 * without a lock when the stack is known. */
uint32_t stack_note(const struct stack_addresses *stack, uint32_t depth);

#endif
