/* SPDX-License-Identifier: MIT */
/*
 * twins.c - the plain forms of the functions that want to know their place: for calls through a
 * pointer, and for programs compiled without the site macros. The return address says where.
 */
#define GREENROOM_NO_SITES
#include "greenroom.h"

#include "compiler.h"
#include "thread.h"

#define CALLER thread_caller(__builtin_return_address(0))

GREENROOM_API int tasklet_create(struct tasklet **out, const char *name, tasklet_fn *run,
				 void *argument)
{
	return tasklet_create_at(out, name, run, argument, CALLER);
}

GREENROOM_API int tasklet_new(struct tasklet **out, const char *name)
{
	return tasklet_new_at(out, name, CALLER);
}

GREENROOM_API int tasklet_bind(struct tasklet *tasklet, tasklet_fn *run, void *argument)
{
	return tasklet_bind_at(tasklet, run, argument, CALLER);
}

GREENROOM_API int tasklet_bind_thread(struct tasklet *tasklet, uint64_t thread)
{
	return tasklet_bind_thread_at(tasklet, thread, CALLER);
}

GREENROOM_API int tasklet_insert(struct tasklet *tasklet)
{
	return tasklet_insert_at(tasklet, CALLER);
}

GREENROOM_API int tasklet_remove(struct tasklet *tasklet)
{
	return tasklet_remove_at(tasklet, CALLER);
}

GREENROOM_API int tasklet_run(struct tasklet *tasklet)
{
	return tasklet_run_at(tasklet, CALLER);
}

GREENROOM_API int tasklet_switch(struct tasklet *tasklet)
{
	return tasklet_switch_at(tasklet, CALLER);
}

GREENROOM_API int tasklet_yield(void)
{
	return tasklet_yield_at(CALLER);
}

GREENROOM_API int tasklet_pause(void)
{
	return tasklet_pause_at(CALLER);
}

GREENROOM_API void tasklet_set_value(struct tasklet *tasklet, void *value)
{
	tasklet_set_value_at(tasklet, value, CALLER);
}

GREENROOM_API int tasklet_yield_value(void **value)
{
	return tasklet_yield_value_at(value, CALLER);
}

GREENROOM_API int tasklet_pause_value(void **value)
{
	return tasklet_pause_value_at(value, CALLER);
}

GREENROOM_API int tasklet_check(void)
{
	return tasklet_check_at(CALLER);
}

GREENROOM_API bool tasklet_set_block_trap(struct tasklet *tasklet, bool trap)
{
	return tasklet_set_block_trap_at(tasklet, trap, CALLER);
}

GREENROOM_API bool tasklet_set_atomic(struct tasklet *tasklet, bool atomic)
{
	return tasklet_set_atomic_at(tasklet, atomic, CALLER);
}

GREENROOM_API bool tasklet_set_ignore_nesting(struct tasklet *tasklet, bool ignore_nesting)
{
	return tasklet_set_ignore_nesting_at(tasklet, ignore_nesting, CALLER);
}

GREENROOM_API int tasklet_sleep(uint64_t nanoseconds)
{
	return tasklet_sleep_at(nanoseconds, CALLER);
}

GREENROOM_API int tasklet_wait_fd(int descriptor, unsigned int events, uint64_t timeout)
{
	return tasklet_wait_fd_at(descriptor, events, timeout, CALLER);
}

GREENROOM_API int tasklet_throw(struct tasklet *tasklet, int error)
{
	return tasklet_throw_at(tasklet, error, CALLER);
}

GREENROOM_API int tasklet_throw_pending(struct tasklet *tasklet, int error)
{
	return tasklet_throw_pending_at(tasklet, error, CALLER);
}

GREENROOM_API int tasklet_kill(struct tasklet *tasklet)
{
	return tasklet_kill_at(tasklet, CALLER);
}

GREENROOM_API int tasklet_kill_pending(struct tasklet *tasklet)
{
	return tasklet_kill_pending_at(tasklet, CALLER);
}

GREENROOM_API int channel_create(struct channel **out, const char *name, size_t size)
{
	return channel_create_at(out, name, size, CALLER);
}

GREENROOM_API int channel_create_with(struct channel **out, const char *name, size_t size,
				      unsigned int flags)
{
	return channel_create_with_at(out, name, size, flags, CALLER);
}

GREENROOM_API int channel_destroy(struct channel *channel)
{
	return channel_destroy_at(channel, CALLER);
}

GREENROOM_API int channel_send(struct channel *channel, const void *value)
{
	return channel_send_at(channel, value, CALLER);
}

GREENROOM_API int channel_receive(struct channel *channel, void *value)
{
	return channel_receive_at(channel, value, CALLER);
}

GREENROOM_API int channel_send_error(struct channel *channel, int error)
{
	return channel_send_error_at(channel, error, CALLER);
}

GREENROOM_API ptrdiff_t channel_send_sequence(struct channel *channel, const void *values,
					      size_t count)
{
	struct greenroom_site *caller = CALLER;
	/* The others of the thread may call between the values. */
	struct greenroom_site kept = caller ? *caller : (struct greenroom_site){.id = 0};

	return channel_send_sequence_at(channel, values, count, caller ? &kept : NULL);
}

GREENROOM_API int channel_iterate(struct channel *channel, void *value)
{
	return channel_iterate_at(channel, value, CALLER);
}

GREENROOM_API int channel_close(struct channel *channel)
{
	return channel_close_at(channel, CALLER);
}

GREENROOM_API int channel_open(struct channel *channel)
{
	return channel_open_at(channel, CALLER);
}

GREENROOM_API int scheduler_run(const struct run_options *options, struct run_result *result)
{
	return scheduler_run_at(options, result, CALLER);
}
