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

/* The token for a tasklet with more to do than to go on at its top frame. */
GREENROOM_COLD struct frame_token frame_token_of_other(struct tasklet *tasklet);

/* The token for the tasklet that is current now: its top frame, or one that does first what there is
 * to do: leaves the dispatcher for its slice, starts it, gives it a value or an error. */
static inline struct frame_token frame_token_of(struct tasklet *tasklet)
{
	if (unlikely(!frame_is_soft(tasklet)) || unlikely(!tasklet->started) ||
	    unlikely(tasklet->between_steps) || unlikely(tasklet->error) ||
	    unlikely(tasklet->soft_into))
		return frame_token_of_other(tasklet);
	return (struct frame_token){tasklet->frame, tasklet};
}

/* Continues the current tasklet's frames, and then whatever the tokens say. Called on an empty
 * stack; never returns. */
_Noreturn void frame_dispatch(struct thread *thread);

/* Ends the current tasklet, whose frames are gone, and gives the token for who goes on. */
struct frame_token frame_end(struct thread *thread, int result);

/* Frees all frames of a tasklet, top first, after their cleanup handlers or without. */
void frame_drop_all(struct tasklet *tasklet, bool clean_up);

/* A tick between two steps: gives the token for who goes on, which may still be `next`. Only while a
 * watchdog is active. */
struct frame_token frame_tick(struct frame_token next);

/* Go on with the current tasklet: one that was stopped at such a tick, and one that was stopped in an
 * operation and has a value or an error to take. */
struct frame_token frame_go_on(struct tasklet *tasklet);
struct frame_token frame_take(struct tasklet *tasklet);

/* Operations in all cases; the public ones take the short way when they can (frame_shortcut.c). */
struct frame_token frame_yield_long(struct frame_token here, struct greenroom_site *site);
struct frame_token frame_send_long(struct frame_token here, struct channel *channel,
				   const void *value, struct greenroom_site *site);
struct frame_token frame_receive_long(struct frame_token here, struct channel *channel, void *into,
				      struct greenroom_site *site);

/* How many frames there are from this one down. NULL: none. */
uint32_t frame_depth(const struct frame *frame);

/* Says that the tasklet has a new top frame. */
void frame_say_call(const struct tasklet *tasklet);

/* Says why the current tasklet, which has frames, is about to be switched hard. */
void frame_say_force(struct thread *thread);

#endif
