/* SPDX-License-Identifier: MIT */
/*
 * explain_watchdog.c - the sentences about budgets, and about whom a watchdog may stop.
 */
#include "explain_text.h"

static void explain_budget(struct explain_text *text)
{
	bool ticks = explain_field(text, "ticks") != 0;
	bool time = explain_field(text, "time") != 0;

	explain_fill(text, "The scheduler_run of {caller} is a watchdog with a budget of ");
	if (ticks || !time)
		explain_fill(text, "{ticks} ticks");
	if (ticks && time)
		explain_put(text, " and ");
	if (time)
		explain_fill(text, "{time}");
	explain_put(text, explain_field(text, "total") ? " for the whole run" : " for each turn");
	explain_put(text, explain_field(text, "soft")
				  ? "; it waits until a tasklet gives way by itself."
				  : ".");
}

static void explain_interrupt(struct explain_text *text)
{
	switch (explain_field(text, "fate")) {
	case EVENT_INTERRUPT_STOPPED:
		explain_fill(text, "The watchdog of {caller} stopped {tasklet}, because {budget}; "
				   "{tasklet.id} will leave the chain.");
		break;
	case EVENT_INTERRUPT_GAVE_WAY:
		explain_fill(text, "{tasklet} gave way by itself, and the watchdog of {caller} "
				   "ends the run there, because {budget}.");
		break;
	case EVENT_INTERRUPT_HANDED_ON:
		explain_fill(text, "A rendezvous is no moment to end a run, so the watchdog of "
				   "{caller} waits for {tasklet} to give way.");
		break;
	default:
		explain_fill(text, "The watchdog of {caller} wants to stop {tasklet}, because "
				   "{budget}, but {fate}.");
	}
}

static void explain_setting(struct explain_text *text)
{
	bool on = explain_field(text, "value") != 0;

	switch (explain_field(text, "setting")) {
	case EVENT_SETTING_ATOMIC:
		explain_fill(text, on ? "{actor} made {tasklet} atomic, so no watchdog may stop it."
				      : "{actor} made {tasklet} stoppable again: it is not atomic "
					"any more.");
		break;
	case EVENT_SETTING_IGNORE_NESTING:
		explain_fill(text, on ? "{actor} allowed watchdogs to stop {tasklet} in frames "
					"that run from a C function, too."
				      : "{actor} forbade watchdogs to stop {tasklet} in frames "
					"that run from a C function.");
		break;
	case EVENT_SETTING_BLOCK_TRAP:
		explain_fill(text, on ? "{actor} set a block trap for {tasklet}: what would wait "
					"fails."
				      : "{actor} took the block trap of {tasklet} away.");
		break;
	default:
		break;
	}
}

void explain_watchdog(struct explain_text *text)
{
	switch (text->event->kind) {
	case EVENT_watchdog_start:
		explain_budget(text);
		break;
	case EVENT_watchdog_interrupt:
		explain_interrupt(text);
		break;
	case EVENT_tasklet_set:
		explain_setting(text);
		break;
	default:
		break;
	}
}
