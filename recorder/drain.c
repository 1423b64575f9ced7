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
	DRAIN_THREADS_MAX = 1 << 20, /* more than that share the last number */
	DRAIN_AHEAD = 32             /* slots that are on their way from the program's processor */
};

struct drain_ring {
	struct ring_view view;
	struct ring_reader *reader;
	int process;
	uint32_t number; /* in the segment */
	uint64_t at;     /* the next slot to give */
	uint64_t end;    /* the round gives slots below it */
	uint64_t stamp;  /* of slot `at`; never less than that of the slot before it */
	uint32_t generation;
	uint32_t thread;
	bool changes_hands; /* resumed: a thread_start among its slots begins another thread */
};

struct drain_process {
	struct ring_reader *reader;
	uint32_t rings; /* in use */
	struct drain_ring ring[SEGMENT_RINGS_MAX];
};

struct drain {
	struct segment_clock clock;
	struct drain_process *process[DRAIN_PROCESSES_MAX]; /* NULL: none with that number */
	int processes;                                      /* numbers below it are in use */
	struct drain_ring **active; /* rings that have events for this round */
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

	if (!drain || drain_add(drain, 0, reader) < 0) {
		drain_destroy(drain);
		return NULL;
	}
	drain->clock = *ring_reader_clock(reader);
	return drain;
}

void drain_destroy(struct drain *drain)
{
	if (!drain)
		return;
	for (int i = 0; i < drain->processes; i++)
		free(drain->process[i]);
	free(drain->active);
	free(drain->threads);
	free(drain);
}

static int make_room_for_active(struct drain *drain, int processes)
{
	size_t count = (size_t)processes * SEGMENT_RINGS_MAX;
	struct drain_ring **grown = realloc(drain->active, count * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	drain->active = grown;
	return 0;
}

int drain_add(struct drain *drain, int number, struct ring_reader *reader)
{
	struct drain_process *process;

	if (number >= drain->processes && make_room_for_active(drain, number + 1) < 0)
		return -ENOMEM;
	process = calloc(1, sizeof(*process));
	if (!process)
		return -ENOMEM;
	process->reader = reader;
	for (uint32_t i = 0; i < ring_reader_rings_max(reader); i++) {
		process->ring[i].view = ring_reader_view(reader, i);
		process->ring[i].reader = reader;
		process->ring[i].process = number;
		process->ring[i].number = i;
	}
	drain->process[number] = process;
	if (number >= drain->processes)
		drain->processes = number + 1;
	return 0;
}

bool drain_remove(struct drain *drain, int number)
{
	struct drain_process *process = drain->process[number];

	process->rings = ring_reader_rings(process->reader);
	for (uint32_t i = 0; i < process->rings; i++) {
		if (ring_reader_head(process->reader, i) != process->ring[i].at)
			return false;
	}
	free(process);
	drain->process[number] = NULL;
	drain->active_count = 0;
	return true;
}

/* Reads the stamp of the ring's next slot. */
static void see_next(struct drain_ring *ring)
{
	uint64_t stamp = ring_view_slot(ring->view, ring->at).stamp;

	/* Events of one moment share a stamp, and hooks may take it a little before the event. */
	if (stamp > ring->stamp)
		ring->stamp = stamp;
}

/* The newest stamp that is published in any ring of the process; 0 when nothing is. */
static uint64_t find_newest(struct drain_process *process)
{
	uint64_t newest = 0;

	process->rings = ring_reader_rings(process->reader);
	for (uint32_t i = 0; i < process->rings; i++) {
		const struct drain_ring *ring = &process->ring[i];
		uint64_t head = ring_reader_head(process->reader, i);
		uint64_t stamp;

		if (head == ring->at)
			continue;
		stamp = ring_view_slot(ring->view, head - 1).stamp;
		if (stamp < ring->stamp)
			stamp = ring->stamp;
		if (stamp > newest)
			newest = stamp;
	}
	return newest;
}

static void look_again(struct drain *drain, struct drain_process *process)
{
	process->rings = ring_reader_rings(process->reader);
	for (uint32_t i = 0; i < process->rings; i++) {
		struct drain_ring *ring = &process->ring[i];

		ring->end = ring_reader_head(process->reader, i);
		if (ring->end == ring->at)
			continue;
		see_next(ring);
		if (ring->stamp <= drain->newest)
			drain->active[drain->active_count++] = ring;
	}
}

bool drain_look(struct drain *drain, bool all)
{
	drain->newest = all ? UINT64_MAX : 0;
	drain->active_count = 0;
	for (int i = 0; i < drain->processes && !all; i++) {
		uint64_t newest = drain->process[i] ? find_newest(drain->process[i]) : 0;

		if (newest > drain->newest)
			drain->newest = newest;
	}
	for (int i = 0; i < drain->processes; i++) {
		if (drain->process[i])
			look_again(drain, drain->process[i]);
	}
	return drain->active_count > 0;
}

/* Gives a number to the thread that has the ring now. */
static int add_thread(struct drain *drain, struct drain_ring *ring)
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
			(struct drain_thread){ring->process, ring->number,
					      ring_reader_os_thread(ring->reader, ring->number)};
	}
	ring->thread = drain->earlier_threads + drain->thread_count;
	return 0;
}

/* Whether the next slot is the first event of a thread, in a ring in which there may be such. */
static bool changes_hands(const struct drain_ring *ring)
{
	unsigned int kind;

	if (!ring->changes_hands)
		return false;
	kind = ring_view_slot(ring->view, ring->at).kind;
	return kind == EVENT_thread_start || kind == EVENT_snapshot_thread;
}

