/* SPDX-License-Identifier: MIT */
/*
 * generator_channels.c - what a tasklet of the simulator may do with channels.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "generator_core.h"

static int balance(const struct sim_channel *channel)
{
	return channel->direction * (int)channel->queue.count;
}

static void create_channel(struct generator *generator)
{
	struct sim_channel *channel;
	uint32_t id = ++generator->channels;

	if (id >= generator->channel_capacity) {
		generator->channel_capacity = 2 * generator->channel_capacity + 16;
		generator->channel =
			sim_allocate(generator->channel,
				     generator->channel_capacity * sizeof(*generator->channel));
	}
	channel = &generator->channel[id];
	memset(channel, 0, sizeof(*channel));
	channel->id = id;
	channel->thread = sim_random(generator, 2) ? generator->now : 0;
	channel->preference = -1;
	channel->direction = 1;
	sim_tell(generator, generator->now,
		 event_pack_channel_create((struct event_channel_create){
			 .channel = id,
			 .creator = sim_current(generator),
			 .name = sim_random(generator, GENERATOR_NAMES + 1),
			 .size = 8 * sim_random(generator, 4),
			 .place = sim_place(generator)}));
}

static void change_channel(struct generator *generator, struct sim_channel *channel)
{
	uint32_t current = sim_current(generator), place = sim_place(generator);

	switch (sim_random(generator, 20)) {
	case 0:
		channel->preference = (int)sim_random(generator, 3) - 1;
		channel->schedule_all = sim_random(generator, 4) == 0;
		sim_tell(generator, generator->now,
			 event_pack_channel_prefer((struct event_channel_prefer){
				 .channel = channel->id,
				 .actor = current,
				 .preference = channel->preference,
				 .schedule_all = channel->schedule_all}));
		break;
	case 1:
		channel->closing = true;
		sim_tell(generator, generator->now,
			 event_pack_channel_close((struct event_channel_close){
				 .channel = channel->id, .actor = current, .place = place}));
		break;
	case 2:
		channel->closing = false;
		sim_tell(generator, generator->now,
			 event_pack_channel_open((struct event_channel_open){
				 .channel = channel->id, .actor = current, .place = place}));
		break;
	case 3:
		if (channel->queue.count)
			break;
		channel->destroyed = true;
		sim_tell(generator, generator->now,
			 event_pack_channel_destroy((struct event_channel_destroy){
				 .channel = channel->id, .actor = current, .place = place}));
		break;
	default:
		break;
	}
}

static void tell_transfer(struct generator *generator, struct sim_channel *channel,
			  uint32_t partner, int direction, enum event_transfer_wake wake)
{
	uint32_t current = sim_current(generator);
	uint32_t sender = direction > 0 ? current : partner;
	uint32_t receiver = direction > 0 ? partner : current;

	sim_tell(generator, generator->now,
		 event_pack_channel_transfer(
			 (struct event_channel_transfer){.sender = sender,
							 .receiver = receiver,
							 .channel = channel->id,
							 .wake = (int)wake,
							 .balance = (uint32_t)balance(channel),
							 .place = sim_place(generator)}));
	if (sim_random(generator, 10) == 0)
		sim_tell(generator, generator->now,
			 event_pack_channel_error(
				 (struct event_channel_error){.sender = sender,
							      .receiver = receiver,
							      .channel = channel->id,
							      .error = (uint32_t)-EBADF}));
}

/* The partner belongs to another thread, where it becomes runnable by an event of its own. */
static void meet_abroad(struct generator *generator, struct sim_channel *channel, uint32_t partner,
			int direction)
{
	uint32_t here = generator->now;

	generator->tasklet[partner].where = SIM_PAUSED;
	tell_transfer(generator, channel, partner, direction,
		      direction > 0 ? EVENT_WAKE_THREAD_BY_SENDER : EVENT_WAKE_THREAD_BY_RECEIVER);
	generator->now = generator->tasklet[partner].thread;
	sim_insert(generator, partner, EVENT_INSERT_WOKEN);
	generator->now = here;
}

static void meet(struct generator *generator, struct sim_channel *channel, int direction)
{
	struct sim_row *chain = &sim_thread(generator)->chain;
	uint32_t current = sim_current(generator), partner = channel->queue.id[0];
	bool preferred = channel->preference == -direction && !channel->schedule_all;

	sim_row_remove(&channel->queue, partner);
	generator->tasklet[partner].channel = 0;
	if (generator->tasklet[partner].thread != generator->now) {
		meet_abroad(generator, channel, partner, direction);
		return;
	}
	generator->tasklet[partner].where = SIM_CHAIN;
	if (preferred)
		sim_row_insert(chain, 1, partner);
	else
		sim_row_append(chain, partner);
	tell_transfer(generator, channel, partner, direction,
		      (preferred ? EVENT_WAKE_AFTER_BY_RECEIVER : EVENT_WAKE_END_BY_RECEIVER) +
			      (direction > 0));
	if (channel->schedule_all)
		sim_switch(generator, current, chain->id[1], EVENT_SWITCH_SCHEDULE_ALL,
			   channel->id);
	else if (preferred)
		sim_switch(generator, current, partner, EVENT_SWITCH_PREFERENCE, channel->id);
}

static void refuse(struct generator *generator, struct sim_channel *channel, int direction,
		   int error)
{
	uint32_t current = sim_current(generator), place = sim_place(generator);

	if (error == -EDEADLK)
		sim_tell(generator, generator->now,
			 event_pack_scheduler_deadlock(
				 (struct event_scheduler_deadlock){.tasklet = current,
								   .channel = channel->id,
								   .error = (uint32_t)error,
								   .place = place}));
	sim_tell(generator, generator->now,
		 event_pack_channel_refuse((struct event_channel_refuse){.tasklet = current,
									 .channel = channel->id,
									 .direction = direction,
									 .error = (uint32_t)error,
									 .place = place}));
}

static void wait_in(struct generator *generator, struct sim_channel *channel, int direction)
{
	uint32_t current = sim_current(generator);

	sim_row_remove(&sim_thread(generator)->chain, current);
	channel->direction = direction;
	sim_row_append(&channel->queue, current);
	generator->tasklet[current].where = SIM_QUEUE;
	generator->tasklet[current].direction = direction;
	generator->tasklet[current].channel = channel->id;
	sim_tell(generator, generator->now,
		 event_pack_channel_block(
			 (struct event_channel_block){.tasklet = current,
						      .balance = (uint32_t)balance(channel),
						      .channel = channel->id,
						      .direction = direction,
						      .place = sim_place(generator)}));
	sim_go_on(generator, current, EVENT_SWITCH_BLOCK, channel->id);
}

void sim_operate_channel(struct generator *generator)
{
	int direction = sim_random(generator, 2) ? 1 : -1;
	uint32_t most = generator->options.channels * (generator->options.threads + 1);
	struct sim_channel *channel;
	uint32_t dice = sim_random(generator, 40);

	if ((dice == 0 && generator->channels < 4 * most) || !generator->channels) {
		create_channel(generator);
		return;
	}
	channel = &generator->channel[1 + sim_random(generator, generator->channels)];
	if (channel->destroyed || (channel->thread && channel->thread != generator->now))
		return;
	if (dice == 1)
		change_channel(generator, channel);
	else if (balance(channel) * direction < 0)
		meet(generator, channel, direction);
	else if (channel->closing)
		refuse(generator, channel, direction, -EPIPE);
	else if (!sim_may_leave(generator))
		refuse(generator, channel, direction, -EDEADLK);
	else
		wait_in(generator, channel, direction);
}
