/* SPDX-License-Identifier: MIT */
/* channel_object.c - the life of a channel, its settings, and what can be asked of it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "channel_list.h"
#include "lock.h"
#include "tasklet.h"
#include "thread.h"

enum { VALUE_BYTES_MAX = 1 << 30 };

static struct channel *allocate(const char *name, size_t size, bool shared)
{
	size_t name_bytes = name ? strlen(name) + 1 : 1;
	struct channel *channel = malloc(sizeof(*channel) + name_bytes);

	if (!channel)
		return NULL;
	memset(channel, 0, sizeof(*channel));
	if (shared && lock_init(&channel->lock)) {
		free(channel);
		return NULL;
	}
	memcpy(channel->name, name ? name : "", name_bytes);
	channel->preference = CHANNEL_PREFER_RECEIVER;
	channel->size = size;
	channel->id = thread_next_channel_id();
	return channel;
}

GREENROOM_API int channel_create_with_at(struct channel **out, const char *name, size_t size,
					 unsigned int flags, struct greenroom_site *site)
{
	struct thread *thread = thread_self();
	struct channel *channel;

	if (size > VALUE_BYTES_MAX || flags & ~(unsigned int)CHANNEL_SHARED)
		return -EINVAL;
	channel = thread ? allocate(name, size, flags & CHANNEL_SHARED) : NULL;
	if (!channel)
		return -ENOMEM;
	if (!(flags & CHANNEL_SHARED))
		channel->thread = thread;
	if (trace_wanted(thread->ring))
		channel->told = ring_session(thread->ring);
	if (trace_wanted(thread->ring))
		trace_emit_at(thread->ring, channel_stamp(channel, thread->ring),
			      event_pack_channel_create((struct event_channel_create){
				      .channel = channel_number(channel),
				      .creator = tasklet_number(thread->current),
				      .name = trace_name(channel->name),
				      .shared = flags & CHANNEL_SHARED,
				      .size = (uint32_t)size,
				      .place = thread_place(thread, site)}));
	channel_list_enter(channel);
	*out = channel;
	return 0;
}

GREENROOM_API int channel_create_at(struct channel **out, const char *name, size_t size,
				    struct greenroom_site *site)
{
	return channel_create_with_at(out, name, size, 0, site);
}

static void say_destroy(struct channel *channel, struct greenroom_site *site)
{
	struct thread *thread = thread_record;

	if (trace_wanted(thread->ring))
		trace_emit_at(thread->ring, channel_stamp(channel, thread->ring),
			      event_pack_channel_destroy((struct event_channel_destroy){
				      .channel = channel_number(channel),
				      .actor = tasklet_number(thread->current),
				      .place = thread_place(thread, site)}));
}

GREENROOM_API int channel_destroy_at(struct channel *channel, struct greenroom_site *site)
{
	bool shared, busy;
	int error;

	if (!channel)
		return 0;
	error = channel_enter(channel);
	if (error)
		return error;
	shared = channel_is_shared(channel);
	busy = channel->balance || thread_record->divert & THREAD_BUSY;
	if (!busy)
		say_destroy(channel, site);
	channel_exit(channel);
	if (busy)
		return -EBUSY;
	channel_list_leave(channel);
	if (shared)
		pthread_mutex_destroy(&channel->lock);
	free(channel);
	return 0;
}

static void say_closing(struct channel *channel, struct greenroom_site *site)
{
	struct thread *thread = thread_record;
	uint32_t number = channel_number(channel);
	uint32_t actor = tasklet_number(thread->current);
	uint32_t place = thread_place(thread, site);
	uint64_t stamp = channel_stamp(channel, thread->ring);

	if (channel->closing)
		trace_emit_at(thread->ring, stamp,
			      event_pack_channel_close((struct event_channel_close){
				      .channel = number, .actor = actor, .place = place}));
	else
		trace_emit_at(thread->ring, stamp,
			      event_pack_channel_open((struct event_channel_open){
				      .channel = number, .actor = actor, .place = place}));
}

static int set_closing(struct channel *channel, bool closing, struct greenroom_site *site)
{
	int error = channel_enter(channel);

	if (error)
		return error;
	channel->closing = closing;
	if (trace_wanted(thread_record->ring))
		say_closing(channel, site);
	channel_exit(channel);
	return 0;
}

GREENROOM_API int channel_close_at(struct channel *channel, struct greenroom_site *site)
{
	return set_closing(channel, true, site);
}

GREENROOM_API int channel_open_at(struct channel *channel, struct greenroom_site *site)
{
	return set_closing(channel, false, site);
}

static int set_preference(struct channel *channel, int preference, bool schedule_all)
{
	struct thread *thread = thread_record;

	channel->preference = (int8_t)preference;
	channel->schedule_all = schedule_all;
	if (trace_wanted(thread->ring))
		trace_emit_at(thread->ring, channel_stamp(channel, thread->ring),
			      event_pack_channel_prefer((struct event_channel_prefer){
				      .channel = channel_number(channel),
				      .actor = tasklet_number(thread->current),
				      .preference = preference,
				      .schedule_all = schedule_all}));
	channel_exit(channel);
	return 0;
}

GREENROOM_API int channel_set_preference(struct channel *channel,
					 enum channel_preference preference)
{
	int who = (preference > 0) - ((int)preference < 0);
	int error = channel_enter(channel);

	return error ? error : set_preference(channel, who, channel->schedule_all);
}

GREENROOM_API int channel_set_schedule_all(struct channel *channel, bool schedule_all)
{
	int error = channel_enter(channel);

	return error ? error : set_preference(channel, channel->preference, schedule_all);
}

/* One field, read alone: of a shared channel under its lock. (The lock is no part of what the caller
 * sees, so that questions may be asked of a constant channel.) */
