/* SPDX-License-Identifier: MIT */
/*
 * cmd_plot.c - greenroom plot: a picture of a trace.
 *
 * The numbers and the script for gnuplot go to a temporary folder, or with --keep beside the
 * picture, where they can be changed and drawn again.
 */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "command_trace.h"
#include "commands.h"
#include "model/position.h"
#include "output.h"
#include "plot/gnuplot.h"
#include "plot/plot.h"

static const struct plot_kind {
	const char *name;
	int (*draw)(struct plot *plot, struct error *error);
} kinds[] = {
	{"timeline", plot_timeline},
	{"stack-size", plot_stack_size},
};

static const char *const terminal_names[] = {
	[PLOT_SVG] = "svg",
	[PLOT_PNG] = "png",
	[PLOT_PDF] = "pdf",
	[PLOT_DUMB] = "dumb",
};

enum {
	KINDS = sizeof(kinds) / sizeof(kinds[0]),
	TERMINALS = sizeof(terminal_names) / sizeof(terminal_names[0]),
	TOP_DEFAULT = 40,
	OPTION_TERM = 256,
	OPTION_FROM,
	OPTION_TO,
	OPTION_WIDTH,
	OPTION_HEIGHT,
	OPTION_TOP,
	OPTION_KEEP
};

struct plot_arguments {
	const struct plot_kind *kind;
	const char *path, *output;
	int terminal; /* enum plot_terminal, -1: by the suffix of the output */
	const char *from, *to;
	int width, height;
	int top;
	bool keep;
};

static const struct argp_option plot_options[] = {
	{"output", 'o', "OUT", 0,
	 "Write the picture to OUT (-: standard output; default: the name of the trace and of the "
	 "plot)",
	 0},
	{"term", OPTION_TERM, "TERM", 0,
	 "svg, png, pdf or dumb (text); default: by the suffix of OUT, else svg", 0},
	{"from", OPTION_FROM, "POSITION", 0,
	 "Begin at an event (#1234), a time (1.5ms) or a share (50%)", 0},
	{"to", OPTION_TO, "POSITION", 0, "End there", 0},
	{"width", OPTION_WIDTH, "N", 0, "Pixels across (dumb: characters)", 0},
	{"height", OPTION_HEIGHT, "N", 0, "Pixels from top to bottom (dumb: lines)", 0},
	{"top", OPTION_TOP, "N", 0, "Rows of a timeline at most: the N busiest tasklets (40)", 0},
	{"keep", OPTION_KEEP, NULL, 0, "Keep gnuplot's script and numbers as OUT.gp and OUT.tsv",
	 0},
	{0},
};

/* ---------------------------------------------------------------------------------------------
 * Arguments
 */

static const struct plot_kind *kind_by_name(const char *word, struct argp_state *state)
{
	const char *names[KINDS + 1] = {NULL};
	const char *nearest;

	for (size_t i = 0; i < KINDS; i++) {
		names[i] = kinds[i].name;
		if (strcmp(kinds[i].name, word) == 0)
			return &kinds[i];
	}
	nearest = command_nearest(word, names);
	if (nearest)
		argp_error(state, "'%s' is no plot; did you mean '%s'?", word, nearest);
	else
		argp_error(state, "'%s' is no plot; there are timeline and stack-size", word);
	return NULL;
}

static int terminal_by_name(const char *name)
{
	for (int i = 0; i < TERMINALS; i++) {
		if (strcmp(terminal_names[i], name) == 0)
			return i;
	}
	return -1;
}

static int parse_number(const char *word, int most, struct argp_state *state)
{
	char *end;
	long number = strtol(word, &end, 10);

	if (end == word || *end || number < 1 || number > most)
		argp_error(state, "'%s' is no number from 1 to %d", word, most);
	return (int)number;
}

static void parse_terminal(struct plot_arguments *arguments, const char *word,
			   struct argp_state *state)
{
	arguments->terminal = terminal_by_name(word);
	if (arguments->terminal < 0)
		argp_error(state, "--term takes svg, png, pdf or dumb, not '%s'", word);
}

