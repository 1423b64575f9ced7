/* SPDX-License-Identifier: MIT */
/*
 * explain.c - from an event to its sentence.
 *
 * Kinds about which the state can say more than the event have a writer of their own; the others,
 * and odd ones from damaged traces, get the catalogue's sentence.
 */
#include "explain.h"

#include <string.h>

#include "explain_text.h"

typedef void explain_writer(struct explain_text *text);

static explain_writer *const writers[EVENT_KINDS] = {
	[EVENT_thread_start] = explain_thread,
	[EVENT_thread_end] = explain_thread,
	[EVENT_tasklet_create] = explain_life,
	[EVENT_tasklet_bind] = explain_life,
	[EVENT_tasklet_insert] = explain_life,
	[EVENT_tasklet_remove] = explain_life,
	[EVENT_tasklet_switch] = explain_switch,
	[EVENT_tasklet_start] = explain_life,
	[EVENT_slice_save] = explain_slice,
	[EVENT_slice_restore] = explain_slice,
	[EVENT_tasklet_end] = explain_life,
	[EVENT_tasklet_throw] = explain_life,
	[EVENT_channel_create] = explain_rendezvous,
	[EVENT_channel_destroy] = explain_rendezvous,
	[EVENT_channel_prefer] = explain_rendezvous,
	[EVENT_channel_close] = explain_rendezvous,
	[EVENT_channel_block] = explain_rendezvous,
	[EVENT_channel_leave] = explain_rendezvous,
	[EVENT_channel_transfer] = explain_rendezvous,
	[EVENT_channel_refuse] = explain_rendezvous,
	[EVENT_scheduler_enter] = explain_scheduler,
	[EVENT_scheduler_leave] = explain_scheduler,
	[EVENT_scheduler_deadlock] = explain_scheduler,
	[EVENT_watchdog_start] = explain_watchdog,
	[EVENT_watchdog_interrupt] = explain_watchdog,
	[EVENT_tasklet_set] = explain_watchdog,
	[EVENT_tasklet_wait] = explain_wait,
	[EVENT_snapshot_wait] = explain_wait,
	[EVENT_tasklet_ready] = explain_wait,
	[EVENT_thread_sleep] = explain_wait,
	[EVENT_thread_wake] = explain_wait,
	[EVENT_trace_mark] = explain_mark,
	[EVENT_trace_text] = explain_mark,
};

void explain_thread(struct explain_text *text)
{
	if (text->event->kind == EVENT_thread_start)
		explain_fill(text, "Thread {thread} began to use tasklets; {main} is its main "
				   "tasklet and runs.");
	else if (explain_field(text, "left") == 0)
		explain_fill(text, "Thread {thread} ended; all its tasklets had ended.");
	else
		explain_fill(text, "Thread {thread} ended, so what it left can never run again; "
				   "tasklets that had not ended: {left}.");
}

void explain_mark(struct explain_text *text)
{
	if (text->event->kind == EVENT_trace_text)
		explain_fill(text, "({length} bytes of the text of a mark)");
	else if (text->mark)
		explain_fill(text, "{tasklet} says: {text}");
	else
		explain_fill(text, "{tasklet} set a mark of {length}.");
}

size_t explain_event(char *out, size_t size, const struct state *state,
		     const struct dictionary *dictionary, const struct event *event,
		     const char *mark)
{
	struct explain_text text = {.out = out,
				    .size = size,
				    .state = state,
				    .dictionary = dictionary,
				    .event = event,
				    .mark = mark};
	const struct event_description *description = event_describe(event->kind);

	if (!description) {
		explain_put(&text, "Event of a kind that is not known here: %u.", event->kind);
		return explain_finish(&text);
	}
	if (writers[event->kind])
		writers[event->kind](&text);
	if (!text.length)
		explain_fill(&text, description->sentence);
	if (event->kind == EVENT_slice_save || event->kind == EVENT_slice_restore)
		explain_put_at(&text, state_tasklet(state, event->word[0])->stopped_at);
	else
		explain_put_at(&text, (uint32_t)explain_field(&text, "place"));
	return explain_finish(&text);
}
