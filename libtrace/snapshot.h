/* SPDX-License-Identifier: MIT */
/*
 * snapshot.h - what is there when recording begins, told to a thread's ring.
 */
#ifndef GREENROOM_SNAPSHOT_H
#define GREENROOM_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

#include "channel.h"
#include "thread.h"

/* Says that there is a thread, in the ring that it is going to get. Any thread, while that cannot
 * end. */
void snapshot_announce(struct trace_ring *ring, const struct thread *thread);

/* Says all that the calling thread has: its tasklets, its chain, its channels and the shared ones. To be
 * called when it has got its ring, at a moment when no event is half said. */
void snapshot_write(struct thread *thread);

/* The same in the child after a fork from process `parent`, and how many events that makes at most. */
void snapshot_write_forked(struct thread *thread, uint32_t parent);
size_t snapshot_events(const struct thread *thread);

/* Says where a shared channel is, which is locked, and who waits there, if nobody has said it in this
 * recording. The calling thread has a ring. */
void snapshot_say_shared(struct thread *thread, struct channel *channel);

/* The same, if the thread has a ring: before it says anything of a shared channel. */
static inline void snapshot_shared(struct thread *thread, struct channel *channel)
{
#ifndef GREENROOM_NO_HOOKS
	if (trace_wanted(thread->ring))
		snapshot_say_shared(thread, channel);
#else
	(void)thread;
	(void)channel;
#endif
}

#endif
