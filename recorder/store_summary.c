/* SPDX-License-Identifier: MIT */
/*
 * store_summary.c - what is in a stretch of events, at a glance: counts, and who takes part.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_private.h"

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

		out->kinds |= store_kind_bit(event->kind);
		out->threads |= store_thread_bit(event->thread);
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

void store_sets_destroy(struct store_sets *sets)
{
	store_set_destroy(&sets->tasklets);
	store_set_destroy(&sets->channels);
}

#define BIT_SMALL 0
#define BIT_A     1
#define BIT_B     2
#define BIT_C     4
#define BIT_D     8
#define BIT_E     16
#define BIT_DE    0
#define BIT_BC    0
#define FIELD(type, position, name, meaning)                                                       \
	| (EVENT_TYPE_##type == EVENT_TYPE_tasklet ? BIT_##position : 0) |                         \
		(EVENT_TYPE_##type == EVENT_TYPE_channel ? BIT_##position << 8 : 0)
#define EVENT(name, category, sentence, fields)                                                    \
	[EVENT_##name] = {(0 fields) & 0xff, (0 fields) >> 8},
static const struct store_roles roles_of[EVENT_KINDS] = {
#include "event.def"
};

struct store_roles store_roles(unsigned int kind)
{
	return kind < EVENT_KINDS ? roles_of[kind] : (struct store_roles){0, 0};
}

static inline int add_words(struct store_set *set, const struct event *event, unsigned int words)
{
	int result = 0;

	for (; words; words &= words - 1)
		result |= store_set_add(set, event->word[__builtin_ctz(words)]);
	return result;
}

int store_sets_collect(struct store_sets *sets, const struct event *events, size_t count,
		       size_t *tasklets_bytes, size_t *channels_bytes)
{
	int result = 0;

	for (size_t i = 0; i < count; i++) {
		if (events[i].kind >= EVENT_KINDS)
			continue;
		result |= add_words(&sets->tasklets, &events[i], roles_of[events[i].kind].tasklets);
		result |= add_words(&sets->channels, &events[i], roles_of[events[i].kind].channels);
	}
	result |= store_set_pack(&sets->tasklets, tasklets_bytes);
	result |= store_set_pack(&sets->channels, channels_bytes);
	return result ? -ENOMEM : 0;
}
