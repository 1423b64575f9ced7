/* SPDX-License-Identifier: MIT */
/*
 * ring.c - what the writer of a ring does when it does not just write: take a ring, wait, give it
 * back.
 *
 * Waiting. The thread sets `waiting`, looks at the tail once more and sleeps on tail_word; the
 * recorder moves the tail, changes tail_word, and looks at `waiting`. All four are sequentially
 * consistent, so one of the two sees the other. The sleep ends by itself now and then, to see
 * whether the recorder is still there.
 */
#include "ring.h"

#ifndef GREENROOM_NO_HOOKS

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "segment_writer.h"

enum {
	RING_CHECK_MS = 100,     /* while waiting: how often the recorder's life is checked */
	RING_CHECK_DROPS = 65536 /* while dropping: the same, in events */
};

static pthread_mutex_t rings_lock = PTHREAD_MUTEX_INITIALIZER;

/* False when the time was up. */
static bool futex_wait(_Atomic uint32_t *word, uint32_t value, long milliseconds)
{
	struct timespec timeout = {.tv_nsec = milliseconds * 1000000};

	return syscall(SYS_futex, word, FUTEX_WAIT, value, &timeout, NULL, 0) == 0 ||
	       errno != ETIMEDOUT;
}

static void ring_the_bell(struct trace_ring *ring)
{
	ring->bell_at = ring->head;
	segment_ring_bell(ring->segment);
}

void ring_turn_off(struct trace_ring *ring)
{
	segment_turn_off(ring->segment);
	ring->limit = ring->head;
	if (ring->owner)
		*ring->owner = NULL;
}

/* Sets a new limit from the recorder's tail. False when the ring is full, or turned off because the
 * tail makes no sense. */
static bool find_room(struct trace_ring *ring)
{
	uint64_t slots = ring->mask + 1;
	uint64_t used = ring->head - atomic_load(&ring->shared->tail);
	uint64_t room;

	if (used > slots) {
		ring_turn_off(ring);
		return false;
	}
	room = slots - used;
	ring->limit = ring->head + (room < slots / 2 ? room : slots / 2);
	if (used >= slots / 2 && ring->head - ring->bell_at >= slots / 2)
		ring_the_bell(ring);
	return room > 0;
}

static bool wait_for_room(struct trace_ring *ring)
{
	struct segment_ring *shared = ring->shared;
	bool found = false;

	for (;;) {
		uint32_t word = atomic_load(&shared->tail_word);

		atomic_store(&shared->waiting, 1);
		found = find_room(ring);
		if (found || segment_is_stopped(ring->segment))
			break;
		ring_the_bell(ring);
		if (!futex_wait(&shared->tail_word, word, RING_CHECK_MS) &&
		    !segment_recorder_lives(ring->segment))
			break;
	}
	atomic_store(&shared->waiting, 0);
	if (!found)
		ring_turn_off(ring);
	return found;
}

static void drop(struct trace_ring *ring)
{
	uint64_t dropped = atomic_fetch_add_explicit(&ring->shared->dropped, 1,
						     memory_order_relaxed);

	if (dropped % RING_CHECK_DROPS == RING_CHECK_DROPS - 1 &&
	    !segment_recorder_lives(ring->segment))
		ring_turn_off(ring);
}

static bool leave_privacy(struct trace_ring *ring);

bool ring_renew(struct trace_ring *ring)
{
	int saved_errno = errno;
	bool found = false;

	if (ring->is_private)
		found = leave_privacy(ring);
	else if (segment_is_stopped(ring->segment))
		ring_turn_off(ring);
	else if (!ring->drops)
		found = find_room(ring) || wait_for_room(ring);
	else if (!(found = find_room(ring)))
		drop(ring);
	errno = saved_errno;
	return found;
}

bool ring_samples(struct trace_ring *ring, unsigned int kind, uint32_t first)
{
	if (!event_set_has(&ring->sampled, kind))
		return false;
	/* A text goes with its mark; all other details name their tasklet first. */
	if (kind == EVENT_trace_text)
		return ring->sampled_text;
	ring->sampled_text = first % ring->sample == 0;
	return ring->sampled_text;
}

/* The index of a ring that nobody has, or that was given back and is empty; -1: none. */
static int find_free(const struct segment_writer *segment)
{
	uint32_t used = atomic_load_explicit(&segment->header->rings_used, memory_order_relaxed);

	for (uint32_t i = 0; i < segment->layout.rings_max; i++) {
		const struct trace_ring *ring = &segment->rings[i];

		if (!ring->taken &&
		    (i >= used || atomic_load(&segment->header->ring[i].tail) == ring->head))
			return (int)i;
	}
	return -1;
}

static bool prepare(struct segment_writer *segment, struct trace_ring *ring, uint32_t index,
		    uint32_t os_thread)
{
	struct segment *header = segment->header;

	if (!ring->slots)
		ring->slots = segment_map_ring(segment, index);
	if (!ring->slots)
		return false;
	ring->segment = segment;
	ring->shared = &header->ring[index];
	ring->mask = segment->layout.ring_slots - 1;
	ring->limit = ring->head;
	ring->bell_at = ring->head;
	ring->session = segment->session;
	ring->counter = header->clock.kind == SEGMENT_CLOCK_COUNTER;
	ring->drops = header->settings.on_full == SEGMENT_DROP;
	ring->wanted = header->settings.wanted;
	ring->sampled = header->settings.sampled;
	ring->sample = header->settings.sample;
	ring->slice_bytes = header->settings.slice_bytes;
	ring->stack_depth = header->settings.stack_depth;
	ring->stack_every = header->settings.stack_every != 0;
	ring->sampled_text = false;
	ring->shared->os_thread = os_thread;
	atomic_fetch_add(&ring->shared->generation, 1);
	atomic_store(&ring->shared->state, SEGMENT_RING_LIVE);
	return true;
}

