/* SPDX-License-Identifier: MIT */
/*
 * explain_channel.c - the sentences about channels.
 */
#include <errno.h>

#include "explain_text.h"

static void explain_channel_create(struct explain_text *text)
{
	explain_fill(text, explain_field(text, "size")
				   ? "{creator} created {channel} for values of {size}."
				   : "{creator} created {channel} for signals without a value.");
}

static void explain_prefer(struct explain_text *text)
{
	if (explain_field(text, "schedule_all"))
		explain_fill(text, "{actor} made every operation on {channel} yield; its "
				   "preference ({preference}) does not count then.");
	else if (explain_field(text, "preference"))
		explain_fill(text, "{actor} let {channel} prefer {preference}, so after a "
				   "rendezvous {preference} runs first.");
	else
		explain_fill(text, "{actor} let {channel} prefer neither side, so after a "
				   "rendezvous whoever came goes on.");
}

static void explain_block(struct explain_text *text)
{
	explain_fill(text, "{tasklet} found nobody to ");
	explain_put(text, explain_field(text, "direction") > 0 ? "receive" : "send");
	explain_fill(text, " on {channel}, so it left the chain and waits; balance {before} -> "
			   "{balance} ({waiting}).");
}

static void explain_leave(struct explain_text *text)
{
	explain_fill(text, "{tasklet} left the queue of {channel} without a partner, because "
			   "{cause}; balance ");
	explain_fill(text, explain_field(text, "balance") ? "{before} -> {balance} ({waiting})."
							  : "0 now (nobody waits).");
}

static void explain_transfer(struct explain_text *text)
{
	int64_t wake = explain_field(text, "wake");

	if (wake > EVENT_WAKE_THREAD_BY_SENDER)
		return;
	explain_fill(text, wake & 1 ? "{actor} handed a value to {other} through {channel}"
				    : "{actor} took a value from {other} through {channel}");
	explain_fill(text, ", because {other.id} had been waiting for {waited}; balance {before} "
			   "-> {balance}, ");
	switch (wake >> 1) {
	case EVENT_WAKE_END_BY_RECEIVER >> 1:
		explain_fill(text, "{other.id} goes to the end of the chain.");
		break;
	case EVENT_WAKE_AFTER_BY_RECEIVER >> 1:
		explain_fill(text, "{other.id} runs next.");
		break;
	default:
		explain_put(text, "T%u is woken in thread %u.", explain_waiter(text->event),
			    state_tasklet(text->state, explain_waiter(text->event))->thread);
	}
}

/* The words for why; the error says which of the runtime's reasons it was. */
static void explain_refuse(struct explain_text *text)
{
	explain_fill(text, "{tasklet} could not {direction} on {channel} and got {error}");
	switch (-explain_field(text, "error")) {
	case EPIPE:
		explain_fill(text, ", because {channel.id} is closed and it would have had to "
				   "wait.");
		break;
	case EWOULDBLOCK:
		explain_fill(text, ", because it would have had to wait and its block trap "
				   "forbids that.");
		break;
	case EDEADLK:
		explain_fill(text, ", because it is the last runnable tasklet of thread {thread} "
				   "and nobody could wake it.");
		break;
	case EPERM:
		explain_fill(text, ", because that would have switched and a switch trap forbids "
				   "it.");
		break;
	default:
		explain_put(text, ".");
	}
}

void explain_rendezvous(struct explain_text *text)
{
	switch (text->event->kind) {
	case EVENT_channel_create:
		explain_channel_create(text);
		break;
	case EVENT_channel_destroy:
		explain_fill(text, "{actor} destroyed {channel}, which had seen {transfers}.");
		break;
	case EVENT_channel_prefer:
		explain_prefer(text);
		break;
	case EVENT_channel_close:
		explain_fill(text, "{actor} closed {channel}, so operations that would wait fail "
				   "from now on ({waiting}).");
		break;
	case EVENT_channel_block:
		explain_block(text);
		break;
	case EVENT_channel_leave:
		explain_leave(text);
		break;
	case EVENT_channel_transfer:
		explain_transfer(text);
		break;
	case EVENT_channel_refuse:
		explain_refuse(text);
		break;
	default:
		break;
	}
}
