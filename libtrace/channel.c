/* SPDX-License-Identifier: MIT */
/*
 * channel.c - rendezvous: a value goes from a tasklet to a tasklet, or one of them waits.
 *
 * An operation first looks for a partner. One that waits is taken out of the queue and given (or
 * relieved of) the value, and the preference says who goes on; else the caller leaves the chain and
 * waits at the end of the queue. So the queue never holds senders and receivers at once, and its
 * length with a sign is the balance (Stackless, generic_channel_action in channelobject.c).
 *
 * A value crosses in the mailbox of the tasklet that is not running: the stack of that one may lie
 * in the heap, and its variables with it.
 */
#include "channel.h"

#include <errno.h>

#include "scheduler.h"

/* See scheduler_switch: as few returns as possible lie between a switch and the caller. */
#define INLINE inline __attribute__((always_inline))

/* What one call wants. */
struct operation {
	struct channel *channel;
	int direction;     /* +1 send, -1 receive */
	const void *value; /* to be sent; NULL: `error` is, or a signal */
	int error;         /* to be sent in place of a value, else 0 */
	void *into;        /* where to receive, or NULL */
	struct greenroom_site *site;
};

static GREENROOM_COLD int refuse(struct thread *thread, struct operation operation, int error)
{
	uint32_t channel = channel_number(operation.channel);

	if (error == -EDEADLK)
		idle_say_deadlock(thread, channel, operation.site);
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_channel_refuse((struct event_channel_refuse){
						 .tasklet = tasklet_number(thread->current),
						 .channel = channel,
						 .direction = operation.direction,
						 .error = (uint32_t)error,
						 .place = thread_place(thread, operation.site)}));
	return error;
}

/* Whether the caller may wait; before anything has changed. */
static INLINE int may_block(struct thread *thread, const struct operation *operation)
{
	struct tasklet *current = thread->current;
	int error;

	if (current->block_trap)
		return -EWOULDBLOCK;
	if (operation->channel->closing)
		return -EPIPE;
	error = scheduler_may_wait(thread);
	if (!error)
		error = scheduler_trapped(thread);
	if (!error)
		error = tasklet_reserve_mail(current, operation->channel->size);
	return error;
}

static GREENROOM_TOLD void say_block(struct thread *thread, struct operation operation)
{
	trace_emit_at(thread->ring, channel_stamp(operation.channel, thread->ring),
		      event_pack_channel_block((struct event_channel_block){
			      .tasklet = tasklet_number(thread->current),
			      .balance = (uint32_t)operation.channel->balance,
			      .channel = channel_number(operation.channel),
			      .direction = operation.direction,
			      .place = thread_place(thread, operation.site)}));
}

/* What the caller receives is copied when it goes on: the channel may be gone by then. */
static INLINE void wait_for_value(struct thread *thread, const struct operation *operation)
{
	struct tasklet *current = thread->current;

	current->obeys = true;
	current->into_bytes = (uint32_t)operation->channel->size;
	current->into = operation->channel->size ? operation->into : NULL;
}

/* What is locked when it begins is unlocked before anything else runs. */
static INLINE int block(struct thread *thread, const struct operation *operation, bool shared)
{
	struct tasklet *current = thread->current;
	struct channel *channel = operation->channel;
	struct scheduler_stop stop = {EVENT_SWITCH_BLOCK, channel_number(channel), operation->site};
	int error = may_block(thread, operation);

	if (error && shared)
		pthread_mutex_unlock(&channel->lock);
	if (error)
		return refuse(thread, *operation, error);
	current->error = operation->error;
	if (operation->value && channel->size)
		mail_copy(current->mail, operation->value, channel->size);
	wait_for_value(thread, operation);
	chain_unlink(&thread->chain, current);
	channel_append(channel, current, operation->direction);
	if (trace_wanted(thread->ring))
		say_block(thread, *operation);
	if (shared)
		__atomic_store_n(&current->waits_shared, true, __ATOMIC_RELEASE);
	if (shared)
		pthread_mutex_unlock(&channel->lock);
	return scheduler_leave(thread, operation->error, stop);
}

static GREENROOM_TOLD void say_transfer(struct thread *thread, struct operation operation,
					struct tasklet *partner, int error,
					enum event_transfer_wake wake)
{
	bool sends = operation.direction > 0;
	struct tasklet *sender = sends ? thread->current : partner;
	struct tasklet *receiver = sends ? partner : thread->current;
	uint32_t channel = channel_number(operation.channel);
	struct trace_ring *ring = thread->ring;
	uint64_t stamp;

