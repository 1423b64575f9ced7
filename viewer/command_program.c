/* SPDX-License-Identifier: MIT */
/*
 * command_program.c - a recorder beside the watcher.
 */
#include "command_program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "store.h"

enum {
	PROGRAM_LOOK_NS = 2000000,
	PROGRAM_START_LOOKS = 5000, /* until the trace must be there */
	PROGRAM_END_LOOKS = 1500    /* until who was asked to end is ended */
};

static void look_away(void)
{
	nanosleep(&(struct timespec){.tv_nsec = PROGRAM_LOOK_NS}, NULL);
}

/* ------------------------------------------------------------------------------------- files */

/* A folder that nobody else can look into. */
static int make_folder(struct command_program *program, struct error *error)
{
	const char *const places[] = {getenv("XDG_RUNTIME_DIR"), getenv("TMPDIR"), "/tmp"};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (!places[i] || *places[i] != '/')
			continue;
		snprintf(program->folder, sizeof(program->folder), "%s/greenroom-live-XXXXXX",
			 places[i]);
		if (mkdtemp(program->folder))
			return 0;
	}
	program->folder[0] = '\0';
	return error_set_file(error, -errno, "/tmp");
}

static void remove_beside(const char *path, const char *end)
{
	char name[4300];

	snprintf(name, sizeof(name), "%s%s", path, end);
	unlink(name);
}

static void remove_files(struct command_program *program)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal", ".segment", ".old"};

	if (!*program->folder)
		return;
	for (size_t i = 0; !program->keeps_trace && i < sizeof(ends) / sizeof(ends[0]); i++)
		remove_beside(program->trace, ends[i]);
	if (!program->keeps_output)
		unlink(program->output);
	unlink(program->talk);
	rmdir(program->folder);
	program->folder[0] = '\0';
}

static void name_files(struct command_program *program, const char *trace, const char *output)
{
	program->keeps_trace = trace != NULL;
	program->keeps_output = output != NULL;
	snprintf(program->trace, sizeof(program->trace), "%s%s", trace ? "" : program->folder,
		 trace ? trace : "/trace.db");
	snprintf(program->output, sizeof(program->output), "%s%s", output ? "" : program->folder,
		 output ? output : "/output");
	snprintf(program->talk, sizeof(program->talk), "%s/talk", program->folder);
}

/* The last line the recorder said, without its "greenroom: ". */
void command_program_said(const struct command_program *program, char *out, size_t size)
{
	FILE *file = fopen(program->talk, "re");
	static const char name[] = "greenroom: ";
	char line[1024];

	snprintf(out, size, "the recorder said nothing");
	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		snprintf(out, size, "%s",
			 strncmp(line, name, strlen(name)) == 0 ? line + strlen(name) : line);
	}
	if (file)
		fclose(file);
}

/* --------------------------------------------------------------------------------- processes */

/* In the recorder. */
static void run_recorder(struct command_program *program, struct record_options *options,
			 pid_t watcher)
{
	int talk = open(program->talk, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC), code;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (talk < 0 || nothing < 0 || getppid() != watcher)
		_exit(EXIT_IO);
	dup2(nothing, STDIN_FILENO);
	dup2(talk, STDOUT_FILENO);
	dup2(talk, STDERR_FILENO);
	options->file = program->trace;
	code = options->process ? record_attach(options) : record_run(options);
	if (getppid() != watcher)
		remove_files(program);
	fflush(NULL);
	_exit(code);
}

static int open_output(struct command_program *program, struct error *error)
{
	int output = open(program->output, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC,
			  program->keeps_output ? 0666 : 0600);

	return output < 0 ? error_set_file(error, -errno, program->output) : output;
}

/* Until there is a trace that can be opened: 0, or an error. */
static int await_trace(struct command_program *program, struct event_source **source,
		       struct error *error)
{
	char said[1024];

	for (int looks = 0; looks < PROGRAM_START_LOOKS; looks++) {
		bool ended = command_program_has_ended(program);

		if (store_open(source, program->trace, error) == 0)
			return 0;
		if (ended)
			break;
		look_away();
	}
	command_program_said(program, said, sizeof(said));
	return error_set(error, -ENOENT,
			 program->ended && program->exit_code ? program->exit_code : EXIT_IO, "%s",
			 said);
}

int command_program_start(struct command_program *program, struct record_options *options,
			  const char *trace, const char *output, struct event_source **source,
			  struct error *error)
{
	pid_t watcher = getpid();
	int result;

	*program = (struct command_program){0};
	result = options->process ? 0 : child_find(options->program[0], error);
	if (result < 0) {
		error->code = child_start_code(result);
		return result;
	}
	/* Nobody is to take the older trace for the new one. */
	result = trace ? store_keep_old(trace, error) : 0;
	if (result == 0)
		result = make_folder(program, error);
	if (result < 0)
		return result;
	name_files(program, trace, output);
	if (options->program) {
		options->apart = true;
		options->output = open_output(program, error);
		result = options->output < 0 ? options->output : 0;
	}
	if (result == 0)
		program->recorder = fork();
	if (program->recorder < 0)
		result = error_set_file(error, -errno, program->folder);
	if (result < 0) {
		remove_files(program);
		return result;
	}
	if (program->recorder == 0)
		run_recorder(program, options, watcher);
	if (options->program)
		close(options->output);
	else
		program->output[0] = '\0';
	result = await_trace(program, source, error);
	if (result < 0)
		command_program_end(program);
	return result;
}

bool command_program_has_ended(struct command_program *program)
{
	int status;

	if (program->ended || waitpid(program->recorder, &status, WNOHANG) != program->recorder)
		return program->ended;
	program->ended = true;
	program->exit_code = WIFEXITED(status) ? WEXITSTATUS(status)
					       : CHILD_SIGNAL_BASE + WTERMSIG(status);
	return true;
}

void command_program_words(const struct command_program *program, char *out, size_t size)
{
	int code = program->exit_code, signal_number = code - CHILD_SIGNAL_BASE;

	if (signal_number > 0 && signal_number < NSIG && strsignal(signal_number))
		snprintf(out, size, "signal %d (%s)", signal_number, strsignal(signal_number));
	else
		snprintf(out, size, "exit code %d", code);
}

void command_program_finish(struct command_program *program)
{
	for (int looks = 0; !command_program_has_ended(program); looks++) {
		program->ours = true;
		/* The recorder passes it on; a program that will not end goes on, unrecorded. */
		if (looks == 0)
			kill(program->recorder, SIGTERM);
		else if (looks == PROGRAM_END_LOOKS)
			kill(program->recorder, SIGKILL);
		if (looks == PROGRAM_END_LOOKS)
			fputs("greenroom: the program does not want to end: it goes on, and is no "
			      "longer recorded\n",
			      stderr);
		look_away();
	}
}

void command_program_end(struct command_program *program)
{
	command_program_finish(program);
	remove_files(program);
}
