/* SPDX-License-Identifier: MIT */
/* channel.h - what a channel is made of, for the parts of the runtime. */
#ifndef GREENROOM_CHANNEL_H
#define GREENROOM_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "event.h"
#include "greenroom.h"
#include "tasklet.h"

struct channel {
	struct tasklet *first, *last; /* of the queue; linked by next and prev, NULL at its ends */
	int balance;                  /* senders (positive) or receivers (negative) in the queue */
	int8_t preference;
	bool schedule_all, closing;
	size_t size; /* bytes of a value */
	struct thread *thread;
	uint64_t id;
	char name[];
};

static inline uint32_t channel_number(const struct channel *channel)
{
	return (uint32_t)channel->id;
}

/* Puts the current tasklet, which has left the chain, at the end of the queue. */
static inline void channel_append(struct channel *channel, struct tasklet *tasklet, int direction)
{
	tasklet->prev = channel->last;
	tasklet->next = NULL;
	if (channel->last)
		channel->last->next = tasklet;
	else
		channel->first = tasklet;
	channel->last = tasklet;
	channel->balance += direction;
	tasklet->channel = channel;
	tasklet->blocked = (int8_t)direction;
}

/* Takes a tasklet that waits out of the queue of its channel, wherever it stands. */
static inline void channel_unlink(struct tasklet *tasklet)
{
	struct channel *channel = tasklet->channel;

	if (tasklet->prev)
		tasklet->prev->next = tasklet->next;
	else
		channel->first = tasklet->next;
	if (tasklet->next)
		tasklet->next->prev = tasklet->prev;
	else
		channel->last = tasklet->prev;
	channel->balance -= tasklet->blocked;
	tasklet->next = tasklet->prev = NULL;
	tasklet->channel = NULL;
	tasklet->blocked = 0;
}

/* Copies a value. Most are a number or a pointer: those are moved without a call. */
static inline void channel_copy(void *to, const void *from, size_t size)
{
	if (size == sizeof(uint64_t))
		memcpy(to, from, sizeof(uint64_t));
	else if (size == sizeof(uint32_t))
		memcpy(to, from, sizeof(uint32_t));
	else
		memcpy(to, from, size);
}

/* The same without a partner, and says so. */
void channel_leave(struct tasklet *tasklet, enum event_leave_cause cause);

#endif
