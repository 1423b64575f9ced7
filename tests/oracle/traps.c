/* SPDX-License-Identifier: MIT */
/*
 * traps.c - scenarios about block traps, switch traps and callbacks, those of the C library too.
 */
#include "forms.h"
#include "scenarios.h"

#include <search.h>
#include <stdlib.h>

/* Shared by several scenarios, each of which runs in a process of its own. */
static struct channel *c, *d;

static int receive_and_say_got(void *from)
{
	int value;
	int error = channel_receive(from, &value);

	if (!error)
		say("got");
	return error;
}

FRAME_FORM(receive_and_say_got, int value;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(self->argument, &self->value);
	if (!self->frame.result)
		say("got");
	FRAME_END(self->frame.result);
}

/* ------------------------------------------------------------------------------------- 67 */

static int trap_and_block(void *unused)
{
	int value = 1;

	(void)unused;
	tasklet_set_block_trap(scheduler_current(), true);
	attempt(channel_receive(c, &value));
	attempt(channel_send(c, &value));
	say("%d", channel_balance(c));
	return 0;
}

FRAME_FORM(trap_and_block, int value;)
{
	FRAME_BEGIN();
	tasklet_set_block_trap(scheduler_current(), true);
	FRAME_RECEIVE(c, &self->value);
	attempt(self->frame.result);
	FRAME_SEND(c, &self->value);
	attempt(self->frame.result);
	say("%d", channel_balance(c));
	FRAME_END(0);
}

static int trap_and_send(void *unused)
{
	int value = 2;

	(void)unused;
	tasklet_set_block_trap(scheduler_current(), true);
	attempt(channel_send(c, &value));
	return 0;
}

FRAME_FORM(trap_and_send, int value;)
{
	FRAME_BEGIN();
	self->value = 2;
	tasklet_set_block_trap(scheduler_current(), true);
	FRAME_SEND(c, &self->value);
	attempt(self->frame.result);
	FRAME_END(0);
}

void scenario_67_block_trap(void)
{
	int value;

	c = new_channel("c", sizeof(int));
	trace_begin();
	spawn("A", trap_and_block, NULL);
	spawn("B", receive_and_say_got, c);
	spawn("S", trap_and_send, NULL);
	scheduler_run(NULL, NULL);
	tasklet_set_block_trap(scheduler_main(), true);
	attempt(channel_receive(c, &value));
	tasklet_set_block_trap(scheduler_main(), false);
	finish();
}

/* ------------------------------------------------------------------------------------- 68 */

static void print_view(const struct channel_call *call, void *context)
{
	const char *const *value = call->value;

	(void)context;
	line("C %s %s %s %s balance=%d waiters=%s current=%s queue=%s tempval=%s%s%s",
	     channel_name(call->channel), name_of(call->tasklet), call->sending ? "send" : "recv",
	     call->will_block ? "block" : "go", channel_balance(call->channel),
	     waiters(call->channel), name_of(scheduler_current()), queue(), value ? "'" : "",
	     value ? *value : "None", value ? "'" : "");
}

static int receive_val(void *unused)
{
	const char *text = NULL;
	int error = channel_receive(c, &text);

	(void)unused;
	if (!error)
		say("got %s", text);
	return error;
}

FRAME_FORM(receive_val, const char *text;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(c, &self->text);
	if (!self->frame.result)
		say("got %s", self->text);
	FRAME_END(self->frame.result);
}

static int send_val(void *unused)
{
	const char *text = "val";
	int error = channel_send(c, &text);

	(void)unused;
	if (!error)
		say("sent");
	return error;
}

FRAME_FORM(send_val, const char *text;)
{
	FRAME_BEGIN();
	self->text = "val";
	FRAME_SEND(c, &self->text);
	if (!self->frame.result)
		say("sent");
	FRAME_END(self->frame.result);
}

