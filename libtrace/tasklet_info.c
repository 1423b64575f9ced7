/* SPDX-License-Identifier: MIT */
/* tasklet_info.c - what can be asked of a tasklet, and its plain settings. */
#include "channel.h"
#include "scheduler.h"
#include "tasklet.h"
#include "thread.h"

GREENROOM_API enum tasklet_state tasklet_state(const struct tasklet *tasklet)
{
	if (tasklet->thread == thread_record)
		scheduler_look(tasklet->thread);
	if (tasklet->blocked == TASKLET_WAITS)
		return TASKLET_WAITING;
	if (tasklet->blocked)
		return tasklet->blocked > 0 ? TASKLET_SENDING : TASKLET_RECEIVING;
	if (tasklet == tasklet->thread->current)
		return TASKLET_CURRENT;
	if (tasklet_is_linked(tasklet))
		return TASKLET_RUNNABLE;
	return tasklet_is_alive(tasklet) ? TASKLET_PAUSED : TASKLET_NEW;
}

GREENROOM_API bool tasklet_is_alive(const struct tasklet *tasklet)
{
	return tasklet_seems_alive(tasklet) && !thread_has_ended(tasklet->thread);
}

GREENROOM_API bool tasklet_is_main(const struct tasklet *tasklet)
{
	return tasklet->is_main;
}

GREENROOM_API uint64_t tasklet_id(const struct tasklet *tasklet)
{
	return tasklet->id;
}

GREENROOM_API const char *tasklet_name(const struct tasklet *tasklet)
{
	return tasklet->name;
}

GREENROOM_API struct tasklet *tasklet_next(const struct tasklet *tasklet)
{
	struct channel *channel;
	struct tasklet *next;

	if (tasklet->thread == thread_record)
		scheduler_look(tasklet->thread);
	channel = channel_hold(tasklet);
	next = tasklet->next;
	if (channel)
		channel_let_go(channel, tasklet);
	return next;
}

GREENROOM_API size_t tasklet_saved_bytes(const struct tasklet *tasklet)
{
	return tasklet->slice.bytes;
}

GREENROOM_API void *tasklet_data(const struct tasklet *tasklet)
{
	return tasklet->data;
}

GREENROOM_API void tasklet_set_data(struct tasklet *tasklet, void *data)
{
	tasklet->data = data;
}
