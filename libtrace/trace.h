/* SPDX-License-Identifier: MIT */
/*
 * trace.h - the hooks: how the runtime says what happens.
 *
 * The runtime keeps a `struct trace_ring *` for each of its threads, NULL while nothing is
 * recorded. A hook is
 *
 *     if (trace_wanted(thread->ring))
 *             trace_emit(thread->ring, event_pack_tasklet_insert((struct event_tasklet_insert){...}));
 *
 * one load and a predictable branch when tracing is off. Several events that belong to one moment
 * share one stamp: trace_stamp, then trace_emit_at for each.
 *
 * Own thread only, unless said otherwise.
 */
#ifndef GREENROOM_TRACE_H
#define GREENROOM_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "ring.h"

struct greenroom_site;

#ifndef GREENROOM_NO_HOOKS

static inline bool trace_wanted(const struct trace_ring *ring)
{
	return __builtin_expect(ring != NULL, 0);
}

/* Called when a thread attaches to the runtime: its ring, or NULL when nothing is recorded. The
 * first call of the process looks for a segment (SEGMENT_ENVIRONMENT). Where the runtime keeps the
 * pointer is told: it is put there, and when the recorder is gone or asks for it, *ring_slot
 * becomes NULL. */
struct trace_ring *trace_thread_attach(struct trace_ring **ring_slot);

/* Called when a thread ends: its ring is given back, *ring_slot becomes NULL. NULL: nothing. */
void trace_thread_detach(struct trace_ring *ring);

/* A time stamp, in ticks of the segment's clock. */
static inline uint64_t trace_stamp(const struct trace_ring *ring)
{
	return ring_stamp(ring);
}

/* Makes sure that what is said from now on has a later stamp than what another thread has said. The
 * processors' counters differ by next to nothing: it is a matter of a few turns, if any. */
static inline void trace_follow(const struct trace_ring *ring, uint64_t stamp)
{
	for (int i = 0; trace_wanted(ring) && ring_stamp(ring) <= stamp && i < 1000; i++)
		;
}

/* Publishes one event, if its kind is wanted. May wait for room (SEGMENT_WAIT). After it has turned
 * tracing off (the recorder is gone) further calls with the same ring do nothing. Inline: the event
 * goes from registers into the ring, and what is not wanted is not even put together. */
RING_INLINE void trace_emit_at(struct trace_ring *ring, uint64_t stamp, struct event_slot slot)
{
	if (ring_wants(ring, slot.kind, slot.word[0]))
		ring_write(ring, stamp, slot);
}

RING_INLINE void trace_emit(struct trace_ring *ring, struct event_slot slot)
{
	if (ring_wants(ring, slot.kind, slot.word[0]))
		ring_write(ring, ring_stamp(ring), slot);
}

/* Whether events of the kind may be wanted: for those that are costly to put together. */
static inline bool trace_takes(const struct trace_ring *ring, enum event_kind kind)
{
	return event_set_has(&ring->wanted, kind) ||
	       (ring->sample && event_set_has(&ring->sampled, kind));
}

/* Whether it is to be said where tasklets stop (call_stack.h). */
static inline bool trace_takes_stacks(const struct trace_ring *ring)
{
	return __builtin_expect(ring->stack_depth != 0, 0);
}

/* The text of a mark, in as many trace_text events as it needs; one stamp with the mark. */
void trace_emit_text(struct trace_ring *ring, uint64_t stamp, const char *text, size_t bytes);

/* Numbers for what cannot stand in an event: given once, the same for the rest of the process.
 * Any thread. 0 when tracing is off, or when there is no room. */
uint32_t trace_name(const char *text); /* NULL and "": 0 */
uint32_t trace_place(struct greenroom_site *site, const void *return_address);
uint32_t trace_function(const void *function);

#else /* a runtime without hooks: the same names, and nothing behind them */

static inline bool trace_wanted(const struct trace_ring *ring)
{
	(void)ring;
	return false;
}

static inline struct trace_ring *trace_thread_attach(struct trace_ring **ring_slot)
{
	(void)ring_slot;
	return NULL;
}

static inline void trace_thread_detach(struct trace_ring *ring)
{
	(void)ring;
}

static inline uint64_t trace_stamp(const struct trace_ring *ring)
{
	(void)ring;
	return 0;
}

static inline void trace_follow(const struct trace_ring *ring, uint64_t stamp)
{
	(void)ring;
	(void)stamp;
}

static inline void trace_emit_at(struct trace_ring *ring, uint64_t stamp, struct event_slot slot)
{
	(void)ring;
	(void)stamp;
	(void)slot;
}

static inline void trace_emit(struct trace_ring *ring, struct event_slot slot)
{
	(void)ring;
	(void)slot;
}

static inline bool trace_takes(const struct trace_ring *ring, enum event_kind kind)
{
	(void)ring;
	(void)kind;
	return false;
}

static inline bool trace_takes_stacks(const struct trace_ring *ring)
{
	(void)ring;
	return false;
}

static inline void trace_emit_text(struct trace_ring *ring, uint64_t stamp, const char *text,
				   size_t bytes)
{
	(void)ring;
	(void)stamp;
	(void)text;
	(void)bytes;
}

static inline uint32_t trace_name(const char *text)
{
	(void)text;
	return 0;
}

static inline uint32_t trace_place(struct greenroom_site *site, const void *return_address)
{
	(void)site;
	(void)return_address;
	return 0;
}

static inline uint32_t trace_function(const void *function)
{
	(void)function;
	return 0;
}

#endif

#endif