void scenario_68_channel_callback_view(void)
{
	c = new_channel("c", sizeof(const char *));
	scheduler_set_channel_callback(print_view, NULL);
	scheduler_set_switch_callback(print_switch, NULL);
	spawn("A", receive_val, NULL);
	spawn("B", send_val, NULL);
	scheduler_run(NULL, NULL);
	spawn("B", send_val, NULL);
	spawn("A", receive_val, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 70 */

/* The Python callbacks also raise an exception, which is lost. Those of C have none. */
static void say_called_switch(struct tasklet *prev, struct tasklet *next, void *context)
{
	(void)prev;
	(void)next;
	(void)context;
	line("# callback called");
}

static void say_called_operation(const struct channel_call *call, void *context)
{
	(void)call;
	(void)context;
	line("# callback called");
}

static void send_from_callback(const struct channel_call *call, void *context)
{
	int value = 1;
	int error = channel_send(d, &value);

	(void)call;
	(void)context;
	if (error)
		line("# in callback: %s", error_name(error));
}

static int yield_and_say_end(void *unused)
{
	(void)unused;
	tasklet_yield();
	say("end");
	return 0;
}

FRAME_FORM(yield_and_say_end, )
{
	FRAME_BEGIN();
	FRAME_YIELD();
	say("end");
	FRAME_END(0);
}

/* Python can also ask for the callback; here it is what was set. */
static void replace_switch_callback(void)
{
	scheduler_switch_fn *previous = scheduler_set_switch_callback(say_called_switch, NULL);

	say("%s %s", previous ? "?" : "None", python_bool(true));
	spawn("A", yield_and_say_end, NULL);
	scheduler_run(NULL, NULL);
	previous = scheduler_set_switch_callback(NULL, NULL);
	say("%s None", python_bool(previous == say_called_switch));
}

static void replace_channel_callback(void)
{
	scheduler_channel_fn *previous = scheduler_set_channel_callback(say_called_operation, NULL);
	int value;

	say("%s", previous ? "?" : "None");
	attempt(channel_receive(c, &value));
	previous = scheduler_set_channel_callback(send_from_callback, NULL);
	say("%s", python_bool(previous == say_called_operation));
	attempt(channel_receive(c, &value));
}

void scenario_70_callback_errors_and_return(void)
{
	c = new_channel("c", sizeof(int));
	d = new_channel("d", sizeof(int));
	replace_switch_callback();
	replace_channel_callback();
	finish();
}

/* ------------------------------------------------------------------------------------- 71 */

static int receive_and_say_value(void *from)
{
	int value;
	int error = channel_receive(from, &value);

	if (!error)
		say("got %d", value);
	return error;
}

FRAME_FORM(receive_and_say_value, int value;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(self->argument, &self->value);
	if (!self->frame.result)
		say("got %d", self->value);
	FRAME_END(self->frame.result);
}

static int say_ran(void *unused)
{
	(void)unused;
	say("ran");
	return 0;
}

PLAIN_FORM(say_ran)

static void attempt_in_channels(void)
{
	int value = 1;

	attempt(channel_send(c, &value));
	say("%d %s", channel_balance(c), queue());
	attempt(channel_receive(d, &value));
	say("%d %s", channel_balance(d), queue());
	value = 2;
	attempt(channel_send(d, &value));
	say("send with preference sender is no switch %d %s", channel_balance(d), queue());
}

void scenario_71_switch_trap(void)
{
	struct tasklet *a;

	c = new_channel("c", sizeof(int));
	d = new_channel_preferring("d", sizeof(int), CHANNEL_PREFER_SENDER);
	trace_begin();
	spawn("R", receive_and_say_got, c);
	spawn("R2", receive_and_say_value, d);
	scheduler_run(NULL, NULL);
	say("%d", scheduler_switch_trap(1));
	attempt_returning(tasklet_yield(), "main");
	a = spawn("A", say_ran, NULL);
	attempt(tasklet_yield());
	attempt_in_channels();
	attempt(tasklet_run(a));
	attempt(tasklet_switch(a));
	attempt(tasklet_kill(a));
	attempt(scheduler_run(NULL, NULL));
	say("%s", queue());
	say("%d", scheduler_switch_trap(-1));
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 82 */

/* Called from within libc's lfind, for one element after the other; never finds anything. */
static int say_key(const void *unused, const void *element)
{
	(void)unused;
	say("key %d", *(const int *)element);
	tasklet_yield();
	return 1;
}

static int compare(const void *left, const void *right)
{
	return *(const int *)left - *(const int *)right;
}

static int visit_and_sort(void *unused)
{
	int numbers[] = {3, 1, 2};
	size_t count = 3;

	(void)unused;
	lfind(&numbers[0], numbers, &count, sizeof(numbers[0]), say_key);
	qsort(numbers, count, sizeof(numbers[0]), compare);
	say("[%d, %d, %d]", numbers[0], numbers[1], numbers[2]);
	return 0;
}

FRAME_FORM(visit_and_sort, int numbers[3]; size_t count;)
{
	FRAME_BEGIN();
	self->numbers[0] = 3;
	self->numbers[1] = 1;
	self->numbers[2] = 2;
	self->count = 3;
	lfind(&self->numbers[0], self->numbers, &self->count, sizeof(int), say_key);
	qsort(self->numbers, self->count, sizeof(int), compare);
	say("[%d, %d, %d]", self->numbers[0], self->numbers[1], self->numbers[2]);
	FRAME_END(0);
}

static int count_three(void *unused)
{
	(void)unused;
	for (int i = 0; i < 3; i++) {
		say("%d", i);
		tasklet_yield();
	}
	return 0;
}

FRAME_FORM(count_three, int i;)
{
	FRAME_BEGIN();
	for (self->i = 0; self->i < 3; self->i++) {
		say("%d", self->i);
		FRAME_YIELD();
	}
	FRAME_END(0);
}

void scenario_82_nested_switch_back(void)
{
	trace_begin();
	spawn("A", count_three, NULL);
	spawn("N", visit_and_sort, NULL);
	spawn("B", count_three, NULL);
	scheduler_run(NULL, NULL);
	finish();
}

/* ------------------------------------------------------------------------------------- 80 */

static void say_finally(const int *unused)
{
	(void)unused;
	say("finally");
}

static void clean_up_finally(struct frame *unused)
{
	(void)unused;
	say("finally");
}

static int bind_itself(void *unused)
{
	__attribute__((cleanup(say_finally), unused)) int finally = 0;

	(void)unused;
	attempt(tasklet_bind(scheduler_current(), bind_itself, NULL));
	return tasklet_pause();
}

FRAME_FORM(bind_itself, )
{
	FRAME_BEGIN();
	self->frame.cleanup = clean_up_finally;
	attempt(tasklet_bind(scheduler_current(), bind_itself, NULL));
	FRAME_PAUSE();
	FRAME_END(self->frame.result);
}

static int pause_in_comparison(const void *a, const void *b)
{
	(void)a;
	(void)b;
	return tasklet_pause();
}

static int pause_under_function(void *unused)
{
	int numbers[2] = {1, 2};

	(void)unused;
	qsort(numbers, 2, sizeof(numbers[0]), pause_in_comparison);
	return 0;
}

PLAIN_FORM(pause_under_function)

/* Python's `restorable`: nothing of it stands on the C stack. */
static const char *restorable(const struct tasklet *tasklet)
{
	return python_bool(tasklet_saved_bytes(tasklet) == 0);
}

void scenario_80_bind_rules(void)
{
	struct tasklet *bound = spawn("A", bind_itself, NULL);
	struct tasklet *nested;

	attempt(tasklet_bind(bound, bind_itself, NULL));
	scheduler_run(NULL, NULL);
	say("%s restorable %s", states(bound), restorable(bound));
	attempt_returning(tasklet_bind(bound, NULL, NULL), "A");
	say("%s", states(bound));
	nested = spawn("N", pause_under_function, NULL);
	scheduler_run(NULL, NULL);
	say("restorable %s", restorable(nested));
	attempt(tasklet_bind(nested, NULL, NULL));
	tasklet_kill(nested);
	say("%s", states(nested));
	finish();
	tasklet_kill(bound); /* Python does that to all that are left when it ends */
}
