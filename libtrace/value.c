/* SPDX-License-Identifier: MIT */
/* value.c - values on yield: a pointer that others can see and change while its tasklet is out. */
#include <errno.h>

#include "tasklet.h"
#include "thread.h"

static void *take(struct tasklet *tasklet)
{
	void *value = tasklet->value;

	tasklet->value = NULL;
	return value;
}

GREENROOM_API int tasklet_yield_value_at(void **value, struct greenroom_site *site)
{
	struct thread *thread = thread_self();
	struct tasklet *current;
	int error;

	if (!thread)
		return -ENOMEM;
	current = thread->current;
	current->value = *value;
	error = tasklet_yield_at(site);
	*value = take(current);
	return error;
}

GREENROOM_API int tasklet_pause_value_at(void **value, struct greenroom_site *site)
{
	struct thread *thread = thread_self();
	struct tasklet *current;
	int error;

	if (!thread)
		return -ENOMEM;
	current = thread->current;
	current->value = *value;
	error = tasklet_pause_at(site);
	*value = take(current);
	return error;
}

GREENROOM_API void *tasklet_value(const struct tasklet *tasklet)
{
	return tasklet->value;
}

GREENROOM_API void tasklet_set_value(struct tasklet *tasklet, void *value)
{
	tasklet->value = value;
}
