/* SPDX-License-Identifier: MIT */
/* channel_object.c - the life of a channel, its settings, and what can be asked of it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "tasklet.h"
#include "thread.h"

enum { VALUE_BYTES_MAX = 1 << 30 };

GREENROOM_API int channel_create_at(struct channel **out, const char *name, size_t size,
				    struct greenroom_site *site)
{
	struct thread *thread = thread_self();
	size_t name_bytes = name ? strlen(name) + 1 : 1;
	struct channel *channel;

	if (size > VALUE_BYTES_MAX)
		return -EINVAL;
	if (!thread)
		return -ENOMEM;
	channel = calloc(1, sizeof(*channel) + name_bytes);
	if (!channel)
		return -ENOMEM;
	memcpy(channel->name, name ? name : "", name_bytes);
	channel->preference = CHANNEL_PREFER_RECEIVER;
	channel->size = size;
	channel->thread = thread;
	channel->id = thread_next_channel_id();
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_channel_create((struct event_channel_create){
						 .channel = channel_number(channel),
						 .creator = tasklet_number(thread->current),
						 .name = trace_name(channel->name),
						 .size = (uint32_t)size,
						 .place = thread_place(thread, site)}));
	*out = channel;
	return 0;
}

GREENROOM_API int channel_destroy_at(struct channel *channel, struct greenroom_site *site)
{
	struct thread *thread;

	if (!channel)
		return 0;
	thread = thread_self();
	if (thread != channel->thread)
		return -EXDEV;
	if (channel->balance || thread->divert & THREAD_BUSY)
		return -EBUSY;
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_channel_destroy((struct event_channel_destroy){
						 .channel = channel_number(channel),
						 .actor = tasklet_number(thread->current),
						 .place = thread_place(thread, site)}));
	free(channel);
	return 0;
}

/* Settings are changed by the channel's own thread: nothing of a channel has a lock. */
static inline bool is_foreign(const struct channel *channel)
{
	return thread_record != channel->thread;
}

GREENROOM_API int channel_close_at(struct channel *channel, struct greenroom_site *site)
{
	struct thread *thread = channel->thread;

	if (is_foreign(channel))
		return -EXDEV;
	channel->closing = true;
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_channel_close((struct event_channel_close){
						 .channel = channel_number(channel),
						 .actor = tasklet_number(thread->current),
						 .place = thread_place(thread, site)}));
	return 0;
}

GREENROOM_API int channel_open_at(struct channel *channel, struct greenroom_site *site)
{
	struct thread *thread = channel->thread;

	if (is_foreign(channel))
		return -EXDEV;
	channel->closing = false;
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_channel_open((struct event_channel_open){
						 .channel = channel_number(channel),
						 .actor = tasklet_number(thread->current),
						 .place = thread_place(thread, site)}));
	return 0;
}

static void say_preference(const struct channel *channel)
{
	struct thread *thread = channel->thread;

	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_channel_prefer((struct event_channel_prefer){
						 .channel = channel_number(channel),
						 .actor = tasklet_number(thread->current),
						 .preference = channel->preference,
						 .schedule_all = channel->schedule_all}));
}

GREENROOM_API int channel_set_preference(struct channel *channel,
					 enum channel_preference preference)
{
	if (is_foreign(channel))
		return -EXDEV;
	channel->preference = (int8_t)((preference > 0) - ((int)preference < 0));
	say_preference(channel);
	return 0;
}

GREENROOM_API int channel_set_schedule_all(struct channel *channel, bool schedule_all)
{
	if (is_foreign(channel))
		return -EXDEV;
	channel->schedule_all = schedule_all;
	say_preference(channel);
	return 0;
}

GREENROOM_API enum channel_preference channel_preference(const struct channel *channel)
{
	return (enum channel_preference)channel->preference;
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

	if (channel->closing && channel->balance <= 0)
		return 0;
	error = channel_receive_at(channel, value, site);
	if (error == -ENODATA)
		return 0;
	return error ? error : 1;
}

GREENROOM_API bool channel_is_closing(const struct channel *channel)
{
	return channel->closing;
}

GREENROOM_API bool channel_is_closed(const struct channel *channel)
{
	return channel->closing && channel->balance == 0;
}

GREENROOM_API int channel_balance(const struct channel *channel)
{
	return channel->balance;
}

GREENROOM_API struct tasklet *channel_first(const struct channel *channel)
{
	return channel->first;
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
