/* SPDX-License-Identifier: MIT */
/* noted.c - a log in which tasklets write down what they do. */
#include "noted.h"

#include <string.h>

#include "tap.h"

struct run_result result;

static char log_text[200];

void note(const char *what)
{
	strncat(log_text, what, sizeof(log_text) - strlen(log_text) - 1);
}

void clear_log(void)
{
	log_text[0] = '\0';
}

void check_log(const char *expected, const char *name)
{
	tap_is_text(log_text, expected, "%s", name);
	clear_log();
}

size_t log_length(void)
{
	return strlen(log_text);
}

int run_ticks(unsigned int flags, uint64_t ticks)
{
	struct run_options options = {.flags = flags, .ticks = ticks};

	return scheduler_run(&options, &result);
}

int run_to_end(void)
{
	return scheduler_run(NULL, NULL);
}

int check_often(int count)
{
	int error = 0;

	for (int i = 0; i < count && !error; i++)
		error = tasklet_check();
	return error;
}

int say_and_check(void *name)
{
	int error;

	note(name);
	error = check_often(2 * BUDGET);
	note(error ? "!" : ".");
	return error;
}

int say_and_yield(void *name)
{
	for (int i = 0; i < 3 * BUDGET; i++)
		tasklet_yield();
	note(name);
	return 0;
}

struct tasklet *spawn(const char *name, tasklet_fn *run)
{
	struct tasklet *tasklet;

	tasklet_create(&tasklet, name, run, (void *)(uintptr_t)name);
	return tasklet;
}

const char *letter(const struct tasklet *tasklet)
{
	return tasklet_is_main(tasklet) ? "m" : tasklet_name(tasklet);
}

void note_chain(void)
{
	const struct tasklet *current = scheduler_current();
	const struct tasklet *tasklet = current;

	note("[");
	do {
		note(letter(tasklet));
		tasklet = tasklet_next(tasklet);
	} while (tasklet != current);
	note("]");
}

void note_self(void)
{
	note(letter(scheduler_current()));
}

int say(void *unused)
{
	(void)unused;
	note_self();
	return 0;
}

int say_twice(void *unused)
{
	(void)unused;
	note_self();
	tasklet_yield();
	note_self();
	return 0;
}
