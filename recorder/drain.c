/* SPDX-License-Identifier: MIT */
/*
 * drain.c - merge the rings by stamp.
 *
 * The merge goes by runs: the ring whose next event is the oldest gives all its events up to the
 * next event of any other ring. With one busy thread, and that is the common case, that is a plain
 * loop over its slots.
 */
#include "drain.h"

#include <errno.h>
#include <stdlib.h>

#include "clock.h"

enum {
	DRAIN_THREADS_MAX = 1 << 20 /* more than that share the last number */
};

struct drain_ring {
	struct ring_view view;
	uint64_t at;    /* the next slot to give */
	uint64_t end;   /* the round gives slots below it */
	uint64_t stamp; /* of slot `at`; never less than that of the slot before it */
	uint32_t generation;
	uint32_t thread;
	bool changes_hands; /* resumed: a thread_start among its slots begins another thread */
};

struct drain {
	struct ring_reader *reader;
	struct segment_clock clock;
	struct drain_ring ring[SEGMENT_RINGS_MAX];
	uint32_t rings;
	uint32_t active[SEGMENT_RINGS_MAX]; /* rings that have events for this round */
	uint32_t active_count;
	uint64_t newest;              /* stamp up to which this round gives events */
	struct drain_thread *threads; /* without those of an earlier drain */
	uint32_t thread_count, thread_room, earlier_threads;
	uint64_t seq, time_ns, skipped;
	bool writer_runs; /* resumed, and the program may still write */
};

struct drain *drain_create(struct ring_reader *reader)
{
	struct drain *drain = calloc(1, sizeof(*drain));

	if (!drain)
		return NULL;
	drain->reader = reader;
	drain->clock = *ring_reader_clock(reader);
	for (uint32_t i = 0; i < ring_reader_rings_max(reader); i++)
		drain->ring[i].view = ring_reader_view(reader, i);
	return drain;
}

void drain_destroy(struct drain *drain)
{
	if (!drain)
		return;
	free(drain->threads);
	free(drain);
}

/* Reads the stamp of the ring's next slot. */
static void see_next(struct drain *drain, uint32_t ring)
{
	struct drain_ring *state = &drain->ring[ring];
	uint64_t stamp = ring_view_slot(state->view, state->at).stamp;

	/* Events of one moment share a stamp, and hooks may take it a little before the event. */
	if (stamp > state->stamp)
		state->stamp = stamp;
}

/* The newest stamp that is published in any ring; 0 when nothing is. */
static uint64_t find_newest(struct drain *drain)
{
	uint64_t newest = 0;

	drain->rings = ring_reader_rings(drain->reader);
	for (uint32_t i = 0; i < drain->rings; i++) {
		uint64_t head = ring_reader_head(drain->reader, i);
		uint64_t stamp;

		if (head == drain->ring[i].at)
			continue;
		stamp = ring_view_slot(drain->ring[i].view, head - 1).stamp;
		if (stamp < drain->ring[i].stamp)
			stamp = drain->ring[i].stamp;
		if (stamp > newest)
			newest = stamp;
	}
	return newest;
}

bool drain_look(struct drain *drain, bool all)
{
	drain->newest = find_newest(drain);
	if (all)
		drain->newest = UINT64_MAX;
	drain->active_count = 0;
	drain->rings = ring_reader_rings(drain->reader);
	for (uint32_t i = 0; i < drain->rings; i++) {
		struct drain_ring *state = &drain->ring[i];

		state->end = ring_reader_head(drain->reader, i);
		if (state->end == state->at)
			continue;
		see_next(drain, i);
		if (state->stamp <= drain->newest)
			drain->active[drain->active_count++] = i;
	}
	return drain->active_count > 0;
}

/* Gives a number to the thread that has the ring now. */
static int add_thread(struct drain *drain, uint32_t ring)
{
	struct drain_thread *grown;

	if (drain->thread_count < DRAIN_THREADS_MAX) {
		if (drain->thread_count == drain->thread_room) {
			drain->thread_room = drain->thread_room ? drain->thread_room * 2 : 16;
			grown = realloc(drain->threads,
					drain->thread_room * sizeof(*drain->threads));
			if (!grown)
				return -ENOMEM;
			drain->threads = grown;
		}
		drain->threads[drain->thread_count++] =
			(struct drain_thread){ring, ring_reader_os_thread(drain->reader, ring)};
	}
	drain->ring[ring].thread = drain->earlier_threads + drain->thread_count;
	return 0;
}

/* Whether the next slot is the first event of a thread, in a ring in which there may be such. */
static bool changes_hands(const struct drain_ring *state)
{
	return state->changes_hands &&
	       ring_view_slot(state->view, state->at).kind == EVENT_thread_start;
}

