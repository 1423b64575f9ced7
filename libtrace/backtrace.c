/* SPDX-License-Identifier: MIT */
/*
 * backtrace.c - who has called: a look into the cache for each frame.
 *
 * What a rule leads to is believed only as far as it stays on the stack and goes up: code that was
 * unloaded and other code in its place make a walk wrong, never dangerous.
 */
#include "backtrace.h"

#include <stdbool.h>
#include <string.h>
#include <unwind.h>

#include "compiler.h"

/* The state of a walk: the frame it has come to. */
struct walk {
	uintptr_t address; /* where the call in it returns to */
	uintptr_t stack_pointer, frame_pointer;
};

/* This function's own frame. */
#if defined __x86_64__
#define TAKE_REGISTERS(walk)                                                                       \
	__asm__ volatile("movq %%rbp, %2\n\tmovq %%rsp, %1\n\tleaq 1f(%%rip), %0\n1:"              \
			 : "=&r"((walk).address), "=&r"((walk).stack_pointer),                     \
			   "=&r"((walk).frame_pointer))
#elif defined __aarch64__
#define TAKE_REGISTERS(walk)                                                                       \
	__asm__ volatile("mov %2, x29\n\tmov %1, sp\n\tadr %0, 1f\n1:"                             \
			 : "=&r"((walk).address), "=&r"((walk).stack_pointer),                     \
			   "=&r"((walk).frame_pointer))
#endif

/* ----------------------------------------------------------------------------------- slowly */

struct collection {
	uintptr_t *out;
	size_t count, max;
	uintptr_t below; /* stack pointer of the frame whose callers are wanted, 0: the first is */
};

static _Unwind_Reason_Code collect(struct _Unwind_Context *context, void *argument)
{
	struct collection *collection = argument;
	uintptr_t address = (uintptr_t)_Unwind_GetIP(context);

	if ((uintptr_t)_Unwind_GetCFA(context) <= collection->below)
		return _URC_NO_REASON;
	if (address == 0 || collection->count == collection->max)
		return _URC_END_OF_STACK;
	collection->out[collection->count++] = address;
	return _URC_NO_REASON;
}

static GREENROOM_TOLD size_t take_slowly(uintptr_t below, uintptr_t *out, size_t max)
{
	struct collection collection = {.out = out, .max = max, .below = below};

	_Unwind_Backtrace(collect, &collection);
	return collection.count;
}

__attribute__((noinline)) size_t backtrace_take_slowly(uintptr_t *out, size_t max)
{
	size_t count = take_slowly((uintptr_t)__builtin_frame_address(0), out, max);

	__asm__ volatile("");
	return count;
}

/* ---------------------------------------------------------------------------------- quickly */

#ifdef TAKE_REGISTERS

static inline struct unwind_rule find_rule(struct backtrace_cache *cache, uintptr_t address)
{
	size_t at = (size_t)((uint64_t)address * UINT64_C(0x9e3779b97f4a7c15) >> 48) %
		    BACKTRACE_CACHE;

	if (unlikely(cache->entry[at].address != address)) {
		cache->entry[at].rule = unwind_rule_find(address);
		cache->entry[at].address = address;
	}
	return cache->entry[at].rule;
}

static inline GREENROOM_RAW_STACK uintptr_t read_word(uintptr_t address)
{
	return *(const uintptr_t *)address;
}

/* Goes on to the caller. False when that leads nowhere. */
static inline GREENROOM_RAW_STACK bool step(struct walk *walk, struct unwind_rule rule,
					    uintptr_t top)
{
	uintptr_t from = rule.kind == UNWIND_BY_STACK_POINTER ? walk->stack_pointer
							      : walk->frame_pointer;
	uintptr_t caller = from + (uintptr_t)(intptr_t)rule.caller;
	uintptr_t at = caller + (uintptr_t)(intptr_t)rule.return_address;
	uintptr_t low = walk->stack_pointer;

	if (unlikely(caller <= low || caller > top || caller % sizeof(void *) != 0 || at < low ||
		     at > top - sizeof(void *)))
		return false;
	if (rule.frame_pointer != UNWIND_UNCHANGED) {
		uintptr_t saved = caller + (uintptr_t)(intptr_t)rule.frame_pointer;

		if (unlikely(saved < low || saved > top - sizeof(void *)))
			return false;
		walk->frame_pointer = read_word(saved);
	}
	walk->address = read_word(at);
	walk->stack_pointer = caller;
	return walk->address != 0;
}

__attribute__((noinline)) GREENROOM_RAW_STACK size_t backtrace_take(struct backtrace_cache *cache,
								    const char *top, uintptr_t *out,
								    size_t max)
{
	struct walk walk;
	uintptr_t own;
	size_t count = 0;

	TAKE_REGISTERS(walk);
	own = walk.stack_pointer;
	while (count < max) {
		struct unwind_rule rule = find_rule(cache, walk.address);

		if (unlikely(rule.kind == UNWIND_COMPLEX)) {
			count = take_slowly(own, out, max);
			__asm__ volatile(""); /* no tail call: this frame is the mark */
			break;
		}
		if (rule.kind == UNWIND_END || !step(&walk, rule, (uintptr_t)top))
			break;
		out[count++] = walk.address;
	}
	return count;
}

#else

__attribute__((noinline)) size_t backtrace_take(struct backtrace_cache *cache, const char *top,
						uintptr_t *out, size_t max)
{
	size_t count = take_slowly((uintptr_t)__builtin_frame_address(0), out, max);

	(void)cache, (void)top;
	__asm__ volatile("");
	return count;
}

#endif
