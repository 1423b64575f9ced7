/* SPDX-License-Identifier: MIT */
/*
 * store_summary.c - what is in a stretch of events, at a glance: counts, and who takes part.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_private.h"

enum { ID_LIMIT = 1 << 26 }; /* numbers above are nobody's: the dictionary's limit too */

void store_summarize(const struct event *events, size_t count, struct store_summary *out)
{
	struct event_source_summary *counts = &out->counts;

	memset(out, 0, sizeof(*out));
	counts->first_seq = events[0].seq;
	counts->events = (uint32_t)count;
	counts->time_first_ns = events[0].time_ns;
	counts->time_last_ns = events[count - 1].time_ns;
	for (size_t i = 0; i < count; i++) {
		const struct event *event = &events[i];

		out->kinds |= UINT64_C(1) << (event->kind < 63 ? event->kind : 0);
		out->threads |= UINT64_C(1) << event->thread % 63;
		if (event->kind == EVENT_tasklet_switch) {
			counts->switches++;
		} else if (event->kind == EVENT_channel_transfer) {
			counts->transfers++;
		} else if (event->kind == EVENT_slice_save) {
			uint32_t bytes = event->word[1];

			counts->saved_bytes += bytes;
			if (counts->saved_max < bytes)
				counts->saved_max = bytes;
		}
	}
}

/* ------------------------------------------------------------------------------------- sets */

static int set_grow(struct store_set *set, uint32_t id)
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

static inline int set_add(struct store_set *set, uint32_t id)
{
	size_t word = id / 64;

	if (id == 0 || id > ID_LIMIT)
		return 0;
	if (word >= set->words && set_grow(set, id) < 0)
		return -ENOMEM;
	set->bits[word] |= UINT64_C(1) << id % 64;
	if (word < set->lowest_word)
		set->lowest_word = word;
	if (word >= set->end_word)
		set->end_word = word + 1;
	return 0;
}

static size_t set_count(const struct store_set *set)
{
	size_t count = 0;

	for (size_t word = set->lowest_word; word < set->end_word; word++)
		count += (size_t)__builtin_popcountll(set->bits[word]);
	return count;
}

/* Packs the set and empties it. */
static int set_pack(struct store_set *set, size_t *bytes)
{
	size_t room = 5 * set_count(set);
	uint8_t *to;
	uint32_t before = 0;

	if (room > set->packed_room) {
		free(set->packed);
		set->packed_room = 0;
		set->packed = malloc(room);
		if (!set->packed)
			return -ENOMEM;
		set->packed_room = room;
	}
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

void store_sets_destroy(struct store_sets *sets)
{
	free(sets->tasklets.bits);
	free(sets->tasklets.packed);
	free(sets->channels.bits);
	free(sets->channels.packed);
}

/* Which words of a kind's events are numbers of tasklets, and of channels: bit 0 is A. */
struct roles {
	uint8_t tasklets, channels;
};

#define BIT_SMALL 0
#define BIT_A     1
#define BIT_B     2
#define BIT_C     4
#define BIT_D     8
#define BIT_E     16
#define BIT_DE    0
#define FIELD(type, position, name, meaning)                                                       \
	| (EVENT_TYPE_##type == EVENT_TYPE_tasklet ? BIT_##position : 0) |                         \
		(EVENT_TYPE_##type == EVENT_TYPE_channel ? BIT_##position << 8 : 0)
#define EVENT(name, category, sentence, fields)                                                    \
	[EVENT_##name] = {(0 fields) & 0xff, (0 fields) >> 8},
static const struct roles roles_of[EVENT_KINDS] = {
#include "event.def"
};

static inline int add_words(struct store_set *set, const struct event *event, unsigned int words)
{
	int result = 0;

	for (; words; words &= words - 1)
		result |= set_add(set, event->word[__builtin_ctz(words)]);
	return result;
}

int store_sets_collect(struct store_sets *sets, const struct event *events, size_t count,
		       size_t *tasklets_bytes, size_t *channels_bytes)
{
	int result = 0;

	sets->tasklets.lowest_word = sets->channels.lowest_word = SIZE_MAX;
	for (size_t i = 0; i < count; i++) {
		if (events[i].kind >= EVENT_KINDS)
			continue;
		result |= add_words(&sets->tasklets, &events[i], roles_of[events[i].kind].tasklets);
		result |= add_words(&sets->channels, &events[i], roles_of[events[i].kind].channels);
	}
	result |= set_pack(&sets->tasklets, tasklets_bytes);
	result |= set_pack(&sets->channels, channels_bytes);
	return result ? -ENOMEM : 0;
}
