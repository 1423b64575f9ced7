/* SPDX-License-Identifier: MIT */
/*
 * cmd_live.c - greenroom live: watch a program while it runs.
 *
 * A recorder of its own writes the trace; the viewer reads it as it grows. So all that the viewer can
 * do with a trace it can do here too.
 */
#include <argp.h>
#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "command_program.h"
#include "command_view.h"
#include "commands.h"
#include "event_choice.h"
#include "output.h"
#include "record_options.h"
#include "screens/live.h"
#include "screens/view_request.h"

struct live_arguments {
	struct command_look look;
	struct record_options record;
	const char *trace, *log, *filter, *sort;
	bool batch, tree, backward;
	struct live_pages pages;
	uint64_t interval_ns;
};

/* A trace that is not to be kept may lie in memory, as much of XDG_RUNTIME_DIR does. */
enum { LIVE_MAX_BYTES = 1 << 30 };

enum {
	OPTION_ASCII = 256,
	OPTION_FILTER,
	OPTION_LOG,
	OPTION_MAX_SIZE,
	OPTION_PLAIN,
	OPTION_SORT,
	OPTION_TOP,
	OPTION_TREE
};

static const struct argp_option live_options[] = {
	{"output", 'o', "FILE", 0, "Keep the trace, as FILE (default: it is taken away at the end)",
	 0},
	{"log", OPTION_LOG, "FILE", 0,
	 "Write what PROGRAM prints to FILE (default: it is shown on the screen, and taken away at "
	 "the end)",
	 0},
	{"max-size", OPTION_MAX_SIZE, "SIZE", 0,
	 "Stop recording, and showing, when the trace has become that large; the program goes on "
	 "(default: 1G, with --output: no limit)",
	 0},
	{"batch", 'b', NULL, 0, "No screen: print a table for each interval", 0},
	{"count", 'n', "N", 0, "With --batch: end after N tables (default: with the program)", 0},
	{"delay", 'd', "SECONDS", 0,
	 "How long the numbers stand before they are renewed (default: 0.5; with --batch: 1)", 0},
	{"sort", OPTION_SORT, "COLUMN", 0,
	 "Order the tasklets by COLUMN, backward with a minus before it (default: 'run %')", 0},
	{"filter", OPTION_FILTER, "FILTER", 0, "Show only the tasklets that pass FILTER", 0},
	{"tree", OPTION_TREE, NULL, 0, "Show each tasklet below the one that created it", 0},
	{"top", OPTION_TOP, "N", 0, "With --batch: rows of a table (default: 20)", 0},
	{"ascii", LOOK_ASCII, NULL, 0, "Draw with ASCII characters only", 0},
	{"no-mouse", LOOK_NO_MOUSE, NULL, 0, "Leave the mouse to the terminal", 0},
	{"plain", OPTION_PLAIN, NULL, 0, "The same as --batch", 0},
	{"screenshot", LOOK_SCREENSHOT, "FILE", 0,
	 "When the program has ended, write the screen to FILE (-: standard output) as text", 0},
	{"script", LOOK_SCRIPT, "KEYS", 0,
	 "When the program has ended, press KEYS, as 'greenroom view' does", 0},
	{"size", LOOK_SIZE, "COLUMNSxROWS", 0, "Size of the screen for --script [80x24]", 0},
	{"theme", LOOK_THEME, "NAME", 0, "Look: default, light, mono or contrast", 0},
	{0},
};

static double read_positive(const char *word, const char *option, struct argp_state *state)
{
	char *end;
	double value = strtod(word, &end);

	if (end == word || *end || !(value > 0) || value > 1e6)
		argp_error(state, "--%s: '%s' is no number above 0", option, word);
	return value;
}

/* A number alone is a process; anything else is a program. */
static void read_target(struct live_arguments *arguments, struct argp_state *state)
{
	char **words = &state->argv[state->next - 1], *end;
	long process = strtol(words[0], &end, 10);

	if (*end == '\0' && end != words[0] && !words[1] && process > 0 && process <= INT32_MAX)
		arguments->record.process = (pid_t)process;
	else
		arguments->record.program = words;
	state->next = state->argc;
}

static error_t parse_live(int key, char *word, struct argp_state *state)
{
	struct live_arguments *arguments = state->input;

	switch (key) {
	case 'o':
		arguments->trace = word;
		return 0;
	case OPTION_LOG:
		arguments->log = word;
		return 0;
	case OPTION_MAX_SIZE:
		arguments->record.max_bytes = record_options_max_size(word, state);
		return 0;
	case 'b':
	case OPTION_PLAIN:
		arguments->batch = true;
		return 0;
	case 'n':
		arguments->pages.pages = (uint64_t)read_positive(word, "count", state);
		return 0;
	case 'd':
		arguments->interval_ns = (uint64_t)(read_positive(word, "delay", state) * 1e9);
		return 0;
	case OPTION_SORT:
		arguments->backward = *word == '-';
		arguments->sort = word + (*word == '-');
		return 0;
	case OPTION_FILTER:
		arguments->filter = word;
		return 0;
	case OPTION_TREE:
		arguments->tree = true;
		return 0;
	case OPTION_TOP:
		arguments->pages.rows = (int)read_positive(word, "top", state);
		if (arguments->pages.rows > RANKING_MAX)
			arguments->pages.rows = RANKING_MAX;
		return 0;
	case ARGP_KEY_ARG:
		read_target(arguments, state);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which process, or which program?");
		return 0;
	default:
		return command_look_parse(&arguments->look, key, word, state);
	}
}

