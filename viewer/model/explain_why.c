/* SPDX-License-Identifier: MIT */
/*
 * explain_why.c - why: the rule behind an event, and what to look at.
 */
#include "explain_text.h"

#define WHY_NEXT "The rule: whoever stops, the one after it in the chain goes on. "

static const char *const switch_rules[] = {
	[EVENT_SWITCH_YIELD] =
		"The rule: who yields stays in the chain and has its next turn when all the others "
		"have had theirs. Look at the chain: it has turned by one.",
	[EVENT_SWITCH_PAUSE] = WHY_NEXT
	"Look at the chain: {prev} is not in it, and comes back only when somebody "
	"inserts it.",
	[EVENT_SWITCH_BLOCK] = WHY_NEXT
	"Look at {channel}: {prev} stands in its queue now, not in the chain.",
	[EVENT_SWITCH_RUN] =
		"The rule: tasklet_run goes straight to its target, and the tasklets between are "
		"passed over. Look at the chain: {prev} keeps its place in it.",
	[EVENT_SWITCH_SWITCH] = "The rule: tasklet_switch is tasklet_run by a caller that leaves "
				"the chain. Look at "
				"the chain: {prev} is not in it.",
	[EVENT_SWITCH_SCHEDULER] =
		"The rule: scheduler_run leaves the chain and runs the others until none is "
		"runnable. Look at the chain: {prev} is not in it, but it is the one to be woken "
		"when it is empty.",
	[EVENT_SWITCH_PREFERENCE] =
		"The rule: after a rendezvous the channel's preference ({wants}) decides who goes "
		"on, never whether the value arrives. Look at the chain: {next} was put directly "
		"after {prev}, before everybody else.",
	[EVENT_SWITCH_SCHEDULE_ALL] =
		"The rule: on a channel that yields at every operation the partner goes to the end "
		"of the chain and the caller lets the next one run; the preference does not count.",
	[EVENT_SWITCH_THROW] =
		"The rule: an error that is thrown at once makes its target run at once: the call "
		"in which it waits returns the error. Look at {next}: it decides now.",
	[EVENT_SWITCH_END] = "The rule: a tasklet that has ended leaves the chain; the one after "
			     "it goes on, or, "
			     "if there is none, the innermost caller of scheduler_run, or main.",
	[EVENT_SWITCH_ERROR] =
		"The rule: an error that nobody took goes to the innermost caller of "
		"scheduler_run, "
		"or to main, at once, past everybody in the chain. Look at the chain: the others "
		"are still there.",
	[EVENT_SWITCH_INTERRUPT] =
		"The rule: who uses up the budget of a scheduler_run is stopped at its next "
		"checkpoint or yield, and the caller goes on. Look at the chain: the others are "
		"still there.",
};

static const char *const transfer_rules[] = {
	[EVENT_WAKE_END_BY_RECEIVER >> 1] =
		"The rule: who waited is runnable again. The preference ({wants}) does not favour "
		"{other}, so it goes to the end of the chain and {actor} goes on. Look at the "
		"chain and at the queue of {channel}: {waiting}.",
	[EVENT_WAKE_AFTER_BY_RECEIVER >> 1] =
		"The rule: the preference ({wants}) favours {other}, so it is put directly after "
		"{actor} and runs now. There is no buffer: the value passes directly.",
	[EVENT_WAKE_THREAD_BY_RECEIVER >> 1] =
		"The rule: a tasklet runs only in its own thread. {other} is woken there, and "
		"{actor} goes on here, whatever the preference.",
};

static const char transfer_yields[] =
	"The rule: {channel} yields at every operation, so {other} goes to the end of the chain "
	"and {actor} lets the next one run; the preference does not count.";

