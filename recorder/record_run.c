/* SPDX-License-Identifier: MIT */
/*
 * record_run.c - run a program, drain what it writes, say what came of it.
 *
 * Nothing is touched before it is known that there is a program to run, and where nothing is
 * recorded everything is as it was before.
 */
#include "record_run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attachment.h"
#include "child.h"
#include "clock.h"
#include "flight_socket.h"
#include "processes.h"
#include "record_report.h"
#include "recording.h"
#include "segment_file.h"
#include "utf8.h"

enum {
	/* A reader that looks all the time takes the program's cache lines away from it. */
	RECORD_PAUSE_MIN_NS = 100000,
	RECORD_PAUSE_MAX_NS = 5000000,
	RECORD_PATIENCE_NS = 2000000000 /* with forked children, when the program has ended */
};

struct record {
	const struct record_options *options;
	struct segment_file segment;
	struct ring_reader *reader;
	struct recording *recording;
	struct processes *processes;
	struct child child;
	struct attachment attachment; /* in place of a child: to a program that already ran */
	bool detaches;                /* it has been told to let go */
	struct attach_socket ear;     /* of a flight recorder */
	bool had_old;                 /* an older trace became FILE.old */
	bool waits;                   /* the program has ended, and others go on */
	uint64_t started_ns, ended_ns;
};

static int complain(const struct error *error)
{
	fprintf(stderr, "greenroom: %s\n", error->text);
	return error->code;
}

/* ----------------------------------------------------------------------------- the trace's file */

static char *old_path(const char *file)
{
	char *path;

	return asprintf(&path, "%s.old", file) < 0 ? NULL : path;
}

/* Takes away a trace in which there is nothing, and puts the older one back. */
static void put_back(struct record *record)
{
	const char *file = record->options->file;
	char *old = record->had_old ? old_path(file) : NULL;

	unlink(file);
	if (old)
		rename(old, file);
	free(old);
}

static int open_store(struct record *record, struct store **store, struct error *error)
{
	const struct record_options *options = record->options;
	const struct store_options store_options = {.durable = options->durable,
						    .max_bytes = options->max_bytes};
	bool exists = access(options->file, F_OK) == 0;
	int result = store_keep_old(options->file, error);

	if (result < 0)
		return result;
	record->had_old = exists;
	result = store_create(store, options->file, &store_options, error);
	if (result < 0)
		put_back(record);
	return result;
}

/* ------------------------------------------------------------------------- what the trace tells */

/* The words with which a program that runs was started. */
static void print_words_of(FILE *out, pid_t process)
{
	char path[64], *word = NULL;
	const char *before = "";
	size_t room = 0;
	FILE *words;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)process);
	words = fopen(path, "re");
	while (words && getdelim(&word, &room, 0, words) > 0) {
		fprintf(out, "%s%s", before, word);
		before = " ";
	}
	free(word);
	if (words)
		fclose(words);
}

static void print_words(FILE *out, char **words)
{
	for (char **word = words; *word; word++)
		fprintf(out, "%s%s", word == words ? "" : " ", *word);
}

/* The command line, in one line. */
static void note_program(struct record *record)
{
	char *line = NULL, *clean;
	size_t bytes = 0;
	FILE *out = open_memstream(&line, &bytes);

	if (!out)
		return;
	if (record->options->program)
		print_words(out, record->options->program);
	else
		print_words_of(out, record->options->process);
	clean = fclose(out) == 0 ? malloc(UTF8_CLEAN_ROOM(bytes)) : NULL;
	if (clean) {
		utf8_clean(clean, line, bytes);
		recording_note(record->recording, "program", clean);
	}
	free(clean);
	free(line);
}

static void note_number(struct record *record, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	recording_note(record->recording, key, text);
}

