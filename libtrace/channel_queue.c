/* SPDX-License-Identifier: MIT */
/*
 * channel_queue.c - who waits in a channel: into its queue and out of it, also when other threads are
 * at the same queue.
 *
 * In a shared channel a tasklet can be met by any thread. That one takes it out of the queue, gives it
 * its value or error, and posts it to its own thread's inbox: all that under the channel's lock. The
 * tasklet's `channel` and `blocked` are changed by its own thread alone, when that reads the inbox, so
 * for a moment they may say that it waits while it does so no more.
 */
#include <sched.h>

#include "channel.h"
#include "scheduler.h"
#include "snapshot.h"
#include "tasklet.h"
#include "thread.h"
#include "trace_control.h"

/* While the inbox is locked and does not hold the tasklet, nobody has met it, or whoever is about to
 * holds the channel's lock: so the channel still exists. Its lock comes before the inbox's, hence the
 * attempts. */
struct channel *channel_hold(const struct tasklet *tasklet)
{
	for (;;) {
		struct inbox *inbox = inbox_lock_of(tasklet);
		struct channel *channel = NULL;

		if (__atomic_load_n(&tasklet->waits_shared, __ATOMIC_ACQUIRE) &&
		    !(tasklet->wanted & INBOX_WOKEN))
			channel = tasklet->channel;
		if (channel && pthread_mutex_trylock(&channel->lock) == 0)
			return channel;
		pthread_mutex_unlock(&inbox->lock);
		if (!channel)
			return NULL;
		sched_yield();
	}
}

struct channel *channel_hold_to_say(struct thread *thread, const struct tasklet *tasklet)
{
	struct channel *channel = channel_hold(tasklet);

	while (channel && inbox_is_asked(&thread->inbox) && !(thread->divert & THREAD_BUSY)) {
		channel_let_go(channel, tasklet);
		trace_answer(thread);
		channel = channel_hold(tasklet);
	}
	if (channel)
		snapshot_shared(thread, channel);
	return channel;
}

void channel_let_go(struct channel *channel, const struct tasklet *tasklet)
{
	pthread_mutex_unlock(&channel->lock);
	inbox_unlock(&tasklet->thread->inbox);
}

void channel_say_leave(struct thread *thread, const struct tasklet *tasklet,
		       struct channel *channel, enum event_leave_cause cause)
{
	if (!trace_wanted(thread->ring))
		return;
	trace_emit_at(thread->ring, channel_stamp(channel, thread->ring),
		      event_pack_channel_leave(
			      (struct event_channel_leave){.tasklet = tasklet_number(tasklet),
							   .balance = (uint32_t)channel->balance,
							   .channel = channel_number(channel),
							   .cause = (int)cause}));
}

bool channel_leave(struct tasklet *tasklet, enum event_leave_cause cause)
{
	struct channel *channel = tasklet->channel;
	struct thread *thread = tasklet->thread;
	bool shared;

	if (unlikely(tasklet->waits_shared) && !channel_hold(tasklet)) {
		inbox_empty(thread, false);
		return false;
	}
	shared = tasklet->waits_shared;
	if (unlikely(shared)) /* no answer here, in the middle of something: it tells of its own */
		snapshot_shared(thread, channel);
	channel_unlink(tasklet);
	channel_say_leave(thread, tasklet, channel, cause);
	if (unlikely(shared))
		channel_let_go(channel, tasklet);
	return true;
}

void channel_lock(struct thread *thread, struct channel *channel)
{
	pthread_mutex_lock(&channel->lock);
	while (inbox_is_asked(&thread->inbox) && !(thread->divert & THREAD_BUSY)) {
		pthread_mutex_unlock(&channel->lock);
		trace_answer(thread);
		pthread_mutex_lock(&channel->lock);
	}
	snapshot_shared(thread, channel);
}

int channel_enter(struct channel *channel)
{
	if (!channel_is_shared(channel))
		return channel->thread == thread_record ? 0 : -EXDEV;
	if (!thread_self())
		return -ENOMEM;
	channel_lock(thread_record, channel);
	return 0;
}

void channel_exit(struct channel *channel)
{
	if (channel_is_shared(channel))
		pthread_mutex_unlock(&channel->lock);
}