	stamp = channel_stamp(operation.channel, ring);
	trace_emit_at(ring, stamp,
		      event_pack_channel_transfer((struct event_channel_transfer){
			      .sender = tasklet_number(sender),
			      .receiver = tasklet_number(receiver),
			      .channel = channel,
			      .wake = (int)wake,
			      .balance = (uint32_t)operation.channel->balance,
			      .place = thread_place(thread, operation.site)}));
	if (error)
		trace_emit_at(ring, stamp,
			      event_pack_channel_error((struct event_channel_error){
				      .sender = tasklet_number(sender),
				      .receiver = tasklet_number(receiver),
				      .channel = channel,
				      .error = (uint32_t)error}));
}

/* The sender acts: its value goes into the mailbox of the receiver, who made room when it came. */
static INLINE int hand_over(const struct operation *operation, struct tasklet *receiver)
{
	tasklet_give_error(receiver, operation->error, 0);
	receiver->into_bytes = (uint32_t)operation->channel->size;
	if (operation->value && operation->channel->size)
		mail_copy(receiver->mail, operation->value, operation->channel->size);
	return operation->error;
}

/* The receiver acts: the value comes out of the sender's mailbox, into `target`. */
static INLINE int fetch(const struct operation *operation, struct tasklet *sender, void *target)
{
	int error = sender->error;

	sender->error = 0;
	if (!error && target && operation->channel->size)
		mail_copy(target, sender->mail, operation->channel->size);
	return error;
}

/* The partner goes to the end of the chain, the caller goes on. */
static INLINE int meet_and_go_on(struct thread *thread, const struct operation *operation,
				 struct tasklet *partner, bool shared)
{
	bool sends = operation->direction > 0;
	int error;

	channel_unlink(partner);
	error = sends ? hand_over(operation, partner) : fetch(operation, partner, operation->into);
	chain_append(&thread->chain, partner);
	if (trace_wanted(thread->ring))
		say_transfer(thread, *operation, partner, error,
			     sends ? EVENT_WAKE_END_BY_SENDER : EVENT_WAKE_END_BY_RECEIVER);
	if (shared)
		pthread_mutex_unlock(&operation->channel->lock);
	return sends ? 0 : tasklet_obey(error);
}

/* Another tasklet goes on at once. What the caller receives waits in its own mailbox, so that an
 * error thrown into it meanwhile finds its variables untouched. */
static INLINE int meet_and_switch(struct thread *thread, const struct operation *operation,
				  struct tasklet *partner, bool shared)
{
	struct channel *channel = operation->channel;
	struct tasklet *current = thread->current;
	struct scheduler_stop stop = {EVENT_SWITCH_PREFERENCE, channel_number(channel),
				      operation->site};
	bool sends = operation->direction > 0;
	enum event_transfer_wake wake;
	int error = scheduler_trapped(thread);

	if (!error && !sends)
		error = tasklet_reserve_mail(current, channel->size);
	if (error && shared)
		pthread_mutex_unlock(&channel->lock);
	if (error)
		return refuse(thread, *operation, error);
	channel_unlink(partner);
	error = sends ? hand_over(operation, partner) : fetch(operation, partner, current->mail);
	current->error = sends ? 0 : error;
	wait_for_value(thread, operation);
	if (channel->schedule_all) {
		stop.cause = EVENT_SWITCH_SCHEDULE_ALL;
		wake = sends ? EVENT_WAKE_END_BY_SENDER : EVENT_WAKE_END_BY_RECEIVER;
		chain_append(&thread->chain, partner);
	} else {
		wake = sends ? EVENT_WAKE_AFTER_BY_SENDER : EVENT_WAKE_AFTER_BY_RECEIVER;
		chain_insert_after(&thread->chain, current, partner);
	}
	if (trace_wanted(thread->ring))
		say_transfer(thread, *operation, partner, error, wake);
	if (shared)
		pthread_mutex_unlock(&channel->lock);
	return scheduler_switch(thread, current->next, stop);
}

/* With a partner of the calling thread: the channel says who goes on. */
static INLINE int meet(struct thread *thread, const struct operation *operation,
		       struct tasklet *partner, bool shared)
{
	const struct channel *channel = operation->channel;

	if (channel->schedule_all || channel->preference == -operation->direction)
		return meet_and_switch(thread, operation, partner, shared);
	return meet_and_go_on(thread, operation, partner, shared);
}