/* The suffix of the picture says what it is, unless --term does. */
static void choose_terminal(struct plot_arguments *arguments, struct argp_state *state)
{
	const char *dot = arguments->output ? strrchr(arguments->output, '.') : NULL;

	if (arguments->terminal >= 0)
		return;
	if (!arguments->output || strcmp(arguments->output, "-") == 0) {
		arguments->terminal = PLOT_SVG;
		return;
	}
	arguments->terminal = dot && !strchr(dot, '/')
				      ? terminal_by_name(strcmp(dot, ".txt") == 0 ? "dumb"
										  : dot + 1)
				      : -1;
	if (arguments->terminal < 0)
		argp_error(state,
			   "what kind of file is '%s'? It ends in .svg, .png, .pdf or .txt, "
			   "or --term says it",
			   arguments->output);
}

static void parse_word(struct plot_arguments *arguments, char *word, struct argp_state *state)
{
	if (state->arg_num == 0)
		arguments->kind = kind_by_name(word, state);
	else if (state->arg_num == 1)
		arguments->path = word;
	else
		argp_error(state, "one trace at a time");
}

static error_t parse_plot(int key, char *argument, struct argp_state *state)
{
	struct plot_arguments *arguments = state->input;

	switch (key) {
	case 'o':
		arguments->output = argument;
		return 0;
	case OPTION_TERM:
		parse_terminal(arguments, argument, state);
		return 0;
	case OPTION_FROM:
		arguments->from = argument;
		return 0;
	case OPTION_TO:
		arguments->to = argument;
		return 0;
	case OPTION_WIDTH:
		arguments->width = parse_number(argument, 20000, state);
		return 0;
	case OPTION_HEIGHT:
		arguments->height = parse_number(argument, 20000, state);
		return 0;
	case OPTION_TOP:
		arguments->top = parse_number(argument, 1000, state);
		return 0;
	case OPTION_KEEP:
		arguments->keep = true;
		return 0;
	case ARGP_KEY_ARG:
		parse_word(arguments, argument, state);
		return 0;
	case ARGP_KEY_END:
		if (!arguments->kind)
			argp_error(state, "which plot? timeline or stack-size");
		choose_terminal(arguments, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp plot_argp = {
	.options = plot_options,
	.parser = parse_plot,
	.args_doc = "timeline|stack-size [FILE]",
	.doc = "Draws the trace FILE (default: greenroom.db) with gnuplot. timeline: what "
	       "each tasklet did when. stack-size: how many bytes of stack were copied, and lay "
	       "in the heap.",
};

/* ---------------------------------------------------------------------------------------------
 * Files
 */

/* Where everything goes. */
struct plot_files {
	char picture[PATH_MAX]; /* "": standard output */
	char folder[PATH_MAX];  /* temporary; "": none */
	char script[PATH_MAX + 16], data[PATH_MAX + 16];
};

/* "trace-timeline.svg" in the working directory for "some/where/trace.db". */
static void name_picture(const struct plot_arguments *arguments, char *out, size_t size)
{
	const char *path = arguments->path ? arguments->path : "greenroom.db";
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	int length = (int)strcspn(name, ".");

	if (arguments->output && strcmp(arguments->output, "-") != 0)
		snprintf(out, size, "%s", arguments->output);
	else if (arguments->output || arguments->terminal == PLOT_DUMB)
		*out = '\0';
	else
		snprintf(out, size, "%.*s-%s.%s", length, name, arguments->kind->name,
			 terminal_names[arguments->terminal]);
}

static int name_files(const struct plot_arguments *arguments, struct plot_files *files,
		      struct error *error)
{
	const char *parent = getenv("TMPDIR");
	const char *base = files->picture;

	name_picture(arguments, files->picture, sizeof(files->picture));
	*files->folder = '\0';
	if (!arguments->keep) {
		snprintf(files->folder, sizeof(files->folder), "%s/greenroom-XXXXXX",
			 parent && *parent ? parent : "/tmp");
		if (!mkdtemp(files->folder)) {
			int result = -errno;

			*files->folder = '\0';
			return error_set_file(error, result, parent ? parent : "/tmp");
		}
		snprintf(files->script, sizeof(files->script), "%s/plot.gp", files->folder);
		snprintf(files->data, sizeof(files->data), "%s/plot.tsv", files->folder);
		return 0;
	}
	base = *files->picture ? files->picture : arguments->kind->name;
	snprintf(files->script, sizeof(files->script), "%s.gp", base);
	snprintf(files->data, sizeof(files->data), "%s.tsv", base);
	return 0;
}

static void remove_files(const struct plot_files *files)
{
	if (!*files->folder)
		return;
	unlink(files->script);
	unlink(files->data);
	rmdir(files->folder);
}

/* Closes, and notices what could not be written. */
static int close_file(FILE *file, const char *path, struct error *error)
{
	int result = ferror(file) ? -EIO : 0;

	if (fclose(file) != 0)
		result = -errno;
	return result < 0 ? error_set_file(error, result, path) : 0;
}

/* ---------------------------------------------------------------------------------------------
 * Drawing
 */

static int choose_range(const struct plot_arguments *arguments, struct event_source *source,
			struct plot *plot, struct error *error)
{
	int result = 0;

	plot->last = replay_count(plot->replay);
	if (arguments->from)
		result = position_find(source, arguments->from, &plot->first, error);
	/* The event that was named is in the picture. */
	if (plot->first > 0)
		plot->first--;
	if (result == 0 && arguments->to)
		result = position_find(source, arguments->to, &plot->last, error);
	if (result == 0 && plot->first >= plot->last)
		return error_set(error, -EINVAL, EXIT_USAGE,
				 arguments->from || arguments->to
					 ? "there is no event in that range"
					 : "the trace has no events: nothing to draw");
	return result;
}

/* Writes both files. */
static int write_files(const struct plot_arguments *arguments, const struct plot_files *files,
		       struct plot *plot, struct error *error)
{
	int result, closed;

	plot->script = fopen(files->script, "w");
	if (!plot->script)
		return error_set_file(error, -errno, files->script);
	plot->data = fopen(files->data, "w");
	if (!plot->data) {
		result = -errno;
		fclose(plot->script);
		return error_set_file(error, result, files->data);
	}
	result = arguments->kind->draw(plot, error);
	closed = close_file(plot->script, files->script, result < 0 ? NULL : error);
	result = result < 0 ? result : closed;
	closed = close_file(plot->data, files->data, result < 0 ? NULL : error);
	return result < 0 ? result : closed;
}

static int draw(const struct plot_arguments *arguments, const struct plot_files *files,
		struct event_source *source, struct error *error)
{
	struct progress progress = {.verb = "drawing", .unit = "events"};
	struct plot plot = {
		.terminal = (enum plot_terminal)arguments->terminal,
		.width = arguments->width,
		.height = arguments->height,
		.top = (unsigned int)arguments->top,
		.output = *files->picture ? files->picture : NULL,
		.data_path = files->data,
		.progress = &progress,
	};
	int result = replay_create(&plot.replay, source);

	if (result < 0)
		return plot_failed(result, error);
	result = choose_range(arguments, source, &plot, error);
	progress.total = plot.last - plot.first;
	if (result == 0)
		result = write_files(arguments, files, &plot, error);
	replay_destroy(plot.replay);
	return result < 0 ? result : gnuplot_run(files->script, plot.output, error);
}

int cmd_plot(int argc, char **argv)
{
	struct plot_arguments arguments = {.terminal = -1, .top = TOP_DEFAULT};
	struct plot_files files = {0};
	struct event_source *source;
	struct error error = {0};
	int result;

	argp_parse(&plot_argp, argc, argv, 0, NULL, &arguments);
	result = command_open_trace(&source, arguments.path, &error);
	if (result < 0)
		return command_fail(&error);
	result = name_files(&arguments, &files, &error);
	if (result == 0)
		result = draw(&arguments, &files, source, &error);
	remove_files(&files);
	event_source_close(source);
	if (result < 0)
		return command_fail(&error);
	if (*files.picture)
		fprintf(stderr, "greenroom: %s is drawn\n", files.picture);
	return EXIT_GOOD;
}
