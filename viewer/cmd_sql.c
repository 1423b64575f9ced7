/* SPDX-License-Identifier: MIT */
/*
 * cmd_sql.c - greenroom sql: ask a trace anything.
 *
 * The store runs the statement; here it is found, and its rows are laid out. JSON is made by SQLite
 * itself: the statement is wrapped into one that gives each row as a JSON object.
 */
#include <argp.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "command_trace.h"
#include "commands.h"
#include "output.h"
#include "pager.h"
#include "progress.h"
#include "rows.h"
#include "store.h"

struct sql_arguments {
	const char *path;
	const char *statement;
	const char *statement_file;
	enum rows_format format;
	bool no_header, materialize;
};

enum { OPTION_FORMAT = 256, OPTION_NO_HEADER, OPTION_MATERIALIZE };

static const struct argp_option sql_options[] = {
	{"file", 'f', "SCRIPT", 0, "Read the statement from the file SCRIPT (-: standard input)",
	 0},
	{"format", OPTION_FORMAT, "FORMAT", 0, "Print a table (default), csv, json or line", 0},
	{"no-header", OPTION_NO_HEADER, NULL, 0, "Print no names of columns", 0},
	{"materialize", OPTION_MATERIALIZE, NULL, 0,
	 "First write the events of a long trace into it as plain rows, with the views, so that "
	 "anything that reads SQLite can read them",
	 0},
	{0},
};

static const char *const format_names[] = {
	[ROWS_TABLE] = "table",
	[ROWS_CSV] = "csv",
	[ROWS_LINE] = "line",
	[ROWS_JSON] = "json",
};

static void parse_format(struct sql_arguments *arguments, const char *word,
			 struct argp_state *state)
{
	for (size_t i = 0; i < sizeof(format_names) / sizeof(format_names[0]); i++) {
		if (strcmp(word, format_names[i]) == 0) {
			arguments->format = (enum rows_format)i;
			return;
		}
	}
	argp_error(state, "--format takes table, csv, json or line, not '%s'", word);
}

static error_t parse_sql(int key, char *argument, struct argp_state *state)
{
	struct sql_arguments *arguments = state->input;

	switch (key) {
	case 'f':
		arguments->statement_file = argument;
		return 0;
	case OPTION_FORMAT:
		parse_format(arguments, argument, state);
		return 0;
	case OPTION_NO_HEADER:
		arguments->no_header = true;
		return 0;
	case OPTION_MATERIALIZE:
		arguments->materialize = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num == 0)
			arguments->path = argument;
		else if (state->arg_num == 1)
			arguments->statement = argument;
		else
			argp_error(state, "one statement, please: put it in quotes");
		return 0;
	case ARGP_KEY_END:
		if (!arguments->path)
			argp_error(state, "which trace? FILE comes first");
		if (arguments->statement && arguments->statement_file)
			argp_error(state, "a statement or --file, not both");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp sql_argp = {
	.options = sql_options,
	.parser = parse_sql,
	.args_doc = "FILE [STATEMENT]",
	.doc = "Runs a statement of SQL on the trace FILE, which is only read. Without a "
	       "statement: lists the tables and views there are.",
};

/* ---------------------------------------------------------------------------------------------
 * The statement
 */

/* The whole file as a string; the caller frees it. SQL holds no zero bytes: the first one, or the
 * end, ends the text. */
static char *read_text(const char *path, struct error *error)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!in || getdelim(&text, &size, '\0', in) < 0) {
		bool empty = in && feof(in);

		error_set_file(error, -errno, path);
		free(text);
		text = empty ? strdup("") : NULL;
	}
	if (in && in != stdin)
		fclose(in);
	return text;
}

/* What the trace holds, in its own words: the comment in the first line of a table, the sentence of a
 * kind of event, else how the definition begins. */
static const char list_statement[] =
	"WITH object AS ("
	"  SELECT type, name, substr(sql, 1, instr(sql || char(10), char(10)) - 1) AS line,"
	"    replace(replace(sql, char(10), ' '), char(9), '') AS text"
	"  FROM (SELECT * FROM sqlite_schema UNION ALL SELECT * FROM sqlite_temp_schema)"
	"  WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'),"
	" inner AS ("
	"  SELECT *, trim(substr(text, CASE type WHEN 'table' THEN instr(text, '(') + 1"
	"    ELSE instr(text, 'SELECT ') + 7 END)) AS columns FROM object) "
	"SELECT type, name, CASE"
	"  WHEN instr(line, '-- ') THEN substr(line, instr(line, '-- ') + 3)"
	"  ELSE coalesce((SELECT sentence FROM kind WHERE kind.name = inner.name),"
	"    substr(columns, 1, 70) || iif(length(columns) > 70, '...', '')) END AS content "
	"FROM inner ORDER BY type, name";

/* ---------------------------------------------------------------------------------------------
 * JSON
 */

static void put_quoted(FILE *out, const char *text, char quote)
{
	fputc(quote, out);
	for (; *text; text++) {
		if (*text == quote)
			fputc(quote, out);
		fputc(*text, out);
	}
	fputc(quote, out);
}

