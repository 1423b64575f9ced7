/* SPDX-License-Identifier: MIT */
/*
 * trace_control.h - tracing turned on and off for the process, while its threads run.
 */
#ifndef GREENROOM_TRACE_CONTROL_H
#define GREENROOM_TRACE_CONTROL_H

#include <stdbool.h>

#include "compiler.h"
#include "segment_writer.h"

struct thread;

#ifndef GREENROOM_NO_HOOKS

/* The four of the helper thread alone. The segment into which the process is recorded, NULL: none. */
struct segment_writer *trace_recording(void);

/* Turns on tracing into a segment, which becomes the runtime's: every thread is offered a ring. 0, or
 * -ENOMEM, and the segment is closed. Nothing must be recorded. */
int trace_turn_on(struct segment_writer *segment);

/* Turns it off: every thread is asked to give its ring back. */
void trace_turn_off(void);

/* Closes the segments that were turned off and are no longer in use. Whether there are none left. */
bool trace_settle(void);

/* Where the state of the calling thread is whole, and it has been asked: takes the ring that it is
 * offered and tells its state, or gives its own back. */
GREENROOM_COLD void trace_answer(struct thread *thread);

/* When a thread begins: takes a ring, if the process is traced. When it ends: gives it back. */
void trace_thread_begin(struct thread *thread);
void trace_thread_end(struct thread *thread);

#else

static inline void trace_answer(struct thread *thread)
{
	(void)thread;
}

static inline void trace_thread_begin(struct thread *thread)
{
	(void)thread;
}

static inline void trace_thread_end(struct thread *thread)
{
	(void)thread;
}

#endif

#endif
