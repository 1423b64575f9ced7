/* SPDX-License-Identifier: MIT */
/*
 * wait_users.c - who uses which channel, in a whole trace.
 *
 * A use is told once: the table finds the one that is there, by channel and tasklet.
 */
#include "wait_users.h"

#include <errno.h>
#include <stdlib.h>

enum { USERS_CHUNK = 512, USERS_TABLE = 64 };

struct wait_users {
	uint64_t seq, deadlock;
	struct wait_use *use;
	size_t count, room;
	uint32_t *table; /* of numbers of uses, from 1; 0: free */
	size_t places;   /* a power of two, at least twice the uses */
	bool out_of_memory;
};

struct wait_users *wait_users_create(void)
{
	return calloc(1, sizeof(struct wait_users));
}

void wait_users_destroy(struct wait_users *users)
{
	if (!users)
		return;
	free(users->use);
	free(users->table);
	free(users);
}

/* Where a use is in the table, or where it would be. */
static uint32_t *find_place(const struct wait_users *users, uint32_t channel, uint32_t tasklet)
{
	uint64_t key = ((uint64_t)channel << 32 | tasklet) * UINT64_C(0x9e3779b97f4a7c15);
	size_t place = (size_t)(key >> 32) & (users->places - 1);

	for (;; place = (place + 1) & (users->places - 1)) {
		uint32_t number = users->table[place];
		const struct wait_use *use = &users->use[number - 1];

		if (!number || (use->channel == channel && use->tasklet == tasklet))
			return &users->table[place];
	}
}

static bool make_room(struct wait_users *users)
{
	size_t places = users->places ? 2 * users->places : USERS_TABLE;
	struct wait_use *use = reallocarray(users->use, places / 2, sizeof(*use));
	uint32_t *table = use ? calloc(places, sizeof(*table)) : NULL;

	if (use)
		users->use = use;
	if (!table)
		return false;
	free(users->table);
	users->table = table;
	users->places = places;
	users->room = places / 2;
	for (size_t i = 0; i < users->count; i++)
		*find_place(users, use[i].channel, use[i].tasklet) = (uint32_t)i + 1;
	return true;
}

static void note_use(struct wait_users *users, uint32_t channel, uint32_t tasklet, uint8_t how)
{
	uint32_t *place;

	if (!channel || !tasklet)
		return;
	if (users->count == users->room && !make_room(users)) {
		users->out_of_memory = true;
		return;
	}
	place = find_place(users, channel, tasklet);
	if (!*place) {
		users->use[users->count++] = (struct wait_use){channel, tasklet, 0};
		*place = (uint32_t)users->count;
	}
	users->use[*place - 1].how |= how;
}

static void note_event(struct wait_users *users, const struct event *event)
{
	switch (event->kind) {
	case EVENT_channel_block: {
		struct event_channel_block block = event_unpack_channel_block(event);

		note_use(users, block.channel, block.tasklet,
			 block.direction < 0 ? WAIT_RECEIVES : WAIT_SENDS);
		break;
	}
	case EVENT_channel_transfer: {
		struct event_channel_transfer transfer = event_unpack_channel_transfer(event);

		note_use(users, transfer.channel, transfer.sender, WAIT_SENDS);
		note_use(users, transfer.channel, transfer.receiver, WAIT_RECEIVES);
		break;
	}
	case EVENT_channel_refuse: {
		struct event_channel_refuse refuse = event_unpack_channel_refuse(event);

		note_use(users, refuse.channel, refuse.tasklet,
			 refuse.direction < 0 ? WAIT_RECEIVES : WAIT_SENDS);
		break;
	}
	case EVENT_scheduler_deadlock:
		if (!users->deadlock)
			users->deadlock = event->seq;
		break;
	default:
		break;
	}
}

int wait_users_go_on(struct wait_users *users, struct event_source *source, uint64_t events)
{
	struct event chunk[USERS_CHUNK];

	while (events > 0) {
		uint64_t skip_to = 0;
		size_t wanted = events < USERS_CHUNK ? (size_t)events : USERS_CHUNK;
		long got = source->ops->read(source, users->seq + 1, chunk, wanted, &skip_to);

		if (got == -EBADMSG && skip_to > users->seq + 1) {
			users->seq = skip_to - 1;
			continue;
		}
		if (got == -EBADMSG)
			return 0;
		if (got <= 0)
			return (int)got;
		for (long i = 0; i < got; i++)
			note_event(users, &chunk[i]);
		if (users->out_of_memory)
			return -ENOMEM;
		users->seq += (uint64_t)got;
		events -= (uint64_t)got;
	}
	return 1;
}

uint64_t wait_users_seq(const struct wait_users *users)
{
	return users->seq;
}

uint64_t wait_users_deadlock(const struct wait_users *users)
{
	return users->deadlock;
}

const struct wait_use *wait_users_all(const struct wait_users *users, size_t *count)
{
	*count = users->count;
	return users->use;
}
