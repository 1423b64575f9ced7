/* SPDX-License-Identifier: MIT */
/*
 * roster.c - a list, and for each number its place in it.
 */
#include "roster.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ROSTER_ROOM = 64 };

int roster_make_room(void **array, uint32_t *room, uint32_t index, size_t size)
{
	uint32_t wanted = *room ? *room : ROSTER_ROOM;
	char *grown;

	if (index < *room)
		return 0;
	while (wanted <= index)
		wanted *= 2;
	grown = realloc(*array, wanted * size);
	if (!grown)
		return -ENOMEM;
	memset(grown + *room * size, 0, (wanted - *room) * size);
	*array = grown;
	*room = wanted;
	return 0;
}

void roster_term(struct roster *roster)
{
	free(roster->list);
	free(roster->place);
}

void roster_clear(struct roster *roster)
{
	roster->count = 0;
	if (roster->place)
		memset(roster->place, 0, roster->place_room * sizeof(*roster->place));
}

int roster_add(struct roster *roster, uint32_t id)
{
	if (id == 0 || (id < roster->place_room && roster->place[id]))
		return 0;
	if (roster_make_room((void **)&roster->place, &roster->place_room, id,
			     sizeof(*roster->place)) < 0 ||
	    roster_make_room((void **)&roster->list, &roster->list_room, roster->count,
			     sizeof(*roster->list)) < 0)
		return -ENOMEM;
	roster->list[roster->count++] = id;
	roster->place[id] = roster->count;
	return 0;
}

void roster_remove(struct roster *roster, uint32_t id)
{
	uint32_t place = id < roster->place_room ? roster->place[id] : 0;
	uint32_t last;

	if (!place)
		return;
	last = roster->list[--roster->count];
	roster->list[place - 1] = last;
	roster->place[last] = place;
	roster->place[id] = 0;
}
