/* SPDX-License-Identifier: MIT */
/*
 * tasklet.c - the life of a tasklet: created, bound to a function, started, ended, buried.
 *
 * References. While it is alive the runtime holds one; the creator of tasklet_new and every
 * tasklet_ref hold their own. With the last one the memory goes, at once or, for the tasklet that
 * has just ended, when its stack has been left.
 */
#include "tasklet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "frame.h"
#include "moved.h"
#include "scheduler.h"
#include "thread.h"

struct tasklet *tasklet_allocate(struct thread *thread, const char *name)
{
	struct tasklet *tasklet = slab_allocate(&thread->tasklet_slab, sizeof(*tasklet));
	char *copy = NULL;

	if (tasklet && name && *name)
		copy = strdup(name);
	if (!tasklet)
		return NULL;
	if (name && *name && !copy) {
		tasklet->id = 0; /* for slab_each */
		slab_free(&thread->tasklet_slab, tasklet, sizeof(*tasklet));
		return NULL;
	}
	memset(tasklet, 0, offsetof(struct tasklet, inline_mail));
	tasklet->thread = thread;
	tasklet->id = thread_next_tasklet_id();
	tasklet->slice.owner = tasklet_number(tasklet);
	tasklet->name = copy ? copy : "";
	tasklet->named = copy != NULL;
	tasklet->mail = tasklet->inline_mail;
	tasklet->mail_capacity = sizeof(tasklet->inline_mail);
	tasklet->references = 1;
	thread->handles++;
	return tasklet;
}

/* What only a living tasklet needs. */
static void drop_buffers(struct tasklet *tasklet)
{
	struct slab *slab = &tasklet->thread->slab;

	slice_term(&tasklet->slice, slab);
	tasklet->slice.sp = NULL;
	tasklet->slice.bytes = 0;
	if (tasklet->mail != tasklet->inline_mail)
		slab_free(slab, tasklet->mail, tasklet->mail_capacity);
	tasklet->mail = tasklet->inline_mail;
	tasklet->mail_capacity = sizeof(tasklet->inline_mail);
}

GREENROOM_API struct tasklet *tasklet_ref(struct tasklet *tasklet)
{
	__atomic_fetch_add(&tasklet->references, 1, __ATOMIC_RELAXED);
	return tasklet;
}

void tasklet_free(struct tasklet *tasklet)
{
	drop_buffers(tasklet);
	if (tasklet->named)
		free((char *)(uintptr_t)tasklet->name);
	if (tasklet->moved)
		moved_remove(tasklet);
	tasklet->thread->handles--;
	tasklet->id = 0; /* for slab_each */
	slab_free(&tasklet->thread->tasklet_slab, tasklet, sizeof(*tasklet));
}

/* The memory is the thread's to take back. Has the thread ended, it may go with the last handle. */
static void send_home(struct tasklet *tasklet)
{
	struct thread *thread = tasklet->thread;
	bool last;

	if (inbox_post(tasklet, INBOX_FREE, 0, (struct inbox_sender){0}) == 0)
		return;
	pthread_mutex_lock(&thread->inbox.lock);
	tasklet_free(tasklet);
	last = thread->handles == 0;
	pthread_mutex_unlock(&thread->inbox.lock);
	if (last)
		thread_free(thread);
}

GREENROOM_API void tasklet_unref(struct tasklet *tasklet)
{
	if (!tasklet || __atomic_sub_fetch(&tasklet->references, 1, __ATOMIC_ACQ_REL))
		return;
	if (likely(tasklet->thread == thread_record))
		tasklet_free(tasklet);
	else
		send_home(tasklet);
}

void tasklet_bury_dead(struct thread *thread)
{
	struct tasklet *tasklet = thread->dead;

	thread->dead = NULL;
	drop_buffers(tasklet);
	tasklet_unref(tasklet);
}

