/* SPDX-License-Identifier: MIT */
/*
 * throws.c - scenarios about throwing errors into tasklets, and killing them.
 */
#include "forms.h"
#include "scenarios.h"

#include <errno.h>

/* Shared by several scenarios, each of which runs in a process of its own. */
static struct tasklet *ta, *tb;
static struct channel *c;

static int say_ran(void *unused)
{
	(void)unused;
	say("ran");
	return 0;
}

PLAIN_FORM(say_ran)

/* To catch a kill as Python's `except TaskletExit` does. */
static void catch_kills(void)
{
	tasklet_set_cancel(scheduler_current(), TASKLET_CANCEL_RETURN);
}

/* ------------------------------------------------------------------------------------- 31 */

static void say_finally(int *unused)
{
	(void)unused;
	say("finally %s", queue());
}

static void say_finally_of_frame(struct frame *unused)
{
	(void)unused;
	say_finally(NULL);
}

static int pause_with_finally(void *unused)
{
	__attribute__((cleanup(say_finally))) int guard = 0;

	(void)unused;
	say("start");
	tasklet_pause();
	return guard;
}

FRAME_FORM(pause_with_finally, )
{
	FRAME_BEGIN();
	self->frame.cleanup = say_finally_of_frame;
	say("start");
	FRAME_PAUSE();
	FRAME_END(0);
}

