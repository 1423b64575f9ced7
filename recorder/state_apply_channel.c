/* SPDX-License-Identifier: MIT */
/*
 * state_apply_channel.c - what the events of channels do to the state.
 */
#include <stdlib.h>

#include "state_apply.h"
#include "state_links.h"

/* Sends home from the front of the queue those who can't be there any more: the event says that
 * only `waiting` wait in this direction. */
static void channel_evict(struct state *state, uint32_t id, int direction, uint32_t waiting)
{
	const struct state_channel *channel = &state->channel[id];

	while (channel->first && ((channel->balance > 0) != (direction > 0) ||
				  (uint32_t)abs(channel->balance) > waiting))
		state_detach(state, channel->first);
}

/* Compares a channel with the balance that an event says it has now. */
static void channel_compare(struct state *state, uint32_t id, int32_t balance)
{
	uint32_t waiting = balance < 0 ? -(uint32_t)balance : (uint32_t)balance;

	if (!state_expect(state, state->channel[id].balance == balance))
		channel_evict(state, id, balance < 0 ? -1 : 1, waiting);
}

/* Reaches a channel; one that no event has created is known from now on all the same. */
static bool channel_adopt(struct state *state, uint32_t id)
{
	if (!state_reach_channel(state, id))
		return false;
	if (!state_expect(state, state->channel[id].known))
		state_change_channel(state, id)->known = 1;
	return true;
}

void state_apply_channel_create(struct state *state, const struct event *event)
{
	struct event_channel_create fields = event_unpack_channel_create(event);
	struct state_channel *channel;

	if (!state_reach_channel(state, fields.channel) ||
	    !state_expect(state, !state->channel[fields.channel].known))
		return;
	channel = state_change_channel(state, fields.channel);
	channel->known = 1;
	channel->preference = -1;
	channel->name = fields.name;
	channel->creator = fields.creator;
	channel->size = fields.size;
	channel->created_at = fields.place;
	channel->created_seq = event->seq;
}

void state_apply_channel_destroy(struct state *state, const struct event *event)
{
	struct event_channel_destroy fields = event_unpack_channel_destroy(event);

	if (!channel_adopt(state, fields.channel))
		return;
	if (!state_expect(state, !state->channel[fields.channel].first))
		channel_evict(state, fields.channel, state->channel[fields.channel].balance, 0);
	state_change_channel(state, fields.channel)->destroyed = 1;
}

void state_apply_channel_prefer(struct state *state, const struct event *event)
{
	struct event_channel_prefer fields = event_unpack_channel_prefer(event);
	struct state_channel *channel;

	if (!channel_adopt(state, fields.channel))
		return;
	state_expect(state, abs(fields.preference) <= 1 && fields.schedule_all <= 1);
	channel = state_change_channel(state, fields.channel);
	channel->preference = (int8_t)((fields.preference > 0) - (fields.preference < 0));
	channel->schedule_all = fields.schedule_all != 0;
}

static void set_closing(struct state *state, uint32_t id, bool closing)
{
	if (channel_adopt(state, id))
		state_change_channel(state, id)->closing = closing;
}

void state_apply_channel_close(struct state *state, const struct event *event)
{
	set_closing(state, event_unpack_channel_close(event).channel, true);
}

void state_apply_channel_open(struct state *state, const struct event *event)
{
	set_closing(state, event_unpack_channel_open(event).channel, false);
}

/* Before somebody queues up in `direction`: what does not stand in the queue by the balance goes. */
static void channel_expect_balance(struct state *state, uint32_t id, int64_t balance, int direction)
{
	if (!state_expect(state, state->channel[id].balance == balance) ||
	    (int64_t)state->channel[id].balance * direction < 0)
		channel_evict(state, id, direction,
			      balance * direction > 0 ? (uint32_t)(balance * direction) : 0);
}

void state_apply_channel_block(struct state *state, const struct event *event)
{
	struct event_channel_block fields = event_unpack_channel_block(event);
	int direction = fields.direction < 0 ? -1 : 1;
	uint32_t id = fields.tasklet;
	int64_t before = (int64_t)(int32_t)fields.balance - direction;

	if (!state_reach_tasklet(state, id) || !channel_adopt(state, fields.channel))
		return;
	state_expect(state, abs(fields.direction) == 1);
	state_expect(state, state->tasklet[id].where == STATE_CHAIN);
	state_adopt(state, id, event->thread);
	state_detach(state, id);
	channel_expect_balance(state, fields.channel, before, direction);
	state_change_tasklet(state, id)->error = 0;
	state_queue_link(state, id, fields.channel, direction);
}

