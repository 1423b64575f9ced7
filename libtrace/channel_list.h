/* SPDX-License-Identifier: MIT */
/*
 * channel_list.h - all channels that there are: each thread's own, and the shared ones.
 */
#ifndef GREENROOM_CHANNEL_LIST_H
#define GREENROOM_CHANNEL_LIST_H

#include "channel.h"

/* Enters a new channel; takes one out that is about to go. A channel of a thread: that thread. */
void channel_list_enter(struct channel *channel);
void channel_list_leave(struct channel *channel);

/* At the thread's end: its channels are in no list any more. Own thread. */
void channel_list_drop(struct thread *thread);

/* Visits the shared channels; none can be made or destroyed meanwhile. */
void channel_each_shared(void (*visit)(struct channel *channel, void *context), void *context);

/* In the child after a fork. */
void channel_list_after_fork(void);

#endif
