/* SPDX-License-Identifier: MIT */
/* callback.c - the functions that a program hangs into its scheduler. */
#include <stddef.h>

#include "greenroom.h"
#include "thread.h"

GREENROOM_API scheduler_error_fn *scheduler_set_error_handler(scheduler_error_fn *handler,
							      void *context)
{
	struct thread *thread = thread_self();
	scheduler_error_fn *old;

	if (!thread)
		return NULL;
	old = thread->error_handler;
	thread->error_handler = handler;
	thread->error_context = context;
	return old;
}

GREENROOM_API scheduler_switch_fn *scheduler_set_switch_callback(scheduler_switch_fn *callback,
								 void *context)
{
	struct thread *thread = thread_self();
	scheduler_switch_fn *old;

	if (!thread)
		return NULL;
	old = thread->switch_callback;
	thread->switch_callback = callback;
	thread->switch_context = context;
	thread_set_watched(thread);
	return old;
}

GREENROOM_API scheduler_channel_fn *scheduler_set_channel_callback(scheduler_channel_fn *callback,
								   void *context)
{
	struct thread *thread = thread_self();
	scheduler_channel_fn *old;

	if (!thread)
		return NULL;
	old = thread->channel_callback;
	thread->channel_callback = callback;
	thread->channel_context = context;
	thread_set_long_way(thread);
	return old;
}
