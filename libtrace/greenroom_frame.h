/* SPDX-License-Identifier: MIT */
/*
 * greenroom_frame.h - tasklets written as frames; a part of greenroom.h, which includes it.
 *
 * A tasklet can also be written as frames: functions whose locals live in the heap, so that it is
 * *soft switched*, without copying any stack. It looks like this (C only):
 *
 *     FRAME(producer, struct channel *out; int count; int i;)
 *     {
 *             FRAME_BEGIN();
 *             for (self->i = 0; self->i < self->count; self->i++)
 *                     FRAME_SEND(self->out, &self->i);
 *             FRAME_END(0);
 *     }
 *
 *     tasklet_create_frame(NULL, "producer", frame_new(producer, .out = c, .count = 3));
 *
 * Whatever has to be there after a FRAME_ operation must be in `self`: ordinary local variables are
 * gone, and addresses given to an operation must not be those of local variables. FRAME_ operations
 * stand only between FRAME_BEGIN and FRAME_END, one on a line, and not inside a switch statement.
 * What they return in their plain form is in `self->frame.result`.
 *
 * A frame may call ordinary functions; one that blocks is switched hard, like any tasklet, and the
 * trace says why. Frames and functions meet on the same channels. docs/frames.md shows more.
 */
#ifndef GREENROOM_FRAME_PUBLIC_H
#define GREENROOM_FRAME_PUBLIC_H

#include "greenroom.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The *unwind token*: the frame to go on with, and whose it is. It stays in two registers. */
struct frame_token {
	struct frame *frame;
	struct tasklet *tasklet;
};

/* Runs a frame until it has to wait; returns the token for who goes on. */
typedef struct frame_token frame_step(struct frame_token here);

/* What every frame begins with. */
struct frame {
	frame_step *step;
	struct frame *caller;
	/* NULL, or called when the frame ends: because it returned, or because its tasklet was
	 * killed. Set by the frame's own code. It must not use FRAME_ operations. */
	void (*cleanup)(struct frame *self);
	int resume;     /* where to go on; 0: at the beginning */
	int result;     /* of the operation or call that was waited for */
	uint32_t bytes; /* of the whole frame */
	uint32_t owner; /* number of the thread that made it */
};

/* A tasklet that runs a frame, at the end of the chain. Takes the frame over, even when there is no
 * memory for the tasklet. Errors: -ENOMEM, also for a frame that is NULL; -EXDEV for a frame that
 * another thread has made, and keeps. */
int tasklet_create_frame_at(struct tasklet **out, const char *name, struct frame *frame,
			    struct greenroom_site *site);
#define tasklet_create_frame(out, name, frame)                                                     \
	tasklet_create_frame_at(out, name, frame, GREENROOM_SITE)

/* Gives a tasklet a frame to run, as tasklet_bind gives it a function: errors are the same, and
 * those of tasklet_create_frame. Takes the frame over unless it is another thread's. The frames that
 * a paused tasklet had are dropped; their cleanup is not called. One that waits in scheduler_run is
 * not paused in this sense: -EINVAL. */
int tasklet_bind_frame_at(struct tasklet *tasklet, struct frame *frame,
			  struct greenroom_site *site);
#define tasklet_bind_frame(tasklet, frame) tasklet_bind_frame_at(tasklet, frame, GREENROOM_SITE)

/* Runs a frame from an ordinary function, like a call: returns what it returns. It is switched hard
 * meanwhile. Takes the frame over. Errors of its own: as for tasklet_create_frame. */
int frame_run(struct frame *frame);

/* Frees a frame that was never run. NULL: nothing. Errors: -EXDEV. */
int frame_destroy(struct frame *frame);

/* Room for a new frame, or NULL; and whose it is going to be. */
struct frame_memory {
	struct frame *frame;
	uint32_t owner;
};

