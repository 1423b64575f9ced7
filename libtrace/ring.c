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
#include <sys/syscall.h>
#include <unistd.h>

#include "segment_writer.h"

enum {
	RING_CHECK_MS = 100,     /* while waiting: how often the recorder's life is checked */
	RING_CHECK_DROPS = 65536 /* while dropping: the same, in events */
};

static struct trace_ring rings[SEGMENT_RINGS_MAX];
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
	segment_ring_bell();
}

void ring_turn_off(struct trace_ring *ring)
{
	segment_turn_off();
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
		if (found || segment_is_stopped())
			break;
		ring_the_bell(ring);
		if (!futex_wait(&shared->tail_word, word, RING_CHECK_MS) &&
		    !segment_recorder_lives())
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

	if (dropped % RING_CHECK_DROPS == RING_CHECK_DROPS - 1 && !segment_recorder_lives())
		ring_turn_off(ring);
}

static bool leave_privacy(struct trace_ring *ring);

bool ring_renew(struct trace_ring *ring)
{
	int saved_errno = errno;
	bool found = false;

	if (ring->is_private)
		found = leave_privacy(ring);
	else if (segment_is_stopped())
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
static int find_free(struct segment *header, uint32_t rings_max)
{
	uint32_t used = atomic_load_explicit(&header->rings_used, memory_order_relaxed);

	for (uint32_t i = 0; i < rings_max; i++) {
		if (!rings[i].owner &&
		    (i >= used || atomic_load(&header->ring[i].tail) == rings[i].head))
			return (int)i;
	}
	return -1;
}

static bool prepare(struct trace_ring *ring, uint32_t index)
{
	struct segment *header = segment_header();

	if (!ring->slots)
		ring->slots = segment_map_ring(index);
	if (!ring->slots)
		return false;
	ring->shared = &header->ring[index];
	ring->mask = segment_layout()->ring_slots - 1;
	ring->limit = ring->head;
	ring->bell_at = ring->head;
	ring->counter = header->clock.kind == SEGMENT_CLOCK_COUNTER;
	ring->drops = header->settings.on_full == SEGMENT_DROP;
	ring->wanted = header->settings.wanted;
	ring->sampled = header->settings.sampled;
	ring->sample = header->settings.sample;
	ring->slice_bytes = header->settings.slice_bytes;
	ring->sampled_text = false;
	ring->shared->os_thread = (uint32_t)syscall(SYS_gettid);
	atomic_fetch_add(&ring->shared->generation, 1);
	atomic_store(&ring->shared->state, SEGMENT_RING_LIVE);
	return true;
}

static bool publish(struct trace_ring *ring, uint32_t index)
{
	struct segment *header = segment_header();

	if (index >= segment_layout()->rings_max || !prepare(ring, index)) {
		atomic_fetch_add(&header->rings_refused, 1);
		return false;
	}
	if (index >= atomic_load(&header->rings_used))
		atomic_store(&header->rings_used, index + 1);
	return true;
}

struct trace_ring *ring_take(struct trace_ring **owner)
{
	struct segment *header = segment_header();
	struct trace_ring *ring = NULL;
	int index;

	pthread_mutex_lock(&rings_lock);
	index = find_free(header, segment_layout()->rings_max);
	if (index < 0) {
		atomic_fetch_add(&header->rings_refused, 1);
	} else if (publish(&rings[index], (uint32_t)index)) {
		ring = &rings[index];
		ring->owner = owner;
		*owner = ring;
	}
	pthread_mutex_unlock(&rings_lock);
	return ring;
}

void ring_give(struct trace_ring *ring)
{
	pthread_mutex_lock(&rings_lock);
	if (ring->owner)
		*ring->owner = NULL;
	ring->owner = NULL;
	ring->limit = ring->head;
	atomic_store(&ring->shared->state, SEGMENT_RING_ENDED);
	pthread_mutex_unlock(&rings_lock);
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

bool ring_after_fork_in_child(struct trace_ring *ring, size_t events)
{
	struct trace_ring own = {0};
	uint64_t slots = SEGMENT_RING_SLOTS_MIN;

	pthread_mutex_init(&rings_lock, NULL);
	if (ring)
		own = *ring;
	memset(rings, 0, sizeof(rings));
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
	good = publish(ring, (uint32_t)(ring - rings));
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
