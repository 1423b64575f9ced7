/* SPDX-License-Identifier: MIT */
/*
 * roster.h - a set of numbers that can be walked over: those of the tasklets that have not ended.
 */
#ifndef GREENROOM_ROSTER_H
#define GREENROOM_ROSTER_H

#include <stddef.h>
#include <stdint.h>

struct roster {
	uint32_t *list; /* in no order */
	uint32_t count;
	uint32_t *place; /* where in the list a number is: index and 1, 0: it is not */
	uint32_t list_room, place_room;
};

void roster_term(struct roster *roster);
void roster_clear(struct roster *roster);
/* 0, also when it is there, or -ENOMEM. */
int roster_add(struct roster *roster, uint32_t id);
/* The last of the list takes its place. */
void roster_remove(struct roster *roster, uint32_t id);

/* Room for an element `index` of an array; what is new in it is zero. 0 or -ENOMEM. */
int roster_make_room(void **array, uint32_t *room, uint32_t index, size_t size);

#endif