int tasklet_reserve_mail(struct tasklet *tasklet, size_t bytes)
{
	struct slab *slab = &tasklet->thread->slab;
	void *mail;

	if (likely(bytes <= tasklet->mail_capacity))
		return 0;
	mail = slab_allocate(slab, bytes);
	if (!mail)
		return -ENOMEM;
	if (tasklet->mail != tasklet->inline_mail)
		slab_free(slab, tasklet->mail, tasklet->mail_capacity);
	tasklet->mail = mail;
	tasklet->mail_capacity = (uint32_t)slab_round(bytes);
	return 0;
}

/* Makes it alive: it is to run `function`, a plain one or a step. */
static void enliven(struct tasklet *tasklet, const void *function)
{
	tasklet->error = 0;
	if (!tasklet->alive) {
		tasklet_set_alive(tasklet, true);
		tasklet_ref(tasklet);
		tasklet->thread->tasklets++;
	}
	if (trace_wanted(tasklet->thread->ring))
		tasklet->function_place = trace_function(function);
}

static void give_function(struct tasklet *tasklet, tasklet_fn *run, void *argument)
{
	tasklet->run = run;
	tasklet->argument = argument;
	enliven(tasklet, (const void *)run);
}

static void give_frame(struct tasklet *tasklet, struct frame *frame)
{
	tasklet->run = NULL;
	tasklet->frame = frame;
	enliven(tasklet, (const void *)frame->step);
}

static void take_function(struct tasklet *tasklet)
{
	tasklet->run = NULL;
	tasklet->function_place = 0;
	if (tasklet->alive) {
		tasklet_set_alive(tasklet, false);
		tasklet->thread->tasklets--;
		tasklet_unref(tasklet);
	}
}

static void say_create(const struct tasklet *tasklet, struct greenroom_site *site)
{
	struct thread *thread = tasklet->thread;

	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_tasklet_create((struct event_tasklet_create){
						 .tasklet = tasklet_number(tasklet),
						 .creator = tasklet_number(thread->current),
						 .name = trace_name(tasklet->name),
						 .function = tasklet->function_place,
						 .place = thread_place(thread, site)}));
}

/* The end of creating one that is alive. */
static int enter_chain(struct tasklet *tasklet, struct tasklet **out, struct greenroom_site *site)
{
	struct thread *thread = tasklet->thread;

	say_create(tasklet, site);
	if (tasklet->frame && trace_wanted(thread->ring))
		frame_say_call(tasklet);
	tasklet_append(tasklet, EVENT_INSERT_CREATED, site);
	if (out)
		*out = tasklet;
	return 0;
}

GREENROOM_API int tasklet_create_at(struct tasklet **out, const char *name, tasklet_fn *run,
				    void *argument, struct greenroom_site *site)
{
	struct thread *thread = thread_self();
	struct tasklet *tasklet;

	if (!run)
		return -EINVAL;
	if (!thread)
		return -ENOMEM;
	scheduler_look(thread);
	tasklet = tasklet_allocate(thread, name);
	if (!tasklet)
		return -ENOMEM;
	give_function(tasklet, run, argument);
	tasklet->references = 1; /* the runtime's */
	return enter_chain(tasklet, out, site);
}

GREENROOM_API int tasklet_create_frame_at(struct tasklet **out, const char *name,
					  struct frame *frame, struct greenroom_site *site)
{
	struct thread *thread = thread_self();
	struct tasklet *tasklet;

	if (!frame || !thread)
		return -ENOMEM;
	if (frame_is_foreign(frame))
		return -EXDEV;
	scheduler_look(thread);
	tasklet = tasklet_allocate(thread, name);
	if (!tasklet) {
		frame_destroy(frame);
		return -ENOMEM;
	}
	give_frame(tasklet, frame);
	tasklet->references = 1; /* the runtime's */
	return enter_chain(tasklet, out, site);
}

GREENROOM_API int tasklet_new_at(struct tasklet **out, const char *name,
				 struct greenroom_site *site)
{
	struct thread *thread = thread_self();
	struct tasklet *tasklet = thread ? tasklet_allocate(thread, name) : NULL;

