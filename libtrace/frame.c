/* SPDX-License-Identifier: MIT */
/*
 * frame.c - soft switching: tasklets whose activation records live in the heap.
 *
 * A *frame* is a heap object: a step function, its locals, where to go on in it, the frame that
 * called it. The *dispatcher* is a loop at the bottom of the C stack:
 *
 *	for (;;)
 *		token = token.frame->step(token);
 *
 * A step runs until it has to wait, to call, or to return, and returns the *unwind token*: the frame
 * to go on with. If a call was made that is the callee's frame, at a return the caller's; and at a
 * soft switch the top frame of another tasklet. Nothing is copied, and no stack pointer changes:
 * the C stack is empty but for the dispatcher.
 *
 *       prev          next      what happens
 *       soft          soft      next's top frame is the token
 *       soft          hard      the token is `leave`, whose step restores next's slice; of prev
 *                               nothing has to be saved
 *       hard          soft      prev's slice is saved; a new dispatcher is started at the base
 *       hard          hard      slice.c alone
 *
 * A soft switch needs a C stack on which nothing stands but the dispatcher: a step that calls an
 * ordinary function that blocks is switched hard, dispatcher and all, and is resumed hard. So are
 * frames run from an ordinary function (frame_run), and all when GREENROOM_SWITCH=hard is set: the
 * order of events is the same.
 *
 * The rules are Stackless Python's (cframes and slp_frame_dispatch); the token that is itself the
 * next frame is ours: it stays in a register.
 */
#include "frame.h"

#include <errno.h>
#include <string.h>
#include <unwind.h>

#include "scheduler.h"

/* What `resume` says in a frame whose cleanup handler runs. */
enum { CLEANING_UP = -1 };

uint32_t frame_depth(const struct frame *frame)
{
	uint32_t depth = 0;

	for (; frame; frame = frame->caller)
		depth += frame->step != NULL; /* else it only stands below a nested one */
	return depth;
}

GREENROOM_API struct frame_memory frame_allocate(size_t bytes)
{
	struct thread *thread = thread_self();

	if (unlikely(!thread) || unlikely(bytes > INT32_MAX))
		return (struct frame_memory){0};
	return (struct frame_memory){slab_allocate(&thread->slab, bytes),
				     tasklet_number(thread->main)};
}

bool frame_is_foreign(const struct frame *frame)
{
	return !thread_record || frame->owner != tasklet_number(thread_record->main);
}

static inline void free_frame(struct frame **frame)
{
	slab_free(&thread_record->slab, *frame, (*frame)->bytes);
}

static void pop_and_free(struct frame **frame)
{
	thread_record->current->frame = (*frame)->caller;
	free_frame(frame);
}

/* A cleanup handler may wait: the frame is on top meanwhile, so that the trace can say so. It may be
 * killed while it does: the frame goes all the same. */
static GREENROOM_COLD void clean_up_and_free(struct frame *frame)
{
	__attribute__((cleanup(pop_and_free))) struct frame *freed = frame;

	thread_record->current->frame = frame;
	frame->resume = CLEANING_UP;
	frame->cleanup(freed);
}

static inline void drop(struct frame *frame)
{
	if (unlikely(frame->cleanup != NULL))
		clean_up_and_free(frame);
	else
		free_frame(&frame);
}

GREENROOM_API int frame_destroy(struct frame *frame)
{
	if (!frame)
		return 0;
	if (frame_is_foreign(frame))
		return -EXDEV;
	if (frame->cleanup)
		frame->cleanup(frame);
	free_frame(&frame);
	return 0;
}

/* Frees the frames above `bottom`, top first. */
static void drop_above(struct tasklet *tasklet, const struct frame *bottom, bool clean_up)
{
	while (tasklet->frame != bottom) {
		struct frame *frame = tasklet->frame;

		tasklet->frame = frame->caller;
		if (!clean_up)
			frame->cleanup = NULL;
		drop(frame);
	}
}

void frame_drop_all(struct tasklet *tasklet, bool clean_up)
{
	drop_above(tasklet, NULL, clean_up);
}