static bool publish(struct segment_writer *segment, struct trace_ring *ring, uint32_t index,
		    uint32_t os_thread)
{
	struct segment *header = segment->header;

	if (index >= segment->layout.rings_max || !prepare(segment, ring, index, os_thread)) {
		atomic_fetch_add(&header->rings_refused, 1);
		return false;
	}
	if (index >= atomic_load(&header->rings_used))
		atomic_store(&header->rings_used, index + 1);
	return true;
}

/* Memory that costs nothing until it is used. */
static bool has_rings(struct segment_writer *segment)
{
	void *rings;

	if (segment->rings)
		return true;
	rings = mmap(NULL, SEGMENT_RINGS_MAX * sizeof(struct trace_ring), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	segment->rings = rings != MAP_FAILED ? rings : NULL;
	return segment->rings != NULL;
}

struct trace_ring *ring_take(struct segment_writer *segment, uint32_t os_thread)
{
	struct trace_ring *ring = NULL;
	int index;

	pthread_mutex_lock(&rings_lock);
	index = has_rings(segment) ? find_free(segment) : -1;
	if (index < 0) {
		atomic_fetch_add(&segment->header->rings_refused, 1);
	} else if (publish(segment, &segment->rings[index], (uint32_t)index, os_thread)) {
		ring = &segment->rings[index];
		ring->taken = true;
		segment->rings_out++;
	}
	pthread_mutex_unlock(&rings_lock);
	return ring;
}

void ring_own(struct trace_ring *ring, struct trace_ring **owner)
{
	ring->owner = owner;
	*owner = ring;
}

void ring_give(struct trace_ring *ring)
{
	pthread_mutex_lock(&rings_lock);
	if (ring->owner && *ring->owner == ring)
		*ring->owner = NULL;
	ring->owner = NULL;
	ring->limit = ring->head;
	atomic_store(&ring->shared->state, SEGMENT_RING_ENDED);
	if (ring->is_private) {
		free(ring->slots);
		ring->slots = NULL;
		ring->is_private = false;
	}
	ring->taken = false;
	ring->segment->rings_out--;
	pthread_mutex_unlock(&rings_lock);
}

bool ring_forget_all(struct segment_writer *segment)
{
	size_t bytes = segment_layout_ring_bytes(&segment->layout);
	bool all_given;

	pthread_mutex_lock(&rings_lock);
	all_given = segment->rings_out == 0;
	pthread_mutex_unlock(&rings_lock);
	if (!all_given || !segment->rings)
		return all_given;
	for (uint32_t i = 0; i < SEGMENT_RINGS_MAX; i++) {
		if (segment->rings[i].slots)
			munmap(segment->rings[i].slots, bytes);
	}
	munmap(segment->rings, SEGMENT_RINGS_MAX * sizeof(struct trace_ring));
	segment->rings = NULL;
	return true;
}

/* -------------------------------------------------------------------------------- after a fork */

void ring_before_fork(void)
{
	pthread_mutex_lock(&rings_lock);
}

void ring_after_fork(void)
{
	pthread_mutex_unlock(&rings_lock);
}

/* No events are in memory that the recorder sees, nor does anybody wait there. */
static struct segment_ring nowhere;

bool ring_after_fork_in_child(struct segment_writer *segment, struct trace_ring *ring,
			      size_t events)
{
	uint64_t slots = SEGMENT_RING_SLOTS_MIN;
	struct trace_ring own = {0};

	pthread_mutex_init(&rings_lock, NULL);
	if (ring)
		own = *ring;
	if (segment && segment->rings)
		memset(segment->rings, 0, SEGMENT_RINGS_MAX * sizeof(*segment->rings));
	if (segment)
		segment->rings_out = ring != NULL;
	if (!ring)
		return false;
	while (slots < events)
		slots *= 2;
	own.slots = calloc(slots, sizeof(*own.slots));
	own.shared = &nowhere;
	own.mask = slots - 1;
	own.head = 0;
	own.limit = own.slots ? slots : 0;
	own.is_private = own.slots != NULL;
	own.session = segment->session;
	*ring = own;
	return own.is_private;
}

void ring_end_privacy(struct trace_ring *ring)
{
	ring->limit = ring->head;
}

static bool publish_at_its_place(struct trace_ring *ring)
{
	bool good;

	pthread_mutex_lock(&rings_lock);
	good = publish(ring->segment, ring, (uint32_t)(ring - ring->segment->rings),
		       (uint32_t)syscall(SYS_gettid));
	pthread_mutex_unlock(&rings_lock);
	return good;
}

/* The first event after the fork: what the thread brought along comes before it. */
static bool leave_privacy(struct trace_ring *ring)
{
	struct event_slot *events = ring->slots;
	uint64_t count = ring->head;

	ring->is_private = false;
	ring->slots = NULL;
	ring->head = ring->limit = 0;
	if (!segment_get() || !publish_at_its_place(ring)) {
		ring->shared = &nowhere;
		ring_turn_off(ring);
		free(events);
		return false;
	}
	for (uint64_t i = 0; i < count; i++)
		ring_write(ring, events[i].stamp, events[i]);
	free(events);
	return ring->head < ring->limit || ring_renew(ring);
}

#endif
