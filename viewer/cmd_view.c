/* SPDX-License-Identifier: MIT */
/*
 * cmd_view.c - greenroom view: step through a trace, forward and back.
 *
 * How it is shown follows from what there is to show it on: a terminal that can place text gets the
 * screen, one that cannot gets sentences and a prompt (--plain), and anything that is no terminal
 * gets what "greenroom explain" says.
 */
#include <argp.h>
#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "command_trace.h"
#include "command_view.h"
#include "commands.h"
#include "screens/keys.h"
#include "screens/plain.h"

struct view_arguments {
	const char *path;
	const char *at;
	struct command_look look;
	bool plain, follow;
};

enum { OPTION_AT = 256, OPTION_FOLLOW, OPTION_PLAIN, OPTION_KEYS };

static const struct argp_option view_options[] = {
	{"at", OPTION_AT, "POSITION", 0, "Begin at POSITION: #1234, +1.5ms, 50%, \"T7 first run\"",
	 0},
	{"ascii", LOOK_ASCII, NULL, 0, "Draw with ASCII characters only", 0},
	{"follow", OPTION_FOLLOW, NULL, 0,
	 "Begin at the end of a trace that is still being recorded, and stay there as it grows", 0},
	{"keys", OPTION_KEYS, "FORMAT", OPTION_ARG_OPTIONAL,
	 "List the keys: text, file (to be changed), or man for the manual page", 0},
	{"no-mouse", LOOK_NO_MOUSE, NULL, 0, "Leave the mouse to the terminal", 0},
	{"plain", OPTION_PLAIN, NULL, 0,
	 "No screen: read commands line by line and answer in sentences", 0},
	{"screenshot", LOOK_SCREENSHOT, "FILE", 0,
	 "Write the screen to FILE (-: standard output) as text, at the position or after the "
	 "script",
	 0},
	{"script", LOOK_SCRIPT, "KEYS", 0,
	 "Press KEYS ('n n Right*3'), or those that a file of that name lists (-: standard input)",
	 0},
	{"size", LOOK_SIZE, "COLUMNSxROWS", 0, "Size of the screen for --script [80x24]", 0},
	{"theme", LOOK_THEME, "NAME", 0, "Look: default, light, mono or contrast", 0},
	{0},
};

static void print_keys(const char *format, struct argp_state *state)
{
	static const char *const formats[] = {
		[KEYS_TEXT] = "text", [KEYS_MAN] = "man", [KEYS_FILE] = "file"};
	struct keys keys;
	struct error error;

	/* The manual page is for everybody. */
	keys_init(&keys);
	if ((!format || strcmp(format, "man") != 0) && command_load_keys(&keys, &error) < 0)
		exit(command_fail(&error));
	for (int i = 0; i < (int)(sizeof(formats) / sizeof(formats[0])); i++)
		if (strcmp(format ? format : "text", formats[i]) == 0) {
			keys_print(stdout, &keys, (enum keys_format)i);
			exit(EXIT_GOOD);
		}
	argp_error(state, "--keys takes text, file or man, not '%s'", format);
}

static error_t parse_view(int key, char *argument, struct argp_state *state)
{
	struct view_arguments *arguments = state->input;

	switch (key) {
	case OPTION_AT:
		arguments->at = argument;
		return 0;
	case OPTION_FOLLOW:
		arguments->follow = true;
		return 0;
	case OPTION_KEYS:
		print_keys(argument, state);
		return 0;
	case OPTION_PLAIN:
		arguments->plain = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			argp_error(state, "one trace at a time");
		arguments->path = argument;
		return 0;
	default:
		return command_look_parse(&arguments->look, key, argument, state);
	}
}

static const struct argp view_argp = {
	.options = view_options,
	.parser = parse_view,
	.args_doc = "[FILE]",
	.doc = "Shows the trace FILE (./greenroom.db) on the screen, event by event, forward and "
	       "back. ? lists the keys.\vWhen standard output is no terminal, it says what "
	       "'greenroom explain' says. On a terminal that cannot place text (TERM=dumb), "
	       "--plain is taken for granted.",
};

/* What is to be done when there is no terminal to show anything on. */
static int view_explain(const struct view_arguments *arguments)
{
	const struct command *explain = command_by_name("explain");
	char *words[] = {(char *)"explain", (char *)arguments->path, NULL};
	struct error error;

	if (explain && !arguments->at)
		return command_run(explain, arguments->path ? 2 : 1, words);
	error_set(&error, -ENOTTY, EXIT_USAGE,
		  "standard output is no terminal; --plain, --script or --screenshot need none");
	return command_fail(&error);
}

static int view_show(struct view *view, const struct view_arguments *arguments)
{
	int signal_number, result;

	if (arguments->look.script || arguments->look.screenshot)
		return command_play_script(view, &arguments->look);
	if (arguments->plain || command_terminal_is_dumb())
		return plain_run(view, stdin, stdout, isatty(STDIN_FILENO)) < 0 ? EXIT_IO
										: EXIT_GOOD;
	result = command_show(view, &arguments->look, &signal_number);
	if (signal_number)
		raise(signal_number); /* to end as the signal would have ended it */
	return result;
}

int cmd_view(int argc, char **argv)
{
	struct view_arguments arguments = {.look = {.rows = 24, .columns = 80}};
	struct event_source *source;
	struct view view;
	struct error error;
	int result;

	argp_parse(&view_argp, argc, argv, 0, NULL, &arguments);
	if (!isatty(STDOUT_FILENO) && !arguments.plain && !arguments.look.script &&
	    !arguments.look.screenshot)
		return view_explain(&arguments);
	if (command_open_trace(&source, arguments.path, &error) < 0)
		return command_fail(&error);
	result = view_init(&view, source);
	if (result < 0) {
		event_source_close(source);
		error_set(&error, result, EXIT_IO, "%s", strerror(-result));
		return command_fail(&error);
	}
	if (command_load_keys(&view.keys, &error) < 0) {
		result = command_fail(&error);
		view_term(&view);
		event_source_close(source);
		return result;
	}
	view.ascii = arguments.look.ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	if (arguments.at && view_go(&view, arguments.at) < 0) {
		error_set(&error, -EINVAL, EXIT_USAGE, "%s", view.message);
		result = command_fail(&error);
	} else {
		if (arguments.follow)
			view_follow(&view, true);
		result = view_show(&view, &arguments);
	}
	view_term(&view);
	event_source_close(source);
	return result;
}
