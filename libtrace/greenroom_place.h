/* SPDX-License-Identifier: MIT */
/*
 * greenroom_place.h - the twins that know their place; a part of greenroom.h, which includes it.
 *
 * For each function that the trace shows with a place there is one with `_at` and the place, and a
 * macro of the plain name that calls it with the place of the call.
 */
#ifndef GREENROOM_PLACE_H
#define GREENROOM_PLACE_H

#include "greenroom.h"

#ifdef __cplusplus
extern "C" {
#endif

int tasklet_create_at(struct tasklet **out, const char *name, tasklet_fn *run, void *argument,
		      struct greenroom_site *site);
int tasklet_new_at(struct tasklet **out, const char *name, struct greenroom_site *site);
int tasklet_bind_at(struct tasklet *tasklet, tasklet_fn *run, void *argument,
		    struct greenroom_site *site);
int tasklet_insert_at(struct tasklet *tasklet, struct greenroom_site *site);
int tasklet_remove_at(struct tasklet *tasklet, struct greenroom_site *site);
int tasklet_run_at(struct tasklet *tasklet, struct greenroom_site *site);
int tasklet_switch_at(struct tasklet *tasklet, struct greenroom_site *site);
int tasklet_yield_at(struct greenroom_site *site);
int tasklet_pause_at(struct greenroom_site *site);
void tasklet_set_value_at(struct tasklet *tasklet, void *value, struct greenroom_site *site);
int tasklet_yield_value_at(void **value, struct greenroom_site *site);
int tasklet_pause_value_at(void **value, struct greenroom_site *site);
int tasklet_check_at(struct greenroom_site *site);
bool tasklet_set_block_trap_at(struct tasklet *tasklet, bool trap, struct greenroom_site *site);
bool tasklet_set_atomic_at(struct tasklet *tasklet, bool atomic, struct greenroom_site *site);
bool tasklet_set_ignore_nesting_at(struct tasklet *tasklet, bool ignore_nesting,
				   struct greenroom_site *site);
int tasklet_sleep_at(uint64_t nanoseconds, struct greenroom_site *site);
int tasklet_wait_fd_at(int descriptor, unsigned int events, uint64_t timeout,
		       struct greenroom_site *site);
int tasklet_throw_at(struct tasklet *tasklet, int error, struct greenroom_site *site);
int tasklet_throw_pending_at(struct tasklet *tasklet, int error, struct greenroom_site *site);
int tasklet_kill_at(struct tasklet *tasklet, struct greenroom_site *site);
int tasklet_kill_pending_at(struct tasklet *tasklet, struct greenroom_site *site);
int tasklet_bind_thread_at(struct tasklet *tasklet, uint64_t thread, struct greenroom_site *site);
int channel_create_at(struct channel **out, const char *name, size_t size,
		      struct greenroom_site *site);
int channel_create_with_at(struct channel **out, const char *name, size_t size, unsigned int flags,
			   struct greenroom_site *site);
int channel_destroy_at(struct channel *channel, struct greenroom_site *site);
int channel_send_at(struct channel *channel, const void *value, struct greenroom_site *site);
int channel_receive_at(struct channel *channel, void *value, struct greenroom_site *site);
int channel_send_error_at(struct channel *channel, int error, struct greenroom_site *site);
ptrdiff_t channel_send_sequence_at(struct channel *channel, const void *values, size_t count,
				   struct greenroom_site *site);
int channel_iterate_at(struct channel *channel, void *value, struct greenroom_site *site);
int channel_close_at(struct channel *channel, struct greenroom_site *site);
int channel_open_at(struct channel *channel, struct greenroom_site *site);
int scheduler_run_at(const struct run_options *options, struct run_result *result,
		     struct greenroom_site *site);
void trace_mark_at(struct greenroom_site *site, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#ifdef __cplusplus
}
#endif

#ifndef GREENROOM_NO_SITES
#define tasklet_create(out, name, run, argument)                                                   \
	tasklet_create_at(out, name, run, argument, GREENROOM_SITE)
#define tasklet_new(out, name)               tasklet_new_at(out, name, GREENROOM_SITE)
#define tasklet_bind(tasklet, run, argument) tasklet_bind_at(tasklet, run, argument, GREENROOM_SITE)
#define tasklet_insert(tasklet)              tasklet_insert_at(tasklet, GREENROOM_SITE)
#define tasklet_remove(tasklet)              tasklet_remove_at(tasklet, GREENROOM_SITE)
#define tasklet_run(tasklet)                 tasklet_run_at(tasklet, GREENROOM_SITE)
#define tasklet_switch(tasklet)              tasklet_switch_at(tasklet, GREENROOM_SITE)
#define tasklet_yield()                      tasklet_yield_at(GREENROOM_SITE)
#define tasklet_pause()                      tasklet_pause_at(GREENROOM_SITE)
#define tasklet_set_value(tasklet, value)    tasklet_set_value_at(tasklet, value, GREENROOM_SITE)
#define tasklet_yield_value(value)           tasklet_yield_value_at(value, GREENROOM_SITE)
#define tasklet_pause_value(value)           tasklet_pause_value_at(value, GREENROOM_SITE)
#define tasklet_check()                      tasklet_check_at(GREENROOM_SITE)
#define tasklet_set_block_trap(tasklet, trap)                                                      \
	tasklet_set_block_trap_at(tasklet, trap, GREENROOM_SITE)
#define tasklet_set_atomic(tasklet, atomic) tasklet_set_atomic_at(tasklet, atomic, GREENROOM_SITE)
#define tasklet_set_ignore_nesting(tasklet, ignore_nesting)                                        \
	tasklet_set_ignore_nesting_at(tasklet, ignore_nesting, GREENROOM_SITE)
#define tasklet_sleep(nanoseconds) tasklet_sleep_at(nanoseconds, GREENROOM_SITE)
#define tasklet_wait_fd(descriptor, events, timeout)                                               \
	tasklet_wait_fd_at(descriptor, events, timeout, GREENROOM_SITE)
#define tasklet_throw(tasklet, error) tasklet_throw_at(tasklet, error, GREENROOM_SITE)
#define tasklet_throw_pending(tasklet, error)                                                      \
	tasklet_throw_pending_at(tasklet, error, GREENROOM_SITE)
#define tasklet_kill(tasklet)                tasklet_kill_at(tasklet, GREENROOM_SITE)
#define tasklet_kill_pending(tasklet)        tasklet_kill_pending_at(tasklet, GREENROOM_SITE)
#define tasklet_bind_thread(tasklet, thread) tasklet_bind_thread_at(tasklet, thread, GREENROOM_SITE)
#define channel_create(out, name, size)      channel_create_at(out, name, size, GREENROOM_SITE)
#define channel_create_with(out, name, size, flags)                                                \
	channel_create_with_at(out, name, size, flags, GREENROOM_SITE)
#define channel_destroy(channel)           channel_destroy_at(channel, GREENROOM_SITE)
#define channel_send(channel, value)       channel_send_at(channel, value, GREENROOM_SITE)
#define channel_receive(channel, value)    channel_receive_at(channel, value, GREENROOM_SITE)
#define channel_send_error(channel, error) channel_send_error_at(channel, error, GREENROOM_SITE)
#define channel_send_sequence(channel, values, count)                                              \
	channel_send_sequence_at(channel, values, count, GREENROOM_SITE)
#define channel_iterate(channel, value) channel_iterate_at(channel, value, GREENROOM_SITE)
#define channel_close(channel)          channel_close_at(channel, GREENROOM_SITE)
#define channel_open(channel)           channel_open_at(channel, GREENROOM_SITE)
#define scheduler_run(options, result)  scheduler_run_at(options, result, GREENROOM_SITE)
#define trace_mark(...)                 trace_mark_at(GREENROOM_SITE, __VA_ARGS__)
#endif

#endif
