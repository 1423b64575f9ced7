/* SPDX-License-Identifier: MIT */
/*
 * actor.c - random programs, run by the runtime: tasklets that follow a script, as functions and as
 * frames.
 */
#include <errno.h>
#include <greenroom.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"

/* Of the one program that is run in this process. */
static const struct program *program;
static enum form form;
static struct log *log_of_run;
static struct tasklet *tasklets[TASKLETS];
static struct channel *channels[CHANNELS];

static int number_of(const struct tasklet *tasklet)
{
	for (int i = 0; i < program->tasklets; i++)
		if (tasklets[i] == tasklet)
			return i;
	return -1;
}

/* ------------------------------------------------------------------------------------ callbacks */

static void note_switch(struct tasklet *prev, struct tasklet *next, void *unused)
{
	(void)unused;
	log_switch(log_of_run, number_of(prev), number_of(next));
}

static void note_operation(const struct channel_call *call, void *unused)
{
	(void)unused;
	log_add(log_of_run, "%c%c%d%s ", tasklet_letter(number_of(call->tasklet)),
		call->sending ? '!' : '?', call->channel == channels[1],
		call->will_block ? ".." : "");
}

static void note_cleanup(int tasklet)
{
	log_add(log_of_run, "%c.cleanup ", tasklet_letter(tasklet));
}

/* ----------------------------------------------------------------------------------- operations */

static struct frame *new_frame(int tasklet);
static void clean_up_frame(struct frame *self);
static int follow_script(void *script);

static bool is_frame(int tasklet)
{
	return form == FORM_FRAMES || (form == FORM_MIXED && tasklet % 2);
}

static int bind(int tasklet)
{
	if (is_frame(tasklet))
		return tasklet_bind_frame(tasklets[tasklet], new_frame(tasklet));
	return tasklet_bind(tasklets[tasklet], follow_script,
			    (void *)(uintptr_t)&program->scripts[tasklet]);
}

static int setup(int tasklet)
{
	int error;

	if (tasklet_is_alive(tasklets[tasklet]))
		return -EBUSY;
	error = bind(tasklet);
	return error ? error : tasklet_insert(tasklets[tasklet]);
}

/* Those that never stop their tasklet. */
static int set(const struct operation *operation)
{
	struct tasklet *tasklet = tasklets[operation->object];
	struct channel *channel = channels[operation->object % CHANNELS];

	switch (operation->kind) {
	case OP_insert:
		return tasklet_insert(tasklet);
	case OP_remove:
		return tasklet_remove(tasklet);
	case OP_throw_pending:
		return tasklet_throw_pending(tasklet, operation->argument);
	case OP_kill_pending:
		return tasklet_kill_pending(tasklet);
	case OP_setup:
		return setup(operation->object);
	case OP_close:
		channel_close(channel);
		return 0;
	case OP_open:
		channel_open(channel);
		return 0;
	case OP_prefer:
		channel_set_preference(channel, (enum channel_preference)operation->argument);
		return 0;
	case OP_schedule_all:
		channel_set_schedule_all(channel, operation->argument);
		return 0;
	case OP_survive:
		tasklet_set_cancel(scheduler_current(), operation->argument
								? TASKLET_CANCEL_RETURN
								: TASKLET_CANCEL_UNWIND);
		return 0;
	case OP_block_trap:
		tasklet_set_block_trap(scheduler_current(), operation->argument);
		return 0;
	default:
		scheduler_switch_trap(operation->argument);
		return 0;
	}
}

static int run_scheduler(void)
{
	struct run_result end;
	int result = scheduler_run(NULL, &end);

	if (result != -EPERM)
		log_reason(log_of_run, (int)end.reason);
	return result;
}

static int perform(const struct operation *operation)
{
	struct tasklet *tasklet = tasklets[operation->object];
	struct channel *channel = channels[operation->object % CHANNELS];
	int value = operation->argument;
	int result;

	switch (operation->kind) {
	case OP_yield:
		return tasklet_yield();
	case OP_pause:
		return tasklet_pause();
	case OP_run:
		return tasklet_run(tasklet);
	case OP_switch:
		return tasklet_switch(tasklet);
	case OP_throw:
		return tasklet_throw(tasklet, operation->argument);
	case OP_kill:
		return tasklet_kill(tasklet);
	case OP_send:
		return channel_send(channel, &value);
	case OP_send_error:
		return channel_send_error(channel, operation->argument);
	case OP_receive:
		result = channel_receive(channel, &value);
		return result ? result : value;
	case OP_iterate:
		result = channel_iterate(channel, &value);
		return result == 1 ? value : result;
	case OP_scheduler:
		return run_scheduler();
	default:
		return set(operation);
	}
}

/* -------------------------------------------------------------------------------- as a function */

static void clean_up(const struct script **script)
{
	note_cleanup((int)(*script - program->scripts));
}

