/* SPDX-License-Identifier: MIT */
/*
 * ring.h - a thread's ring, as its one writer sees it.
 *
 * The writer keeps `head` and `limit` in own memory: as long as head is below limit there is room,
 * and an event costs its 32 bytes and one release store. At the limit, twice a round at least, it
 * looks at what the recorder has consumed (ring_renew). `limit` == `head` for ever is how a ring is
 * turned off.
 */
#ifndef GREENROOM_RING_H
#define GREENROOM_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "compiler.h"
#include "segment.h"

struct segment_writer;

struct trace_ring {
	/* A line of its own: the two counters below are written with every event. */
	_Alignas(SEGMENT_LINE) struct event_slot *slots; /* in the segment; NULL: never mapped */
	struct segment_ring *shared;
	uint64_t mask;           /* slots - 1, a power of two less one */
	uint64_t head;           /* slots ever written */
	uint64_t limit;          /* head at which to look for room again; never below head */
	struct event_set wanted; /* kinds that are written, all of them */
	bool counter;            /* stamps are the processor's counter */
	bool drops;              /* SEGMENT_DROP */
	bool sampled_text;       /* the mark before the text was written */
	bool is_private;         /* between a fork and the first event after it */
	uint32_t session;        /* of the segment */
	uint32_t sample;         /* segment_settings */
	struct event_set sampled;
	uint32_t slice_bytes, stack_depth; /* segment_settings */
	bool stack_every;
	uint64_t bell_at; /* head when the recorder was last woken */
	struct segment_writer *segment;
	bool taken; /* a thread has it, or is offered it */
	/* Where the runtime keeps the pointer to this ring, or NULL. */
	struct trace_ring **owner;
};

/* Takes a ring of the segment for a thread, by its number in the system; it is to be handed over to
 * that with ring_own. NULL when there is none left or no room for it. Any thread. */
struct trace_ring *ring_take(struct segment_writer *segment, uint32_t os_thread);

/* Where the calling thread keeps the pointer to its ring from now on: it is put there. */
void ring_own(struct trace_ring *ring, struct trace_ring **owner);

/* Gives it back: another thread may have it when its events have been consumed. Nothing may use it
 * after that, whether it is on or off. */
void ring_give(struct trace_ring *ring);

/* Whether all rings of a segment, which is off, have been given back; then forgets them and their
 * memory. Any thread. */
bool ring_forget_all(struct segment_writer *segment);

/* At the limit: finds room, waits for it, or drops the event. Whether it can be written. */
bool ring_renew(struct trace_ring *ring);

/* Turns tracing off for the process, and at once for the ring's thread, which is the caller. */
void ring_turn_off(struct trace_ring *ring);

/* Around a fork, so that no other thread is in the middle of something. */
void ring_before_fork(void);
void ring_after_fork(void);

/* In the child: all rings of the segment (NULL: none) were the parent's. That of the calling thread,
 * when it has one there, takes so many events in own memory, up to ring_end_privacy; they are
 * published with the next event after that. Whether it does. */
bool ring_after_fork_in_child(struct segment_writer *segment, struct trace_ring *ring,
			      size_t events);
void ring_end_privacy(struct trace_ring *ring);

/* Whether an event of a kind that is not wanted, with that first word, is written all the same:
 * details are sampled. */
bool ring_samples(struct trace_ring *ring, unsigned int kind, uint32_t first);

/* The recorder has read the slots that come next, and its processor has their lines: they are asked
 * back in time. Else each store would wait for its line, and all stores after it, since a processor
 * makes them in their order. */
enum { RING_AHEAD = 16 };

/* What follows is in every hook, whatever the compiler thinks of its size: so an event is never put
 * together in memory. Reading in one piece what has just been written in several means waiting until
 * all earlier stores are done. */
#define RING_INLINE static inline __attribute__((always_inline))

RING_INLINE bool ring_wants(struct trace_ring *ring, unsigned int kind, uint32_t first)
{
	return likely(event_set_has(&ring->wanted, kind)) ||
	       (ring->sample && ring_samples(ring, kind, first));
}

/* Writes an event that is wanted. */
RING_INLINE void ring_write(struct trace_ring *ring, uint64_t stamp, struct event_slot event)
{
	struct event_slot *slot;

	if (unlikely(ring->head == ring->limit) && !ring_renew(ring))
		return;
	slot = &ring->slots[ring->head & ring->mask];
	slot->stamp = stamp;
	slot->kind = event.kind;
	slot->small = event.small;
	for (int i = 0; i < EVENT_WORDS; i++)
		slot->word[i] = event.word[i];
	prefetch_for_write(&ring->slots[(ring->head + RING_AHEAD) & ring->mask]);
	ring->head++;
	atomic_store_explicit(&ring->shared->head, ring->head, memory_order_release);
}

/* Whether events are dropped when there is no room for them; what it was before. */
static inline bool ring_set_dropping(struct trace_ring *ring, bool drops)
{
	bool dropped = ring->drops;

	ring->drops = drops;
	return dropped;
}

/* Which recording of the process it belongs to, from 1 on. */
static inline uint32_t ring_session(const struct trace_ring *ring)
{
	return ring->session;
}

RING_INLINE uint64_t ring_stamp(const struct trace_ring *ring)
{
	return clock_stamp(ring->counter);
}

#endif
