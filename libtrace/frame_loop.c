/* SPDX-License-Identifier: MIT */
/*
 * frame_loop.c - what a frame does with a channel over and over: send a sequence, iterate.
 */
#include <errno.h>
#include <limits.h>

#include "frame.h"

/* Sending a sequence is a frame like any other: it has to know how far it has come. */
FRAME(send_sequence, struct channel *channel; const char *values; size_t count; size_t sent;
      struct greenroom_site * site;)
{
	FRAME_BEGIN();
	for (self->sent = 0; self->sent < self->count; self->sent++) {
		FRAME_WAIT_(frame_send_at(frame_here_, self->channel,
					  self->values + self->sent * channel_size(self->channel),
					  self->site));
		if (self->frame.result && !self->sent)
			FRAME_RETURN(self->frame.result);
		if (self->frame.result)
			break;
	}
	FRAME_END((int)self->sent);
}

GREENROOM_API struct frame *frame_sequence(struct channel *channel, const void *values,
					   size_t count, struct greenroom_site *site)
{
	return frame_new(send_sequence, .channel = channel, .values = values,
			 .count = count < INT_MAX ? count : INT_MAX, .site = site);
}

GREENROOM_API struct frame_token frame_iterate_at(struct frame_token here, struct channel *channel,
						  void *into, struct greenroom_site *site)
{
	if (channel_is_closing(channel) && channel_balance(channel) <= 0) {
		here.frame->result = -ENODATA;
		return here;
	}
	return frame_receive_at(here, channel, into, site);
}

GREENROOM_API void frame_iterated(struct frame *self)
{
	if (self->result == -ENODATA)
		self->result = 0;
	else if (!self->result)
		self->result = 1;
}