static GREENROOM_COLD void call_back(struct thread *thread, struct operation operation,
				     bool will_block)
{
	struct greenroom_site caller = thread->caller; /* the callback may call twins */
	struct channel_call call = {.channel = operation.channel,
				    .tasklet = thread->current,
				    .value = operation.value,
				    .sending = operation.direction > 0,
				    .will_block = will_block};

	thread->divert |= THREAD_BUSY;
	thread->channel_callback(&call, thread->channel_context);
	thread->divert &= (uint8_t)~THREAD_BUSY;
	thread->caller = caller;
}

/* The partner of another thread is posted there, and the caller goes on, whatever is preferred. Has
 * that thread ended, nothing can be done with it. The channel is locked. */
static int meet_abroad(struct thread *thread, const struct operation *operation,
		       struct tasklet *partner)
{
	struct channel *channel = operation->channel;
	bool sends = operation->direction > 0;
	struct inbox *inbox = inbox_lock_of(partner);
	int error;

	if (inbox->closed) {
		pthread_mutex_unlock(&inbox->lock);
		pthread_mutex_unlock(&channel->lock);
		return refuse(thread, *operation, -ESRCH);
	}
	channel_remove(channel, partner, -operation->direction);
	error = sends ? hand_over(operation, partner) : fetch(operation, partner, operation->into);
	if (trace_wanted(thread->ring))
		say_transfer(thread, *operation, partner, error,
			     sends ? EVENT_WAKE_THREAD_BY_SENDER : EVENT_WAKE_THREAD_BY_RECEIVER);
	inbox_put(inbox, partner, INBOX_WOKEN,
		  (struct inbox_sender){tasklet_number(thread->current), channel->stamp});
	pthread_mutex_unlock(&channel->lock);
	inbox_unlock(inbox);
	return sends ? 0 : tasklet_obey(error);
}

/* The tasklet that waits for what the caller does, or NULL. */
static INLINE struct tasklet *partner_in(const struct channel *channel, int direction)
{
	return -direction * channel->balance > 0 ? channel->first : NULL;
}

/* A channel that several threads use. The callback is called without the lock, and what it was told
 * may be out of date when it returns; for a partner of another thread it is called afterwards. */
static __attribute__((noinline)) int act_shared(struct thread *thread, struct operation wanted)
{
	const struct operation *operation = &wanted;
	struct channel *channel = operation->channel;
	struct tasklet *partner;
	int error;

	channel_lock(thread, channel);
	partner = partner_in(channel, operation->direction);
	if (thread->channel_callback && !(partner && partner->thread != thread)) {
		pthread_mutex_unlock(&channel->lock);
		call_back(thread, *operation, !partner);
		channel_lock(thread, channel);
		partner = partner_in(channel, operation->direction);
	}
	if (!partner)
		return block(thread, operation, true);
	if (partner->thread == thread)
		return meet(thread, operation, partner, true);
	error = meet_abroad(thread, operation, partner);
	if (thread->channel_callback && error != -ESRCH)
		call_back(thread, *operation, false);
	return error;
}

static INLINE int act(struct operation operation, struct greenroom_site *site)
{
	struct channel *channel = operation.channel;
	struct thread *thread = thread_self();
	struct tasklet *partner;
	int error;

	if (unlikely(!thread))
		return -ENOMEM;
	if (unlikely(thread != channel->thread) && !channel_is_shared(channel))
		return -EXDEV;
	error = scheduler_prepare(thread);
	if (unlikely(error))
		return error;
	operation.site = site;
	if (unlikely(channel_is_shared(channel)))
		return act_shared(thread, operation);
	if (unlikely(thread->channel_callback != NULL))
		call_back(thread, operation, !partner_in(channel, operation.direction));
	partner = partner_in(channel, operation.direction); /* the callback may throw */
	if (!partner)
		return block(thread, &operation, false);
	return meet(thread, &operation, partner, false);
}

GREENROOM_API int channel_send_at(struct channel *channel, const void *value,
				  struct greenroom_site *site)
{
	if (unlikely(!value && channel->size))
		return -EINVAL;
	return act((struct operation){.channel = channel, .direction = 1, .value = value}, site);
}

GREENROOM_API int channel_receive_at(struct channel *channel, void *value,
				     struct greenroom_site *site)
{
	return act((struct operation){.channel = channel, .direction = -1, .into = value}, site);
}

GREENROOM_API int channel_send_error_at(struct channel *channel, int error,
					struct greenroom_site *site)
{
	if (error >= 0)
		return -EINVAL;
	return act((struct operation){.channel = channel, .direction = 1, .error = error}, site);
}
