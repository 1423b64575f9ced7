/* SPDX-License-Identifier: MIT */
/* thread.c - a thread's record: made at its first use of the runtime, gone with the thread. */
#include "thread.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "channel_list.h"
#include "frame.h"
#include "moved.h"
#include "overflow.h"
#include "registry.h"
#include "setting.h"
#include "tasklet.h"
#include "trace_control.h"

__thread struct thread *thread_record __attribute__((tls_model("initial-exec")));

static _Atomic uint64_t last_tasklet_id, last_channel_id;

static pthread_key_t thread_key;
static pthread_once_t thread_key_once = PTHREAD_ONCE_INIT;
static int thread_key_error;

uint64_t thread_next_tasklet_id(void)
{
	return atomic_fetch_add_explicit(&last_tasklet_id, 1, memory_order_relaxed) + 1;
}

uint64_t thread_next_channel_id(void)
{
	return atomic_fetch_add_explicit(&last_channel_id, 1, memory_order_relaxed) + 1;
}

/* Kills a tasklet that has a stack to unwind. */
static void kill_hard(void *piece, void *context)
{
	struct tasklet *tasklet = piece;

	(void)context;
	if (tasklet->id && tasklet->alive && tasklet->slice.sp && !tasklet->is_main)
		tasklet_kill_at(tasklet, NULL);
}

static void say_abandon(const struct tasklet *tasklet)
{
	struct thread *thread = tasklet->thread;

	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_tasklet_remove((struct event_tasklet_remove){
						 .tasklet = tasklet_number(tasklet),
						 .actor = tasklet_number(thread->main),
						 .cause = (int)EVENT_REMOVE_ABANDONED}));
}

/* Takes a tasklet out of the chain, and drops what only the runtime held. One that waits in a channel
 * stays there. */
static void abandon(void *piece, void *context)
{
	struct tasklet *tasklet = piece;

	(void)context;
	if (!tasklet->id || !tasklet->alive || tasklet->is_main)
		return;
	if (tasklet->blocked == TASKLET_WAITS)
		wait_cancel(tasklet, EVENT_WAIT_ENDED);
	if (tasklet->blocked)
		return;
	if (tasklet_is_linked(tasklet)) {
		chain_unlink(&tasklet->thread->chain, tasklet);
		say_abandon(tasklet);
	}
	if (__atomic_load_n(&tasklet->references, __ATOMIC_ACQUIRE) == 1)
		frame_drop_all(tasklet, false);
	tasklet_unref(tasklet);
}

/* Nothing more can be posted once the inbox is closed. */
static void close_inbox(struct thread *thread)
{
	bool empty;

	do {
		inbox_empty(thread, false);
		pthread_mutex_lock(&thread->inbox.lock);
		empty = !thread->inbox.first;
		if (empty)
			atomic_store(&thread->inbox.closed, true);
		pthread_mutex_unlock(&thread->inbox.lock);
	} while (!empty);
}

void thread_free(struct thread *thread)
{
	if (thread->slab.lent) { /* pieces of it are other threads' now */
		registry_keep(thread);
		return;
	}
	slab_term(&thread->slab);
	slab_term(&thread->tasklet_slab);
	inbox_term(&thread->inbox);
	free(thread);
}

/* At the thread's end. Tasklets that stand on its stack are killed; the others simply stop, and can be
 * taken over by another thread (Stackless, slp_kill_tasks_with_stacks). */
static void thread_detach(void *record)
{
	struct thread *thread = record;
	bool last;

	trace_answer(thread);
	if (thread->current == thread->main)
		slab_each(&thread->tasklet_slab, sizeof(struct tasklet), kill_hard, NULL);
	close_inbox(thread);
	slab_each(&thread->tasklet_slab, sizeof(struct tasklet), abandon, NULL);
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_thread_end((struct event_thread_end){
						 .main = tasklet_number(thread->main),
						 .left = (uint32_t)thread->tasklets}));
	trace_thread_end(thread);
	channel_list_drop(thread);
	registry_leave(thread);
	overflow_forget(thread);
	wait_term(&thread->waits);
	free(thread->backtrace);
	slice_stack_term(&thread->stack);
	tasklet_unref(thread->main);
	pthread_mutex_lock(&thread->inbox.lock);
	last = thread->handles == 0;
	pthread_mutex_unlock(&thread->inbox.lock);
	thread_record = NULL;
	if (last)
		thread_free(thread);
}

/* In the child after a fork the other threads are gone, whatever they held. */
static void forget_other_threads(void)
{
	if (thread_record && inbox_init(&thread_record->inbox))
		abort(); /* no locks: nothing could work */
	if (thread_record)
		thread_record->os_thread = (uint32_t)getpid();
	registry_after_fork(thread_record);
	moved_after_fork();
	channel_list_after_fork();
	if (thread_record)
		wait_after_fork(thread_record);
}

static void make_thread_key(void)
{
	thread_key_error = pthread_key_create(&thread_key, thread_detach);
	if (!thread_key_error)
		thread_key_error = pthread_atfork(NULL, NULL, forget_other_threads);
}

static void say_start(struct thread *thread)
{
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_thread_start((struct event_thread_start){
						 .main = tasklet_number(thread->main),
						 .os_thread = thread->os_thread,
						 .name = trace_name(thread->main->name)}));
}

static int init(struct thread *thread)
{
	int error;

	thread->tasklet_slab.cut_all = true;
	error = slice_stack_init(&thread->stack, &thread->slab);
	if (error)
		return error;
	thread->main = tasklet_allocate(thread, "main");
	if (!thread->main)
		return -1;
	thread->main->is_main = thread->main->alive = thread->main->started = true;
	thread->main->slice.generation = 1;
	thread->stack.main = &thread->main->slice;
	thread->request.stack = &thread->stack;
	thread->current = thread->main;
	chain_append(&thread->chain, thread->main);
	thread->os_thread = (uint32_t)syscall(SYS_gettid);
	thread->initial = getpid() == (pid_t)thread->os_thread;
	pthread_once(&thread_key_once, make_thread_key);
	return thread_key_error || pthread_setspecific(thread_key, thread);
}

struct thread *thread_attach(void)
{
	struct thread *thread = aligned_alloc(_Alignof(struct thread), sizeof(*thread));

	if (!thread)
		return NULL;
	memset(thread, 0, sizeof(*thread));
	if (inbox_init(&thread->inbox)) {
		free(thread);
		return NULL;
	}
	if (init(thread)) {
		if (thread->main)
			tasklet_free(thread->main);
		slice_stack_term(&thread->stack);
		thread_free(thread);
		return NULL;
	}
	thread_record = thread;
	registry_enter(thread);
	setting_apply(thread);
	trace_thread_begin(thread);
	thread_set_watched(thread);
	if (exceptions_are_kept())
		thread->divert |= THREAD_CXX;
	say_start(thread);
	return thread;
}

struct greenroom_site *thread_caller(const void *return_address)
{
	struct thread *thread = thread_self();

	if (!thread || !trace_wanted(thread->ring))
		return NULL;
	thread->caller.id = trace_place(NULL, return_address);
	return &thread->caller;
}

struct trace_ring *runtime_ring(uint32_t *tasklet_number_out)
{
	struct thread *thread = thread_self();

	if (!thread)
		return NULL;
	if (inbox_is_asked(&thread->inbox) && !(thread->divert & THREAD_BUSY))
		trace_answer(thread);
	if (!trace_wanted(thread->ring))
		return NULL;
	*tasklet_number_out = tasklet_number(thread->current);
	return thread->ring;
}