#ifndef __cplusplus
/* Defines `struct NAME` with the given locals, and begins its code. */
#define FRAME(name, ...)                                                                           \
	struct name {                                                                              \
		struct frame frame;                                                                \
		__VA_ARGS__                                                                        \
	};                                                                                         \
	static inline __attribute__((always_inline)) struct frame_token name##_body(               \
		struct name *self, struct frame_token frame_here_);                                \
	static struct frame_token name##_step(struct frame_token here)                             \
	{                                                                                          \
		return name##_body((struct name *)here.frame, here);                               \
	}                                                                                          \
	static inline struct frame_token name##_body(struct name *self,                            \
						     struct frame_token frame_here_)

/* A frame with its locals, as in a designated initializer; the rest is zero. NULL: no memory. */
#define frame_new(name, ...)         FRAME_NEW_(name, __COUNTER__, __VA_ARGS__)
#define FRAME_NEW_(name, count, ...) FRAME_NEW__(name, count, __VA_ARGS__)
#define FRAME_NEW__(name, count, ...)                                                              \
	__extension__({                                                                            \
		struct frame_memory frame_memory_##count = frame_allocate(sizeof(struct name));    \
		if (frame_memory_##count.frame)                                                    \
			*(struct name *)frame_memory_##count.frame =                               \
				(struct name){.frame = {.step = name##_step,                       \
							.bytes = (uint32_t)sizeof(struct name),    \
							.owner = frame_memory_##count.owner},      \
					      __VA_ARGS__};                                        \
		frame_memory_##count.frame;                                                        \
	})

#define FRAME_BEGIN()                                                                              \
	switch (self->frame.resume) {                                                              \
	case 0:;
#define FRAME_END(value)                                                                           \
	}                                                                                          \
	return frame_return(frame_here_, value)

/* Whether the operation has stopped the tasklet or is done at once, the step is left and comes back
 * here: the operation is the last thing that it does, which compilers make a jump. */
#define FRAME_WAIT_(token)                                                                         \
	do {                                                                                       \
		self->frame.resume = __LINE__;                                                     \
		return token;                                                                      \
	case __LINE__:;                                                                            \
	} while (0)

/* Ends the frame: the caller finds `value` in its result; without a caller the tasklet ends. */
#define FRAME_RETURN(value) return frame_return(frame_here_, value)
/* Calls another frame: FRAME_CALL(callee, .x = 1). Its result is what it returned, or -ENOMEM. */
#define FRAME_CALL(name, ...) FRAME_WAIT_(frame_call(frame_here_, frame_new(name, __VA_ARGS__)))
#define FRAME_YIELD()         FRAME_WAIT_(frame_yield_at(frame_here_, GREENROOM_SITE))
#define FRAME_SLEEP(nanoseconds)                                                                   \
	FRAME_WAIT_(frame_sleep_at(frame_here_, nanoseconds, GREENROOM_SITE))
#define FRAME_WAIT_FD(descriptor, events, timeout)                                                 \
	FRAME_WAIT_(frame_wait_fd_at(frame_here_, descriptor, events, timeout, GREENROOM_SITE))
#define FRAME_PAUSE() FRAME_WAIT_(frame_pause_at(frame_here_, GREENROOM_SITE))
/* Like tasklet_yield_value and tasklet_pause_value: `value` is a void * in `self`. */
#define FRAME_YIELD_VALUE(value) FRAME_OFFER_(FRAME_YIELD, value)
#define FRAME_PAUSE_VALUE(value) FRAME_OFFER_(FRAME_PAUSE, value)
#define FRAME_OFFER_(operation, value)                                                             \
	do {                                                                                       \
		tasklet_set_value(scheduler_current(), value);                                     \
		operation();                                                                       \
		(value) = tasklet_fetch_value();                                                   \
	} while (0)
#define FRAME_CHECK()         FRAME_WAIT_(frame_check_at(frame_here_, GREENROOM_SITE))
#define FRAME_RUN(tasklet)    FRAME_WAIT_(frame_run_tasklet_at(frame_here_, tasklet, GREENROOM_SITE))
#define FRAME_SWITCH(tasklet) FRAME_WAIT_(frame_switch_at(frame_here_, tasklet, GREENROOM_SITE))
#define FRAME_THROW(tasklet, error)                                                                \
	FRAME_WAIT_(frame_throw_at(frame_here_, tasklet, error, GREENROOM_SITE))
#define FRAME_KILL(tasklet) FRAME_WAIT_(frame_kill_at(frame_here_, tasklet, GREENROOM_SITE))
/* `options` is read at once; `result` is NULL or points into `self`. */
#define FRAME_RUN_SCHEDULER(options, result)                                                       \
	FRAME_WAIT_(frame_call(frame_here_, frame_scheduler(options, result, GREENROOM_SITE)))
#define FRAME_SEND(channel, value)                                                                 \
	FRAME_WAIT_(frame_send_at(frame_here_, channel, value, GREENROOM_SITE))
#define FRAME_SEND_ERROR(channel, error)                                                           \
	FRAME_WAIT_(frame_send_error_at(frame_here_, channel, error, GREENROOM_SITE))
#define FRAME_RECEIVE(channel, into)                                                               \
	FRAME_WAIT_(frame_receive_at(frame_here_, channel, into, GREENROOM_SITE))
/* The result is the count of values that were sent, at most INT_MAX. */
#define FRAME_SEND_SEQUENCE(channel, values, count)                                                \
	FRAME_WAIT_(frame_call(frame_here_, frame_sequence(channel, values, count, GREENROOM_SITE)))
/* while (1) { FRAME_ITERATE(channel, &self->value); if (self->frame.result != 1) break; ... } */
#define FRAME_ITERATE(channel, into)                                                               \
	do {                                                                                       \
		FRAME_WAIT_(frame_iterate_at(frame_here_, channel, into, GREENROOM_SITE));         \
		frame_iterated(&self->frame);                                                      \
	} while (0)
#endif

/* The commonest are called without a detour by the procedure linkage table. */
#if defined __has_attribute
#if __has_attribute(noplt)
#define FRAME_DIRECT_ __attribute__((noplt))
#endif
#endif
#ifndef FRAME_DIRECT_
#define FRAME_DIRECT_
#endif

/* What the macros are made of. The token is `here` where an operation is done at once. */
FRAME_DIRECT_ struct frame_memory frame_allocate(size_t bytes);
FRAME_DIRECT_ struct frame_token frame_call(struct frame_token here, struct frame *callee);
FRAME_DIRECT_ struct frame_token frame_return(struct frame_token here, int result);
struct frame_token frame_check_at(struct frame_token here, struct greenroom_site *site);
FRAME_DIRECT_ struct frame_token frame_yield_at(struct frame_token here,
						struct greenroom_site *site);
struct frame_token frame_sleep_at(struct frame_token here, uint64_t nanoseconds,
				  struct greenroom_site *site);
struct frame_token frame_wait_fd_at(struct frame_token here, int descriptor, unsigned int events,
				    uint64_t timeout, struct greenroom_site *site);
struct frame_token frame_pause_at(struct frame_token here, struct greenroom_site *site);
struct frame_token frame_run_tasklet_at(struct frame_token here, struct tasklet *other,
					struct greenroom_site *site);
struct frame_token frame_switch_at(struct frame_token here, struct tasklet *other,
				   struct greenroom_site *site);
struct frame_token frame_throw_at(struct frame_token here, struct tasklet *target, int error,
				  struct greenroom_site *site);
struct frame_token frame_kill_at(struct frame_token here, struct tasklet *target,
				 struct greenroom_site *site);
FRAME_DIRECT_ struct frame_token frame_send_at(struct frame_token here, struct channel *channel,
					       const void *value, struct greenroom_site *site);
struct frame_token frame_send_error_at(struct frame_token here, struct channel *channel, int error,
				       struct greenroom_site *site);
FRAME_DIRECT_ struct frame_token frame_receive_at(struct frame_token here, struct channel *channel,
						  void *into, struct greenroom_site *site);
struct frame *frame_scheduler(const struct run_options *options, struct run_result *result,
			      struct greenroom_site *site);
struct frame *frame_sequence(struct channel *channel, const void *values, size_t count,
			     struct greenroom_site *site);
struct frame_token frame_iterate_at(struct frame_token here, struct channel *channel, void *into,
				    struct greenroom_site *site);
void frame_iterated(struct frame *self);

#ifdef __cplusplus
}
#endif

#endif
