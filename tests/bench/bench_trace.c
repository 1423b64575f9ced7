/* SPDX-License-Identifier: MIT */
/*
 * bench_trace.c - a long trace: what it costs to write, to open, to jump about in, to draw and to
 * ask; and what the same questions cost of a plain table of rows without indexes.
 *
 *     bench_trace [EVENTS [TASKLETS [FILE]]]
 *
 * A million events unless it is told otherwise. With more than 20 million there are no rows to compare
 * with, unless BENCH_ROWS=1 is set (100000000 take 4 GB).
 * FILE is kept, and used again when it is there; else a file in the current folder is removed.
 * BENCH_CPU=1: processor time instead of time on the wall, for a machine that has other work.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "recorder/event_writer.h"
#include "recorder/state.h"
#include "recorder/store.h"
#include "unit/stream.h"

enum { SEEKS = 100, SEEK_ROUNDS = 3, COLUMNS = 400, ROUNDS = 5 };

static const uint64_t rows_max = 20000000;
static const char rows_path[] = "bench_trace_rows.db";
static const char *path = "bench_trace.db";
static uint64_t events_wanted = 1000000;
static uint32_t tasklets = 10000;
static clockid_t clock_id = CLOCK_MONOTONIC;
static bool with_rows;
static struct event buffer[STORE_CHUNK_EVENTS];

static void must(int result, const char *what)
{
	if (result >= 0)
		return;
	fprintf(stderr, "bench_trace: %s failed: %s\n", what, strerror(-result));
	exit(1);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(clock_id, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static double ms_since(uint64_t start)
{
	return (double)(now_ns() - start) / 1e6;
}

static int compare_numbers(const void *one, const void *other)
{
	const double *a = one, *b = other;

	return (*a > *b) - (*a < *b);
}

static double file_bytes(const char *file)
{
	struct stat status;

	return stat(file, &status) == 0 ? (double)status.st_size : 0;
}

/* -------------------------------------------------------------------------------------- writing */

static void build(void)
{
	struct stream *stream = stream_create(2, tasklets, 1);
	struct event_writer *writer;
	struct error error;
	struct store *store;
	uint64_t spent = 0, start;

	must(store_create(&store, path, NULL, &error), "store_create");
	writer = event_writer_create(store);
	for (uint64_t done = 0; done < events_wanted;) {
		size_t max;
		struct event *events = event_writer_room(writer, &max);

		if (max > events_wanted - done)
			max = events_wanted - done;
		stream_read(stream, events, max);
		start = now_ns();
		must(event_writer_add(writer, max, &error), "event_writer_add");
		spent += now_ns() - start;
		done += max;
	}
	start = now_ns();
	must(event_writer_finish(writer, &error), "event_writer_finish");
	event_writer_destroy(writer);
	printf("  written: %.1f ns an event (with the state in a thread beside it), %.2f bytes\n",
	       (double)(spent + now_ns() - start) / (double)events_wanted,
	       file_bytes(path) / (double)events_wanted);
	start = now_ns();
	must(store_finish(store, &error), "store_finish");
	printf("  closed in %.0f ms: %.2f bytes an event\n", ms_since(start),
	       file_bytes(path) / (double)events_wanted);
	stream_destroy(stream);
}

/* -------------------------------------------------------------------------------------- seeking */

/* The state after an event: from the keyframe before it on. */
static void seek(struct event_source *source, struct state *state, uint64_t seq)
{
	uint64_t at = 0, skip;
	size_t bytes;
	void *image;
	int found = source->ops->keyframe(source, seq, &at, &image, &bytes);

	must(found, "keyframe");
	if (found) {
		must(state_load(state, image, bytes), "state_load");
		free(image);
	} else {
		state_clear(state);
		at = 0;
	}
	while (at < seq) {
		size_t max = seq - at < STORE_CHUNK_EVENTS ? seq - at : STORE_CHUNK_EVENTS;
		long count = source->ops->read(source, at + 1, buffer, max, &skip);

		must((int)count, "read");
		must(state_apply_all(state, buffer, (size_t)count), "state_apply_all");
		at += (uint64_t)count;
	}
}

static void print_spread(const char *what, double *ms, size_t count)
{
	qsort(ms, count, sizeof(*ms), compare_numbers);
	printf("  %-28s %8.2f ms   95 %%: %.2f   most: %.2f\n", what, ms[count / 2],
	       ms[count * 95 / 100], ms[count - 1]);
}

static void measure_opening(void)
{
	double ms[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t start = now_ns();
		struct event_source_info info;
		struct event_source *source;
		struct state *state = state_create();
		struct error error;

		must(store_open(&source, path, &error), "store_open");
		source->ops->info(source, &info);
		seek(source, state, info.events);
		ms[i] = ms_since(start);
		state_destroy(state);
		event_source_close(source);
	}
	print_spread("open, and the state at the end", ms, ROUNDS);
}

/* Each position counts with its fastest round: a machine that has other work gives nearly the figures of
 * a quiet one. */
static void measure_seeks(struct event_source *source)
{
	struct state *state = state_create();
	uint64_t seq[SEEKS], lot = 88172645463325252u;
	double ms[SEEKS];

	for (int i = 0; i < SEEKS; i++) {
		lot ^= lot << 13;
		lot ^= lot >> 7;
		lot ^= lot << 17;
		seq[i] = 1 + lot % events_wanted;
		ms[i] = 1e9;
	}
	for (int round = 0; round < SEEK_ROUNDS; round++) {
		for (int i = 0; i < SEEKS; i++) {
			uint64_t start = now_ns();
			double took;

			seek(source, state, seq[i]);
			took = ms_since(start);
			if (took < ms[i])
				ms[i] = took;
		}
	}
	print_spread("seek, anywhere", ms, SEEKS);
	state_destroy(state);
}