#define READ(channel, field)                                                                       \
	(__extension__({                                                                           \
		struct channel *read_ = (struct channel *)(uintptr_t)(channel);                    \
		__typeof__(read_->field) value_;                                                   \
		if (channel_is_shared(read_))                                                      \
			pthread_mutex_lock(&read_->lock);                                          \
		value_ = read_->field;                                                             \
		channel_exit(read_);                                                               \
		value_;                                                                            \
	}))

GREENROOM_API enum channel_preference channel_preference(const struct channel *channel)
{
	return (enum channel_preference)READ(channel, preference);
}

GREENROOM_API ptrdiff_t channel_send_sequence_at(struct channel *channel, const void *values,
						 size_t count, struct greenroom_site *site)
{
	const char *value = values;
	size_t sent;

	for (sent = 0; sent < count; sent++) {
		int error = channel_send_at(channel, value + sent * channel->size, site);

		if (error && !sent)
			return error;
		if (error)
			break;
	}
	return (ptrdiff_t)sent;
}

GREENROOM_API int channel_iterate_at(struct channel *channel, void *value,
				     struct greenroom_site *site)
{
	int error;

	if (READ(channel, closing) && READ(channel, balance) <= 0)
		return 0;
	error = channel_receive_at(channel, value, site);
	if (error == -ENODATA)
		return 0;
	return error ? error : 1;
}

GREENROOM_API bool channel_is_closing(const struct channel *channel)
{
	return READ(channel, closing);
}

GREENROOM_API bool channel_is_closed(const struct channel *channel)
{
	return READ(channel, closing) && READ(channel, balance) == 0;
}

GREENROOM_API int channel_balance(const struct channel *channel)
{
	return READ(channel, balance);
}

GREENROOM_API struct tasklet *channel_first(const struct channel *channel)
{
	return READ(channel, first);
}

GREENROOM_API uint64_t channel_id(const struct channel *channel)
{
	return channel->id;
}

GREENROOM_API const char *channel_name(const struct channel *channel)
{
	return channel->name;
}

GREENROOM_API size_t channel_size(const struct channel *channel)
{
	return channel->size;
}
