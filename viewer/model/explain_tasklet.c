/* SPDX-License-Identifier: MIT */
/*
 * explain_tasklet.c - the sentences about a tasklet's life.
 */
#include "explain_text.h"

static void explain_create(struct explain_text *text)
{
	if (explain_field(text, "function"))
		explain_fill(text, "{creator} created {tasklet}, which will run {function}.");
	else
		explain_fill(text, "{creator} created {tasklet} without a function, so it cannot "
				   "run before it is bound to one.");
}

static void explain_bind(struct explain_text *text)
{
	if (explain_field(text, "function"))
		explain_fill(text, "{actor} bound {tasklet} to {function}, so it is alive, and "
				   "paused until it is inserted.");
	else
		explain_fill(text, "{actor} took the function of {tasklet} away, so it is not "
				   "alive any more.");
}

static void explain_insert(struct explain_text *text)
{
	uint32_t count = state_thread(text->state, text->event->thread)->count;

	if (explain_field(text, "actor"))
		explain_fill(text, "{actor} put {tasklet} ");
	else
		explain_fill(text, "{tasklet} came ");
	if (explain_field(text, "successor"))
		explain_fill(text, "into the chain before {successor}, ");
	else
		explain_fill(text,
			     count == 1 ? "into the empty chain, " : "at the end of the chain, ");
	explain_fill(text, "because {cause}; {runnable} runnable now.");
}

static void explain_remove(struct explain_text *text)
{
	switch (explain_field(text, "cause")) {
	case EVENT_REMOVE_CALLED:
		explain_fill(text, "{actor} took {tasklet} out of the chain, so it is paused; "
				   "{runnable} runnable now.");
		break;
	case EVENT_REMOVE_PAUSED:
		explain_fill(text, "{tasklet} paused itself, so it left the chain until somebody "
				   "inserts it; {runnable} runnable now.");
		break;
	case EVENT_REMOVE_SWITCHED:
		explain_fill(text, "{tasklet} left the chain and is paused, because it gave its "
				   "place up with tasklet_switch.");
		break;
	case EVENT_REMOVE_INTERRUPTED:
		explain_fill(text, "{tasklet} left the chain and is paused, because the watchdog "
				   "of {actor} has stopped it; {runnable} runnable now.");
		break;
	default:
		break;
	}
}

static void explain_end(struct explain_text *text)
{
	switch (explain_field(text, "cause")) {
	case EVENT_END_RETURNED:
		explain_fill(text, "{tasklet} ended, because its function returned");
		break;
	case EVENT_END_KILLED:
		explain_fill(text, "{tasklet} ended, because it was killed");
		break;
	case EVENT_END_NEVER_RAN:
		explain_fill(text, "{tasklet} ended without ever having run, because it was "
				   "killed before");
		break;
	case EVENT_END_ERROR:
		explain_fill(text, "{tasklet} ended with the uncaught error {error}");
		break;
	case EVENT_END_HANDLED:
		explain_fill(text, "{tasklet} ended with {error}, which the error handler took");
		break;
	default:
		return;
	}
	if (!explain_field(text, "heir"))
		explain_fill(text, "; {runnable} runnable now.");
	else if (explain_field(text, "cause") == EVENT_END_ERROR)
		explain_fill(text, ", so {heir} has to take it.");
	else
		explain_fill(text, ", so {heir} gets {error}.");
}

static void explain_throw(struct explain_text *text)
{
	/* -ECANCELED is a kill, whatever the number of that error is where this runs. */
	explain_fill(text, "{actor} threw {error} into {target}, ");
	explain_fill(text, explain_field(text, "pending")
				   ? "which gets it when its turn comes."
				   : "which gets it at once, where it waits.");
}

void explain_life(struct explain_text *text)
{
	switch (text->event->kind) {
	case EVENT_tasklet_create:
		explain_create(text);
		break;
	case EVENT_tasklet_bind:
		explain_bind(text);
		break;
	case EVENT_tasklet_insert:
		explain_insert(text);
		break;
	case EVENT_tasklet_remove:
		explain_remove(text);
		break;
	case EVENT_tasklet_start:
		explain_fill(text, "{tasklet} started to run {function}, on the C stack from "
				   "{base} down.");
		break;
	case EVENT_tasklet_end:
		explain_end(text);
		break;
	case EVENT_tasklet_throw:
		explain_throw(text);
		break;
	default:
		break;
	}
}
