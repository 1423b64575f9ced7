/* SPDX-License-Identifier: MIT */
/*
 * test_store_faults.c - a recorder that is killed, a disk that is full, a write that fails: what
 * was committed can be read.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "unit/faulty_disk.h"
#include "unit/stream.h"
#include "unit/trace_file.h"

enum { EVENTS = 60000 };

/* What a recording has reached; shared with a child that is killed. */
struct progress {
	volatile uint64_t committed; /* events that a return has promised */
	volatile int created, finished, failed;
};

static struct event *events;

/* A recording with everything in it, up to the first error. */
static int record(const char *path, struct progress *progress, struct error *error)
{
	struct event *copy = malloc(EVENTS * sizeof(*copy));
	struct store *store;
	int result = store_create(&store, path, NULL, error);

	memcpy(copy, events, EVENTS * sizeof(*copy));
	progress->created = result == 0;
	for (uint32_t done = 0; done < EVENTS && result == 0; done += 5000) {
		result = store_string(store, done + 1, "name", 4, error);
		if (result == 0)
			result = store_append(store, copy + done, 5000, error);
		if (result == 0 && progress->committed < (done + 5000) / 16384 * 16384)
			progress->committed = (done + 5000) / 16384 * 16384;
		if (result == 0 && done % 3)
			result = store_keyframe(store, done + 5000, "state", 5, error);
		if (result == 0 && done % 10000 == 0) {
			result = store_flush(store, error);
			if (result == 0)
				progress->committed = done + 5000;
		}
	}
	if (!progress->created) {
		free(copy);
		return result;
	}
	if (result < 0) {
		progress->failed = 1;
		/* Whoever goes on all the same is told again, and does no harm. */
		assert_int_equal(store_append(store, copy, 10, error), result);
		assert_int_equal(store_flush(store, error), result);
		assert_int_equal(store_finish(store, error), result);
	} else {
		result = store_finish(store, error);
		progress->finished = result == 0;
	}
	free(copy);
	return result;
}

/* The file opens, is sound, holds at least what was promised, and nothing else. */
static void check_left(const char *path, const struct progress *progress)
{
	struct event_source *source = trace_open(path);
	struct event_source_info info;
	sqlite3 *db;

	source->ops->info(source, &info);
	if (info.events < progress->committed)
		fail_msg("%lu events of %lu", (unsigned long)info.events,
			 (unsigned long)progress->committed);
	if (progress->finished)
		assert_int_equal(info.events, EVENTS);
	trace_check(source, events, info.events, EVENTS);
	event_source_close(source);
	db = trace_sqlite(path);
	assert_string_equal(trace_text(db, "PRAGMA integrity_check"), "ok");
	sqlite3_close(db);
}

static void remove_trace(const char *path)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		char name[64];

		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
}

/* ------------------------------------------------------------------------------------- kill */

static void wait_ns(long ns)
{
	struct timespec time = {ns / 1000000000, ns % 1000000000};

	nanosleep(&time, NULL);
}

static long record_ns(void)
{
	struct progress progress = {0};
	struct error error;
	struct timespec from, to;

	clock_gettime(CLOCK_MONOTONIC, &from);
	assert_int_equal(record("t.db", &progress, &error), 0);
	clock_gettime(CLOCK_MONOTONIC, &to);
	check_left("t.db", &progress);
	remove_trace("t.db");
	return (to.tv_sec - from.tv_sec) * 1000000000 + to.tv_nsec - from.tv_nsec;
}

/* At points spread over a whole recording, its end included. */
static void test_kill(void **state)
{
	struct progress *progress = mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE,
					 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int rounds = getenv("GREENROOM_LONG") ? 1000 : 40, killed = 0, unmade = 0;
	long whole = record_ns();

	(void)state;
	for (int i = 0; i < rounds; i++) {
		int status;
		pid_t child;

		memset(progress, 0, sizeof(*progress));
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			struct error error;

			record("t.db", progress, &error);
			_exit(0);
		}
		wait_ns(whole / rounds * i + whole / 20);
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		killed += WIFSIGNALED(status);
		if (progress->created)
			check_left("t.db", progress);
		else
			unmade++;
		remove_trace("t.db");
	}
	print_message("# %d of %d killed, %d of them before the file was made\n", killed, rounds,
		      unmade);
	assert_true(killed > rounds / 2);
	munmap(progress, sizeof(*progress));
}

/* ------------------------------------------------------------------------------------- full */

static void test_file_size_limit(void **state)
{
	static const long limits[] = {1,       100,     16384,   200000,   400000,
				      500000,  600000,  800000,  1000000,  1300000,
				      1700000, 2200000, 3000000, 100000000};
	struct rlimit was, now;
	int failed = 0;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct progress progress = {0};
		struct error error = {0};
		int result;

		now = was;
		now.rlim_cur = (rlim_t)limits[i];
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
		result = record("t.db", &progress, &error);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
		if (result < 0) {
			failed++;
			assert_int_equal(error.code, EXIT_IO);
			assert_true(strncmp(error.text, "t.db: ", 6) == 0);
		}
		if (progress.created)
			check_left("t.db", &progress);
		else
			assert_true(access("t.db", F_OK) < 0);
		remove_trace("t.db");
	}
	print_message("# %d of %zu sizes were too small\n", failed,
		      sizeof(limits) / sizeof(limits[0]));
	assert_true(failed > 3 && failed < (int)(sizeof(limits) / sizeof(limits[0])));
}

/* ------------------------------------------------------------------------- the n-th write */

static long count_writes(void)
{
	struct progress progress = {0};
	struct error error;

	faulty_disk_set(0, false);
	assert_int_equal(record("t.db", &progress, &error), 0);
	check_left("t.db", &progress);
	remove_trace("t.db");
	return faulty_disk_writes();
}

static void fail_every_write(bool for_ever)
{
	long writes = count_writes(), reported = 0;

	/* The writes to the WAL's index are not SQLite's file writes: all counted ones matter. */
	for (long n = 1; n <= writes; n++) {
		struct progress progress = {0};
		struct error error = {0};
		int result;

		/* The last writes of a long list are alike: rows going from WAL to file. */
		if (!getenv("GREENROOM_LONG") && n > 150 && n < writes - 20 && n % 37)
			continue;
		faulty_disk_set(n, for_ever);
		result = record("t.db", &progress, &error);
		faulty_disk_set(0, false);
		if (result < 0) {
			reported++;
			assert_int_equal(error.code, EXIT_IO);
			assert_true(error.text[0]);
		}
		/* The next to open it finds a WAL, perhaps half in the file, and goes on from it. */
		check_left("t.db", &progress);
		remove_trace("t.db");
	}
	print_message("# %ld writes, %ld failures told\n", writes, reported);
	assert_true(reported > 20);
}

static void test_one_write(void **state)
{
	(void)state;
	fail_every_write(false);
}

static void test_writes_from(void **state)
{
	(void)state;
	fail_every_write(true);
}

#define IN_FOLDER(test)                                                                            \
	cmocka_unit_test_setup_teardown(test, trace_folder_setup, trace_folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_kill),
		IN_FOLDER(test_file_size_limit),
		IN_FOLDER(test_one_write),
		IN_FOLDER(test_writes_from),
	};
	struct stream *stream = stream_create(2, 300, 4);
	int result;

	events = calloc(EVENTS, sizeof(*events));
	stream_read(stream, events, EVENTS);
	stream_destroy(stream);
	faulty_disk_install();
	result = cmocka_run_group_tests(tests, NULL, NULL);
	free(events);
	return result;
}
