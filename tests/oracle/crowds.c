/* SPDX-License-Identifier: MIT */
/*
 * crowds.c - scenarios in which several tasklets meet in a channel: senders, a barrier, a hub.
 */
#include "forms.h"
#include "scenarios.h"

#include <stdarg.h>
#include <stdio.h>

/* Shared by several scenarios, each of which runs in a process of its own. */
static struct channel *a, *b, *c;

/* A text by value, to be sent. */
struct text {
	char text[16];
};

static struct text text_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

static struct text text_of(const char *format, ...)
{
	struct text value;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(value.text, sizeof(value.text), format, arguments);
	va_end(arguments);
	return value;
}

static void send_text(struct channel *to, struct text value)
{
	channel_send(to, &value);
}

static struct text receive_text(struct channel *from)
{
	struct text value = {"?"};

	channel_receive(from, &value);
	return value;
}

/* ------------------------------------------------------------------------------------ 113 */

static int send_two(void *name)
{
	for (int i = 0; i < 2; i++)
		send_text(c, text_of("%s%d", (const char *)name, i));
	say("end");
	return 0;
}

FRAME_FORM(send_two, int i; struct text text;)
{
	FRAME_BEGIN();
	for (self->i = 0; self->i < 2; self->i++) {
		self->text = text_of("%s%d", (const char *)self->argument, self->i);
		FRAME_SEND(c, &self->text);
	}
	say("end");
	FRAME_END(0);
}

static int receive_six(void *unused)
{
	(void)unused;
	for (int i = 0; i < 6; i++)
		say("got %s", receive_text(c).text);
	return 0;
}

FRAME_FORM(receive_six, int i; struct text text;)
{
	FRAME_BEGIN();
	for (self->i = 0; self->i < 6; self->i++) {
		FRAME_RECEIVE(c, &self->text);
		say("got %s", self->text.text);
	}
	FRAME_END(0);
}

void scenario_113_many_senders_one_receiver(void)
{
	c = new_channel("c", sizeof(struct text));
	trace_begin();
	spawn("A", send_two, "A");
	spawn("B", send_two, "B");
	spawn("C", send_two, "C");
	spawn("R", receive_six, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------ 115 */

static int arrived;

/* The last one to come lets the others go. */
static void barrier(void)
{
	if (++arrived < 3) {
		channel_receive(c, NULL);
		return;
	}
	arrived = 0;
	while (channel_balance(c) < 0)
		channel_send(c, NULL);
}

FRAME_FORM(barrier, )
{
	FRAME_BEGIN();
	if (++arrived < 3) {
		FRAME_RECEIVE(c, NULL);
		FRAME_RETURN(0);
	}
	arrived = 0;
	while (channel_balance(c) < 0)
		FRAME_SEND(c, NULL);
	FRAME_END(0);
}

static int pass_twice(void *unused)
{
	(void)unused;
	for (int i = 0; i < 2; i++) {
		say("before %d", i);
		barrier();
		say("after %d", i);
	}
	return 0;
}

FRAME_FORM(pass_twice, int i;)
{
	FRAME_BEGIN();
	for (self->i = 0; self->i < 2; self->i++) {
		say("before %d", self->i);
		FRAME_CALL(barrier_frame);
		say("after %d", self->i);
	}
	FRAME_END(0);
}

void scenario_115_barrier(void)
{
	c = new_channel_preferring("b", 0, CHANNEL_PREFER_SENDER);
	trace_begin();
	spawn("A", pass_twice, NULL);
	spawn("B", pass_twice, NULL);
	spawn("C", pass_twice, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------ 143 */

static int serve(void *unused)
{
	(void)unused;
	say("%s", receive_text(a).text);
	say("%s", receive_text(b).text);
	say("%s", receive_text(a).text);
	return 0;
}

FRAME_FORM(serve, struct text text;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(a, &self->text);
	say("%s", self->text.text);
	FRAME_RECEIVE(b, &self->text);
	say("%s", self->text.text);
	FRAME_RECEIVE(a, &self->text);
	say("%s", self->text.text);
	FRAME_END(0);
}

static int ask_b_then_a(void *unused)
{
	(void)unused;
	send_text(b, text_of("C1.b"));
	send_text(a, text_of("C1.a"));
	say("end");
	return 0;
}

FRAME_FORM(ask_b_then_a, struct text text;)
{
	FRAME_BEGIN();
	self->text = text_of("C1.b");
	FRAME_SEND(b, &self->text);
	self->text = text_of("C1.a");
	FRAME_SEND(a, &self->text);
	say("end");
	FRAME_END(0);
}

static int ask_a(void *unused)
{
	(void)unused;
	send_text(a, text_of("C2.a"));
	say("end");
	return 0;
}

FRAME_FORM(ask_a, struct text text;)
{
	FRAME_BEGIN();
	self->text = text_of("C2.a");
	FRAME_SEND(a, &self->text);
	say("end");
	FRAME_END(0);
}

void scenario_143_two_channels_select_free(void)
{
	a = new_channel("a", sizeof(struct text));
	b = new_channel("b", sizeof(struct text));
	trace_begin();
	spawn("H", serve, NULL);
	spawn("C1", ask_b_then_a, NULL);
	spawn("C2", ask_a, NULL);
	scheduler_run(NULL, NULL);
	finish();
}
