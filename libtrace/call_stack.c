/* SPDX-License-Identifier: MIT */
/*
 * call_stack.c - where a tasklet stands: its frames in the heap, and what lies on its C stack.
 *
 * Frames of a soft tasklet have called each other, so they come outside of what their topmost one
 * has called. That one, if it runs, is on the C stack too, and is taken from there.
 */
#include "call_stack.h"

#ifndef GREENROOM_NO_HOOKS

#include <stdlib.h>

#include "backtrace.h"
#include "frame.h"
#include "stack_note.h"
#include "tasklet.h"

/* Besides those that are told: the runtime's own, and what runs before main. */
enum { FRAMES_BESIDES = 16 };

/* Causes for which a tasklet leaves the chain. */
enum {
	CAUSES_OF_WAITING = 1 << EVENT_SWITCH_BLOCK | 1 << EVENT_SWITCH_WAIT |
			    1 << EVENT_SWITCH_PAUSE | 1 << EVENT_SWITCH_SCHEDULER
};

static bool is_wanted(const struct trace_ring *ring, enum event_switch_cause cause)
{
	if (cause == EVENT_SWITCH_END || cause == EVENT_SWITCH_ERROR)
		return false;
	return ring->stack_every || (CAUSES_OF_WAITING >> cause & 1);
}

/* NULL when there is no memory: then there are no stacks. */
static struct backtrace_cache *cache_of(struct thread *thread)
{
	if (!thread->backtrace)
		thread->backtrace = calloc(1, sizeof(*thread->backtrace));
	return thread->backtrace;
}

/* Those in the heap alone. Below a nested dispatcher others stand on the C stack, between C functions:
 * they are left to it. */
static size_t add_frames(const struct tasklet *tasklet, bool soft, uintptr_t *out, size_t max)
{
	const struct frame *frame = tasklet->frame;
	size_t count = 0;

	for (const struct frame *below = frame; below; below = below->caller) {
		if (!below->step)
			frame = below->caller;
	}
	if (!soft && frame)
		frame = frame->caller;
	for (; frame && count < max; frame = frame->caller)
		out[count++] = (uintptr_t)frame->step;
	return count;
}

static GREENROOM_TOLD uint32_t take(struct thread *thread, bool soft)
{
	uintptr_t address[STACK_NOTE_MAX + FRAMES_BESIDES];
	struct stack_addresses stack = {.address = address};
	struct backtrace_cache *cache = cache_of(thread);
	uint32_t depth = thread->ring->stack_depth;
	size_t max = (depth < STACK_NOTE_MAX ? depth : STACK_NOTE_MAX) + FRAMES_BESIDES;

	if (!soft && cache)
		stack.returns = (uint32_t)backtrace_take(cache, thread->stack.top, address, max);
	stack.count = stack.returns;
	stack.count += (uint32_t)add_frames(thread->current, soft, address + stack.count,
					    max - stack.count);
	stack.cut = stack.count == max;
	return stack.count ? stack_note(&stack, depth) : 0;
}

GREENROOM_TOLD void call_stack_say(struct thread *thread, enum event_switch_cause cause, bool soft,
				   uint64_t stamp)
{
	uint32_t tasklet = tasklet_number(thread->current), stack;

	if (!is_wanted(thread->ring, cause) ||
	    !ring_wants(thread->ring, EVENT_tasklet_stack, tasklet))
		return;
	stack = take(thread, soft);
	if (stack)
		ring_write(thread->ring, stamp,
			   event_pack_tasklet_stack((struct event_tasklet_stack){.tasklet = tasklet,
										 .stack = stack}));
}

#endif
