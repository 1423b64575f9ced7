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

static _Unwind_Reason_Code stop_at_the_end(int version, _Unwind_Action actions,
					   _Unwind_Exception_Class exception_class,
					   struct _Unwind_Exception *exception,
					   struct _Unwind_Context *context, void *tasklet)
{
	(void)version, (void)exception_class, (void)exception, (void)context;
	if (actions & _UA_END_OF_STACK)
		tasklet_finish(tasklet, -ECANCELED);
	return _URC_NO_REASON;
}

void tasklet_unwind(struct tasklet *tasklet)
{
	tasklet->unwinding = true;
	tasklet->exception = (struct _Unwind_Exception){0};
	checker_leave_frames();
	_Unwind_ForcedUnwind(&tasklet->exception, stop_at_the_end, tasklet);
	/* It comes back only when a frame cannot be unwound (code without tables): the tasklet ends
	 * all the same, but the handlers above that frame do not run. */
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
