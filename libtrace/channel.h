/* SPDX-License-Identifier: MIT */
/* channel.h - what a channel is made of, for the parts of the runtime. */
#ifndef GREENROOM_CHANNEL_H
#define GREENROOM_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "greenroom.h"

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

/* Takes a tasklet that waits out of the queue of its channel, wherever it stands. */
void channel_unlink(struct tasklet *tasklet);

/* The same without a partner, and says so. */
void channel_leave(struct tasklet *tasklet, enum event_leave_cause cause);

#endif
