/* SPDX-License-Identifier: MIT */
/*
 * frame_shortcut.c - yields and messages of frames, the short way: what frame_operation.c does, in a
 * few stores, when nobody has to be told or asked and nothing can go wrong.
 *
 * A soft switch is some forty instructions, so that it matters how many words are read and written,
 * and how: a word that was just written can be read again at once, but not together with its
 * neighbour, hence read_alone.
 */
#include <string.h>

#include "channel.h"
#include "frame.h"
#include "scheduler.h"

/* Whether a switch would be a soft one and nothing else. (See scheduler_prepare.) */
static inline bool is_short(const struct thread *thread, const struct tasklet *tasklet)
{
	return likely(!(thread->divert | thread->long_way)) && likely(!tasklet->nesting) &&
	       likely(!inbox_is_waiting(&thread->inbox));
}

/* Stops the tasklet in favour of `next`. */
static inline struct frame_token pass(struct frame_token here, struct tasklet *next)
{
	if (here.frame->result)
		here.frame->result = 0;
	scheduler_pass(here.tasklet->thread, here.tasklet, next);
	return frame_token_of(next);
}

/* The operation is done, the tasklet goes on. */
static inline struct frame_token done(struct frame_token here)
{
	here.frame->result = 0;
	return here;
}

GREENROOM_API struct frame_token frame_yield_at(struct frame_token here,
						struct greenroom_site *site)
{
	if (is_short(here.tasklet->thread, here.tasklet))
		return pass(here, here.tasklet->next);
	return frame_yield_long(here, site);
}

/* Whether an operation on the channel concerns this thread alone, and its rules are the usual ones. */
static inline bool is_short_on(const struct channel *channel, const struct tasklet *tasklet)
{
	const struct thread *thread = tasklet->thread;

	return is_short(thread, tasklet) && likely(channel->thread == thread) &&
	       likely(!channel->schedule_all);
}

/* Whether nothing keeps the tasklet from waiting, and somebody else can go on. */
static inline bool may_wait(const struct channel *channel, const struct tasklet *tasklet)
{
	return likely(!channel->closing) && likely(!tasklet->block_trap) &&
	       likely(!tasklet->error) && likely(tasklet->next != tasklet) &&
	       likely(tasklet->mail_capacity >= channel->size);
}

/* Out of the chain, into the queue. */
static inline struct frame_token wait(struct frame_token here, struct channel *channel,
				      int direction)
{
	struct tasklet *tasklet = here.tasklet;
	struct tasklet *next = read_alone(tasklet->next), *prev = read_alone(tasklet->prev);

	next->prev = prev;
	prev->next = next;
	tasklet->thread->chain.count--;
	channel_append(channel, tasklet, direction);
	return pass(here, next);
}

/* Takes the first out of the queue, which waits in that direction; its links are left as they are. */
static inline struct tasklet *take_first(struct channel *channel, int direction)
{
	struct tasklet *first = channel->first, *second = read_alone(first->next);

	channel->first = second;
	if (second)
		second->prev = NULL;
	else
		channel->last = NULL;
	channel->balance -= direction;
	first->channel = NULL;
	tasklet_set_blocked(first, 0);
	return first;
}

/* ------------------------------------------------------------------------------------ sending */

/* Nobody can come between the value and the receiver, who goes on at once: it finds it where it
 * wants it, not in its mailbox. */
static inline __attribute__((always_inline)) struct frame_token
give(struct frame_token here, struct channel *channel, const void *value, size_t size)
{
	struct tasklet *receiver = take_first(channel, -1);

	memcpy(receiver->soft_into ? receiver->soft_into : receiver->mail, value, size);
	receiver->soft_into = NULL;
	chain_insert_after(&here.tasklet->thread->chain, here.tasklet, receiver);
	return pass(here, receiver);
}

static __attribute__((noinline)) struct frame_token
give_any(struct frame_token here, struct channel *channel, const void *value)
{
	return give(here, channel, value, channel->size);
}

/* The receiver goes to the end of the chain, the sender goes on. */
static __attribute__((noinline)) struct frame_token
hand_over(struct frame_token here, struct channel *channel, const void *value)
{
	struct tasklet *receiver = take_first(channel, -1);

	receiver->into_bytes = (uint32_t)channel->size;
	mail_copy(receiver->mail, value, channel->size);
	chain_append(&here.tasklet->thread->chain, receiver);
	return done(here);
}

/* Nobody receives yet: the value waits in the mailbox. */
static __attribute__((noinline)) struct frame_token
send_and_wait(struct frame_token here, struct channel *channel, const void *value)
{
	mail_copy(here.tasklet->mail, value, channel->size);
	return wait(here, channel, 1);
}

/* Most values are a number or a pointer: to a receiver that waits for one, nothing is called. */
GREENROOM_API struct frame_token frame_send_at(struct frame_token here, struct channel *channel,
					       const void *value, struct greenroom_site *site)
{
	if (!is_short_on(channel, here.tasklet) || !value)
		return frame_send_long(here, channel, value, site);
	if (channel->balance >= 0)
		return may_wait(channel, here.tasklet)
			       ? send_and_wait(here, channel, value)
			       : frame_send_long(here, channel, value, site);
	if (channel->preference != CHANNEL_PREFER_RECEIVER)
		return hand_over(here, channel, value);
	if (channel->size == sizeof(uint64_t))
		return give(here, channel, value, sizeof(uint64_t));
	if (channel->size == sizeof(uint32_t))
		return give(here, channel, value, sizeof(uint32_t));
	return give_any(here, channel, value);
}

/* ----------------------------------------------------------------------------------- receiving */

/* From a sender that waits. It goes to the end of the chain, the receiver goes on. */
static __attribute__((noinline)) struct frame_token fetch(struct frame_token here,
							  struct channel *channel, void *into)
{
	struct tasklet *sender = take_first(channel, 1);

	if (into)
		mail_copy(into, sender->mail, channel->size);
	chain_append(&here.tasklet->thread->chain, sender);
	return done(here);
}

GREENROOM_API struct frame_token frame_receive_at(struct frame_token here, struct channel *channel,
						  void *into, struct greenroom_site *site)
{
	if (!is_short_on(channel, here.tasklet))
		return frame_receive_long(here, channel, into, site);
	if (channel->balance > 0)
		return channel->preference == CHANNEL_PREFER_SENDER || channel->first->error
			       ? frame_receive_long(here, channel, into, site)
			       : fetch(here, channel, into);
	if (!may_wait(channel, here.tasklet))
		return frame_receive_long(here, channel, into, site);
	here.tasklet->soft_into = channel->size ? into : NULL;
	return wait(here, channel, -1);
}