static void note_circumstances(struct record *record)
{
	const struct record_options *options = record->options;
	char host[256] = "";

	note_program(record);
	if (options->process)
		note_number(record, "attached", (uint64_t)options->process);
	if (gethostname(host, sizeof(host) - 1) == 0)
		recording_note(record->recording, "hostname", host);
	recording_note(record->recording, "on_full",
		       options->keep                               ? "flight"
		       : options->settings.on_full == SEGMENT_WAIT ? "wait"
								   : "drop");
	note_number(record, "ring_bytes", options->ring_bytes);
	if (options->events)
		recording_note(record->recording, "kinds_recorded", options->events);
	if (options->settings.sample)
		note_number(record, "sample", options->settings.sample);
	if (options->settings.slice_bytes)
		note_number(record, "slice_bytes", options->settings.slice_bytes);
	if (options->settings.stack_depth)
		note_number(record, "stack_depth", options->settings.stack_depth);
	if (options->max_bytes)
		note_number(record, "max_bytes", options->max_bytes);
}

/* --------------------------------------------------------------------------------------- the run */

/* What `ulimit -f` says: the segment is sparse, but large. */
static uint64_t file_size_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
		return UINT64_MAX;
	return limit.rlim_cur;
}

static int complain_of_memory(const char *file)
{
	struct error error;

	error_set_file(&error, -ENOMEM, file);
	return complain(&error);
}

/* Makes segment and trace. 0, or the exit code; then nothing is left behind. */
static int prepare(struct record *record)
{
	const struct record_options *options = record->options;
	struct segment_layout layout;
	struct store *store = NULL;
	struct error error;
	int result;

	segment_layout_plan(&layout, options->ring_bytes / sizeof(struct event_slot),
			    SEGMENT_NOTES_BYTES_DEFAULT, file_size_limit());
	if (segment_file_create(&record->segment, options->file, 0, &layout, &options->settings,
				NULL, &error) < 0)
		return complain(&error);
	result = ring_reader_open(&record->reader, record->segment.descriptor, record->segment.path,
				  &error);
	if (result == 0)
		result = open_store(record, &store, &error);
	if (result == 0) {
		record->recording = recording_begin(record->reader, store);
		if (record->recording && options->keep &&
		    !recording_keep_newest(record->recording, options->keep))
			return complain_of_memory(options->file);
		if (record->recording)
			record->processes = processes_create(options->file, record->segment.path,
							     &layout, &options->settings,
							     record->reader, record->recording);
		if (record->processes)
			return 0;
		put_back(record);
		error_set_file(&error, -ENOMEM, options->file);
	}
	ring_reader_close(record->reader);
	segment_file_remove(&record->segment);
	return complain(&error);
}

/* The same for one that already ran: until somebody has had enough, and the program let go of it. */
static bool attachment_goes_on(struct record *record)
{
	uint64_t now_ns = clock_monotonic_ns();
	uint64_t for_ns = record->options->for_ns;

	if (attachment_has_ended(&record->attachment))
		return !record->detaches && !child_end_is_wanted() &&
		       processes_alive(record->processes) > 0;
	if (record->detaches)
		return now_ns - record->ended_ns < RECORD_PATIENCE_NS;
	if (child_end_is_wanted() || (for_ns && now_ns - record->started_ns >= for_ns) ||
	    recording_is_over(record->recording)) {
		attachment_detach(&record->attachment);
		record->detaches = true;
		record->ended_ns = now_ns;
	}
	return true;
}

/* Whether the recording goes on: as long as the program runs, and whatever it has started. */
static bool goes_on(struct record *record)
{
	int alive;

	if (record->options->process)
		return attachment_goes_on(record);
	if (!child_has_ended(&record->child))
		return true;
	if (record->ended_ns == 0)
		record->ended_ns = clock_monotonic_ns();
	alive = processes_alive(record->processes);
	if (alive == 0)
		return processes_may_come(record->processes) &&
		       clock_monotonic_ns() - record->ended_ns < RECORD_PATIENCE_NS;
	if (child_end_is_wanted())
		return false;
	if (!record->waits) {
		fputs("greenroom: ", stderr);
		record_print_name(stderr, record->options->program[0]);
		fprintf(stderr,
			" has ended; recording %d more %s until the end (^C ends the recording)\n",
			alive, alive == 1 ? "process" : "processes");
	}
	record->waits = true;
	return true;
}

