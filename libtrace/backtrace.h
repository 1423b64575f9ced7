/* SPDX-License-Identifier: MIT */
/*
 * backtrace.h - who has called: the return addresses on the calling thread's stack, quickly.
 *
 * A walk looks up a rule for each frame (unwind_rule.h) in a cache by return address. What has no
 * rule, and processors without any, are left to the compiler's unwinder, which takes microseconds.
 */
#ifndef GREENROOM_BACKTRACE_H
#define GREENROOM_BACKTRACE_H

#include <stddef.h>
#include <stdint.h>

#include "unwind_rule.h"

enum { BACKTRACE_CACHE = 2048 };

/* A thread's own. Zeroed: nothing is known yet. */
struct backtrace_cache {
	struct {
		uintptr_t address;
		struct unwind_rule rule;
	} entry[BACKTRACE_CACHE];
};

/* Up to `max` return addresses, innermost first: to the function that calls this one, to who has
 * called that, and so on. Returns how many. Nothing at or above `top` is read: the stack's end. */
size_t backtrace_take(struct backtrace_cache *cache, const char *top, uintptr_t *out, size_t max);

/* The same by the compiler's unwinder. */
size_t backtrace_take_slowly(uintptr_t *out, size_t max);

#endif
