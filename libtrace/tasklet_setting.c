/* SPDX-License-Identifier: MIT */
/* tasklet_setting.c - how a tasklet wants to be treated, by kills, channels and watchdogs. */
#include "tasklet.h"
#include "thread.h"

static void say_set(const struct tasklet *tasklet, enum event_setting setting, bool value,
		    struct greenroom_site *site)
{
	struct thread *thread = thread_self();

	if (thread && trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_tasklet_set((struct event_tasklet_set){
						 .tasklet = tasklet_number(tasklet),
						 .actor = tasklet_number(thread->current),
						 .setting = (int)setting,
						 .value = value,
						 .place = thread_place(thread, site)}));
}

GREENROOM_API enum tasklet_cancel tasklet_set_cancel(struct tasklet *tasklet,
						     enum tasklet_cancel cancel)
{
	enum tasklet_cancel old = (enum tasklet_cancel)tasklet->cancel;

	tasklet->cancel = (uint8_t)cancel;
	return old;
}

GREENROOM_API bool tasklet_set_block_trap_at(struct tasklet *tasklet, bool trap,
					     struct greenroom_site *site)
{
	bool old = tasklet->block_trap;

	tasklet->block_trap = trap;
	if (old != trap)
		say_set(tasklet, EVENT_SETTING_BLOCK_TRAP, trap, site);
	return old;
}

GREENROOM_API bool tasklet_set_atomic_at(struct tasklet *tasklet, bool atomic,
					 struct greenroom_site *site)
{
	bool old = tasklet->atomic;

	tasklet->atomic = atomic;
	if (old != atomic)
		say_set(tasklet, EVENT_SETTING_ATOMIC, atomic, site);
	if (old && !atomic && thread_record && tasklet == thread_record->current)
		watchdog_catch_up(thread_record, site);
	return old;
}

GREENROOM_API bool tasklet_set_ignore_nesting_at(struct tasklet *tasklet, bool ignore_nesting,
						 struct greenroom_site *site)
{
	bool old = tasklet->ignore_nesting;

	tasklet->ignore_nesting = ignore_nesting;
	if (old != ignore_nesting)
		say_set(tasklet, EVENT_SETTING_IGNORE_NESTING, ignore_nesting, site);
	return old;
}

GREENROOM_API bool tasklet_is_atomic(const struct tasklet *tasklet)
{
	return tasklet->atomic;
}

GREENROOM_API bool tasklet_ignores_nesting(const struct tasklet *tasklet)
{
	return tasklet->ignore_nesting;
}
