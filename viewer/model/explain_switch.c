/* SPDX-License-Identifier: MIT */
/*
 * explain_switch.c - the sentences about who runs, the stack and the scheduler.
 */
#include "explain_text.h"

/* Ends a sentence with whose turn it was, if the chain's order decided. */
static void explain_turn(struct explain_text *text)
{
	const struct state_thread *thread = state_thread(text->state, text->event->thread);

	if (thread->expected == (uint32_t)explain_field(text, "next"))
		explain_fill(text, " and {next.id} was next in the chain.");
	else
		explain_put(text, ".");
}

static void explain_preference(struct explain_text *text)
{
	uint32_t channel = (uint32_t)explain_field(text, "channel");
	int preference = state_channel(text->state, channel)->preference;

	explain_fill(text, "{next} took over from {prev} at once, because it was waiting on "
			   "{channel}");
	if (preference)
		explain_fill(text, " and {channel.id} prefers {wants}");
	explain_fill(text, "; {prev.id} stays in the chain.");
}

void explain_switch(struct explain_text *text)
{
	switch (explain_field(text, "cause")) {
	case EVENT_SWITCH_YIELD:
		explain_fill(text, "{prev} stopped and {next} went on, because {prev.id} yielded");
		explain_turn(text);
		break;
	case EVENT_SWITCH_PAUSE:
		explain_fill(text, "{prev} stopped and {next} went on, because {prev.id} paused "
				   "itself");
		explain_turn(text);
		break;
	case EVENT_SWITCH_BLOCK:
		explain_fill(text, "{prev} stopped and {next} went on, because {prev.id} waits on "
				   "{channel}");
		explain_turn(text);
		break;
	case EVENT_SWITCH_RUN:
		explain_fill(text, "{prev} let {next} run at once, because it called tasklet_run; "
				   "{prev.id} stays in the chain.");
		break;
	case EVENT_SWITCH_SWITCH:
		explain_fill(text, "{prev} let {next} run in its place, because it called "
				   "tasklet_switch, so {prev.id} is paused.");
		break;
	case EVENT_SWITCH_SCHEDULER:
		explain_fill(text, "{prev} stopped and {next} went on, because {prev.id} called "
				   "scheduler_run");
		explain_turn(text);
		break;
	case EVENT_SWITCH_PREFERENCE:
		explain_preference(text);
		break;
	case EVENT_SWITCH_SCHEDULE_ALL:
		explain_fill(text, "{prev} stopped and {next} went on, because every operation on "
				   "{channel} yields");
		explain_turn(text);
		break;
	case EVENT_SWITCH_THROW:
		explain_fill(text, "{prev} stopped and {next} went on at once, because {prev.id} "
				   "threw {fate} into it.");
		break;
	case EVENT_SWITCH_END:
		explain_fill(text, "{next} went on, because {prev} had ended");
		explain_turn(text);
		break;
	case EVENT_SWITCH_ERROR:
		explain_fill(text, "{next} went on at once, because {prev} had ended and {next.id} "
				   "has to take {fate}.");
		break;
	case EVENT_SWITCH_INTERRUPT:
		explain_fill(text, "{prev} stopped and {next} went on, because {next.id} is a "
				   "watchdog and a budget is used up.");
		break;
	default:
		break;
	}
}

/* What was copied to the heap, and what was not. */
static void explain_save(struct explain_text *text)
{
	bool lay_in_place = state_thread(text->state, text->event->thread)->previous !=
			    explain_field(text, "tasklet");

	if (!explain_field(text, "bytes")) {
		explain_fill(text, "Nothing of the stack of {tasklet} was copied: all its {kept} "
				   "stayed in place, above what the next one can overwrite.");
		return;
	}
	explain_fill(text, "To make room, {bytes} of the stack of {tasklet}");
	if (lay_in_place)
		explain_fill(text, ", who had left them in place");
	explain_fill(text, " ({address} to {top}) were copied to the heap");
	explain_fill(text, explain_field(text, "kept") ? "; the {kept} above them stayed in place."
						       : ".");
}

static void explain_restore(struct explain_text *text)
{
	if (!explain_field(text, "bytes")) {
		explain_fill(text, "{tasklet} came back, and nothing had to be copied: all its "
				   "{kept} had stayed in place.");
		return;
	}
	explain_fill(text, "{tasklet} came back: {bytes} were copied to {address}, where they came "
			   "from, so its variables have the same addresses as before");
	explain_fill(text, explain_field(text, "kept")
				   ? "; the {kept} above them had stayed in place."
				   : ".");
}

void explain_slice(struct explain_text *text)
{
	if (text->event->kind == EVENT_slice_save)
		explain_save(text);
	else
		explain_restore(text);
}

static void explain_return(struct explain_text *text)
{
	switch (explain_field(text, "reason")) {
	case EVENT_REASON_EMPTY:
		explain_fill(text, "{tasklet} returned from scheduler_run, because nothing else "
				   "was runnable any more.");
		break;
	case EVENT_REASON_ERROR:
		explain_fill(text, "{tasklet} returned from scheduler_run, because {failed} ended "
				   "with {error}.");
		break;
	case EVENT_REASON_WOKEN:
		explain_fill(text, "{tasklet} returned from scheduler_run, because another tasklet "
				   "made it runnable");
		explain_fill(text, explain_field(text, "error") ? " with {error}." : ".");
		break;
	case EVENT_REASON_INTERRUPTED:
		explain_fill(text, "{tasklet} returned from scheduler_run, because it is a "
				   "watchdog and a budget was used up.");
		break;
	default:
		break;
	}
}

void explain_scheduler(struct explain_text *text)
{
	switch (text->event->kind) {
	case EVENT_scheduler_enter:
		explain_fill(text, "{tasklet} called scheduler_run, so it left the chain until "
				   "nothing is runnable; {runnable} runnable now.");
		break;
	case EVENT_scheduler_leave:
		explain_return(text);
		break;
	case EVENT_scheduler_deadlock:
		explain_fill(text, "{tasklet} may not ");
		explain_fill(text, explain_field(text, "channel") ? "wait on {channel}" : "pause");
		explain_fill(text, " and gets {error}, because it is the last runnable tasklet of "
				   "thread {thread} and nobody could wake it.");
		break;
	default:
		break;
	}
}