void state_apply_channel_leave(struct state *state, const struct event *event)
{
	struct event_channel_leave fields = event_unpack_channel_leave(event);

	if (!state_reach_tasklet(state, fields.tasklet) || !channel_adopt(state, fields.channel))
		return;
	state_expect(state, state->tasklet[fields.tasklet].channel == fields.channel);
	state_adopt(state, fields.tasklet, event->thread);
	state_pause(state, fields.tasklet);
	channel_compare(state, fields.channel, (int32_t)fields.balance);
}

/* Where the one who waited goes: `place` is the wake code without its lowest bit. */
static void transfer_wake(struct state *state, const struct event *event, uint32_t waiter,
			  int place)
{
	const struct state_thread *thread = &state->thread[event->thread];

	state_expect(state, place >= 0 && place <= EVENT_WAKE_THREAD_BY_RECEIVER >> 1);
	if (place == EVENT_WAKE_THREAD_BY_RECEIVER >> 1)
		return;
	state_move(state, waiter, event->thread);
	if (place == EVENT_WAKE_AFTER_BY_RECEIVER >> 1 && state_expect(state, thread->first != 0))
		state_chain_link(state, waiter, state->tasklet[thread->first].next);
	else
		state_chain_link(state, waiter, thread->first);
}

void state_apply_channel_transfer(struct state *state, const struct event *event)
{
	struct event_channel_transfer fields = event_unpack_channel_transfer(event);
	bool sender_acted = fields.wake & 1;
	uint32_t waiter = sender_acted ? fields.receiver : fields.sender;

	if (!state_reach_tasklet(state, fields.sender) ||
	    !state_reach_tasklet(state, fields.receiver) || !channel_adopt(state, fields.channel))
		return;
	state_expect(state, state->tasklet[waiter].where ==
					    (sender_acted ? STATE_RECEIVING : STATE_SENDING) &&
				    state->channel[fields.channel].first == waiter);
	state_adopt(state, waiter, event->thread);
	state_pause(state, waiter);
	channel_compare(state, fields.channel, (int32_t)fields.balance);
	transfer_wake(state, event, waiter, fields.wake >> 1);
	state_change_channel(state, fields.channel)->transfers++;
}

void state_apply_channel_error(struct state *state, const struct event *event)
{
	struct event_channel_error fields = event_unpack_channel_error(event);

	if (!state_reach_tasklet(state, fields.receiver))
		return;
	state_expect(state, state->tasklet[fields.receiver].where != STATE_UNKNOWN);
	state_change_tasklet(state, fields.receiver)->error = (int32_t)fields.error;
}

void state_apply_snapshot_channel(struct state *state, const struct event *event)
{
	struct event_snapshot_channel fields = event_unpack_snapshot_channel(event);
	struct state_channel *channel;

	if (!state_reach_channel(state, fields.channel) ||
	    !state_expect(state, !state->channel[fields.channel].known))
		return;
	state_expect(state, abs(fields.preference) <= 1);
	channel = state_change_channel(state, fields.channel);
	channel->known = 1;
	channel->preference = (int8_t)((fields.preference > 0) - (fields.preference < 0));
	channel->closing = fields.condition & EVENT_CONDITION_CLOSED;
	channel->schedule_all = (fields.condition & EVENT_CONDITION_YIELDS) != 0;
	channel->name = fields.name;
	channel->size = fields.size;
	channel->created_seq = event->seq;
}

/* Its own thread may not have spoken of it yet. */
void state_apply_snapshot_queue(struct state *state, const struct event *event)
{
	struct event_snapshot_queue fields = event_unpack_snapshot_queue(event);
	int direction = fields.direction < 0 ? -1 : 1;
	uint32_t id = fields.tasklet;
	int64_t before = (int64_t)(int32_t)fields.balance - direction;

	if (!state_reach_tasklet(state, id) || !channel_adopt(state, fields.channel))
		return;
	state_expect(state, abs(fields.direction) == 1);
	if (state->tasklet[id].where == STATE_UNKNOWN)
		state_change_tasklet(state, id)->created_seq = event->seq;
	state_detach(state, id);
	channel_expect_balance(state, fields.channel, before, direction);
	state_queue_link(state, id, fields.channel, direction);
}
