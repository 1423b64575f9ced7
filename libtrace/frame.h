/* SPDX-License-Identifier: MIT */
/* frame.h - soft switching, for the parts of the runtime. What it is stands at the top of frame.c. */
#ifndef GREENROOM_FRAME_H
#define GREENROOM_FRAME_H

#include "greenroom.h"
#include "tasklet.h"
#include "thread.h"

/* What an operation returns that has stopped its tasklet softly: no error number. */
enum { FRAME_STOPPED = INT32_MIN };

/* Whether a tasklet goes on at its top frame, and not in a slice or a plain function. */
static inline bool frame_is_soft(const struct tasklet *tasklet)
{
	return tasklet->frame && !tasklet->slice.sp;
}

/* Whether a frame belongs to another thread, whose memory it is. */
bool frame_is_foreign(const struct frame *frame);

/* The token for the tasklet that is current now: its top frame, or one that leaves the dispatcher
 * for its slice. */
struct frame *frame_of_current(struct thread *thread);

/* Continues the current tasklet's frames, and then whatever the tokens say. Called on an empty
 * stack; never returns. */
_Noreturn void frame_dispatch(struct thread *thread);

/* Ends the current tasklet, whose frames are gone, and gives the token for who goes on. */
struct frame *frame_end(struct thread *thread, int result);

/* Frees all frames of a tasklet, top first, after their cleanup handlers or without. */
void frame_drop_all(struct tasklet *tasklet, bool clean_up);

/* A tick between two steps of the current tasklet, `next` being its top frame: the token for who goes
 * on. Only while a watchdog is active. */
struct frame *frame_tick(struct thread *thread, struct frame *next);

/* Goes on with the current tasklet, which was stopped at such a tick. */
struct frame *frame_go_on(struct thread *thread);

/* Says that the tasklet has a new top frame. */
void frame_say_call(const struct tasklet *tasklet);

/* Says why the current tasklet, which has frames, is about to be switched hard. */
void frame_say_force(struct thread *thread);

#endif