/* Performs it from further down the stack, and looks whether that is as it was afterwards. */
static __attribute__((noinline)) int perform_below(const struct operation *operation)
{
	size_t bytes = 100 * (size_t)abs(operation->argument) + 1;
	unsigned char *kept = __builtin_alloca(bytes);
	int result;

	memset(kept, operation->argument, bytes);
	result = perform(operation);
	for (size_t i = 0; i < bytes; i++)
		if (kept[i] != (unsigned char)operation->argument)
			log_add(log_of_run, "STACK ");
	return result;
}

static int follow(const struct script *script)
{
	for (int i = 0; i < script->length; i++) {
		const struct operation *operation = &script->operations[i];
		int result = perform_below(operation);

		log_operation(log_of_run, (int)(script - program->scripts), operation, result);
		if (operation->strict && result < 0 && script != &program->scripts[MAIN])
			return result;
	}
	return 0;
}

static int follow_script(void *argument)
{
	__attribute__((cleanup(clean_up))) const struct script *script = argument;

	return follow(script);
}

/* ----------------------------------------------------------------------------------- as a frame */

/* One operation: a frame of its own, so that there are always two to be dropped by a kill. */
FRAME(performer, const struct operation *operation; int value; struct run_result end;)
{
	const struct operation *operation = self->operation;
	struct tasklet *tasklet = tasklets[operation->object];
	struct channel *channel = channels[operation->object % CHANNELS];

	FRAME_BEGIN();
	self->value = operation->argument;
	if (operation->kind == OP_yield)
		FRAME_YIELD();
	else if (operation->kind == OP_pause)
		FRAME_PAUSE();
	else if (operation->kind == OP_run)
		FRAME_RUN(tasklet);
	else if (operation->kind == OP_switch)
		FRAME_SWITCH(tasklet);
	else if (operation->kind == OP_throw)
		FRAME_THROW(tasklet, operation->argument);
	else if (operation->kind == OP_kill)
		FRAME_KILL(tasklet);
	else if (operation->kind == OP_send)
		FRAME_SEND(channel, &self->value);
	else if (operation->kind == OP_send_error)
		FRAME_SEND_ERROR(channel, operation->argument);
	else if (operation->kind == OP_receive)
		FRAME_RECEIVE(channel, &self->value);
	else if (operation->kind == OP_iterate)
		FRAME_ITERATE(channel, &self->value);
	else if (operation->kind == OP_scheduler)
		FRAME_RUN_SCHEDULER(NULL, &self->end);
	else
		self->frame.result = perform(operation);
	if (operation->kind == OP_scheduler && self->frame.result != -EPERM)
		log_reason(log_of_run, (int)self->end.reason);
	if (operation->kind == OP_receive && !self->frame.result)
		FRAME_RETURN(self->value);
	if (operation->kind == OP_iterate && self->frame.result == 1)
		FRAME_RETURN(self->value);
	FRAME_END(self->frame.result);
}

FRAME(follower, int tasklet; int next;)
{
	const struct script *script = &program->scripts[self->tasklet];
	const struct operation *operation = &script->operations[self->next];

	FRAME_BEGIN();
	self->frame.cleanup = clean_up_frame;
	for (; self->next < script->length; self->next++) {
		FRAME_CALL(performer, .operation = &script->operations[self->next]);
		log_operation(log_of_run, self->tasklet, operation, self->frame.result);
		if (operation->strict && self->frame.result < 0)
			FRAME_RETURN(self->frame.result);
	}
	FRAME_END(0);
}

static void clean_up_frame(struct frame *self)
{
	note_cleanup(((struct follower *)self)->tasklet);
}

static struct frame *new_frame(int tasklet)
{
	return frame_new(follower, .tasklet = tasklet);
}

/* -------------------------------------------------------------------------------------- a whole run */

static void create_all(void)
{
	char name[2] = {0};

	tasklets[MAIN] = scheduler_main();
	for (int i = 1; i < program->tasklets; i++) {
		name[0] = tasklet_letter(i);
		if (tasklet_new(&tasklets[i], name) || bind(i))
			abort();
		if (!program->scripts[i].paused)
			tasklet_insert(tasklets[i]);
	}
	for (int i = 0; i < CHANNELS; i++)
		if (channel_create(&channels[i], NULL, sizeof(int)))
			abort();
}

void actor_run(const struct program *wanted, enum form wanted_form, struct log *log)
{
	program = wanted;
	form = wanted_form;
	log_of_run = log;
	create_all();
	scheduler_set_switch_callback(note_switch, NULL);
	scheduler_set_channel_callback(note_operation, NULL);
	follow(&program->scripts[MAIN]);
	log_add(log, "count=%zu", scheduler_count());
	for (int i = 0; i < CHANNELS; i++)
		log_add(log, " balance=%d", channel_balance(channels[i]));
}
