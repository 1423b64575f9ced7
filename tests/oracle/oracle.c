/* SPDX-License-Identifier: MIT */
/*
 * oracle.c - what the oracle's scenarios are written with.
 */
#include "forms.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool frames_are_wanted;

/* ------------------------------------------------------------------------------- Errors */

/* A row of errors.def. An error of the runtime has no type. */
struct error_word {
	int code;
	const char *name;
	const char *type;
	const char *text;
};

static const struct error_word error_words[] = {
#define ERROR(code, text)           {code, "-" #code, NULL, text},
#define EXCEPTION(code, type, text) {code, "-" #code, type, text},
#include "errors.def"
};

static const int error_word_count = sizeof(error_words) / sizeof(error_words[0]);

static const struct error_word *find_code(int error)
{
	for (int i = 0; i < error_word_count; i++)
		if (error_words[i].code == -error)
			return &error_words[i];
	return NULL;
}

int exception(const char *type, const char *text)
{
	for (int i = 0; i < error_word_count; i++) {
		const struct error_word *word = &error_words[i];

		if (word->type && !strcmp(word->type, type) && !strcmp(word->text, text))
			return -word->code;
	}
	line("# %s(%s) is not in errors.def", type, text);
	return -EINVAL;
}

const char *error_name(int error)
{
	const struct error_word *word = find_code(error);

	return word ? word->name : strerror(-error);
}

const char *exception_type(int error)
{
	const struct error_word *word = find_code(error);

	return word && word->type ? word->type : error_name(error);
}

const char *exception_text(int error)
{
	const struct error_word *word = find_code(error);

	return word && word->type ? word->text : "";
}

/* ----------------------------------------------------------------------- What is printed */

void line(const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (thread_log_add(text))
		return;
	puts(text);
	fflush(stdout);
}

void say(const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	line("%s: %s", name_of(scheduler_current()), text);
}

void attempt(int result)
{
	attempt_returning(result, "None");
}

void attempt_returning(int result, const char *returned)
{
	if (result < 0)
		say("raised %s", error_name(result));
	else
		say("returned %s", returned);
}

const char *name_of(const struct tasklet *tasklet)
{
	if (!tasklet)
		return "-";
	if (tasklet_is_main(tasklet))
		return thread_main_name(tasklet);
	return tasklet_name(tasklet) ? tasklet_name(tasklet) : "?";
}

/* The next of a few buffers, so that one line can show several texts. */
static char *scratch(void)
{
	static _Thread_local char buffers[8][256];
	static _Thread_local unsigned int last;
	char *buffer = buffers[++last % 8];

	buffer[0] = '\0';
	return buffer;
}

static void append(char *buffer, const char *separator, const char *text)
{
	size_t length = strlen(buffer);

	snprintf(buffer + length, 256 - length, "%s%s", separator, text);
}

const char *queue(void)
{
	const struct tasklet *current = scheduler_current();
	const struct tasklet *tasklet = tasklet_next(current);
	char *text = scratch();

	append(text, "[", name_of(current));
	for (; tasklet && tasklet != current; tasklet = tasklet_next(tasklet))
		append(text, " ", name_of(tasklet));
	append(text, "", "]");
	return text;
}

const char *waiters(const struct channel *channel)
{
	const struct tasklet *tasklet = channel_first(channel);
	char *text = scratch();

	append(text, "[", tasklet ? name_of(tasklet) : "");
	while (tasklet && (tasklet = tasklet_next(tasklet)))
		append(text, " ", name_of(tasklet));
	append(text, "", "]");
	return text;
}

const char *states(const struct tasklet *tasklet)
{
	enum tasklet_state state = tasklet_state(tasklet);
	bool blocked = state == TASKLET_SENDING || state == TASKLET_RECEIVING;
	bool chained = state == TASKLET_RUNNABLE || state == TASKLET_CURRENT;
	char *text = scratch();

	snprintf(text, 256, "alive=%d scheduled=%d blocked=%d paused=%d current=%d main=%d",
		 tasklet_is_alive(tasklet), blocked || chained, blocked, state == TASKLET_PAUSED,
		 state == TASKLET_CURRENT, tasklet_is_main(tasklet));
	return text;
}

const char *python_bool(bool value)
{
	return value ? "True" : "False";
}

/* ----------------------------------------------------------------- Tasklets and channels */

/* No scenario can go on without what it asked for. */
static void must(int error, const char *what)
{
	if (!error)
		return;
	line("# %s: %s", what, error_name(error));
	exit(1);
}

struct tasklet *unbound(const char *name)
{
	struct tasklet *tasklet;

	must(tasklet_new(&tasklet, name), "tasklet_new");
	return tasklet;
}

struct tasklet *paused_form(const char *name, tasklet_fn *run, void *argument, struct frame *frame)
{
	struct tasklet *tasklet = unbound(name);

	must(bind_form(tasklet, run, argument, frame), "tasklet_bind");
	return tasklet;
}

struct tasklet *spawn_form(const char *name, tasklet_fn *run, void *argument, struct frame *frame)
{
	struct tasklet *tasklet;

	if (frame)
		must(tasklet_create_frame(&tasklet, name, frame), "tasklet_create_frame");
	else
		must(tasklet_create(&tasklet, name, run, argument), "tasklet_create");
	return tasklet_ref(tasklet);
}

int bind_form(struct tasklet *tasklet, tasklet_fn *run, void *argument, struct frame *frame)
{
	return frame ? tasklet_bind_frame(tasklet, frame) : tasklet_bind(tasklet, run, argument);
}

int setup_form(struct tasklet *tasklet, tasklet_fn *run, struct frame *frame)
{
	int error = bind_form(tasklet, run, NULL, frame);

	return error ? error : tasklet_insert(tasklet);
}

/* Scenarios leave their channels behind: within reach of leak checkers. */
enum { KEPT = 64 };
static struct channel *kept[KEPT];
static unsigned int kept_count;

struct channel *new_channel(const char *name, size_t size)
{
	struct channel *created;

	must(channel_create(&created, name, size), "channel_create");
	kept[kept_count++ % KEPT] = created;
	return created;
}

struct channel *new_channel_preferring(const char *name, size_t size, enum channel_preference who)
{
	struct channel *created = new_channel(name, size);

	channel_set_preference(created, who);
	return created;
}

void send_number(struct channel *to, int value)
{
	int error = channel_send(to, &value);

	if (error)
		say("send failed: %s", error_name(error));
}

int receive_number(struct channel *from)
{
	int value = -1;
	int error = channel_receive(from, &value);

	if (error)
		say("receive failed: %s", error_name(error));
	return value;
}

/* ------------------------------------------------------------------------------ Callbacks */

void print_switch(struct tasklet *prev, struct tasklet *next, void *context)
{
	(void)context;
	line("S %s > %s", name_of(prev), name_of(next));
}

void print_operation(const struct channel_call *call, void *context)
{
	(void)context;
	line("C %s %s %s %s", channel_name(call->channel), name_of(call->tasklet),
	     call->sending ? "send" : "recv", call->will_block ? "block" : "go");
}

bool trace_is_wanted;

void trace_begin(void)
{
	trace_is_wanted = true;
	scheduler_set_switch_callback(print_switch, NULL);
	scheduler_set_channel_callback(print_operation, NULL);
}

void trace_end(void)
{
	scheduler_set_switch_callback(NULL, NULL);
	scheduler_set_channel_callback(NULL, NULL);
}

void finish(void)
{
	trace_end();
	line("# end runcount=%zu", scheduler_count());
}