/* The whole trace in 400 columns, from what is known of whole chunks. */
static void measure_timeline(struct event_source *source)
{
	struct event_source_summary *chunk = calloc(STORE_CHUNK_EVENTS, sizeof(*chunk));
	double ms[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t start = now_ns(), first = 1, switches[COLUMNS] = {0};
		struct event_source_info info;
		long count;

		source->ops->info(source, &info);
		while ((count = source->ops->summaries(source, first, chunk, STORE_CHUNK_EVENTS)) >
			       0 &&
		       chunk[count - 1].first_seq >= first) {
			for (long at = 0; at < count; at++)
				switches[chunk[at].time_first_ns * COLUMNS /
					 (info.duration_ns + 1)] += chunk[at].switches;
			first = chunk[count - 1].first_seq + chunk[count - 1].events;
			if (first > info.events)
				break;
		}
		ms[i] = ms_since(start);
	}
	print_spread("timeline, 400 columns", ms, ROUNDS);
	free(chunk);
}

/* --------------------------------------------------------------------------------------- asking */

static int keep(void *context, bool is_header, int columns, const char *const *values)
{
	(void)columns;
	if (!is_header)
		snprintf(context, 64, "%s", values[0]);
	return 0;
}

static double ask(const char *file, const char *sql, char answer[64])
{
	double ms[3];
	struct error error;

	for (int i = 0; i < 3; i++) {
		uint64_t start = now_ns();

		if (store_sql(file, sql, keep, answer, &error) < 0) {
			fprintf(stderr, "bench_trace: %s\n", error.text);
			exit(1);
		}
		ms[i] = ms_since(start);
	}
	qsort(ms, 3, sizeof(*ms), compare_numbers);
	return ms[1];
}

/* The same trace again, with rows. */
static void build_rows(void)
{
	char command[512];
	struct error error;

	unlink(rows_path);
	snprintf(command, sizeof(command), "cp '%s' %s", path, rows_path);
	if (system(command) != 0 || store_add_rows(rows_path, NULL, NULL, &error) < 0) {
		fprintf(stderr, "bench_trace: cannot make rows\n");
		exit(1);
	}
}

static void measure_questions(uint64_t duration_ns)
{
	char a_millisecond[160], packed[64], plain[64];
	const char *const questions[][2] = {
		{"count(*)", "SELECT count(*) FROM event"},
		{"one tasklet's events",
		 "SELECT count(*) || ' ' || sum(seq) FROM tasklet_switch WHERE next = 77"},
		{"one tasklet's, of three kinds",
		 "SELECT sum(seq) FROM (SELECT seq FROM tasklet_switch WHERE prev = 77 UNION ALL"
		 " SELECT seq FROM slice_save WHERE tasklet = 77 UNION ALL"
		 " SELECT seq FROM channel_transfer WHERE sender = 77)"},
		{"one millisecond", a_millisecond},
		{"a sum over all", "SELECT sum(bytes) FROM slice_save"},
		{"all columns", "SELECT sum(time_ns + a + b + c + d + e + small) FROM event"},
	};

	snprintf(a_millisecond, sizeof(a_millisecond),
		 "SELECT count(*) || ' ' || sum(a) FROM event WHERE time_ns BETWEEN %" PRIu64
		 " AND %" PRIu64,
		 duration_ns / 2, duration_ns / 2 + 1000000);
	if (with_rows) {
		build_rows();
		printf("  rows, no index: %.2f bytes an event\n",
		       file_bytes(rows_path) / (double)events_wanted);
	}
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		double packed_ms = ask(path, questions[i][1], packed), plain_ms;

		if (!with_rows) {
			printf("  %-28s %10.1f ms packed\n", questions[i][0], packed_ms);
			continue;
		}
		plain_ms = ask(rows_path, questions[i][1], plain);

		printf("  %-28s %10.1f ms packed %10.1f ms rows %8.2fx%s\n", questions[i][0],
		       packed_ms, plain_ms, plain_ms / packed_ms,
		       strcmp(packed, plain) == 0 ? "" : "   THE ANSWERS DIFFER");
	}
	unlink(rows_path);
}

int main(int argc, char **argv)
{
	struct event_source_info info;
	struct event_source *source;
	struct error error;

	if (getenv("BENCH_CPU"))
		clock_id = CLOCK_PROCESS_CPUTIME_ID;
	if (argc > 1)
		events_wanted = strtoull(argv[1], NULL, 10);
	with_rows = events_wanted <= rows_max || getenv("BENCH_ROWS");
	if (argc > 2)
		tasklets = (uint32_t)strtoul(argv[2], NULL, 10);
	if (argc > 3)
		path = argv[3];
	if (events_wanted <= STORE_MATERIALIZE_MAX)
		events_wanted = STORE_MATERIALIZE_MAX + 1; /* it must not have rows already */
	printf("%" PRIu64 " events, %" PRIu32 " tasklets\n", events_wanted, tasklets);
	if (argc <= 3)
		unlink(path);
	if (access(path, F_OK) < 0)
		build();
	measure_opening();
	must(store_open(&source, path, &error), "store_open");
	source->ops->info(source, &info);
	measure_seeks(source);
	measure_timeline(source);
	event_source_close(source);
	measure_questions(info.duration_ns);
	if (argc <= 3)
		unlink(path);
	return 0;
}
