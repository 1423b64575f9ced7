/* SPDX-License-Identifier: MIT */
/* store_set.c - sets of numbers, packed and searched. */
#include "store_set.h"

#include <stdlib.h>
#include <string.h>

void store_set_destroy(struct store_set *set)
{
	free(set->bits);
	free(set->packed);
	*set = (struct store_set){0};
}

int store_set_grow(struct store_set *set, uint32_t id)
{
	size_t words = set->words ? set->words : 64;
	uint64_t *bits;

	while (words <= id / 64)
		words *= 2;
	bits = realloc(set->bits, words * sizeof(*bits));
	if (!bits)
		return -ENOMEM;
	memset(bits + set->words, 0, (words - set->words) * sizeof(*bits));
	set->bits = bits;
	set->words = words;
	return 0;
}

static size_t set_count(const struct store_set *set)
{
	size_t count = 0;

	for (size_t word = set->lowest_word; word < set->end_word; word++)
		count += (size_t)__builtin_popcountll(set->bits[word]);
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

int store_set_pack(struct store_set *set, size_t *bytes)
{
	uint32_t before = 0;
	uint8_t *to;

	if (make_room(set) < 0)
		return -ENOMEM;
	to = set->packed;
	for (size_t word = set->lowest_word; word < set->end_word; word++) {
		for (uint64_t bits = set->bits[word]; bits; bits &= bits - 1) {
			uint32_t id = (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(bits);
			uint32_t distance = id - before;

			for (; distance >= 0x80; distance >>= 7)
				*to++ = (uint8_t)(distance | 0x80);
			*to++ = (uint8_t)distance;
			before = id;
		}
		set->bits[word] = 0;
	}
	set->lowest_word = SIZE_MAX;
	set->end_word = 0;
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
	const uint8_t *end = packed + bytes;
	uint64_t number = 0;

	while (packed < end && number < id)
		number += read_distance(&packed, end);
	return number == id && id != 0;
}

uint64_t store_set_packed_which(const uint8_t *packed, size_t bytes, const uint32_t *ids, int count)
{
	const uint8_t *end = packed + bytes;
	uint64_t number = 0, which = 0;

	for (int i = 0; i < count; i++) {
		while (packed < end && number < ids[i])
			number += read_distance(&packed, end);
		if (ids[i] && number == ids[i])
			which |= UINT64_C(1) << i;
	}
	return which;
}
