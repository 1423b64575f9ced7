/* SPDX-License-Identifier: MIT */
/*
 * cmd_export.c - greenroom export: a trace, or what can be added up of it, for other programs.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "command_trace.h"
#include "commands.h"
#include "export/folded.h"
#include "progress.h"

struct export_arguments {
	const struct export_format *format;
	const char *path, *output;
	const char *words; /* of the filter */
	struct folded_options folded;
};

/* A format: what writes it. */
struct export_format {
	const char *name;
	int (*write)(FILE *out, struct event_source *source,
		     const struct export_arguments *arguments, struct error *error);
};

static int write_folded(FILE *out, struct event_source *source,
			const struct export_arguments *arguments, struct error *error)
{
	struct progress progress = {.verb = "adding up", .unit = "events"};

	return folded_write(out, source, &arguments->folded, &progress, error);
}

static const struct export_format formats[] = {
	{"folded", write_folded},
};

enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

enum { OPTION_BY = 256, OPTION_UNIT, OPTION_FILTER };

static const struct argp_option export_options[] = {
	{"output", 'o', "OUT", 0, "Write to OUT (default, and with '-': standard output)", 0},
	{"by", OPTION_BY, "waiting|running|count", 0,
	 "folded: add up how long tasklets waited (the default), how long they had run before they "
	 "stopped there, or how often they stopped",
	 0},
	{"unit", OPTION_UNIT, "ns|us", 0, "folded: unit of times (default: ns)", 0},
	{"filter", OPTION_FILTER, "FILTER", 0,
	 "folded: only of switches that pass a filter: 'name~worker', see greenroom-view(1)", 0},
	{0},
};

static void choose_by(struct folded_options *options, const char *word, struct argp_state *state)
{
	static const char *const words[] = {"waiting", "running", "count"};

	for (int i = 0; i < 3; i++) {
		if (strcmp(word, words[i]) == 0) {
			options->by = (enum folded_by)i;
			return;
		}
	}
	argp_error(state, "--by: '%s' is none of waiting, running and count", word);
}

static void choose_format(struct export_arguments *arguments, const char *word,
			  struct argp_state *state)
{
	for (int i = 0; i < FORMATS; i++) {
		if (strcmp(word, formats[i].name) == 0)
			arguments->format = &formats[i];
	}
	if (!arguments->format)
		argp_error(state, "there is no format '%s'; there is: folded", word);
}

static error_t parse_export(int key, char *argument, struct argp_state *state)
{
	struct export_arguments *arguments = state->input;

	switch (key) {
	case 'o':
		arguments->output = strcmp(argument, "-") == 0 ? NULL : argument;
		return 0;
	case OPTION_BY:
		choose_by(&arguments->folded, argument, state);
		return 0;
	case OPTION_UNIT:
		arguments->folded.unit = strcmp(argument, "us") == 0 ? 1000 : 1;
		if (strcmp(argument, "us") != 0 && strcmp(argument, "ns") != 0)
			argp_error(state, "--unit: '%s' is neither ns nor us", argument);
		return 0;
	case OPTION_FILTER:
		arguments->words = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num == 0)
			choose_format(arguments, argument, state);
		else if (state->arg_num == 1)
			arguments->path = argument;
		else
			argp_error(state, "one trace, please");
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which format? there is: folded");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp export_argp = {
	.options = export_options,
	.parser = parse_export,
	.args_doc = "FORMAT [FILE]",
	.doc = "Writes the trace FILE (default: greenroom.db) in a FORMAT of other programs. "
	       "folded: "
	       "call stacks, a line each, for flame graphs.",
};

/* A file that could not be written in full is taken away. */
static int write_out(const struct export_arguments *arguments, struct event_source *source,
		     struct error *error)
{
	FILE *out = arguments->output ? fopen(arguments->output, "w") : stdout;
	int result;

	if (!out)
		return error_set_file(error, -errno, arguments->output);
	result = arguments->format->write(out, source, arguments, error);
	if (!arguments->output)
		return result;
	if ((ferror(out) || fclose(out) != 0) && result == 0)
		result = error_set_file(error, -errno, arguments->output);
	if (result < 0)
		remove(arguments->output);
	return result;
}

int cmd_export(int argc, char **argv)
{
	struct export_arguments arguments = {.folded.unit = 1};
	struct filter *filter = NULL;
	struct event_source *source;
	struct error error = {0};
	int result;

	argp_parse(&export_argp, argc, argv, 0, NULL, &arguments);
	if (arguments.words && filter_create(&filter, arguments.words, &error) < 0)
		return command_fail(&error);
	arguments.folded.only = filter;
	result = command_open_trace(&source, arguments.path, &error);
	if (result == 0) {
		result = write_out(&arguments, source, &error);
		event_source_close(source);
	}
	filter_destroy(filter);
	return result < 0 ? command_fail(&error) : EXIT_GOOD;
}
