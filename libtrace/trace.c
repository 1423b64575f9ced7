/* SPDX-License-Identifier: MIT */
/*
 * trace.c - what does not fit into an event: texts, and numbers for names and places.
 */
#include "trace.h"

#ifndef GREENROOM_NO_HOOKS

#include <string.h>

#include "greenroom.h"
#include "note.h"
#include "segment_writer.h"

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
