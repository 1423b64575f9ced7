/* SPDX-License-Identifier: MIT */
/* cmd_attach.c - greenroom attach: its command line. */
#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "record_options.h"
#include "recorder.h"

enum { KEY_FOR = 1024 };

static const struct argp_option option_table[] = {
	{"for", KEY_FOR, "SECONDS", 0, "End the recording after so many seconds (default: at ^C)",
	 0},
	{0}};

static const char arguments[] = "PID";
static const char description[] =
	"Records a program that already runs, from now on, until ^C, SIGTERM or the end of the "
	"program."
	"\vThe program has to use libgreenroom, to be yours, and not to be recorded already. It is "
	"not stopped: each of its threads tells first what is there, when it next uses the "
	"runtime, "
	"and goes on. At the end it lets go of the recording and runs on as before; it can be "
	"recorded as often as you like.\n\n"
	"The exit code is 0; 5 when events were lost; 74 when there is no such program or it "
	"cannot be "
	"recorded; 77 when it is not yours.";

static uint64_t read_seconds(const char *word, struct argp_state *state)
{
	char *end;
	double seconds = strtod(word, &end);

	if (end == word || *end || !(seconds > 0) || seconds > 1e9)
		argp_error(state, "--for: '%s' is no number of seconds", word);
	return (uint64_t)(seconds * 1e9);
}

static void read_process(struct record_options *options, const char *word, struct argp_state *state)
{
	char *end;
	long process;

	if (options->process)
		argp_error(state, "one PID");
	errno = 0;
	process = strtol(word, &end, 10);
	if (errno || *end || process <= 0 || process > INT32_MAX)
		argp_error(state, "'%s' is no number of a process", word);
	options->process = (pid_t)process;
}

static error_t parse_option(int key, char *word, struct argp_state *state)
{
	struct record_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options;
		break;
	case KEY_FOR:
		options->for_ns = read_seconds(word, state);
		break;
	case ARGP_KEY_ARG:
		read_process(options, word, state);
		break;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which process?");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

int cmd_attach(int argc, char **argv)
{
	static const struct argp parser = {
		option_table, parse_option, arguments, description, record_options_children,
		NULL,         NULL};
	struct record_options options = record_options_default();

	if (argp_parse(&parser, argc, argv, 0, NULL, &options) != 0)
		return EXIT_USAGE;
	return record_attach(&options);
}