void scenario_31_kill_paused(void)
{
	trace_begin();
	ta = spawn("A", pause_with_finally, NULL);
	scheduler_run(NULL, NULL);
	spawn("B", say_ran, NULL);
	say("%s %s", queue(), states(ta));
	attempt(tasklet_kill(ta));
	say("%s %s", states(ta), queue());
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 32 */

static int receive_until_killed(void *unused)
{
	int value;
	int error;

	(void)unused;
	catch_kills();
	error = channel_receive(c, &value);
	if (error == -ECANCELED)
		say("TaskletExit, balance %d %s", channel_balance(c), queue());
	return error;
}

FRAME_FORM(receive_until_killed, int value;)
{
	FRAME_BEGIN();
	catch_kills();
	FRAME_RECEIVE(c, &self->value);
	if (self->frame.result == -ECANCELED)
		say("TaskletExit, balance %d %s", channel_balance(c), queue());
	FRAME_END(self->frame.result);
}

void scenario_32_kill_blocked(void)
{
	c = new_channel("c", sizeof(int));
	trace_begin();
	ta = spawn("A", receive_until_killed, NULL);
	tb = spawn("B", receive_until_killed, NULL);
	scheduler_run(NULL, NULL);
	say("%d %s", channel_balance(c), waiters(c));
	attempt(tasklet_kill(ta));
	say("%d %s %s", channel_balance(c), waiters(c), states(ta));
	attempt(tasklet_kill(tb));
	say("%d", channel_balance(c));
	finish();
}

/* ------------------------------------------------------------------------------------- 34 */

static int kill_itself(void *unused)
{
	(void)unused;
	catch_kills();
	if (tasklet_kill(scheduler_current()) == -ECANCELED)
		say("caught");
	if (tasklet_kill_pending(scheduler_current()) == -ECANCELED)
		say("caught 2");
	tasklet_set_cancel(scheduler_current(), TASKLET_CANCEL_UNWIND);
	tasklet_kill(scheduler_current());
	say("not reached");
	return 0;
}

FRAME_FORM(kill_itself, )
{
	FRAME_BEGIN();
	catch_kills();
	FRAME_KILL(scheduler_current());
	if (self->frame.result == -ECANCELED)
		say("caught");
	if (tasklet_kill_pending(scheduler_current()) == -ECANCELED)
		say("caught 2");
	tasklet_set_cancel(scheduler_current(), TASKLET_CANCEL_UNWIND);
	FRAME_KILL(scheduler_current());
	say("not reached");
	FRAME_END(0);
}

void scenario_34_kill_self_and_dead(void)
{
	trace_begin();
	ta = spawn("A", kill_itself, NULL);
	scheduler_run(NULL, NULL);
	attempt(tasklet_kill(ta));
	attempt(tasklet_kill_pending(ta));
	attempt(tasklet_kill(unbound("N")));
	say("%s", states(ta));
	finish();
}

/* ------------------------------------------------------------------------------------- 35 */

static int survive(void *unused)
{
	(void)unused;
	catch_kills();
	for (;;) {
		int error = tasklet_pause();

		if (!error) {
			say("resumed");
			continue;
		}
		say("survive %s", queue());
		error = tasklet_yield();
		if (error)
			return error;
		say("again %s", queue());
		return -ECANCELED;
	}
}

FRAME_FORM(survive, )
{
	FRAME_BEGIN();
	catch_kills();
	for (;;) {
		FRAME_PAUSE();
		if (self->frame.result)
			break;
		say("resumed");
	}
	say("survive %s", queue());
	FRAME_YIELD();
	if (self->frame.result)
		FRAME_RETURN(self->frame.result);
	say("again %s", queue());
	FRAME_END(-ECANCELED);
}

void scenario_35_kill_survivor(void)
{
	trace_begin();
	ta = spawn("A", survive, NULL);
	scheduler_run(NULL, NULL);
	attempt(tasklet_kill(ta));
	say("%s %s", states(ta), queue());
	attempt(tasklet_kill(ta));
	say("%s %s", states(ta), queue());
	finish();
}

/* ------------------------------------------------------------------------------------- 37 */

static int pause_and_raise(void *unused)
{
	int error = tasklet_pause();

	(void)unused;
	if (error)
		say("got %s", exception_text(error));
	return error;
}

FRAME_FORM(pause_and_raise, )
{
	FRAME_BEGIN();
	FRAME_PAUSE();
	if (self->frame.result)
		say("got %s", exception_text(self->frame.result));
	FRAME_END(self->frame.result);
}

void scenario_37_raise_exception(void)
{
	trace_begin();
	ta = spawn("A", pause_and_raise, NULL);
	scheduler_run(NULL, NULL);
	tb = spawn("B", say_ran, NULL);
	attempt(tasklet_throw(ta, exception("ValueError", "x")));
	say("%s %s", queue(), states(ta));
	attempt(tasklet_throw(tb, exception("KeyError", "'y'")));
	say("%s %s", queue(), states(tb));
	finish();
}

/* ------------------------------------------------------------------------------------- 38 */

static int pause_four_times(void *unused)
{
	(void)unused;
	for (int i = 0; i < 4; i++) {
		int error = tasklet_pause();

		if (error)
			say("got %s %s", exception_type(error), exception_text(error));
	}
	return 0;
}

FRAME_FORM(pause_four_times, int i;)
{
	FRAME_BEGIN();
	for (self->i = 0; self->i < 4; self->i++) {
		FRAME_PAUSE();
		if (self->frame.result)
			say("got %s %s", exception_type(self->frame.result),
			    exception_text(self->frame.result));
	}
	FRAME_END(0);
}

void scenario_38_throw_forms(void)
{
	trace_begin();
	ta = spawn("A", pause_four_times, NULL);
	scheduler_run(NULL, NULL);
	attempt(tasklet_throw(ta, exception("ValueError", "")));
	attempt(tasklet_throw(ta, exception("ValueError", "1")));
	attempt(tasklet_throw(ta, exception("KeyError", "2")));
	attempt(tasklet_throw_pending(ta, exception("IndexError", "p")));
	say("%s %s", queue(), states(ta));
	scheduler_run(NULL, NULL);
	say("%s", states(ta));
	attempt(tasklet_throw(ta, exception("ValueError", "")));
	attempt(tasklet_throw(ta, -ECANCELED));
	/* What is no exception in Python is a positive error here. */
	attempt(tasklet_throw(ta, 5));
	attempt(tasklet_throw_pending(ta, exception("ValueError", "1")));
	finish();
}

/* ------------------------------------------------------------------------------------- 40 */

static int throw_to_itself(void *unused)
{
	struct tasklet *self = scheduler_current();

	(void)unused;
	attempt(tasklet_throw(self, exception("ValueError", "me")));
	attempt(tasklet_throw_pending(self, exception("ValueError", "me2")));
	return 0;
}

FRAME_FORM(throw_to_itself, )
{
	FRAME_BEGIN();
	FRAME_THROW(scheduler_current(), exception("ValueError", "me"));
	attempt(self->frame.result);
	attempt(tasklet_throw_pending(scheduler_current(), exception("ValueError", "me2")));
	FRAME_END(0);
}

void scenario_40_throw_to_current(void)
{
	trace_begin();
	spawn("A", throw_to_itself, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------ 118 */

static int yield_and_catch(void *unused)
{
	int error = tasklet_yield();

	(void)unused;
	if (error)
		say("got %s %s", exception_type(error), exception_text(error));
	else
		say("went on");
	return 0;
}

FRAME_FORM(yield_and_catch, )
{
	FRAME_BEGIN();
	FRAME_YIELD();
	if (self->frame.result)
		say("got %s %s", exception_type(self->frame.result),
		    exception_text(self->frame.result));
	else
		say("went on");
	FRAME_END(0);
}

void scenario_118_throw_pending_queued(void)
{
	trace_begin();
	ta = spawn("A", yield_and_catch, NULL);
	spawn("B", yield_and_catch, NULL);
	tasklet_yield();
	tasklet_throw_pending(ta, exception("ValueError", "1"));
	tasklet_throw_pending(ta, exception("KeyError", "2"));
	say("%s", queue());
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------ 139 */

/* Switches to the receiver, in the middle of the unwinding. */
static void send_bye(int *unused)
{
	const char *bye = "bye";

	(void)unused;
	channel_send(c, &bye);
	say("cleaned %s", queue());
}

static void send_bye_of_frame(struct frame *unused)
{
	(void)unused;
	send_bye(NULL);
}

static int pause_and_send_bye(void *unused)
{
	__attribute__((cleanup(send_bye))) int guard = 0;

	(void)unused;
	tasklet_pause();
	return guard;
}

FRAME_FORM(pause_and_send_bye, )
{
	FRAME_BEGIN();
	self->frame.cleanup = send_bye_of_frame;
	FRAME_PAUSE();
	FRAME_END(0);
}

static int receive_text(void *unused)
{
	const char *text = NULL;
	int error = channel_receive(c, &text);

	(void)unused;
	if (!error)
		say("got %s %s", text, queue());
	return error;
}

FRAME_FORM(receive_text, const char *text;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(c, &self->text);
	if (!self->frame.result)
		say("got %s %s", self->text, queue());
	FRAME_END(self->frame.result);
}

void scenario_139_send_in_finally_on_kill(void)
{
	c = new_channel("c", sizeof(const char *));
	trace_begin();
	ta = spawn("A", pause_and_send_bye, NULL);
	spawn("R", receive_text, NULL);
	scheduler_run(NULL, NULL);
	attempt(tasklet_kill(ta));
	say("%s %s", queue(), states(ta));
	scheduler_run(NULL, NULL);
	finish();
}
