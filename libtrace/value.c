/* SPDX-License-Identifier: MIT */
/* value.c - values on yield: a pointer that others can see and change while its tasklet is out. */
#include <errno.h>

#include "tasklet.h"
#include "thread.h"

GREENROOM_API void *tasklet_value(const struct tasklet *tasklet)
{
	return tasklet->value;
}

GREENROOM_API void tasklet_set_value_at(struct tasklet *tasklet, void *value,
					struct greenroom_site *site)
{
	struct thread *thread = thread_self();

	tasklet->value = value;
	if (thread && trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_value_put((struct event_value_put){
						 .tasklet = tasklet_number(tasklet),
						 .actor = tasklet_number(thread->current),
						 .place = thread_place(thread, site),
						 .value = (uintptr_t)value}));
}

GREENROOM_API void *tasklet_fetch_value(void)
{
	struct thread *thread = thread_self();
	void *value;

	if (!thread)
		return NULL;
	value = thread->current->value;
	thread->current->value = NULL;
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_value_take((struct event_value_take){
						 .tasklet = tasklet_number(thread->current),
						 .value = (uintptr_t)value}));
	return value;
}

GREENROOM_API int tasklet_yield_value_at(void **value, struct greenroom_site *site)
{
	struct thread *thread = thread_self();
	int error;

	if (!thread)
		return -ENOMEM;
	tasklet_set_value_at(thread->current, *value, site);
	error = tasklet_yield_at(site);
	*value = tasklet_fetch_value();
	return error;
}

GREENROOM_API int tasklet_pause_value_at(void **value, struct greenroom_site *site)
{
	struct thread *thread = thread_self();
	int error;

	if (!thread)
		return -ENOMEM;
	tasklet_set_value_at(thread->current, *value, site);
	error = tasklet_pause_at(site);
	*value = tasklet_fetch_value();
	return error;
}
