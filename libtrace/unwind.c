/* SPDX-License-Identifier: MIT */
/*
 * unwind.c - how a killed tasklet ends: its stack is unwound by force, and the cleanup handlers and
 * C++ destructors on it run, as with pthread_cancel.
 *
 * Itanium C++ ABI: Exception Handling, 1.3.2 (_Unwind_ForcedUnwind). The stop function is asked
 * before each frame; at the end of the stack, which is where tasklet_enter was called, it ends the
 * tasklet and does not return. 32-bit Arm has tables and an unwinder of its own (Exception Handling
 * ABI for the Arm Architecture, IHI 0038), but the same stop function; the end of the stack is there
 * what says .cantunwind: switch_entry.
 *
 * Handlers may switch: the unwinder's own frames then are part of the tasklet's slice like any
 * others. A handler cannot be unwound itself (compilers may end the process then, as for a
 * destructor that throws): a second kill is returned by the call it waits in.
 */
#include <errno.h>
#include <unwind.h>

#include "checker.h"
#include "tasklet.h"
#include "thread.h"

/* The object that stands for the unwinding. It lies in the heap: on the tasklet's own stack the
 * handlers run over it, and in the tasklet's header it would be room that nearly none ever needs. */
static struct _Unwind_Exception *make_exception(struct thread *thread)
{
	struct _Unwind_Exception *exception = slab_allocate(&thread->slab, sizeof(*exception));

	if (!exception && !thread->reserve_used) {
		exception = &thread->reserve;
		thread->reserve_used = true;
	}
	return exception;
}

static void drop_exception(struct _Unwind_Exception *exception)
{
	struct thread *thread = thread_record;

	if (exception == &thread->reserve)
		thread->reserve_used = false;
	else
		slab_free(&thread->slab, exception, sizeof(*exception));
}

/* A C++ handler for everything has swallowed it. */
static void drop_swallowed(_Unwind_Reason_Code reason, struct _Unwind_Exception *exception)
{
	(void)reason;
	drop_exception(exception);
}

static _Unwind_Reason_Code stop_at_the_end(int version, _Unwind_Action actions,
					   _Unwind_Exception_Class exception_class,
					   struct _Unwind_Exception *exception,
					   struct _Unwind_Context *context, void *tasklet)
{
	(void)version, (void)exception_class, (void)context;
	if (actions & _UA_END_OF_STACK) {
		drop_exception(exception);
		tasklet_finish(tasklet, -ECANCELED);
	}
	return _URC_NO_REASON;
}

void tasklet_unwind(struct tasklet *tasklet)
{
	struct _Unwind_Exception *exception = make_exception(tasklet->thread);

	tasklet->unwinding = true;
	/* Out of memory, and another handler of this thread waits for something: it ends all the same,
	 * but its handlers do not run. So too when a frame cannot be unwound (code without tables),
	 * those above that frame: only then unwinding comes back. */
	if (exception) {
		*exception = (struct _Unwind_Exception){.exception_cleanup = drop_swallowed};
		checker_leave_frames();
		_Unwind_ForcedUnwind(exception, stop_at_the_end, tasklet);
		drop_exception(exception);
	}
	tasklet_finish(tasklet, -ECANCELED);
}

int tasklet_obey_kill(void)
{
	struct thread *thread = thread_record;
	struct tasklet *tasklet = thread->current;

	thread->divert &= (uint8_t)~THREAD_SOFT; /* cleanup handlers run, as plain functions */

	if (tasklet->cancel == TASKLET_CANCEL_UNWIND && !tasklet->is_main && !tasklet->unwinding)
		tasklet_unwind(tasklet);
	return -ECANCELED;
}