static const char *const kind_rules[EVENT_KINDS] = {
	[EVENT_thread_start] = "The rule: each thread has a chain of its own, and a main tasklet: "
			       "the one that was "
			       "there before any was created.",
	[EVENT_thread_end] =
		"The rule: tasklets run only in their own thread. What is left when it ends is "
		"abandoned: it stays where it stands.",
	[EVENT_tasklet_create] =
		"The rule: a tasklet is a function call that can be put aside. Creating it runs "
		"nothing: look for the event that puts it into the chain.",
	[EVENT_tasklet_bind] =
		"The rule: a tasklet with a function is alive; it runs when it has been inserted.",
	[EVENT_tasklet_insert] =
		"The rule: whoever becomes runnable goes to the end of the chain, directly before "
		"the one that runs; only who has to go on at once is put before another. Look at "
		"the chain for {tasklet}.",
	[EVENT_tasklet_remove] =
		"The rule: who is in the chain will run; who is not must be inserted by somebody.",
	[EVENT_tasklet_start] =
		"The rule: all tasklets of a thread use the same C stack, one at a time, from one "
		"address down. Look at the stack: it is empty below {base}.",
	[EVENT_slice_save] =
		"The rule: the next tasklet uses the same addresses of the C stack, so what lies "
		"there is copied away first. A switch costs what the stack is deep: here {bytes}. "
		"Look at the stack: the slice of {tasklet} is on the heap.",
	[EVENT_slice_restore] =
		"The rule: a slice goes back to the very addresses it came from, so pointers into "
		"it are right again. Look at the stack: {tasklet} owns it now.",
	[EVENT_tasklet_end] =
		"The rule: a tasklet ends when its function returns. 0 is a good end, -ECANCELED a "
		"silent one; another error goes to the innermost caller of scheduler_run, or to "
		"main.",
	[EVENT_tasklet_throw] =
		"The rule: an error is thrown into the call in which the target waits, and that "
		"call returns it. -ECANCELED is a kill. Look at {target}.",
	[EVENT_channel_create] =
		"The rule: a channel holds no values, only a queue of those who wait. Its balance "
		"counts senders up and receivers down; both never wait at once.",
	[EVENT_channel_destroy] = "The rule: only a channel in which nobody waits is destroyed.",
	[EVENT_channel_prefer] =
		"The rule: the preference decides who goes on after a rendezvous, never whether "
		"the value arrives. Only what it is at the moment of the rendezvous counts.",
	[EVENT_channel_close] =
		"The rule: closing wakes nobody. Operations that find a partner still work; those "
		"that would wait fail.",
	[EVENT_channel_open] = "The rule: opening undoes closing.",
	[EVENT_channel_block] = "The rule: a channel has no buffer, so who comes first waits for "
				"the other. Look at "
				"the chain, which {tasklet} has left, and at {channel}: {waiting}.",
	[EVENT_channel_leave] =
		"The rule: who gets an error stops waiting; if it waits again, it is the last in "
		"the queue. Look at {channel}: {waiting}.",
	[EVENT_channel_error] =
		"The rule: an error can be sent like a value; the receiver's call returns it.",
	[EVENT_channel_refuse] = "The rule: an operation that fails leaves everything as it was.",
	[EVENT_scheduler_enter] =
		"The rule: scheduler_run callers form a stack; the innermost is woken first, when "
		"the chain is empty or a tasklet ends with an error. Callers now: {depth}.",
	[EVENT_scheduler_leave] =
		"The rule: scheduler_run returns when nothing is runnable, when a tasklet ended "
		"with an error that nobody took, when somebody made its caller runnable, or when "
		"a budget is used up.",
	[EVENT_scheduler_deadlock] =
		"The rule: the last runnable tasklet of a thread may not wait when nobody is left "
		"who could wake it: it gets -EDEADLK instead of hanging. Look at who waits for "
		"whom.",
	[EVENT_watchdog_start] =
		"The rule: ticks are checkpoints, switches, calls and returns of frames; there "
		"the budget is looked at. One watchdog of a thread is active, the outermost.",
	[EVENT_watchdog_interrupt] =
		"The rule: an atomic tasklet, one in a nested run of frames, a callback or under a "
		"switch trap is not stopped; that is made up for as soon as it may be.",
	[EVENT_tasklet_set] = "The rule: a setting belongs to one tasklet; those it creates begin "
			      "without it.",
	[EVENT_value_put] =
		"The rule: a tasklet that yields or pauses can leave a pointer, which others see "
		"and may replace while it is out. Look at {tasklet}.",
	[EVENT_value_take] = "The rule: who comes back takes what is there then.",
	[EVENT_thread_sleep] =
		"The rule: while other threads are awake, or something is awaited, a thread with "
		"an empty chain sleeps. When all threads would sleep for ever, the last to come "
		"gets -EDEADLK instead.",
	[EVENT_thread_wake] =
		"The rule: a thread is woken by what another one does for its tasklets, by a time, "
		"or by a descriptor. Look at who stands in the chain.",
	[EVENT_tasklet_post] =
		"The rule: a tasklet runs only in its own thread. Who wants something of one of "
		"another thread asks that thread, and goes on.",
	[EVENT_tasklet_move] =
		"The rule: a tasklet without a stack of its own can be given to another thread; "
		"one that has a stack cannot, since it must go back to the same addresses.",
	[EVENT_tasklet_wait] =
		"The rule: who waits for a time or a descriptor is in no chain and no queue. The "
		"thread looks for it now and then, and when nothing is runnable.",
	[EVENT_tasklet_ready] =
		"The rule: what was waited for has come, and the tasklet goes to the end of the "
		"chain; its call returns when its turn comes.",
	[EVENT_trace_mark] = "The program called trace_mark: these are its own words.",
	[EVENT_slice_words] = "What was copied is in the trace too (record --slices), 16 bytes an "
			      "event.",
	[EVENT_trace_text] = "The text of a mark is longer than an event: it comes in pieces.",
};