/* ------------------------------------------------------------------------------- the dispatcher */

/* Leaves the dispatcher for a tasklet that goes on in its slice, or starts as a plain function. What
 * is left behind belongs to nobody, so it is not saved. */
static struct frame_token leave_step(struct frame_token here)
{
	struct slice nobody = {0};

	scheduler_abandon(here.tasklet->thread, &nobody);
}

struct frame_token frame_end(struct thread *thread, int result)
{
	tasklet_end(thread->current, result, true);
	tasklet_bury_dead(thread);
	return frame_token_of(thread->current);
}

/* Starts the frames of a tasklet that has never run, unless an error was thrown into it. */
static struct frame_token start_step(struct frame_token here)
{
	struct tasklet *tasklet = here.tasklet;

	if (tasklet->error)
		return frame_end(tasklet->thread, tasklet->error);
	tasklet_begin(tasklet);
	return (struct frame_token){tasklet->frame, tasklet};
}

static struct frame_token go_on_step(struct frame_token here)
{
	return frame_go_on(here.tasklet);
}

static struct frame_token take_step(struct frame_token here)
{
	return frame_take(here.tasklet);
}

static struct frame leave = {.step = leave_step}, start = {.step = start_step},
		    go_on = {.step = go_on_step}, take = {.step = take_step};

struct frame_token frame_token_of_other(struct tasklet *tasklet)
{
	struct frame *frame = &take;

	if (!frame_is_soft(tasklet))
		frame = &leave;
	else if (tasklet->between_steps)
		frame = &go_on;
	else if (!tasklet->started)
		frame = &start;
	return (struct frame_token){frame, tasklet};
}

void frame_dispatch(struct thread *thread)
{
	struct frame_token token = frame_token_of(thread->current);

	for (;;)
		token = token.frame->step(token);
}

/* Stands below a frame that an ordinary function runs, and ends that dispatcher. */
static void end_nested(struct frame *bottom)
{
	struct tasklet *tasklet = thread_record->current;

	drop_above(tasklet, bottom, true); /* there are some after a kill */
	tasklet->frame = bottom->caller;
	tasklet->nesting--;
}

/* Not inlined: the search for who runs frames looks for it on the stack. */
static __attribute__((noinline)) int run_nested(struct tasklet *tasklet, struct frame *frame)
{
	__attribute__((cleanup(end_nested))) struct frame bottom = {.caller = tasklet->frame};
	struct frame_token token;

	tasklet->frame = &bottom;
	tasklet->nesting++;
	token = frame_call((struct frame_token){&bottom, tasklet}, frame);
	while (token.frame != &bottom)
		token = token.frame->step(token);
	return bottom.result;
}

GREENROOM_API int frame_run(struct frame *frame)
{
	struct thread *thread = thread_self();

	if (!frame || !thread)
		return -ENOMEM;
	return frame_is_foreign(frame) ? -EXDEV : run_nested(thread->current, frame);
}

/* ---------------------------------------------------------------------------- call and return */

GREENROOM_TOLD void frame_say_call(const struct tasklet *tasklet)
{
	const struct frame *frame = tasklet->frame;

	trace_emit(tasklet->thread->ring,
		   event_pack_frame_call((struct event_frame_call){
			   .tasklet = tasklet_number(tasklet),
			   .depth = frame_depth(frame),
			   .bytes = frame->bytes,
			   .function = trace_function((const void *)frame->step)}));
}

GREENROOM_API struct frame_token frame_call(struct frame_token here, struct frame *callee)
{
	struct tasklet *tasklet = here.tasklet;
	struct thread *thread = tasklet->thread;

	if (unlikely(!callee)) {
		here.frame->result = -ENOMEM;
		return here;
	}
	callee->caller = here.frame;
	tasklet->frame = callee;
	if (trace_wanted(thread->ring))
		frame_say_call(tasklet);
	if (unlikely(thread->divert & THREAD_TIMED))
		return frame_tick((struct frame_token){callee, tasklet});
	return (struct frame_token){callee, tasklet};
}