	if (!tasklet)
		return -ENOMEM;
	say_create(tasklet, site);
	*out = tasklet;
	return 0;
}

/* Takes what the tasklet had to run away from it, so that something else can be bound to it. */
static int unbind(struct tasklet *tasklet)
{
	struct thread *thread = thread_self();

	if (!thread || tasklet->thread != thread)
		return thread ? -EXDEV : -ENOMEM;
	if (tasklet == thread->current || tasklet->is_main || tasklet_is_linked(tasklet))
		return -EINVAL;
	if ((tasklet->started && !frame_is_soft(tasklet)) || tasklet->in_run)
		return -EINVAL;
	frame_drop_all(tasklet, false);
	tasklet->started = tasklet->between_steps = false;
	tasklet->into = tasklet->soft_into = NULL;
	return 0;
}

static void say_bind(const struct tasklet *tasklet, struct greenroom_site *site)
{
	struct thread *thread = tasklet->thread;

	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_tasklet_bind((struct event_tasklet_bind){
						 .tasklet = tasklet_number(tasklet),
						 .actor = tasklet_number(thread->current),
						 .function = tasklet->function_place,
						 .place = thread_place(thread, site)}));
}

GREENROOM_API int tasklet_bind_at(struct tasklet *tasklet, tasklet_fn *run, void *argument,
				  struct greenroom_site *site)
{
	int error = unbind(tasklet);

	if (error)
		return error;
	tasklet_ref(tasklet); /* taking the function may drop the last one */
	if (run)
		give_function(tasklet, run, argument);
	else
		take_function(tasklet);
	say_bind(tasklet, site);
	tasklet_unref(tasklet);
	return 0;
}

GREENROOM_API int tasklet_bind_frame_at(struct tasklet *tasklet, struct frame *frame,
					struct greenroom_site *site)
{
	int error;

	if (!frame || frame_is_foreign(frame))
		return frame ? -EXDEV : -ENOMEM;
	error = unbind(tasklet);
	if (error) {
		frame_destroy(frame);
		return error;
	}
	give_frame(tasklet, frame);
	say_bind(tasklet, site);
	if (trace_wanted(tasklet->thread->ring))
		frame_say_call(tasklet);
	return 0;
}

void tasklet_say_insert(const struct tasklet *tasklet, uint32_t actor,
			const struct tasklet *successor, enum event_insert_cause cause,
			struct greenroom_site *site)
{
	struct thread *thread = tasklet->thread;

	if (trace_wanted(thread->ring))
		trace_emit(thread->ring,
			   event_pack_tasklet_insert((struct event_tasklet_insert){
				   .tasklet = tasklet_number(tasklet),
				   .actor = actor,
				   .cause = (int)cause,
				   .place = thread_place(thread, site),
				   .successor = successor ? tasklet_number(successor) : 0}));
}

void tasklet_append(struct tasklet *tasklet, enum event_insert_cause cause,
		    struct greenroom_site *site)
{
	chain_append(&tasklet->thread->chain, tasklet);
	tasklet_say_insert(tasklet, tasklet_number(tasklet->thread->current), NULL, cause, site);
}

void tasklet_insert_before(struct tasklet *tasklet, struct tasklet *successor,
			   enum event_insert_cause cause, struct greenroom_site *site)
{
	chain_insert_before(&tasklet->thread->chain, successor, tasklet);
	tasklet_say_insert(tasklet, tasklet_number(tasklet->thread->current), successor, cause,
			   site);
}

static GREENROOM_TOLD void say_start(const struct tasklet *tasklet)
{
	struct thread *thread = tasklet->thread;

	trace_emit(thread->ring, event_pack_tasklet_start((struct event_tasklet_start){
					 .tasklet = tasklet_number(tasklet),
					 .function = tasklet->function_place,
					 .base = (uintptr_t)thread->stack.running_base}));
}

