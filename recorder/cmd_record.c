/* SPDX-License-Identifier: MIT */
/* cmd_record.c - greenroom record: its command line. */
#include "error.h"
#include "record_options.h"
#include "recorder.h"

static const char arguments[] = "PROGRAM [ARGUMENT...]";
static const char description[] =
	"Runs PROGRAM and writes what its tasklets do to a trace."
	"\vAn older trace is kept as FILE.old; a file that is no trace is never touched. While the "
	"program runs, FILE can be read already, and FILE.segment holds what is under way.\n\n"
	"The exit code is the program's own: 128 and the number of the signal when a signal ended "
	"it, 127 when there is no such program, 126 when it cannot be executed.";

static error_t parse_option(int key, char *word, struct argp_state *state)
{
	struct record_options *options = state->input;

	(void)word;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options;
		break;
	case ARGP_KEY_ARG: /* the program: all that follows is its own */
		options->program = &state->argv[state->next - 1];
		state->next = state->argc;
		break;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which program?");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

int cmd_record(int argc, char **argv)
{
	static const struct argp parser = {
		NULL, parse_option, arguments, description, record_options_children, NULL, NULL};
	struct record_options options = record_options_default();

	/* In order: what stands behind PROGRAM belongs to it. */
	if (argp_parse(&parser, argc, argv, ARGP_IN_ORDER, NULL, &options) != 0)
		return EXIT_USAGE;
	return record_run(&options);
}
