/* SPDX-License-Identifier: MIT */
/*
 * explain_wait.c - the sentences about waiting for a time or a descriptor, and about threads that
 * sleep.
 */
#include "explain_text.h"

/* What for, and for how long; `more`: "" or " more". */
static void explain_aim(struct explain_text *text, const char *more)
{
	bool limited = explain_field(text, "time") != 0;

	if (explain_field(text, "descriptor") < 0) {
		explain_fill(text, limited ? "for {time}" : "until it is woken");
		explain_put(text, "%s.", limited ? more : "");
		return;
	}
	switch (explain_field(text, "aim")) {
	case EVENT_AIM_READ:
		explain_put(text, "until it can read from");
		break;
	case EVENT_AIM_WRITE:
		explain_put(text, "until it can write to");
		break;
	case EVENT_AIM_BOTH:
		explain_put(text, "until it can read from or write to");
		break;
	default:
		explain_put(text, "for something to happen to");
		break;
	}
	explain_put(text, " descriptor %d", (int)explain_field(text, "descriptor"));
	if (limited) {
		explain_fill(text, ", but no longer than {time}");
		explain_put(text, "%s", more);
	}
	explain_put(text, ".");
}

void explain_wait(struct explain_text *text)
{
	switch (text->event->kind) {
	case EVENT_tasklet_wait:
		explain_fill(text, "{tasklet} left the chain to wait ");
		explain_aim(text, "");
		break;
	case EVENT_snapshot_wait:
		explain_fill(text, "{tasklet} was waiting ");
		explain_aim(text, " more");
		break;
	case EVENT_tasklet_ready:
		explain_fill(text, "{tasklet} waits no more: {cause}.");
		break;
	case EVENT_thread_sleep:
		explain_fill(text, "Nothing is runnable in thread {thread}, so it went to sleep.");
		break;
	case EVENT_thread_wake:
		explain_fill(text, "Thread {thread} woke up: {runnable} runnable now.");
		break;
	default:
		break;
	}
}