/* The columns of a statement, as the arguments of json_object. */
static int collect_columns(void *context, bool is_header, int columns, const char *const *values)
{
	FILE *out = context;

	if (!is_header)
		return 1;
	for (int i = 0; i < columns; i++) {
		fputs(i ? ", " : "", out);
		put_quoted(out, values[i], '\'');
		fputs(", CASE typeof(", out);
		put_quoted(out, values[i], '"');
		fputs(") WHEN 'blob' THEN hex(", out);
		put_quoted(out, values[i], '"');
		fputs(") ELSE ", out);
		put_quoted(out, values[i], '"');
		fputs(" END", out);
	}
	return 0;
}

/* Without its last semicolon, since it will stand in parentheses; line breaks keep a comment at its
 * end from swallowing them. */
static void put_inner(FILE *out, const char *statement)
{
	size_t length = strlen(statement);

	while (length && strchr("; \t\r\n", statement[length - 1]))
		length--;
	fprintf(out, " FROM (\n%.*s\n)", (int)length, statement);
}

static int stop_at_once(void *context, bool is_header, int columns, const char *const *values)
{
	(void)context;
	(void)is_header;
	(void)columns;
	(void)values;
	return 1;
}

/* A statement that works by itself, but not in parentheses, has another error than the one that
 * SQLite tells. */
static void explain_failure(const char *path, const char *statement, struct error *error)
{
	if (store_sql(path, statement, stop_at_once, NULL, NULL) == 0)
		error_set(error, -EINVAL, EXIT_USAGE,
			  "--format=json takes one SELECT statement, and nothing else");
}

/* Turns a statement into one that gives JSON objects. Its columns have to be known for that. */
static char *wrap_in_json(const char *path, const char *statement, struct error *error)
{
	char *probe = NULL, *wrapped = NULL;
	size_t size;
	FILE *out = open_memstream(&probe, &size);
	int result = -ENOMEM;

	if (out) {
		fputs("SELECT *", out);
		put_inner(out, statement);
		fputs(" LIMIT 0", out);
		fclose(out);
		out = open_memstream(&wrapped, &size);
	}
	if (out) {
		fputs("SELECT json_object(", out);
		result = store_sql(path, probe, collect_columns, out, error);
		fputs(") AS json", out);
		put_inner(out, statement);
		fclose(out);
		if (result < 0)
			explain_failure(path, statement, error);
	} else {
		error_set(error, result, EXIT_IO, "out of memory");
	}
	free(probe);
	if (result < 0) {
		free(wrapped);
		return NULL;
	}
	return wrapped;
}

/* ---------------------------------------------------------------------------------------------
 * The command
 */

static int print_row(void *context, bool is_header, int columns, const char *const *values)
{
	struct rows *rows = context;
	int result = is_header ? rows_header(rows, columns, values)
			       : rows_add(rows, columns, values);

	return result < 0 || output_is_broken();
}

static int run_statement(const struct sql_arguments *arguments, const char *statement,
			 struct error *error)
{
	struct rows *rows = rows_create(arguments->format, !arguments->no_header);
	int result;

	if (!rows)
		return error_set(error, -ENOMEM, EXIT_IO, "out of memory");
	result = store_sql(arguments->path, statement, print_row, rows, error);
	rows_finish(rows);
	return result;
}

static void show_progress(void *context, uint64_t done, uint64_t total)
{
	struct progress *progress = context;

	progress->total = total;
	progress_show(progress, done);
}

static int materialize(const char *path, struct error *error)
{
	struct progress progress = {.verb = "writing", .unit = "rows"};
	int result = store_add_rows(path, show_progress, &progress, error);

	progress_end(&progress);
	return result;
}

/* Also says what was lost, and tells what is no trace from what is no SQL. */
static int check_trace(const char *path, struct error *error)
{
	struct event_source *source;
	int result = command_open_trace(&source, path, error);

	if (result == 0)
		event_source_close(source);
	return result;
}

int cmd_sql(int argc, char **argv)
{
	struct sql_arguments arguments = {0};
	struct error error = {0};
	char *text = NULL, *wrapped = NULL;
	const char *statement;
	int result;

	argp_parse(&sql_argp, argc, argv, 0, NULL, &arguments);
	result = check_trace(arguments.path, &error);
	if (result == 0 && arguments.statement_file) {
		text = read_text(arguments.statement_file, &error);
		result = text ? 0 : -EIO;
	}
	statement = text ? text : arguments.statement ? arguments.statement : list_statement;
	if (result == 0 && arguments.materialize)
		result = materialize(arguments.path, &error);
	if (result == 0 && arguments.materialize && !text && !arguments.statement)
		return EXIT_GOOD; /* that was all that was asked for */
	if (result == 0 && arguments.format == ROWS_JSON) {
		wrapped = wrap_in_json(arguments.path, statement, &error);
		statement = wrapped;
		result = wrapped ? 0 : -EINVAL;
	}
	if (result == 0) {
		pager_begin();
		result = run_statement(&arguments, statement, &error);
	}
	free(text);
	free(wrapped);
	return result < 0 ? command_fail(&error) : EXIT_GOOD;
}
