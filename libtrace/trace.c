/* SPDX-License-Identifier: MIT */
/*
 * trace.c - tracing, as the runtime sees it: on or off for the process, a ring for each thread.
 *
 * It is turned on at most once, at the first attaching of a thread, and once turned off it stays
 * off. After a fork it is off in the child: the segment belongs to the parent.
 */
#include "trace.h"

#ifndef GREENROOM_NO_HOOKS

#include <pthread.h>
#include <string.h>

#include "greenroom.h"
#include "note.h"
#include "segment_writer.h"

static pthread_once_t trace_once = PTHREAD_ONCE_INIT;

/* The calling thread's ring: the only one that goes on in the child after a fork. */
static _Thread_local struct trace_ring *own_ring;

static void leave_segment_to_parent(void)
{
	if (own_ring)
		ring_turn_off(own_ring);
	own_ring = NULL; /* it is not ours to give back */
	segment_turn_off();
	note_after_fork();
	ring_after_fork();
}

static void trace_start(void)
{
	segment_open();
	if (segment_is_on() && pthread_atfork(NULL, NULL, leave_segment_to_parent) != 0)
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
	if (segment_is_on())
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
	return segment_is_on() ? note_string(text) : 0;
}

uint32_t trace_place(struct greenroom_site *site, const void *return_address)
{
	if (!segment_is_on())
		return 0;
	return site ? note_site(site) : note_code((uintptr_t)return_address, false);
}

uint32_t trace_function(const void *function)
{
	return segment_is_on() ? note_code((uintptr_t)function, true) : 0;
}

#endif