/* The number of the thread that has written the next slot. */
static int know_thread(struct drain *drain, struct drain_ring *ring)
{
	uint32_t generation = ring_reader_generation(ring->reader, ring->number);
	int result = 0;

	if (ring->thread == 0 || changes_hands(ring) ||
	    (ring->generation != generation && !ring->changes_hands))
		result = add_thread(drain, ring);
	ring->generation = generation;
	return result;
}

/* Picks the ring with the oldest event, and the stamp up to which it may go on alone. */
static uint32_t pick(const struct drain *drain, uint64_t *until)
{
	uint32_t best = 0;
	uint64_t oldest = UINT64_MAX, second = drain->newest;

	for (uint32_t i = 0; i < drain->active_count; i++) {
		uint64_t stamp = drain->active[i]->stamp;

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

static void fill_event(struct drain *drain, const struct drain_ring *ring,
		       const struct event_slot *slot, uint64_t *converted, struct event *out)
{
	/* The events of one switch share a stamp: convert it once. */
	if (*converted != ring->stamp || drain->time_ns == 0) {
		uint64_t time_ns = clock_elapsed_ns(&drain->clock, ring->stamp);

		if (time_ns > drain->time_ns)
			drain->time_ns = time_ns;
		*converted = ring->stamp;
	}
	*out = (struct event){
		.seq = ++drain->seq,
		.time_ns = drain->time_ns,
		.thread = ring->thread,
		.kind = slot->kind,
		.small = slot->small,
		.word = {slot->word[0], slot->word[1], slot->word[2], slot->word[3], slot->word[4]},
	};
}

/* Gives events of one ring while their stamps are at most `until`. Returns how many. */
static size_t take_run(struct drain *drain, struct drain_ring *ring, uint64_t until,
		       struct event *out, size_t max)
{
	uint64_t converted = 0, from = ring->at;
	size_t count = 0;

	while (count < max && ring->at < ring->end && (ring->at == from || !changes_hands(ring))) {
		struct event_slot slot = ring_view_slot(ring->view, ring->at);

		if (ring->at + DRAIN_AHEAD < ring->end)
			ring_view_fetch(ring->view, ring->at + DRAIN_AHEAD);
		if (slot.stamp > ring->stamp)
			ring->stamp = slot.stamp;
		if (ring->stamp > until)
			break;
		ring->at++;
		if (slot.kind > EVENT_NONE && slot.kind < EVENT_KINDS)
			fill_event(drain, ring, &slot, &converted, &out[count++]);
		else
			drain->skipped++;
	}
	return count;
}

/* Gives the slots that have been taken back to the programs. */
static void consume(struct drain *drain)
{
	for (int i = 0; i < drain->processes; i++) {
		const struct drain_process *process = drain->process[i];

		for (uint32_t n = 0; process && n < process->rings; n++)
			ring_reader_consume(process->reader, n, process->ring[n].at);
	}
}

long drain_take(struct drain *drain, struct event *out, size_t max)
{
	size_t count = 0;

	while (count < max && drain->active_count > 0) {
		uint64_t until;
		uint32_t chosen = pick(drain, &until);
		struct drain_ring *ring = drain->active[chosen];
		int result = know_thread(drain, ring);

		if (result < 0)
			return result;
		count += take_run(drain, ring, until, out + count, max - count);
		if (ring->at == ring->end || ring->stamp > drain->newest)
			drain->active[chosen] = drain->active[--drain->active_count];
	}
	consume(drain);
	return (long)count;
}

struct drain_position drain_position(const struct drain *drain, uint32_t number)
{
	const struct drain_ring *ring = &drain->process[0]->ring[number];

	return (struct drain_position){ring->at, ring->generation, ring->thread};
}

void drain_resume(struct drain *drain, uint32_t threads, uint64_t skipped, uint64_t time_ns,
		  bool writer_runs)
{
	drain->writer_runs = writer_runs;
	drain->earlier_threads = threads;
	drain->skipped = skipped;
	drain->time_ns = time_ns;
}

uint64_t drain_resume_ring(struct drain *drain, uint32_t number,
			   const struct drain_position *position)
{
	struct drain_ring *ring = &drain->process[0]->ring[number];

	ring->at = ring_reader_resume(ring->reader, number, position->at, drain->writer_runs);
	ring->generation = position->generation;
	ring->thread = position->thread;
	/* Its recorder may have taken more than it could still write down, and then the ring could be
	 * given to another thread. */
	ring->changes_hands = ring_reader_generation(ring->reader, number) != position->generation;
	return ring->at - position->at;
}

uint32_t drain_threads(const struct drain *drain)
{
	return drain->earlier_threads + drain->thread_count;
}

const struct drain_thread *drain_thread(const struct drain *drain, uint32_t number)
{
	return &drain->threads[number - drain->earlier_threads - 1];
}

uint32_t drain_thread_of_ring(const struct drain *drain, int process, uint32_t ring)
{
	return drain->process[process]->ring[ring].thread;
}

int drain_process_of_thread(const struct drain *drain, uint32_t number)
{
	return number > drain->earlier_threads ? drain_thread(drain, number)->process : 0;
}

uint64_t drain_time_ns(const struct drain *drain)
{
	return drain->time_ns;
}

uint64_t drain_skipped(const struct drain *drain)
{
	return drain->skipped;
}
