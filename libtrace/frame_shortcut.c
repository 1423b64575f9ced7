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
static inline bool is_short(const struct thread *thread, const struct tasklet *current)
{
	return likely(!(thread->divert | thread->force_hard | (uint32_t)thread->switch_trap |
			current->nesting)) &&
	       !inbox_is_waiting(&thread->inbox);
}

static inline bool is_short_on(const struct channel *channel, const struct thread *thread,
			       const struct tasklet *current)
{
	return is_short(thread, current) && likely(channel->thread == thread) &&
	       likely(!thread->channel_callback);
}

/* Stops the tasklet in favour of `next`. */
static inline struct frame_token pass(struct thread *thread, struct frame_token here,
				      struct tasklet *next)
{
	if (here.frame->result)
		here.frame->result = 0;
	scheduler_pass(thread, here.tasklet, next);
	return frame_token_of(next);
}

GREENROOM_API struct frame_token frame_yield_at(struct frame_token here,
						struct greenroom_site *site)
{
	struct thread *thread = here.tasklet->thread;

	if (is_short(thread, here.tasklet))
		return pass(thread, here, here.tasklet->next);
	return frame_yield_long(here, site);
}

/* Nobody can come between the value and the receiver, who goes on at once: it finds it where it
 * wants it, not in its mailbox. */
static inline __attribute__((always_inline)) struct frame_token
give(struct frame_token here, struct channel *channel, const void *value, size_t size)
{
	struct tasklet *receiver = channel->first;
	void *to = receiver->soft_into ? receiver->soft_into : receiver->mail;

	memcpy(to, value, size);
	receiver->soft_into = NULL;
	receiver->channel = NULL;
	receiver->blocked = 0;
	channel->balance++;
	channel->first = receiver->next;
	if (receiver->next)
		receiver->next->prev = NULL;
	else
		channel->last = NULL;
	chain_insert_after(&here.tasklet->thread->chain, here.tasklet, receiver);
	return pass(here.tasklet->thread, here, receiver);
}

static __attribute__((noinline)) struct frame_token
give_any(struct frame_token here, struct channel *channel, const void *value)
{
	return give(here, channel, value, channel->size);
}

/* To a receiver that waits, and goes on at once. Most values are a number or a pointer: for those
 * nothing is called. */
GREENROOM_API struct frame_token frame_send_at(struct frame_token here, struct channel *channel,
					       const void *value, struct greenroom_site *site)
{
	const struct thread *thread = here.tasklet->thread;

	if (!is_short_on(channel, thread, here.tasklet) || channel->balance >= 0 ||
	    channel->preference != CHANNEL_PREFER_RECEIVER || channel->schedule_all || !value)
		return frame_send_long(here, channel, value, site);
	if (channel->size == sizeof(uint64_t))
		return give(here, channel, value, sizeof(uint64_t));
	if (channel->size == sizeof(uint32_t))
		return give(here, channel, value, sizeof(uint32_t));
	return give_any(here, channel, value);
}

/* When nobody has sent: it waits. */
GREENROOM_API struct frame_token frame_receive_at(struct frame_token here, struct channel *channel,
						  void *into, struct greenroom_site *site)
{
	struct tasklet *tasklet = here.tasklet, *next, *prev;
	struct thread *thread = tasklet->thread;

	if (!is_short_on(channel, thread, tasklet) || channel->balance > 0 || channel->closing ||
	    tasklet->block_trap || tasklet->error || thread->chain.count < 2 ||
	    tasklet->mail_capacity < channel->size)
		return frame_receive_long(here, channel, into, site);
	tasklet->soft_into = channel->size ? into : NULL;
	next = read_alone(tasklet->next);
	prev = read_alone(tasklet->prev);
	next->prev = prev;
	prev->next = next;
	thread->chain.count--;
	channel_append(channel, tasklet, -1);
	return pass(thread, here, next);
}