void tasklet_begin(struct tasklet *tasklet)
{
	tasklet->started = true;
	if (trace_wanted(tasklet->thread->ring))
		say_start(tasklet);
}

static void *take_argument(struct tasklet *tasklet)
{
	void *argument = tasklet->argument;

	tasklet->into = NULL;
	return argument;
}

/* Where every tasklet begins, called by switch_entry on an empty stack. */
void tasklet_enter(void)
{
	struct thread *thread = thread_record;
	struct tasklet *tasklet = thread->current;
	int result = tasklet->error;

	if (thread->dead)
		tasklet_bury_dead(thread);
	if (tasklet->frame)
		frame_dispatch(thread);
	/* An error thrown into a tasklet that never ran ends it here. */
	if (!result) {
		tasklet_begin(tasklet);
		result = tasklet->run(take_argument(tasklet));
	}
	tasklet_finish(tasklet, result);
}

/* What comes of the result of a tasklet's function. */
struct outcome {
	enum event_end_cause cause;
	int told; /* the error it ended with, or 0 */
	int left; /* the error that somebody has to take, or 0 */
};

static int as_error(int result)
{
	return result > 0 ? -EINVAL : result;
}

static struct outcome judge(struct tasklet *tasklet, int result)
{
	struct thread *thread = tasklet->thread;
	int error = as_error(result), left = error;

	if (!error)
		return (struct outcome){EVENT_END_RETURNED, 0, 0};
	if (error == -ECANCELED && tasklet->started)
		return (struct outcome){EVENT_END_KILLED, error, 0};
	if (error == -ECANCELED)
		return (struct outcome){EVENT_END_NEVER_RAN, error, 0};
	if (thread->error_handler)
		left = as_error(thread->error_handler(tasklet, error, thread->error_context));
	if (!left)
		return (struct outcome){EVENT_END_HANDLED, error, 0};
	return (struct outcome){EVENT_END_ERROR, left, left};
}

static void say_end(const struct tasklet *tasklet, const struct tasklet *heir,
		    struct outcome outcome)
{
	struct thread *thread = tasklet->thread;

	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_tasklet_end((struct event_tasklet_end){
						 .tasklet = tasklet_number(tasklet),
						 .heir = heir ? tasklet_number(heir) : 0,
						 .cause = (int)outcome.cause,
						 .error = (uint32_t)outcome.told}));
}

/* Chooses who goes on after the end of a tasklet that has left the chain: whoever has to take the
 * error, else the next in the chain, else whom idle_heir names. */
static struct tasklet *heir_of(struct thread *thread, int error)
{
	if (error)
		return idle_watchdog(thread);
	return thread->chain.first ? thread->chain.first : idle_heir(thread);
}

void tasklet_end(struct tasklet *tasklet, int result, bool soft)
{
	struct thread *thread = tasklet->thread;
	struct outcome outcome = judge(tasklet, result);
	int error = outcome.left;
	struct tasklet *next;

	frame_drop_all(tasklet, true);
	chain_unlink(&thread->chain, tasklet);
	tasklet_set_alive(tasklet, false);
	tasklet->started = tasklet->unwinding = false;
	tasklet->run = NULL;
	thread->tasklets--;
	next = heir_of(thread, error);
	say_end(tasklet, error ? next : NULL, outcome);
	scheduler_ready(next, EVENT_LEAVE_ERROR, error ? EVENT_INSERT_ERROR : EVENT_INSERT_REVIVED,
			NULL);
	if (error) /* now that it is in no queue: see tasklet_take_throw */
		tasklet_give_error(next, error, tasklet_number(tasklet));
	scheduler_succeed(thread, next,
			  (struct scheduler_stop){error ? EVENT_SWITCH_ERROR : EVENT_SWITCH_END, 0,
						  NULL},
			  soft);
	thread->dead = tasklet;
}

void tasklet_finish(struct tasklet *tasklet, int result)
{
	tasklet_end(tasklet, result, false);
	scheduler_abandon(tasklet->thread, &tasklet->slice);
}
