/* SPDX-License-Identifier: MIT */
/* cmd_dump.c - greenroom dump: the tasklets of a process or a core file, each with its calls. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "attachment.h"
#include "cmd_dump.h"
#include "command.h"
#include "commands.h"
#include "output.h"
#include "pager.h"

struct dump_arguments {
	const char *core, *program;
	const char *word[2]; /* PID, CORE PROGRAM, or PROGRAM after --core */
	unsigned int words;
	pid_t process;
	double interval; /* seconds; 0: look once */
	bool json;
	bool flight;
	const char *output;
};

enum { OPTION_CORE = 256, OPTION_INTERVAL, OPTION_JSON, OPTION_FLIGHT };

static const struct argp_option dump_options[] = {
	{"core", OPTION_CORE, "FILE", 0, "Look into a core file, also one whose name is a number",
	 0},
	{"interval", OPTION_INTERVAL, "SECONDS", 0,
	 "Look twice, and say who has not moved in between", 0},
	{"json", OPTION_JSON, NULL, 0, "Print it as JSON", 0},
	{"flight", OPTION_FLIGHT, NULL, 0,
	 "Print nothing, but have the flight recorder of the program write down what it keeps now; "
	 "it "
	 "goes on",
	 0},
	{"output", 'o', "FILE", 0, "With --flight: the trace to be written (default: flight.db)",
	 0},
	{0},
};

static double read_seconds(const char *word, struct argp_state *state)
{
	char *end;
	double seconds = strtod(word, &end);

	if (end == word || *end || !(seconds > 0) || seconds > 1e6)
		argp_error(state, "--interval: '%s' is no number of seconds", word);
	return seconds;
}

static pid_t read_process(const char *word, struct argp_state *state)
{
	char *end;
	long process;

	errno = 0;
	process = strtol(word, &end, 10);
	if (errno || end == word || *end || process <= 0 || process > INT32_MAX)
		argp_error(state, "'%s' is neither the number of a process nor a file", word);
	return (pid_t)process;
}

static bool is_number(const char *word)
{
	return *word && !word[strspn(word, "0123456789")];
}

/* What the words are, which the options have a say in. */
static void take_words(struct dump_arguments *arguments, struct argp_state *state)
{
	const char **word = arguments->word;
	unsigned int words = arguments->words;

	if (!arguments->core && words > 0 && !is_number(*word) && access(*word, F_OK) == 0) {
		arguments->core = *word++;
		words--;
	}
	if (!arguments->core && !words)
		argp_error(state, "which process, or which core file?");
	if (words > 1)
		argp_error(state, "one process, or one program, please");
	if (arguments->core)
		arguments->program = words ? *word : NULL;
	else
		arguments->process = read_process(*word, state);
}

static error_t parse_dump(int key, char *word, struct argp_state *state)
{
	struct dump_arguments *arguments = state->input;

	switch (key) {
	case OPTION_CORE:
		arguments->core = word;
		return 0;
	case OPTION_INTERVAL:
		arguments->interval = read_seconds(word, state);
		return 0;
	case OPTION_JSON:
		arguments->json = true;
		return 0;
	case OPTION_FLIGHT:
		arguments->flight = true;
		return 0;
	case 'o':
		arguments->output = word;
		return 0;
	case ARGP_KEY_ARG:
		if (arguments->words == 2)
			argp_error(state, "one process, or one program, please");
		arguments->word[arguments->words++] = word;
		return 0;
	case ARGP_KEY_END:
		take_words(arguments, state);
		if (arguments->core && arguments->interval > 0)
			argp_error(state, "a core file does not change: no --interval");
		if (arguments->core && arguments->flight)
			argp_error(state, "nobody records a core file: no --flight");
		if (arguments->output && !arguments->flight)
			argp_error(state, "--output is for --flight");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp dump_argp = {
	.options = dump_options,
	.parser = parse_dump,
	.args_doc = "PID\nCORE [PROGRAM]\n--core=FILE [PROGRAM]",
	.doc = "Prints the tasklets of a running program, which is not stopped for it, or of a "
	       "core "
	       "file: what each does or waits for, and the calls that it is in."
	       "\vWhat is not a number is a core file; PROGRAM, if it is not where it was, may be "
	       "named. The exit code is 0; 3 when tasklets can never run again; 4 when the core "
	       "file is "
	       "bad; 74 when there is no such process, or it does not use libgreenroom; 77 when it "
	       "may not be looked into.",
};

static void wait_for(double seconds)
{
	struct timespec left = {.tv_sec = (time_t)seconds,
				.tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};

	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

/* Prints what was seen. Returns the exit code, or negative errno. */
static int print(const struct dump_arguments *arguments, const struct dump *dump,
		 const struct dump *earlier, struct error *error)
{
	struct dump_verdicts verdicts;
	int result = dump_verdicts_create(&verdicts, dump);

	if (!result && arguments->json) {
		result = dump_print_json(dump, earlier, &verdicts);
	} else if (!result) {
		pager_begin();
		dump_print_text(dump, earlier, &verdicts);
	}
	if (result)
		error_set(error, result, EXIT_IO, "not enough memory");
	else if (wait_graph_worst(verdicts.graph) != WAIT_GOES_ON)
		result = EXIT_FINDINGS;
	dump_verdicts_destroy(&verdicts);
	return result;
}

static int look(const struct dump_arguments *arguments, struct target *target, struct error *error)
{
	struct dump *dump = NULL, *earlier = NULL;
	int result = 0;

	if (arguments->interval > 0) {
		result = dump_create(&earlier, target, error);
		if (!result)
			wait_for(arguments->interval);
	}
	if (!result)
		result = dump_create(&dump, target, error);
	if (!result)
		result = print(arguments, dump, earlier, error);
	dump_destroy(dump);
	dump_destroy(earlier);
	return result;
}

int cmd_dump(int argc, char **argv)
{
	struct dump_arguments arguments = {0};
	struct error error = {.code = EXIT_GOOD};
	struct target *target;
	int result;

	argp_parse(&dump_argp, argc, argv, 0, NULL, &arguments);
	if (arguments.flight) {
		result = attachment_dump_flight(arguments.process,
						arguments.output ? arguments.output : "flight.db",
						&error);
		return result < 0 ? command_fail(&error) : result;
	}
	result = arguments.core
			 ? target_open_core(&target, arguments.core, arguments.program, &error)
			 : target_open_process(&target, arguments.process, &error);
	if (!result) {
		result = look(&arguments, target, &error);
		target_close(target);
	}
	return result < 0 ? command_fail(&error) : result;
}
