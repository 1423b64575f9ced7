/* SPDX-License-Identifier: MIT */
/*
 * test_semantics.c - random programs do what the rules say: in whatever form their tasklets are
 * written, and however they are switched.
 *
 *     test_semantics [FIRST [COUNT]]    the programs with these numbers
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program.h"
#include "tap.h"

enum { PROGRAMS = 300, SECONDS = 20 };

static const struct way {
	const char *name;
	enum form form;
	const char *switching; /* GREENROOM_SWITCH */
	const char *slices;    /* GREENROOM_SLICES */
} ways[] = {
	{"functions", FORM_FUNCTIONS, "soft", "whole"},
	{"frames", FORM_FRAMES, "soft", "whole"},
	{"functions and frames", FORM_MIXED, "soft", "whole"},
	{"frames, switched hard", FORM_FRAMES, "hard", "whole"},
	{"functions, copied where they overlap", FORM_FUNCTIONS, "soft", "overlap"},
	{"functions and frames, copied where they overlap", FORM_MIXED, "soft", "overlap"},
};

enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

/* Runs it in a process of its own, whose log is in shared memory; returns how that ended. */
static int run_in_child(const struct program *program, const struct way *way, struct log *log)
{
	int status = -1;
	pid_t child;

	log->used = 0;
	log->text[0] = '\0';
	fflush(stdout);
	child = fork();
	if (child == 0) {
		alarm(SECONDS);
		setenv("GREENROOM_SWITCH", way->switching, 1);
		setenv("GREENROOM_SLICES", way->slices, 1);
		actor_run(program, way->form, log);
		_exit(0);
	}
	if (child > 0)
		waitpid(child, &status, 0);
	return status;
}

static void show_difference(const struct program *program, const char *expected, const char *got)
{
	size_t same = 0;

	while (expected[same] && expected[same] == got[same])
		same++;
	while (same && expected[same - 1] != ' ')
		same--;
	program_show(program);
	tap_note("both:  %.*s", (int)same, expected);
	tap_note("rules: %s", expected + same);
	tap_note("run:   %s", got + same);
}

/* Whether the program goes right in this way; shows it if not. */
static bool check(uint32_t number, const struct way *way, struct log *got)
{
	static struct log expected;
	struct program program = program_random(number);
	int status = run_in_child(&program, way, got);

	memset(&expected, 0, sizeof(expected));
	model_run(&program, &expected);
	if (status == 0 && !strcmp(expected.text, got->text))
		return true;
	tap_note("program %u as %s: status %d", (unsigned int)number, way->name, status);
	show_difference(&program, expected.text, got->text);
	return false;
}

int main(int argc, char **argv)
{
	uint32_t first = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1;
	uint32_t count = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : argc > 1 ? 1 : PROGRAMS;
	struct log *got = mmap(NULL, sizeof(*got), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (got == MAP_FAILED)
		return 1;
	for (int i = 0; i < WAYS; i++) {
		uint32_t failed = 0;

		for (uint32_t number = first; number < first + count && failed < 3; number++)
			failed += !check(number, &ways[i], got);
		tap_ok(!failed, "%u random programs as %s", (unsigned int)count, ways[i].name);
	}
	return tap_end();
}
