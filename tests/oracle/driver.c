/* SPDX-License-Identifier: MIT */
/*
 * driver.c - runs each scenario in a process of its own, once in each form, and compares what it
 * prints with what Stackless Python printed.
 *
 *     oracle                                all of them, as TAP
 *     oracle [--frames] 41_recv_blocks...   this one, in this process, as functions or as frames;
 *                                           prints its lines and compares nothing
 *     oracle --list                         their names
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "forms.h"
#include "scenarios.h"
#include "tap.h"

struct scenario {
	const char *name;
	void (*run)(void);
};

static const struct scenario scenarios[] = {
#define SCENARIO(name) {#name, scenario_##name},
#include "scenarios.def"
#undef SCENARIO
};

enum { SCENARIO_COUNT = sizeof(scenarios) / sizeof(scenarios[0]), SECONDS = 60 };

/* How the tasklets of a scenario are written and switched. */
struct form {
	const char *name;
	bool frames;
	const char *switching; /* GREENROOM_SWITCH */
};

static const struct form forms[] = {
	{"functions", false, "soft"},
	{"frames", true, "soft"},
	{"frames, switched hard", true, "hard"},
};

enum { FORM_COUNT = sizeof(forms) / sizeof(forms[0]) };

/* A row of errors.def: what the expected text says, and what is printed here. */
struct wording {
	char expected[128];
	const char *printed;
};

static const struct wording wordings[] = {
#define ERROR(code, text)           {text, "-" #code},
#define EXCEPTION(code, type, text) {type "(" text ")", "-" #code},
#include "errors.def"
};

enum { WORDING_COUNT = sizeof(wordings) / sizeof(wordings[0]) };

static char *read_all(FILE *file)
{
	char *text = NULL;
	size_t size;
	FILE *copy = open_memstream(&text, &size);
	int c;

	if (!copy)
		return NULL;
	while ((c = getc(file)) != EOF)
		putc(c, copy);
	fclose(copy);
	return text;
}

/* The wording that `text` begins with, or NULL. */
static const struct wording *wording_at(const char *text)
{
	for (int i = 0; i < WORDING_COUNT; i++)
		if (!strncmp(text, wordings[i].expected, strlen(wordings[i].expected)))
			return &wordings[i];
	return NULL;
}

/* A copy of the expected text with our words for errors in it. */
static char *translate(const char *expected)
{
	char *text = NULL;
	size_t size;
	FILE *copy = open_memstream(&text, &size);

	if (!copy)
		return NULL;
	while (*expected) {
		const struct wording *wording = wording_at(expected);

		if (wording) {
			fputs(wording->printed, copy);
			expected += strlen(wording->expected);
		} else {
			putc(*expected++, copy);
		}
	}
	fclose(copy);
	return text;
}

static FILE *open_expected(const char *folder, const char *name)
{
	const char *top = getenv("abs_top_srcdir");
	char path[4096];

	snprintf(path, sizeof(path), "%s/tests/oracle/%s/%s.out", top ? top : ".", folder, name);
	return fopen(path, "r");
}

/* Where hard switching makes a difference there is a text of its own for it. */
static char *expected_lines(const char *name, bool hard)
{
	FILE *file = hard ? open_expected("expected/hard", name) : NULL;
	char *original;
	char *translated;

	if (!file)
		file = open_expected("expected", name);
	if (!file) {
		tap_note("%s: %s", name, strerror(errno));
		return NULL;
	}
	original = read_all(file);
	fclose(file);
	translated = original ? translate(original) : NULL;
	free(original);
	return translated;
}

/* Runs a scenario in a child; returns its lines, and how the child ended. */
static char *run_scenario(const struct scenario *scenario, const struct form *form, int *status)
{
	char *text = NULL;
	int ends[2];
	FILE *output;
	pid_t child;

	if (pipe(ends))
		return NULL;
	fflush(stdout);
	child = fork();
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		alarm(SECONDS);
		frames_are_wanted = form->frames;
		setenv("GREENROOM_SWITCH", form->switching, 1);
		scenario->run();
		fflush(stdout);
		_exit(0);
	}
	close(ends[1]);
	output = fdopen(ends[0], "r");
	if (child > 0 && output)
		text = read_all(output);
	if (output)
		fclose(output);
	if (child > 0)
		waitpid(child, status, 0);
	return text;
}

static size_t line_length(const char *text)
{
	size_t length = strcspn(text, "\n");

	return text[length] ? length + 1 : length;
}

/* Shows both texts from the first line in which they differ, after a few lines before it. */
static void show_difference(const char *expected, const char *got)
{
	while (*expected && line_length(expected) == line_length(got) &&
	       !strncmp(expected, got, line_length(expected))) {
		tap_note("  %.*s", (int)strcspn(got, "\n"), got);
		expected += line_length(expected);
		got += line_length(got);
	}
	for (; *expected; expected += line_length(expected))
		tap_note("- %.*s", (int)strcspn(expected, "\n"), expected);
	for (; *got; got += line_length(got))
		tap_note("+ %.*s", (int)strcspn(got, "\n"), got);
}

static void check(const struct scenario *scenario, const struct form *form)
{
	int status = -1;
	bool hard = !form->frames || !strcmp(form->switching, "hard");
	char *expected = expected_lines(scenario->name, hard);
	char *got = run_scenario(scenario, form, &status);
	bool same = expected && got && !strcmp(expected, got);

	tap_ok(same && status == 0, "%s, %s", scenario->name, form->name);
	if (expected && got && !same)
		show_difference(expected, got);
	if (status != 0 && WIFSIGNALED(status))
		tap_note("killed by signal %d: %s", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else if (status != 0)
		tap_note("exit status %d", WEXITSTATUS(status));
	free(expected);
	free(got);
}

static int check_all(void)
{
	for (int i = 0; i < SCENARIO_COUNT; i++)
		for (int form = 0; form < FORM_COUNT; form++)
			check(&scenarios[i], &forms[form]);
	return tap_end();
}

static int list(void)
{
	for (int i = 0; i < SCENARIO_COUNT; i++)
		puts(scenarios[i].name);
	return 0;
}

static int run_here(const char *name)
{
	for (int i = 0; i < SCENARIO_COUNT; i++) {
		if (!strcmp(name, scenarios[i].name)) {
			scenarios[i].run();
			return 0;
		}
	}
	fprintf(stderr, "oracle: no scenario %s\n", name);
	return 2;
}

int main(int argc, char **argv)
{
	frames_are_wanted = argc == 3 && !strcmp(argv[1], "--frames");
	if (argc == 1)
		return check_all();
	return strcmp(argv[1], "--list") ? run_here(argv[argc - 1]) : list();
}
