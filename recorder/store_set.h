/* SPDX-License-Identifier: MIT */
/*
 * store_set.h - a set of numbers: a byte for each while it is filled, since adding one is then a store
 * that waits for no other; packed in the file as ascending numbers, each a varint (7 bits a byte, low
 * ones first) of the distance to the one before.
 */
#ifndef GREENROOM_STORE_SET_H
#define GREENROOM_STORE_SET_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STORE_SET_BLOCK = 64 };
enum { STORE_SET_ID_MAX = 1 << 26 }; /* numbers above are nobody's: the dictionary's limit too */

/* Filled with zeros it is a set with nothing in it. */
struct store_set {
	uint8_t *has;   /* 1: the number is in it */
	uint8_t *block; /* 1: one of these STORE_SET_BLOCK numbers is */
	size_t room;    /* numbers up to it, a multiple of STORE_SET_BLOCK */
	uint8_t *packed;
	size_t packed_room;
};

void store_set_destroy(struct store_set *set);

/* Makes room for a number up to STORE_SET_ID_MAX. 0 or -ENOMEM. */
int store_set_grow(struct store_set *set, uint32_t id);

/* 0 and wild numbers are left out. 0 or -ENOMEM. */
static inline int store_set_add(struct store_set *set, uint32_t id)
{
	if (id - 1 >= STORE_SET_ID_MAX)
		return 0;
	if (__builtin_expect(id >= set->room, 0) && store_set_grow(set, id) < 0)
		return -ENOMEM;
	set->has[id] = 1;
	set->block[id / STORE_SET_BLOCK] = 1;
	return 0;
}

static inline bool store_set_has(const struct store_set *set, uint32_t id)
{
	return id < set->room && set->has[id];
}

/* Packs the set into set->packed, and empties it. 0 or -ENOMEM. */
int store_set_pack(struct store_set *set, size_t *bytes);

/* Whether a number is in a packed set. Of damaged ones the answer may be wrong. */
bool store_set_packed_has(const uint8_t *packed, size_t bytes, uint32_t id);
/* The same of up to 64 numbers, ascending but for zeros, which are in no set: a bit each. */
uint64_t store_set_packed_which(const uint8_t *packed, size_t bytes, const uint32_t *ids,
				int count);

#endif