static void drain_while_it_runs(struct record *record)
{
	uint64_t pause_ns = RECORD_PAUSE_MIN_NS;
	uint64_t max_bytes = record->options->max_bytes;

	while (goes_on(record)) {
		uint32_t bell = ring_reader_bell(record->reader);

		if (recording_pump(record->recording)) {
			pause_ns = RECORD_PAUSE_MIN_NS;
			if (max_bytes && recording_bytes(record->recording) >= max_bytes)
				recording_fill(record->recording);
		} else {
			recording_idle(record->recording);
			if (pause_ns < RECORD_PAUSE_MAX_NS)
				pause_ns *= 2;
		}
		processes_serve(record->processes);
		if (record->options->keep)
			flight_socket_serve(&record->ear, record->recording);
		if (child_signal_has_come()) {
			recording_freeze(record->recording, "SIGUSR2");
			fputs("greenroom: SIGUSR2: what has been recorded is kept until the "
			      "program "
			      "ends\n",
			      stderr);
		}
		ring_reader_sleep(record->reader, bell, pause_ns);
	}
}

/* Completes trace and summary, removes the segment. Returns report's code. */
static int finish(struct record *record, bool started)
{
	struct recording_result result;
	struct error error;
	int status, code;

	if (record->options->keep)
		flight_socket_close(&record->ear);
	if (started && !record->options->process)
		note_number(record, "exit_status", (uint64_t)child_exit_code(&record->child));
	if (processes_count(record->processes) > 1)
		note_number(record, "processes", processes_count(record->processes));
	status = recording_end(record->recording, &result, &error);
	code = started ? record_report(record->options, &result, status, &error) : EXIT_GOOD;
	if (!result.used)
		put_back(record);
	processes_destroy(record->processes);
	ring_reader_close(record->reader);
	segment_file_remove(&record->segment);
	return code;
}

int record_run(const struct record_options *options)
{
	struct record record = {.options = options};
	struct error error;
	int code, result = child_find(options->program[0], &error);

	child_ignore_signals();
	if (result < 0) {
		complain(&error);
		return child_start_code(result);
	}
	code = prepare(&record);
	if (code != 0)
		return code;
	note_circumstances(&record);
	if (options->keep) {
		child_keep_signal();
		flight_socket_open(&record.ear);
	}
	if (options->apart)
		child_set_output(options->output);
	result = child_start(&record.child, options->program, SEGMENT_ENVIRONMENT,
			     record.segment.path, &error);
	if (result < 0) {
		complain(&error);
		finish(&record, false);
		return child_start_code(result);
	}
	drain_while_it_runs(&record);
	code = finish(&record, true);
	return options->strict && code != 0 ? code : child_exit_code(&record.child);
}

/* Between an attachment that has been opened and its end. */
static int record_attached(struct record *record)
{
	struct error error;
	int code = prepare(record);

	if (code != 0)
		return code;
	recording_expect_any_number(record->recording);
	note_circumstances(record);
	if (record->options->keep) {
		child_keep_signal();
		flight_socket_open(&record->ear);
	}
	child_catch_end();
	record->started_ns = clock_monotonic_ns();
	if (attachment_trace(&record->attachment, record->segment.path, &error) < 0) {
		complain(&error);
		finish(record, false);
		return error.code;
	}
	drain_while_it_runs(record);
	return finish(record, true);
}

int record_attach(const struct record_options *options)
{
	struct record record = {.options = options};
	struct error error;
	int code;

	child_ignore_signals();
	if (attachment_open(&record.attachment, options->process, &error) < 0)
		return complain(&error);
	code = record_attached(&record);
	attachment_close(&record.attachment);
	return code;
}
