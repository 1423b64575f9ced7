/* SPDX-License-Identifier: MIT */
/*
 * call_stack.h - the call stack of a tasklet that stops, said in the trace (record --stacks).
 */
#ifndef GREENROOM_CALL_STACK_H
#define GREENROOM_CALL_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"
#include "thread.h"

#ifndef GREENROOM_NO_HOOKS

/* Says where the current tasklet stands, which is about to stop for that cause; with this stamp. Only
 * while recording, and the ring asks for stacks. */
void call_stack_say(struct thread *thread, enum event_switch_cause cause, bool soft,
		    uint64_t stamp);

#else

static inline void call_stack_say(struct thread *thread, enum event_switch_cause cause, bool soft,
				  uint64_t stamp)
{
	(void)thread, (void)cause, (void)soft, (void)stamp;
}

#endif

#endif
