/* SPDX-License-Identifier: MIT */
/*
 * command.c - global options, dispatch, and what is said when the word is wrong.
 */
#include "command.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "output.h"

static const struct command commands[] = {
#define COMMAND(name, function, arguments, summary) {name, function, arguments, summary},
#include "commands.def"
	{NULL, NULL, NULL, NULL},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) - 1 };

const struct command *command_by_name(const char *name)
{
	for (const struct command *command = commands; command->name; command++) {
		if (strcmp(command->name, name) == 0)
			return command;
	}
	return NULL;
}

int command_run(const struct command *command, int argc, char **argv)
{
	char title[64];
	char *called = argv[0];
	int result;

	snprintf(title, sizeof(title), "greenroom %s", command->name);
	argv[0] = title;
	result = command->run(argc, argv);
	argv[0] = called;
	return result;
}

int command_fail(const struct error *error)
{
	fflush(stdout);
	fprintf(stderr, "greenroom: %s\n", error->text);
	return error->code;
}

/* ---------------------------------------------------------------------------------------------
 * Did you mean
 */

enum { WORD_MAX = 32 };

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* How many letters have to be put in, taken out, changed, or swapped with their neighbour to get
 * from one word to the other. */
static unsigned int distance(const char *from, const char *to)
{
	size_t width = strlen(to);
	unsigned int rows[3][WORD_MAX + 1]; /* this row and the two above it */

	for (size_t j = 0; j <= width; j++)
		rows[0][j] = (unsigned int)j;
	for (size_t i = 1; from[i - 1]; i++) {
		unsigned int *row = rows[i % 3];
		const unsigned int *above = rows[(i + 2) % 3];

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= width; j++) {
			unsigned int change = from[i - 1] != to[j - 1];

			row[j] = least(least(row[j - 1], above[j]) + 1, above[j - 1] + change);
			if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
				row[j] = least(row[j], rows[(i + 1) % 3][j - 2] + 1);
		}
	}
	return rows[strlen(from) % 3][width];
}

/* A third of the letters may be wrong, and the beginning of a word stands for it. */
const char *command_nearest(const char *word, const char *const *list)
{
	const char *nearest = NULL;
	unsigned int least_distance = WORD_MAX;
	size_t length = strlen(word);

	if (length == 0 || length > WORD_MAX)
		return NULL;
	for (; *list; list++) {
		unsigned int found = distance(word, *list);

		if (length >= 2 && strncmp(word, *list, length) == 0)
			found = 1;
		if (found < least_distance && found * 3 <= strlen(*list) + 1) {
			least_distance = found;
			nearest = *list;
		}
	}
	return nearest;
}

static int unknown_command(const char *word)
{
	const char *names[COMMANDS + 1];
	const char *nearest;

	for (size_t i = 0; i <= COMMANDS; i++)
		names[i] = commands[i].name;
	nearest = command_nearest(word, names);
	fprintf(stderr, "greenroom: '");
	output_clean(stderr, word);
	if (nearest)
		fprintf(stderr, "' is no command; did you mean '%s'?\n", nearest);
	else
		fprintf(stderr, "' is no command; 'greenroom --help' lists them\n");
	return EXIT_USAGE;
}

/* ---------------------------------------------------------------------------------------------
 * Global options
 */

struct global {
	int command; /* index in argv, 0: none */
};

static const struct argp_option global_options[] = {
	{NULL, 'C', "DIR", 0, "Change to directory DIR first", 0},
	{0},
};

static void change_directory(const char *path)
{
	struct error error;

	if (chdir(path) == 0)
		return;
	error_set_file(&error, -errno, path);
	exit(command_fail(&error));
}

static error_t parse_global(int key, char *argument, struct argp_state *state)
{
	struct global *global = state->input;

	switch (key) {
	case 'C':
		change_directory(argument);
		return 0;
	case ARGP_KEY_ARG:
		/* Whatever stands behind the command belongs to it. */
		global->command = state->next - 1;
		state->next = state->argc;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* The list of commands, below argp's own text. */
static char *describe_commands(int key, const char *text, void *input)
{
	char *list = NULL;
	size_t size = 0;
	FILE *out;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	out = open_memstream(&list, &size);
	if (!out)
		return NULL;
	fprintf(out, "Commands:\n\n");
	for (const struct command *command = commands; command->name; command++)
		fprintf(out, "  %-10s %s\n", command->name, command->summary);
	fprintf(out, "\n'greenroom help COMMAND' opens the manual page of a command, "
		     "'greenroom COMMAND --help' lists its options.");
	fclose(out);
	return list;
}

static const struct argp global_argp = {
	.options = global_options,
	.parser = parse_global,
	.args_doc = "COMMAND [ARGUMENT...]",
	.doc = "Shows what goes on when tasklets run.\v ",
	.help_filter = describe_commands,
};

int command_main(int argc, char **argv)
{
	struct global global = {0};
	const struct command *command;
	char name[] = "greenroom";

	argp_program_version = PACKAGE_STRING;
	argp_err_exit_status = EXIT_USAGE;
	if (argc > 0)
		argv[0] = name;
	argp_parse(&global_argp, argc, argv, ARGP_IN_ORDER, NULL, &global);
	if (!global.command) {
		argp_help(&global_argp, stderr, ARGP_HELP_SHORT_USAGE | ARGP_HELP_POST_DOC, name);
		return EXIT_USAGE;
	}
	command = command_by_name(argv[global.command]);
	if (!command)
		return unknown_command(argv[global.command]);
	return command_run(command, argc - global.command, argv + global.command);
}