/* The number of the thread that has written the next slot. */
static int know_thread(struct drain *drain, uint32_t ring)
{
	struct drain_ring *state = &drain->ring[ring];
	uint32_t generation = ring_reader_generation(drain->reader, ring);
	int result = 0;

	if (state->thread == 0 || changes_hands(state) ||
	    (state->generation != generation && !state->changes_hands))
		result = add_thread(drain, ring);
	state->generation = generation;
	return result;
}

/* Picks the ring with the oldest event, and the stamp up to which it may go on alone. */
static uint32_t pick(const struct drain *drain, uint64_t *until)
{
	uint32_t best = 0;
	uint64_t oldest = UINT64_MAX, second = drain->newest;

	for (uint32_t i = 0; i < drain->active_count; i++) {
		uint64_t stamp = drain->ring[drain->active[i]].stamp;

		if (i == 0 || stamp < oldest) {
			if (i > 0 && oldest < second)
				second = oldest;
			oldest = stamp;
			best = i;
		} else if (stamp < second) {
			second = stamp;
		}
	}
	*until = second;
	return best;
}

static void fill_event(struct drain *drain, const struct drain_ring *state,
		       const struct event_slot *slot, uint64_t *converted, struct event *out)
{
	/* The events of one switch share a stamp: convert it once. */
	if (*converted != state->stamp || drain->time_ns == 0) {
		uint64_t time_ns = clock_elapsed_ns(ring_reader_clock(drain->reader), state->stamp);

		if (time_ns > drain->time_ns)
			drain->time_ns = time_ns;
		*converted = state->stamp;
	}
	*out = (struct event){
		.seq = ++drain->seq,
		.time_ns = drain->time_ns,
		.thread = state->thread,
		.kind = slot->kind,
		.small = slot->small,
		.word = {slot->word[0], slot->word[1], slot->word[2], slot->word[3], slot->word[4]},
	};
}

/* Gives events of one ring while their stamps are at most `until`. Returns how many. */
static size_t take_run(struct drain *drain, uint32_t ring, uint64_t until, struct event *out,
		       size_t max)
{
	struct drain_ring *state = &drain->ring[ring];
	uint64_t converted = 0, from = state->at;
	size_t count = 0;

	while (count < max && state->at < state->end &&
	       (state->at == from || !changes_hands(state))) {
		struct event_slot slot = ring_view_slot(state->view, state->at);

		if (slot.stamp > state->stamp)
			state->stamp = slot.stamp;
		if (state->stamp > until)
			break;
		state->at++;
		if (slot.kind > EVENT_NONE && slot.kind < EVENT_KINDS)
			fill_event(drain, state, &slot, &converted, &out[count++]);
		else
			drain->skipped++;
	}
	return count;
}

long drain_take(struct drain *drain, struct event *out, size_t max)
{
	size_t count = 0;

	while (count < max && drain->active_count > 0) {
		uint64_t until;
		uint32_t chosen = pick(drain, &until);
		uint32_t ring = drain->active[chosen];
		int result = know_thread(drain, ring);

		if (result < 0)
			return result;
		count += take_run(drain, ring, until, out + count, max - count);
		if (drain->ring[ring].at == drain->ring[ring].end ||
		    drain->ring[ring].stamp > drain->newest)
			drain->active[chosen] = drain->active[--drain->active_count];
	}
	for (uint32_t i = 0; i < drain->rings; i++)
		ring_reader_consume(drain->reader, i, drain->ring[i].at);
	return (long)count;
}

struct drain_position drain_position(const struct drain *drain, uint32_t ring)
{
	const struct drain_ring *state = &drain->ring[ring];

	return (struct drain_position){state->at, state->generation, state->thread};
}

void drain_resume(struct drain *drain, uint32_t threads, uint64_t skipped, uint64_t time_ns,
		  bool writer_runs)
{
	drain->writer_runs = writer_runs;
	drain->earlier_threads = threads;
	drain->skipped = skipped;
	drain->time_ns = time_ns;
}

uint64_t drain_resume_ring(struct drain *drain, uint32_t ring,
			   const struct drain_position *position)
{
	struct drain_ring *state = &drain->ring[ring];

	state->at = ring_reader_resume(drain->reader, ring, position->at, drain->writer_runs);
	state->generation = position->generation;
	state->thread = position->thread;
	/* Its recorder may have taken more than it could still write down, and then the ring could be
	 * given to another thread. */
	state->changes_hands = ring_reader_generation(drain->reader, ring) != position->generation;
	return state->at - position->at;
}

uint32_t drain_threads(const struct drain *drain)
{
	return drain->earlier_threads + drain->thread_count;
}

const struct drain_thread *drain_thread(const struct drain *drain, uint32_t number)
{
	return &drain->threads[number - drain->earlier_threads - 1];
}

uint32_t drain_thread_of_ring(const struct drain *drain, uint32_t ring)
{
	return drain->ring[ring].thread;
}

uint64_t drain_time_ns(const struct drain *drain)
{
	return drain->time_ns;
}

uint64_t drain_skipped(const struct drain *drain)
{
	return drain->skipped;
}