static const struct argp live_argp = {
	.options = live_options,
	.parser = parse_live,
	.args_doc = "PID\nPROGRAM [ARGUMENT...]",
	.doc = "Shows what the tasklets of a running program do: of process PID, which is not "
	       "stopped, or of PROGRAM, which is started.\vWhen it ends, PROGRAM is asked to end "
	       "too (SIGTERM); a process that was there before goes on. The exit code is the "
	       "program's own when it ended by itself, else 0. Where standard output is no "
	       "terminal, or one that cannot place text, --batch is taken for granted.",
};

/* ------------------------------------------------------------------------------------ watching */

static void ask_program(void *context, struct live_program *out)
{
	struct command_program *program = context;

	if (out->ended)
		return;
	out->ended = command_program_has_ended(program);
	if (out->ended)
		command_program_words(program, out->end, sizeof(out->end));
}

static int set_order(struct view *view, const struct live_arguments *arguments, struct error *error)
{
	struct activity_table *table = &view->live->table[LIVE_TASKLETS];
	int count, first;
	const struct activity_column *columns = activity_columns(table->of, &count, &first);

	table->tree = arguments->tree;
	table->backward = arguments->backward;
	for (int i = 0; arguments->sort && i < count; i++)
		if (strcmp(columns[i].heading, arguments->sort) == 0) {
			table->by = i;
			return 0;
		}
	return arguments->sort ? error_set(error, -EINVAL, EXIT_USAGE, "there is no column '%s'",
					   arguments->sort)
			       : 0;
}

static int prepare(struct view *view, const struct live_arguments *arguments,
		   struct command_program *program, struct error *error)
{
	int result = live_begin(view, arguments->interval_ns, ask_program, program);

	if (result < 0)
		return error_set(error, result, EXIT_IO, "out of memory");
	if (program->output[0])
		view->live->program.output = program->output;
	view->live->program.max_bytes = arguments->record.max_bytes;
	view->live->program.process = (uint32_t)arguments->record.process;
	result = command_load_keys(&view->keys, error);
	if (result == 0 && arguments->filter && view_set_filter(view, arguments->filter) < 0)
		result = error_set(error, -EINVAL, EXIT_USAGE, "%s", view->message);
	return result == 0 ? set_order(view, arguments, error) : result;
}

/* Scripts look at what has been, so that they see the same whenever they are played. */
static void await_end(struct view *view, struct command_program *program)
{
	while (!command_program_has_ended(program))
		nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
	view_tick(view, 0);
	live_settle(view);
}

static int watch(struct view *view, struct live_arguments *arguments,
		 struct command_program *program, int *signal_number)
{
	struct error error;

	if (prepare(view, arguments, program, &error) < 0)
		return command_fail(&error);
	view->ascii = arguments->look.ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	if (arguments->look.script || arguments->look.screenshot) {
		await_end(view, program);
		return command_play_script(view, &arguments->look);
	}
	if (arguments->batch)
		return live_batch(view, &arguments->pages, stdout) < 0 ? EXIT_IO : EXIT_GOOD;
	return command_show(view, &arguments->look, signal_number);
}

/* What came of it: our own trouble, the program's exit code if it ended by itself, else 0. */
static int tell(const struct command_program *program, const struct live_arguments *arguments,
		uint64_t events, int code)
{
	char said[1024];

	if (code != EXIT_GOOD)
		return code;
	command_program_said(program, said, sizeof(said));
	if (events == 0 || arguments->trace ||
	    (arguments->record.process && program->ended && program->exit_code != EXIT_GOOD))
		fprintf(stderr, "greenroom: %s\n", said);
	return program->ended && !program->ours ? program->exit_code : EXIT_GOOD;
}

int cmd_live(int argc, char **argv)
{
	struct live_arguments arguments = {
		.look = {.rows = 24, .columns = 80},
		.record = record_options_default(),
		.pages = {.rows = 20},
	};
	struct command_program program;
	struct event_source *source;
	struct view view;
	struct error error;
	int result, signal_number = 0;

	argp_parse(&live_argp, argc, argv, ARGP_IN_ORDER, NULL, &arguments);
	if (!isatty(STDOUT_FILENO) || command_terminal_is_dumb())
		arguments.batch = true;
	if (arguments.interval_ns == 0)
		arguments.interval_ns = arguments.batch ? 1000000000 : 500000000;
	if (!arguments.trace && !arguments.record.max_bytes)
		arguments.record.max_bytes = LIVE_MAX_BYTES;
	arguments.pages.columns = output_width();
	if (command_program_start(&program, &arguments.record, arguments.trace, arguments.log,
				  &source, &error) < 0)
		return command_fail(&error);
	result = view_init(&view, source);
	if (result < 0) {
		error_set(&error, result, EXIT_IO, "%s", strerror(-result));
		result = command_fail(&error);
	} else {
		result = watch(&view, &arguments, &program, &signal_number);
		view_term(&view);
	}
	command_program_finish(&program);
	{
		struct event_source_info info;

		source->ops->info(source, &info);
		result = tell(&program, &arguments, info.events, result);
	}
	event_source_close(source);
	command_program_end(&program);
	if (signal_number)
		raise(signal_number); /* to end as the signal would have ended it */
	return result;
}