static const char *why_transfer(const struct state *state, const struct event *event)
{
	size_t place = event->small >> 1;
	uint32_t channel = event_unpack_channel_transfer(event).channel;

	if (place >= sizeof(transfer_rules) / sizeof(transfer_rules[0]))
		return NULL;
	if (place == EVENT_WAKE_END_BY_RECEIVER >> 1 && state_channel(state, channel)->schedule_all)
		return transfer_yields;
	return transfer_rules[place];
}

static const char in_place_rule[] =
	"The rule: a tasklet uses the stack below the place where it was started, so what lies "
	"above "
	"that place can stay where it is while it runs (the policy is overlap only). Look at the "
	"stack: {kept} of {tasklet} are in place.";

/* Of a save or a restore. */
static const char *why_slice(const struct event *event)
{
	return event->word[2] ? in_place_rule : kind_rules[event->kind];
}

static const char *why_rule(const struct state *state, const struct event *event)
{
	size_t switches = sizeof(switch_rules) / sizeof(switch_rules[0]);

	if (event->kind >= EVENT_KINDS)
		return NULL;
	if (event->kind == EVENT_tasklet_switch)
		return event->small < switches ? switch_rules[event->small] : NULL;
	if (event->kind == EVENT_channel_transfer)
		return why_transfer(state, event);
	if (event->kind == EVENT_slice_save || event->kind == EVENT_slice_restore)
		return why_slice(event);
	return kind_rules[event->kind];
}

size_t explain_why(char *out, size_t size, const struct state *state,
		   const struct dictionary *dictionary, const struct event *event)
{
	struct explain_text text = {
		.out = out, .size = size, .state = state, .dictionary = dictionary, .event = event};
	const char *rule = why_rule(state, event);
	const struct state_thread *thread = state_thread(state, event->thread);

	if (!rule)
		return explain_finish(&text);
	explain_fill(&text, rule);
	if (event->kind == EVENT_tasklet_switch && thread->expected &&
	    thread->expected != thread->running)
		explain_fill(&text, " By the chain's order {passed} would have been next.");
	return explain_finish(&text);
}
