/* SPDX-License-Identifier: MIT */
/*
 * channel_list.c - all channels that there are. Each points to what points to it, so that it can leave
 * its list whichever that is.
 */
#include "channel_list.h"

#include "thread.h"

static struct channel *shared;
static pthread_mutex_t shared_lock = PTHREAD_MUTEX_INITIALIZER;

static void lock_if_shared(const struct channel *channel)
{
	if (channel_is_shared(channel))
		pthread_mutex_lock(&shared_lock);
}

static void unlock_if_shared(const struct channel *channel)
{
	if (channel_is_shared(channel))
		pthread_mutex_unlock(&shared_lock);
}

void channel_list_enter(struct channel *channel)
{
	struct channel **first = channel->thread ? &channel->thread->channels : &shared;

	lock_if_shared(channel);
	channel->list_next = *first;
	channel->list_link = first;
	if (*first)
		(*first)->list_link = &channel->list_next;
	*first = channel;
	unlock_if_shared(channel);
}

void channel_list_leave(struct channel *channel)
{
	lock_if_shared(channel);
	if (channel->list_link)
		*channel->list_link = channel->list_next;
	if (channel->list_next)
		channel->list_next->list_link = channel->list_link;
	channel->list_link = NULL;
	channel->list_next = NULL;
	unlock_if_shared(channel);
}

void channel_list_drop(struct thread *thread)
{
	while (thread->channels)
		channel_list_leave(thread->channels);
}

void channel_each_shared(void (*visit)(struct channel *channel, void *context), void *context)
{
	pthread_mutex_lock(&shared_lock);
	for (struct channel *channel = shared; channel; channel = channel->list_next)
		visit(channel, context);
	pthread_mutex_unlock(&shared_lock);
}

void channel_list_after_fork(void)
{
	pthread_mutex_init(&shared_lock, NULL);
}
