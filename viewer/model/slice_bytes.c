/* SPDX-License-Identifier: MIT */
/*
 * slice_bytes.c - back to the switch where the tasklet stopped; on the way the saves of its stack,
 * each of which is followed by its bytes.
 */
#include "slice_bytes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event_match.h"

enum {
	PIECE = 16,        /* bytes that a slice_words event holds */
	SAVES_MAX = 64,    /* of one absence */
	OTHERS_MAX = 65536 /* events of other threads that may stand between two pieces */
};

struct save {
	uint64_t seq;
	struct event_slice_save fields;
};

/* The way back from an event. */
struct search {
	struct event_cache *cache;
	uint32_t tasklet;
	uint64_t seq, time_ns;       /* where it began */
	struct save save[SAVES_MAX]; /* newest first */
	int saves;
};

static bool says_where_it_is(const struct event *event, void *context)
{
	(void)context;
	return event->kind == EVENT_slice_save || event->kind == EVENT_slice_restore ||
	       event->kind == EVENT_tasklet_switch || event->kind == EVENT_tasklet_start ||
	       event->kind == EVENT_tasklet_end;
}

/* Whether the event tells that the tasklet is not out; the moment of coming back still counts. */
static bool is_end(const struct search *search, const struct event *event)
{
	switch (event->kind) {
	case EVENT_slice_restore:
		return event->seq != search->seq;
	case EVENT_tasklet_switch:
		return event_unpack_tasklet_switch(event).prev == search->tasklet ||
		       event->time_ns != search->time_ns;
	default:
		return event->kind != EVENT_slice_save;
	}
}

/* Collects the saves since it stopped. */
static int find_saves(struct search *search)
{
	struct event_match match = {.query.tasklet = search->tasklet, .test = says_where_it_is};
	uint64_t seq = search->seq;
	const struct event *event;
	int result;

	while (search->saves < SAVES_MAX &&
	       (result = event_match_find(search->cache, &match, seq, -1, &event)) > 0) {
		if (is_end(search, event))
			break;
		if (event->kind == EVENT_slice_save && event->word[0] == search->tasklet)
			search->save[search->saves++] =
				(struct save){event->seq, event_unpack_slice_save(event)};
		seq = event->seq - 1;
	}
	return result < 0 ? result : 0;
}

static int make_room(struct slice_bytes *out, const struct search *search)
{
	const struct save *first = &search->save[search->saves - 1];
	uint64_t end = first->fields.address;

	for (int i = 0; i < search->saves; i++) {
		const struct event_slice_save *fields = &search->save[i].fields;

		if (fields->address + fields->bytes > end)
			end = fields->address + fields->bytes;
	}
	out->address = first->fields.address;
	out->bytes = end - out->address < SLICE_BYTES_MAX ? (size_t)(end - out->address)
							  : SLICE_BYTES_MAX;
	out->byte = calloc(1, out->bytes + PIECE);
	out->piece_known = calloc(out->bytes / PIECE + 1, sizeof(*out->piece_known));
	if (out->byte && out->piece_known)
		return 0;
	slice_bytes_term(out);
	return -ENOMEM;
}

static void put_piece(struct slice_bytes *out, const struct save *save, const struct event *event)
{
	struct event_slice_words words = event_unpack_slice_words(event);
	uint64_t at = save->fields.address + (uint64_t)event->small * PIECE - out->address;

	if (at % PIECE != 0 || at >= out->bytes || out->piece_known[at / PIECE])
		return;
	memcpy(out->byte + at, &words.low, sizeof(words.low));
	memcpy(out->byte + at + sizeof(words.low), &words.high, sizeof(words.high));
	out->piece_known[at / PIECE] = true;
	out->known += PIECE;
}

/* The pieces follow their save in its thread. */
static int read_pieces(struct slice_bytes *out, struct event_cache *cache, const struct save *save)
{
	const struct event *event;
	uint32_t thread;
	int others = 0, result = event_cache_get(cache, save->seq, &event);

	if (result <= 0)
		return result;
	thread = event->thread;
	for (uint64_t seq = save->seq + 1; others < OTHERS_MAX; seq++) {
		result = event_cache_get(cache, seq, &event);
		if (result <= 0)
			return result == -EBADMSG ? 0 : result;
		if (event->thread != thread) {
			others++;
			continue;
		}
		if (event->kind != EVENT_slice_words || event->word[0] != save->fields.tasklet)
			break;
		others = 0;
		put_piece(out, save, event);
	}
	return 0;
}

int slice_bytes_read(struct slice_bytes *out, struct event_cache *cache, uint32_t tasklet,
		     uint64_t seq)
{
	struct search search = {.cache = cache, .tasklet = tasklet};
	const struct event *event;
	int result = event_cache_find(cache, seq, -1, &event);

	*out = (struct slice_bytes){0};
	if (result <= 0 || tasklet == 0)
		return result < 0 ? result : 0;
	search.seq = event->seq;
	search.time_ns = event->time_ns;
	result = find_saves(&search);
	if (result < 0 || search.saves == 0)
		return result;
	result = make_room(out, &search);
	for (int i = 0; i < search.saves && result >= 0; i++)
		result = read_pieces(out, cache, &search.save[i]);
	if (result < 0) {
		slice_bytes_term(out);
		return result;
	}
	return 1;
}

void slice_bytes_term(struct slice_bytes *slice)
{
	free(slice->byte);
	free(slice->piece_known);
	*slice = (struct slice_bytes){0};
}

bool slice_bytes_get(const struct slice_bytes *slice, uint64_t address, void *out, size_t size)
{
	uint64_t at = address - slice->address;

	if (at >= slice->bytes || size > slice->bytes - at || size > 8 ||
	    !slice->piece_known[at / PIECE] || !slice->piece_known[(at + size - 1) / PIECE])
		return false;
	memcpy(out, slice->byte + at, size);
	return true;
}
