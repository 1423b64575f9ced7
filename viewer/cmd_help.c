/* SPDX-License-Identifier: MIT */
/*
 * cmd_help.c - greenroom help: the manual page of a command.
 *
 * The program finds its own pages: beside it in an installation, in the source when it runs where
 * it was built. Who has no `man` gets the page from mandoc, and who has neither the list of options.
 */
#include <argp.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "commands.h"
#include "output.h"

static const struct {
	const char *word;
	const char *page;
} topics[] = {
	{"library", "greenroom.3"},
	{"events", "greenroom-events.7"},
};

enum { TOPICS = sizeof(topics) / sizeof(topics[0]), PATH_SIZE = 4096 };

static error_t parse_help(int key, char *argument, struct argp_state *state)
{
	const char **word = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			argp_error(state, "one word at a time");
		*word = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp help_argp = {
	.parser = parse_help,
	.args_doc = "[COMMAND]",
	.doc = "Shows the manual page of COMMAND, or of greenroom itself. Besides the commands "
	       "there "
	       "are the words library (the functions of greenroom.h) and events (what a trace "
	       "records).",
};

/* The file name of the page about a word: "greenroom-sql.1". False: there is no such word. */
static bool page_of(char *out, size_t size, const char *word)
{
	if (!word) {
		snprintf(out, size, "greenroom.1");
		return true;
	}
	for (size_t i = 0; i < TOPICS; i++) {
		if (strcmp(word, topics[i].word) == 0) {
			snprintf(out, size, "%s", topics[i].page);
			return true;
		}
	}
	if (!command_by_name(word))
		return false;
	snprintf(out, size, "greenroom-%s.1", word);
	return true;
}

/* ---------------------------------------------------------------------------------------------
 * Where the pages are
 */

/* The folder of the running program, "" when not known. */
static void program_folder(char *out, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", out, size - 1);
	char *slash;

	out[length > 0 ? length : 0] = '\0';
	slash = strrchr(out, '/');
	if (slash)
		*slash = '\0';
}

static bool try_path(const char *path)
{
	return access(path, R_OK) == 0;
}

/* The path of a page; false when it is nowhere. A program that lies beside its config.status has not
 * been installed. */
static bool find_page(char *out, size_t size, const char *page)
{
	char folder[PATH_SIZE], mark[PATH_SIZE + 32];
	char section = page[strlen(page) - 1];

	program_folder(folder, sizeof(folder));
	snprintf(mark, sizeof(mark), "%s/config.status", folder);
	if (try_path(mark)) {
		snprintf(out, size, "%s/docs/man/%s", GREENROOM_SOURCE_DIR, page);
		return try_path(out);
	}
	snprintf(out, size, "%s/../share/man/man%c/%s", folder, section, page);
	if (try_path(out))
		return true;
	snprintf(out, size, "%s/man%c/%s", GREENROOM_MAN_DIR, section, page);
	return try_path(out);
}

/* ---------------------------------------------------------------------------------------------
 * Showing them
 */

/* Runs a program that shows a page; false when there is no such program. */
static bool show_with(char *const *command)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		execvp(command[0], command);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return false;
	return !(WIFEXITED(status) && WEXITSTATUS(status) == 127);
}

static bool show_page(char *path)
{
	char man[] = "man", local[] = "-l", mandoc[] = "mandoc", page[] = "-a";
	char *const with_man[] = {man, local, path, NULL};
	char *const with_mandoc[] = {mandoc, page, path, NULL};

	return show_with(with_man) || show_with(with_mandoc);
}

/* What argp knows about a command; does not return. */
static int show_options(const char *word)
{
	char called[] = "greenroom", option[] = "--help";
	char *argv[] = {called, option, NULL};

	return word ? command_run(command_by_name(word), 2, argv) : command_main(2, argv);
}

static int unknown_word(const char *word)
{
	struct error error;

	error_set(&error, -EINVAL, EXIT_USAGE,
		  "there is no page about '%s'; 'greenroom --help' lists the commands", word);
	return command_fail(&error);
}

int cmd_help(int argc, char **argv)
{
	const char *word = NULL;
	char page[64], path[2 * PATH_SIZE];
	struct error error;

	argp_parse(&help_argp, argc, argv, 0, NULL, &word);
	if (!page_of(page, sizeof(page), word))
		return unknown_word(word);
	if (find_page(path, sizeof(path), page) && show_page(path))
		return EXIT_GOOD;
	if (!word || command_by_name(word))
		return show_options(word);
	error_set(&error, -ENOENT, EXIT_NO_HELPER, "the page %s is not installed", page);
	return command_fail(&error);
}
