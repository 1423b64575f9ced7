/* SPDX-License-Identifier: MIT */
/* store_set.c - sets of numbers, packed and searched. */
#include "store_set.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

void store_set_destroy(struct store_set *set)
{
	free(set->has);
	free(set->block);
	free(set->packed);
	*set = (struct store_set){0};
}

/* Copies instead of using realloc: fresh zeroed memory that nobody writes costs nothing. */
int store_set_grow(struct store_set *set, uint32_t id)
{
	size_t room = set->room ? set->room : 4096;
	uint8_t *has, *block;

	while (room <= id)
		room *= 2;
	has = calloc(room, 1);
	block = calloc(room / STORE_SET_BLOCK, 1);
	if (!has || !block) {
		free(has);
		free(block);
		return -ENOMEM;
	}
	if (set->room) {
		memcpy(has, set->has, set->room);
		memcpy(block, set->block, set->room / STORE_SET_BLOCK);
	}
	free(set->has);
	free(set->block);
	set->has = has;
	set->block = block;
	set->room = room;
	return 0;
}

/* Eight numbers at once: the lowest is in the low byte. */
static inline uint64_t eight_of(const struct store_set *set, size_t from)
{
	uint64_t eight;

	memcpy(&eight, set->has + from, sizeof(eight));
	return le64toh(eight);
}

static size_t set_count(const struct store_set *set)
{
	size_t count = 0;

	for (size_t block = 0; block < set->room / STORE_SET_BLOCK; block++) {
		for (size_t i = 0; set->block[block] && i < STORE_SET_BLOCK; i++)
			count += set->has[block * STORE_SET_BLOCK + i];
	}
	return count;
}

static int make_room(struct store_set *set)
{
	size_t room = 5 * set_count(set);

	if (room <= set->packed_room)
		return 0;
	free(set->packed);
	set->packed = malloc(room);
	set->packed_room = set->packed ? room : 0;
	return set->packed ? 0 : -ENOMEM;
}

static inline uint8_t *put_distance(uint8_t *to, uint32_t distance)
{
	for (; distance >= 0x80; distance >>= 7)
		*to++ = (uint8_t)(distance | 0x80);
	*to++ = (uint8_t)distance;
	return to;
}

int store_set_pack(struct store_set *set, size_t *bytes)
{
	uint32_t before = 0;
	uint8_t *to;

	if (make_room(set) < 0)
		return -ENOMEM;
	to = set->packed;
	for (size_t block = 0; block < set->room / STORE_SET_BLOCK; block++) {
		size_t first = block * STORE_SET_BLOCK;

		if (!set->block[block])
			continue;
		for (size_t from = first; from < first + STORE_SET_BLOCK; from += 8) {
			for (uint64_t eight = eight_of(set, from); eight; eight &= eight - 1) {
				uint32_t id = (uint32_t)from + (uint32_t)__builtin_ctzll(eight) / 8;

				to = put_distance(to, id - before);
				before = id;
			}
		}
		memset(set->has + first, 0, STORE_SET_BLOCK);
		set->block[block] = 0;
	}
	*bytes = set->packed ? (size_t)(to - set->packed) : 0;
	return 0;
}

/* The distance at *at, which it moves behind it. */
static inline uint32_t read_distance(const uint8_t **at, const uint8_t *end)
{
	const uint8_t *packed = *at;
	uint32_t distance = *packed & 0x7f;

	for (int shift = 7; *packed >= 0x80 && packed + 1 < end && shift < 32; shift += 7)
		distance |= (uint32_t)(*++packed & 0x7f) << shift;
	*at = packed + 1;
	return distance;
}

bool store_set_packed_has(const uint8_t *packed, size_t bytes, uint32_t id)
{
	const uint8_t *end = bytes ? packed + bytes : packed; /* no bytes: it may be NULL */
	uint64_t number = 0;

	while (packed < end && number < id)
		number += read_distance(&packed, end);
	return number == id && id != 0;
}

uint64_t store_set_packed_which(const uint8_t *packed, size_t bytes, const uint32_t *ids, int count)
{
	const uint8_t *end = bytes ? packed + bytes : packed;
	uint64_t number = 0, which = 0;

	for (int i = 0; i < count; i++) {
		while (packed < end && number < ids[i])
			number += read_distance(&packed, end);
		if (ids[i] && number == ids[i])
			which |= UINT64_C(1) << i;
	}
	return which;
}
