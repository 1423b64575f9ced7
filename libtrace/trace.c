/* SPDX-License-Identifier: MIT */
/*
 * trace.c - tracing, as the runtime sees it: on or off for the process, a ring for each thread.
 *
 * It is turned on at most once, at the first attaching of a thread, and once turned off it stays
 * off. A forked child has a segment of its own, from its first event on.
 */
#include "trace.h"

#ifndef GREENROOM_NO_HOOKS

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "greenroom.h"
#include "note.h"
#include "segment_writer.h"
#include "snapshot.h"
#include "thread.h"

static pthread_once_t trace_once = PTHREAD_ONCE_INIT;

/* The calling thread's ring: the only one that goes on in the child after a fork. */
static _Thread_local struct trace_ring *own_ring;

static void before_fork(void)
{
	segment_before_fork();
	note_before_fork();
	ring_before_fork();
}

static void after_fork(void)
{
	ring_after_fork();
	note_after_fork();
}

/* What the forking thread had is told in private memory, now that nothing in it is half done. The
 * child gets its segment with its next event: most children never have one. */
static void after_fork_in_child(void)
{
	struct thread *thread = thread_record;
	uint32_t parent = (uint32_t)getppid();

	note_after_fork_in_child();
	if (!segment_after_fork_in_child())
		own_ring = NULL;
	if (!ring_after_fork_in_child(own_ring, thread ? snapshot_events(thread) : 0))
		return;
	if (thread)
		snapshot_write(thread, parent);
	ring_end_privacy(own_ring);
}

static void trace_start(void)
{
	segment_open();
	if (segment_is_on() && pthread_atfork(before_fork, after_fork, after_fork_in_child) != 0)
		segment_turn_off();
}

__attribute__((destructor)) static void trace_finish(void)
{
	if (own_ring)
		ring_give(own_ring);
	own_ring = NULL;
	segment_finish();
}

struct trace_ring *trace_thread_attach(struct trace_ring **ring_slot)
{
	*ring_slot = NULL;
	pthread_once(&trace_once, trace_start);
	if (segment_get())
		own_ring = ring_take(ring_slot);
	return *ring_slot;
}

void trace_thread_detach(struct trace_ring *ring)
{
	if (!ring)
		return;
	ring_give(ring);
	if (own_ring == ring)
		own_ring = NULL;
}

void trace_emit_text(struct trace_ring *ring, uint64_t stamp, const char *text, size_t bytes)
{
	while (bytes > 0) {
		size_t piece = bytes < EVENT_TEXT_BYTES ? bytes : EVENT_TEXT_BYTES;
		struct event_slot slot = {.kind = EVENT_trace_text, .small = (uint16_t)piece};

		memcpy(slot.word, text, piece);
		trace_emit_at(ring, stamp, slot);
		text += piece;
		bytes -= piece;
	}
}

uint32_t trace_name(const char *text)
{
	return segment_get() ? note_string(text) : 0;
}

uint32_t trace_place(struct greenroom_site *site, const void *return_address)
{
	if (!segment_get())
		return 0;
	return site ? note_site(site) : note_code((uintptr_t)return_address, false);
}

uint32_t trace_function(const void *function)
{
	return segment_get() ? note_code((uintptr_t)function, true) : 0;
}

#endif