static GREENROOM_TOLD void say_return(struct thread *thread, const struct frame *frame, int result)
{
	trace_emit(thread->ring, event_pack_frame_return((struct event_frame_return){
					 .tasklet = tasklet_number(thread->current),
					 .depth = frame_depth(frame) - 1,
					 .result = (uint32_t)result,
					 .function = trace_function((const void *)frame->step)}));
}

GREENROOM_API struct frame_token frame_return(struct frame_token here, int result)
{
	struct tasklet *tasklet = here.tasklet;
	struct thread *thread = tasklet->thread;
	struct frame *caller = here.frame->caller;

	if (trace_wanted(thread->ring))
		say_return(thread, here.frame, result);
	tasklet->frame = caller;
	drop(here.frame);
	if (!caller)
		return frame_end(thread, result);
	caller->result = result;
	if (unlikely(thread->divert & THREAD_TIMED))
		return frame_tick((struct frame_token){caller, tasklet});
	return (struct frame_token){caller, tasklet};
}

/* ---------------------------------------------------------------------- why it was not soft */

/* A walk from the blocking call outwards, past two functions that may follow each other. */
struct search {
	uintptr_t inner, outer;
	bool passed;     /* inner has been seen */
	uintptr_t found; /* the function just inside or outside of them */
};

/* Where the tables say that a function begins: on Arm a pointer's lowest bit says Thumb. */
static uintptr_t region_of(uintptr_t function)
{
#ifdef __arm__
	function &= ~(uintptr_t)1;
#endif
	return function;
}

/* Who was called by the step, so that it cannot return. */
static _Unwind_Reason_Code look_inside(struct _Unwind_Context *context, void *argument)
{
	struct search *search = argument;
	uintptr_t function = _Unwind_GetRegionStart(context);

	if (function == search->inner || function == search->outer)
		return _URC_END_OF_STACK;
	search->found = function;
	return _URC_NO_REASON;
}

/* Who called frame_run. */
static _Unwind_Reason_Code look_outside(struct _Unwind_Context *context, void *argument)
{
	struct search *search = argument;
	uintptr_t function = _Unwind_GetRegionStart(context);

	if (search->passed && function != search->outer) {
		search->found = function;
		return _URC_END_OF_STACK;
	}
	search->passed = search->passed || function == search->inner;
	return _URC_NO_REASON;
}

/* Why the current tasklet cannot be stopped softly; sets *function to what stands in the way. */
static enum event_force_cause find_cause(const struct thread *thread, uintptr_t *function)
{
	const struct frame *frame = thread->current->frame;
	struct search search = {0};
	enum event_force_cause cause = EVENT_FORCE_FUNCTION;

	if (thread->force_hard) {
		cause = EVENT_FORCE_SETTING;
	} else if (thread->current->nesting) {
		cause = EVENT_FORCE_NESTED;
		search.inner = region_of((uintptr_t)run_nested);
		search.outer = region_of((uintptr_t)frame_run);
		_Unwind_Backtrace(look_outside, &search);
	} else if (frame->resume == CLEANING_UP) {
		cause = EVENT_FORCE_CLEANUP;
		search.found = (uintptr_t)frame->cleanup;
	} else {
		search.inner = region_of((uintptr_t)frame->step);
		search.outer = region_of((uintptr_t)frame_dispatch);
		_Unwind_Backtrace(look_inside, &search);
	}
	*function = search.found;
	return cause;
}

GREENROOM_TOLD void frame_say_force(struct thread *thread)
{
	const struct frame *frame = thread->current->frame;
	uintptr_t function;
	enum event_force_cause cause = find_cause(thread, &function);

	trace_emit(thread->ring,
		   event_pack_frame_force((struct event_frame_force){
			   .tasklet = tasklet_number(thread->current),
			   .cause = (int)cause,
			   .frame = trace_function((const void *)frame->step),
			   .function = function ? trace_function((const void *)function) : 0}));
}
