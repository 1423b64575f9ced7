/* SPDX-License-Identifier: MIT */
/* channel.h - what a channel is made of, for the parts of the runtime. */
#ifndef GREENROOM_CHANNEL_H
#define GREENROOM_CHANNEL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "event.h"
#include "greenroom.h"
#include "tasklet.h"
#include "trace.h"

/* A channel belongs to one thread, which alone may touch it, or is shared: then its lock is held
 * while anything of it is looked at, the links of the tasklets in its queue included. */
struct channel {
	struct tasklet *first, *last; /* of the queue; linked by next and prev, NULL at its ends */
	int balance;                  /* senders (positive) or receivers (negative) in the queue */
	int8_t preference;
	bool schedule_all, closing;
	size_t size;           /* bytes of a value */
	struct thread *thread; /* NULL: it is shared */
	pthread_mutex_t lock;  /* of a shared one */
	uint64_t stamp;        /* when something was last said of a shared one */
	uint32_t told;         /* of a shared one: the last recording that knows it (snapshot.h) */
	struct channel *list_next, **list_link; /* of all channels: channel_list.h */
	uint64_t id;
	char name[];
};

static inline uint32_t channel_number(const struct channel *channel)
{
	return (uint32_t)channel->id;
}

static inline bool channel_is_shared(const struct channel *channel)
{
	return !channel->thread;
}

/* A stamp for something that is said of a channel; for a shared one, which is locked, later than all
 * that was said of it before. */
static inline uint64_t channel_stamp(struct channel *channel, const struct trace_ring *ring)
{
	if (channel_is_shared(channel)) {
		trace_follow(ring, channel->stamp);
		channel->stamp = trace_stamp(ring);
		return channel->stamp;
	}
	return trace_stamp(ring);
}

/* Puts the current tasklet, which has left the chain, at the end of the queue. */
static inline void channel_append(struct channel *channel, struct tasklet *tasklet, int direction)
{
	tasklet->next = NULL;
	tasklet->prev = channel->last;
	if (channel->last)
		channel->last->next = tasklet;
	else
		channel->first = tasklet;
	channel->last = tasklet;
	channel->balance += direction;
	tasklet->channel = channel;
	tasklet_set_blocked(tasklet, direction);
}

/* Takes a tasklet that waits in that direction out of the queue, wherever it stands. What it says
 * itself of where it is stays as it is. */
static inline void channel_remove(struct channel *channel, struct tasklet *tasklet, int direction)
{
	if (tasklet->prev)
		tasklet->prev->next = tasklet->next;
	else
		channel->first = tasklet->next;
	if (tasklet->next)
		tasklet->next->prev = tasklet->prev;
	else
		channel->last = tasklet->prev;
	channel->balance -= direction;
	tasklet->next = tasklet->prev = NULL;
}

/* Takes a tasklet of the calling thread that waits out of the queue of its channel, and it waits no
 * more. A shared channel is held. */
static inline void channel_unlink(struct tasklet *tasklet)
{
	channel_remove(tasklet->channel, tasklet, tasklet->blocked);
	tasklet->channel = NULL;
	tasklet_set_blocked(tasklet, 0);
	tasklet->waits_shared = false;
}

/* The same without a partner, and says so; locks the channel itself. False: another thread has met
 * the tasklet before, and it is in the chain now. */
bool channel_leave(struct tasklet *tasklet, enum event_leave_cause cause);

/* Says that a tasklet has left the queue, in the trace of the calling thread. */
void channel_say_leave(struct thread *thread, const struct tasklet *tasklet,
		       struct channel *channel, enum event_leave_cause cause);

/* Locks the shared channel in whose queue a tasklet waits, and the inbox of its thread. NULL, and
 * nothing is locked: it waits in none, or another thread has met it, as its inbox says. Any thread. */
struct channel *channel_hold(const struct tasklet *tasklet);
/* The same, to say something of it: see channel_lock. By a thread that may answer. */
struct channel *channel_hold_to_say(struct thread *thread, const struct tasklet *tasklet);
void channel_let_go(struct channel *channel, const struct tasklet *tasklet);

/* Locks a shared channel. Once it is locked, all that is said of it in the trace fits to what has been
 * said: the thread has answered when it was asked to record, and the trace knows the channel. */
void channel_lock(struct thread *thread, struct channel *channel);

/* For the settings and questions: locks a shared channel; -EXDEV for one of another thread. */
int channel_enter(struct channel *channel);
void channel_exit(struct channel *channel);

#endif
