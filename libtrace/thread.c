/* SPDX-License-Identifier: MIT */
/* thread.c - a thread's record: made at its first use of the runtime, gone with the thread. */
#include "thread.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "overflow.h"
#include "setting.h"
#include "tasklet.h"

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

/* At the thread's end: tasklets that are left can never run again. */
static void thread_detach(void *record)
{
	struct thread *thread = record;

	if (trace_wanted(thread->ring)) {
		trace_emit(thread->ring, event_pack_thread_end((struct event_thread_end){
						 .main = tasklet_number(thread->main),
						 .left = (uint32_t)thread->tasklets}));
		trace_thread_detach(thread->ring);
	}
	thread_record = NULL;
	overflow_forget(thread);
	slice_stack_term(&thread->stack);
	/* The handles that are left are still held or borrowed by somebody, perhaps in another
	 * thread: their memory stays. */
	if (thread->handles == 1 && thread->main->references == 1) {
		tasklet_unref(thread->main);
		slab_term(&thread->slab);
		free(thread);
	}
}

static void make_thread_key(void)
{
	thread_key_error = pthread_key_create(&thread_key, thread_detach);
}

static void say_start(struct thread *thread)
{
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_thread_start((struct event_thread_start){
						 .main = tasklet_number(thread->main),
						 .os_thread = (uint32_t)syscall(SYS_gettid),
						 .name = trace_name(thread->main->name)}));
}

static int init(struct thread *thread)
{
	int error = slice_stack_init(&thread->stack, &thread->slab);

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
	pthread_once(&thread_key_once, make_thread_key);
	return thread_key_error || pthread_setspecific(thread_key, thread);
}

struct thread *thread_attach(void)
{
	struct thread *thread = calloc(1, sizeof(*thread));

	if (!thread)
		return NULL;
	if (init(thread)) {
		tasklet_unref(thread->main);
		slice_stack_term(&thread->stack);
		slab_term(&thread->slab);
		free(thread);
		return NULL;
	}
	thread_record = thread;
	setting_apply(thread);
	thread->ring = trace_thread_attach(&thread->ring);
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

	if (!thread || !trace_wanted(thread->ring))
		return NULL;
	*tasklet_number_out = tasklet_number(thread->current);
	return thread->ring;
}
