/* SPDX-License-Identifier: MIT */
/*
 * player.c - two clocks.
 */
#include "player.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	PLAYER_SLOWEST = -20,
	PLAYER_FASTEST = 10,
	PLAYER_TIME_START = -10, /* programs are too quick to be watched as they are */
	PLAYER_WAIT_MAX = 500
};

#define PLAYER_IDLE_NS UINT64_C(2000000000) /* no pause is longer than this */
#define PLAYER_LONG_NS UINT64_C(60000000000)

void player_init(struct player *player)
{
	*player = (struct player){.speed = {0, PLAYER_TIME_START}};
}

void player_start(struct player *player, uint64_t now_ns, uint64_t trace_ns)
{
	player->playing = true;
	player->last_ns = now_ns;
	player->owed_ns = 0;
	player->trace_ns = trace_ns;
}

void player_stop(struct player *player)
{
	player->playing = false;
}

void player_faster(struct player *player, int steps)
{
	int *speed = &player->speed[player->by_time];

	*speed += steps;
	if (*speed < PLAYER_SLOWEST)
		*speed = PLAYER_SLOWEST;
	if (*speed > PLAYER_FASTEST)
		*speed = PLAYER_FASTEST;
}

/* Time of the wall in time of the clock, and back. A machine that slept does not catch up. */
static uint64_t player_scale(uint64_t ns, int speed)
{
	if (ns > PLAYER_LONG_NS)
		ns = PLAYER_LONG_NS;
	return speed >= 0 ? ns << speed : ns >> -speed;
}

static uint64_t player_elapsed(struct player *player, uint64_t now_ns)
{
	uint64_t elapsed = now_ns > player->last_ns ? now_ns - player->last_ns : 0;

	player->last_ns = now_ns;
	return elapsed;
}

uint64_t player_due_events(struct player *player, uint64_t now_ns)
{
	uint64_t events;

	player->owed_ns += player_scale(player_elapsed(player, now_ns), player->speed[false]);
	events = player->owed_ns / PLAYER_TICK_NS;
	player->owed_ns %= PLAYER_TICK_NS;
	return events;
}

uint64_t player_due_time(struct player *player, uint64_t now_ns, uint64_t next_ns)
{
	uint64_t idle = player_scale(PLAYER_IDLE_NS, player->speed[true]);

	if (next_ns > player->trace_ns && next_ns - player->trace_ns > idle)
		player->trace_ns = next_ns - idle;
	player->trace_ns += player_scale(player_elapsed(player, now_ns), player->speed[true]);
	return player->trace_ns;
}

int player_wait_ms(const struct player *player, uint64_t next_ns)
{
	uint64_t wait = PLAYER_TICK_NS - player->owed_ns;
	int speed = player->speed[player->by_time];

	if (player->by_time)
		wait = next_ns > player->trace_ns ? next_ns - player->trace_ns : 0;
	wait = player_scale(wait, -speed) / 1000000;
	if (wait < 20)
		return 20; /* faster than anybody sees */
	return wait > PLAYER_WAIT_MAX ? PLAYER_WAIT_MAX : (int)wait;
}

size_t player_words(const struct player *player, char *out, size_t size)
{
	int speed = player->speed[player->by_time];

	return (size_t)snprintf(out, size, "×%s%" PRIu64 "%s", speed < 0 ? "1/" : "",
				UINT64_C(1) << (speed < 0 ? -speed : speed),
				player->by_time ? " real time" : "");
}
