/* SPDX-License-Identifier: MIT */
/*
 * streams.c - scenarios about what goes through a channel in a row: sequences and loops, errors in
 * place of values, the end of it by closing.
 */
#include "forms.h"
#include "scenarios.h"

#include <errno.h>
#include <stdint.h>

/* Shared by several scenarios, each of which runs in a process of its own. */
static struct channel *c;

static int receive_and_say(void *from)
{
	say("got %d", receive_number(from));
	return 0;
}

FRAME_FORM(receive_and_say, int value;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(self->argument, &self->value);
	say("got %d", self->value);
	FRAME_END(0);
}

/* Sends the number it is given in place of a pointer. */
static int send_and_say(void *number)
{
	int value = (int)(intptr_t)number;

	send_number(c, value);
	say("sent %d", value);
	return 0;
}

FRAME_FORM(send_and_say, int value;)
{
	FRAME_BEGIN();
	self->value = (int)(intptr_t)self->argument;
	FRAME_SEND(c, &self->value);
	say("sent %d", self->value);
	FRAME_END(0);
}

/* ------------------------------------------------------------------------------------- 53 */

static int receive_error(void *unused)
{
	int value;
	int error = channel_receive(c, &value);

	(void)unused;
	if (error == exception("ValueError", "x"))
		say("got exception %s %s", exception_text(error), queue());
	return 0;
}

FRAME_FORM(receive_error, int value;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(c, &self->value);
	if (self->frame.result == exception("ValueError", "x"))
		say("got exception %s %s", exception_text(self->frame.result), queue());
	FRAME_END(0);
}

static int send_error(void *unused)
{
	int result = channel_send_error(c, exception("ValueError", "x"));

	(void)unused;
	say("returned %s %s", result ? error_name(result) : "None", queue());
	return 0;
}

FRAME_FORM(send_error, )
{
	FRAME_BEGIN();
	FRAME_SEND_ERROR(c, exception("ValueError", "x"));
	say("returned %s %s", self->frame.result ? error_name(self->frame.result) : "None",
	    queue());
	FRAME_END(0);
}

void scenario_53_send_exception_to_waiting(void)
{
	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", receive_error, NULL);
	spawn("B", send_error, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 55 */

static int receive_two_errors(void *unused)
{
	int value;

	(void)unused;
	for (int i = 0; i < 2; i++)
		attempt(channel_receive(c, &value));
	return 0;
}

FRAME_FORM(receive_two_errors, int value; int i;)
{
	FRAME_BEGIN();
	for (self->i = 0; self->i < 2; self->i++) {
		FRAME_RECEIVE(c, &self->value);
		attempt(self->frame.result);
	}
	FRAME_END(0);
}

static int send_three_errors(void *unused)
{
	(void)unused;
	channel_send_error(c, exception("ValueError", "cls"));
	channel_send_error(c, exception("KeyError", "'inst'"));
	/* What is no exception in Python is a positive error here. */
	attempt(channel_send_error(c, 5));
	say("end");
	return 0;
}

FRAME_FORM(send_three_errors, )
{
	FRAME_BEGIN();
	FRAME_SEND_ERROR(c, exception("ValueError", "cls"));
	FRAME_SEND_ERROR(c, exception("KeyError", "'inst'"));
	FRAME_SEND_ERROR(c, 5);
	attempt(self->frame.result);
	say("end");
	FRAME_END(0);
}

void scenario_55_send_throw(void)
{
	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", receive_two_errors, NULL);
	spawn("B", send_three_errors, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 56 */

static int iterate(void *unused)
{
	int value;

	(void)unused;
	while (channel_iterate(c, &value) == 1)
		say("item %d", value);
	say("loop ended");
	return 0;
}

FRAME_FORM(iterate, int value;)
{
	FRAME_BEGIN();
	for (;;) {
		FRAME_ITERATE(c, &self->value);
		if (self->frame.result != 1)
			break;
		say("item %d", self->value);
	}
	say("loop ended");
	FRAME_END(0);
}

static int send_sequence(void *unused)
{
	static const int values[] = {0, 1, 2};
	ptrdiff_t sent = channel_send_sequence(c, values, 3);

	(void)unused;
	say("sequence returned %td", sent);
	channel_send_error(c, -ENODATA);
	say("end");
	return 0;
}

/* The values lie in the frame: they have to be there while it waits. */
FRAME_FORM(send_sequence, int values[3];)
{
	FRAME_BEGIN();
	self->values[1] = 1;
	self->values[2] = 2;
	FRAME_SEND_SEQUENCE(c, self->values, 3);
	say("sequence returned %d", self->frame.result);
	FRAME_SEND_ERROR(c, -ENODATA);
	say("end");
	FRAME_END(0);
}

void scenario_56_sequence_and_iteration(void)
{
	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", iterate, NULL);
	spawn("B", send_sequence, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 58 */

static int attempt_send_nine(void *unused)
{
	int value = 9;

	(void)unused;
	attempt(channel_send(c, &value));
	return 0;
}

FRAME_FORM(attempt_send_nine, int value;)
{
	FRAME_BEGIN();
	self->value = 9;
	FRAME_SEND(c, &self->value);
	attempt(self->frame.result);
	FRAME_END(0);
}

static void say_closing(void)
{
	say("closing %s closed %s", python_bool(channel_is_closing(c)),
	    python_bool(channel_is_closed(c)));
}

void scenario_58_close_with_senders(void)
{
	int value;

	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", send_and_say, (void *)1);
	spawn("B", send_and_say, (void *)2);
	scheduler_run(NULL, NULL);
	channel_close(c);
	say("closing %s closed %s balance %d", python_bool(channel_is_closing(c)),
	    python_bool(channel_is_closed(c)), channel_balance(c));
	spawn("C", attempt_send_nine, NULL);
	scheduler_run(NULL, NULL);
	while (channel_iterate(c, &value) == 1)
		say("item %d closed %s", value, python_bool(channel_is_closed(c)));
	say_closing();
	attempt(channel_receive(c, &value));
	channel_open(c);
	say_closing();
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 59 */

void scenario_59_close_with_receivers(void)
{
	int value;
	int items;

	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", receive_and_say, c);
	scheduler_run(NULL, NULL);
	channel_close(c);
	for (items = 0; channel_iterate(c, &value) == 1; items++)
		;
	say("closing %s closed %s balance %d items %s", python_bool(channel_is_closing(c)),
	    python_bool(channel_is_closed(c)), channel_balance(c), items ? "[?]" : "[]");
	send_number(c, 1);
	say("closed %s", python_bool(channel_is_closed(c)));
	value = 2;
	attempt(channel_send(c, &value));
	finish();
}
