/* SPDX-License-Identifier: MIT */
/* program.c - random programs of tasklets, and the log of what one did. */
#include "program.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "tap.h"

enum object { NOTHING, TASKLET, CHANNEL };

static const struct {
	const char *name;
	enum object object;
} operations[] = {
#define OPERATION(name, object) {#name, object},
	OPERATIONS(OPERATION)
#undef OPERATION
};

/* ------------------------------------------------------------------------------------- the log */

void log_add(struct log *log, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(log->text + log->used, sizeof(log->text) - log->used, format, arguments);
	va_end(arguments);
	log->used += (size_t)length;
	if (log->used >= sizeof(log->text))
		log->used = sizeof(log->text) - 1;
}

char tasklet_letter(int tasklet)
{
	return tasklet == MAIN ? 'M' : (char)('A' + tasklet - 1);
}

const char *operation_name(enum operation_kind kind)
{
	return operations[kind].name;
}

void log_operation(struct log *log, int tasklet, const struct operation *operation, int result)
{
	log_add(log, "%c.%s=%d ", tasklet_letter(tasklet), operation_name(operation->kind), result);
}

void log_switch(struct log *log, int prev, int next)
{
	log_add(log, "%c>%c ", tasklet_letter(prev), tasklet_letter(next));
}

void log_reason(struct log *log, int reason)
{
	static const char *const words[] = {"empty", "error", "woken"};

	log_add(log, "%s: ", reason >= 0 && reason < 3 ? words[reason] : "?");
}

/* -------------------------------------------------------------------------------- the programs */

/* Numerical Recipes' generator: enough to make programs of. */
static int random_below(uint32_t *state, int limit)
{
	*state = *state * 1664525u + 1013904223u;
	return (int)((*state >> 8) % (uint32_t)limit);
}

static int random_argument(uint32_t *state, enum operation_kind kind)
{
	static const int errors[] = {-EIO, -ENODATA, -EPROTO};

	switch (kind) {
	case OP_prefer:
		return random_below(state, 3) - 1;
	case OP_throw:
	case OP_throw_pending:
	case OP_send_error:
		return errors[random_below(state, 3)];
	case OP_schedule_all:
	case OP_survive:
	case OP_block_trap:
		return random_below(state, 2);
	default:
		return random_below(state, 100) + 1;
	}
}

/* A few kinds are rather the salt than the soup. */
static enum operation_kind random_kind(uint32_t *state)
{
	enum operation_kind kind = (enum operation_kind)random_below(state, OP_switch_trap);
	bool rare = kind >= OP_close && kind != OP_scheduler;

	if (rare && random_below(state, 3))
		return random_below(state, 2) ? OP_send : OP_receive;
	return kind;
}

static struct operation random_operation(uint32_t *state, int tasklets)
{
	struct operation operation = {.kind = random_kind(state)};
	enum object object = operations[operation.kind].object;

	if (object == TASKLET)
		operation.object = random_below(state, tasklets);
	else if (object == CHANNEL)
		operation.object = random_below(state, CHANNELS);
	operation.argument = random_argument(state, operation.kind);
	operation.strict = !random_below(state, 4);
	return operation;
}

/* While the trap is set the tasklet must not end: then nobody could go on. */
static void set_trap(struct script *script)
{
	struct operation *trapped = &script->operations[script->length - 2];

	if (trapped->kind == OP_kill || trapped->kind == OP_kill_pending)
		trapped->kind = OP_run;
	trapped->strict = false;
	trapped[-1] = (struct operation){.kind = OP_switch_trap, .argument = 1};
	trapped[1] = (struct operation){.kind = OP_switch_trap, .argument = -1};
}

/* Only main gives anybody a new life: two others could do so for each other for ever. */
static void make_script(uint32_t *state, struct script *script, int tasklets, bool is_main)
{
	script->length = 3 + random_below(state, SCRIPT_LENGTH - 3);
	script->paused = !random_below(state, 4);
	for (int i = 0; i < script->length; i++) {
		struct operation *operation = &script->operations[i];

		*operation = random_operation(state, tasklets);
		if (operation->kind == OP_setup && !is_main)
			operation->kind = OP_insert;
	}
	if (!random_below(state, 6))
		set_trap(script);
}

struct program program_random(uint32_t number)
{
	uint32_t state = number * 2654435761u + 1;
	struct program program = {.tasklets = 2 + random_below(&state, TASKLETS - 1)};

	for (int i = 0; i < program.tasklets; i++)
		make_script(&state, &program.scripts[i], program.tasklets, i == MAIN);
	return program;
}

static void show_operation(struct log *line, const struct operation *operation)
{
	enum object object = operations[operation->kind].object;

	log_add(line, " %s", operation_name(operation->kind));
	if (object == TASKLET)
		log_add(line, ":%c", tasklet_letter(operation->object));
	else if (object == CHANNEL)
		log_add(line, ":%d", operation->object);
	log_add(line, ",%d%s", operation->argument, operation->strict ? "!" : "");
}

void program_show(const struct program *program)
{
	for (int i = 0; i < program->tasklets; i++) {
		const struct script *script = &program->scripts[i];
		struct log line = {0};

		for (int j = 0; j < script->length; j++)
			show_operation(&line, &script->operations[j]);
		tap_note("%c%s%s", tasklet_letter(i), script->paused && i ? " (paused)" : "",
			 line.text);
	}
}
