/* SPDX-License-Identifier: MIT */
/*
 * test_store_open.c - files that are no trace, or a damaged one, or one made to hurt.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "unit/stream.h"
#include "unit/trace_file.h"

/* Opening must fail with just this sentence. */
static void check_refused(const char *path, enum exit_code code, const char *sentence)
{
	struct event_source *source = (struct event_source *)1;
	struct error error = {0};

	assert_true(store_open(&source, path, &error) < 0);
	assert_null(source);
	assert_string_equal(error.text, sentence);
	assert_int_equal(error.code, code);
}

static void test_no_trace(void **state)
{
	char page[8192] = "SQLite format 3";

	(void)state;
	check_refused("none.db", EXIT_IO, "none.db: No such file or directory");
	mkdir("folder", 0777);
	check_refused("folder", EXIT_IO, "folder: Is a directory");
	trace_save("empty.db", "", 0);
	check_refused("empty.db", EXIT_BAD_TRACE, "empty.db: empty, not a greenroom trace");
	trace_save("text.db", "Hello\n", 6);
	check_refused("text.db", EXIT_BAD_TRACE, "text.db: not a greenroom trace");
	trace_save("magic.db", page, sizeof(page));
	check_refused("magic.db", EXIT_BAD_TRACE, "magic.db: not a greenroom trace");
	assert_int_equal(mkfifo("fifo", 0666), 0);
	check_refused("fifo", EXIT_BAD_TRACE, "fifo: not a regular file");
	/* What a terminal would obey is not repeated. */
	trace_save("\033[2J.db", "x", 1);
	{
		struct event_source *source;
		struct error error = {0};

		assert_true(store_open(&source, "\033[2J.db", &error) < 0);
		assert_null(strchr(error.text, '\033'));
	}
}

/* Permissions mean nothing to root: be nobody for a while. */
static void lose_rights(void)
{
	chmod(".", 0755);
	if (geteuid() == 0)
		assert_int_equal(seteuid(65534), 0);
}

static void regain_rights(void)
{
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
}

static void test_permission(void **state)
{
	(void)state;
	free(trace_write("t.db", 1, 10, 100));
	chmod("t.db", 0);
	lose_rights();
	check_refused("t.db", EXIT_PERMISSION, "t.db: Permission denied");
	regain_rights();
}

static void change(const char *sql)
{
	sqlite3 *db = trace_sqlite("t.db");

	trace_sql(db, sql);
	sqlite3_close(db);
}

static void test_foreign(void **state)
{
	(void)state;
	change("CREATE TABLE accounts(name, balance)");
	check_refused("t.db", EXIT_BAD_TRACE, "t.db: not a greenroom trace");
	/* Only the mark on the first page, nothing of the rest. */
	change("PRAGMA application_id = 1198681682; PRAGMA user_version = 2");
	check_refused("t.db", EXIT_BAD_TRACE,
		      "t.db: not a greenroom trace: it holds a foreign table, \"accounts\"");
	change("DROP TABLE accounts");
	check_refused("t.db", EXIT_BAD_TRACE, "t.db: damaged: it has no table \"meta\"");
}

static void test_newer(void **state)
{
	(void)state;
	free(trace_write("t.db", 1, 10, 100));
	change("PRAGMA user_version = 3");
	check_refused("t.db", EXIT_BAD_TRACE,
		      "t.db: written by a newer greenroom (format 3, this one reads up to 2)");
	change("PRAGMA user_version = 0");
	check_refused("t.db", EXIT_BAD_TRACE, "t.db: damaged: it has no format number");
}

/* It had no call stacks. */
static void test_first_format(void **state)
{
	struct event_source *source;
	struct error error;

	(void)state;
	free(trace_write("t.db", 1, 10, 100));
	change("DROP TABLE stack; PRAGMA user_version = 1");
	assert_int_equal(store_open(&source, "t.db", &error), 0);
	assert_int_equal(dictionary_stacks(source->dictionary), 0);
	event_source_close(source);
	change("PRAGMA user_version = 2");
	check_refused("t.db", EXIT_BAD_TRACE, "t.db: damaged: it has no table \"stack\"");
}

/* What is planted must be refused before it runs. */
static void test_planted(void **state)
{
	static const struct {
		const char *sql, *sentence;
	} plants[] = {
		{"DROP TABLE chunk; CREATE VIEW chunk AS WITH RECURSIVE r(x) AS"
		 " (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT x AS first_seq, x AS data FROM "
		 "r",
		 "t.db: damaged: it has no table \"chunk\""},
		{"CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM chunk; END",
		 "t.db: not a greenroom trace: it holds a foreign trigger, \"t\""},
		{"CREATE VIEW more AS SELECT 1",
		 "t.db: not a greenroom trace: it holds a foreign view, \"more\""},
		{"DROP VIEW save; CREATE VIEW save AS SELECT randomblob(1000000000)",
		 "t.db: not a greenroom trace: it holds a foreign view, \"save\""},
		{"DROP VIEW tasklet_switch; CREATE VIEW tasklet_switch AS SELECT 1 AS seq",
		 "t.db: not a greenroom trace: it holds a foreign view, \"tasklet_switch\""},
		{"CREATE INDEX i ON chunk(length(data))",
		 "t.db: not a greenroom trace: it holds a foreign index, \"i\""},
		{"CREATE VIRTUAL TABLE f USING fts5(x)",
		 "t.db: not a greenroom trace: it holds a foreign table, \"f\""},
		{"DROP TABLE loss; CREATE TABLE loss(count AS (abs(-1)), thread)",
		 "t.db: not a greenroom trace: it holds a foreign table, \"loss\""},
		{"UPDATE kind SET name = 'x AS SELECT 1; --' WHERE id = 7",
		 "t.db: damaged: its catalogue of events makes no sense"},
		{"UPDATE field SET type = 'a'' OR 1' WHERE kind = 7 AND number = 2",
		 "t.db: damaged: its catalogue of events makes no sense"},
		{"UPDATE field SET position = 'Z' WHERE kind = 7 AND number = 2",
		 "t.db: damaged: its catalogue of events makes no sense"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(plants) / sizeof(plants[0]); i++) {
		free(trace_write("t.db", 1, 10, 100));
		change(plants[i].sql);
		check_refused("t.db", EXIT_BAD_TRACE, plants[i].sentence);
		unlink("t.db");
	}
	/* What ANALYZE leaves is harmless. */
	free(trace_write("t.db", 1, 10, 100));
	change("ANALYZE");
	event_source_close(trace_open("t.db"));
}

/* Rows with absurd values: the rest of the file can be read. */
static void test_absurd_rows(void **state)
{
	static const char *const changes[] = {
		"UPDATE chunk_info SET first_seq = -5 WHERE first_seq = 1",
		"UPDATE chunk_info SET events = 4000000000 WHERE first_seq = 1",
		"UPDATE chunk_info SET events = 16000 WHERE first_seq = 1",
		"UPDATE chunk_info SET events = 'many', time_last_ns = -1 WHERE first_seq = 1",
		"UPDATE chunk_info SET time_first_ns = 9000000000000000000 WHERE first_seq = 1",
		"INSERT INTO chunk_info VALUES(9223372036854775807, 1, 0, 0, 0, 0, 0, 0, 0, 0)",
		"INSERT INTO chunk_info VALUES(17, 5, 0, 0, 0, 0, 0, 0, 0, 0)",
		"DELETE FROM chunk WHERE first_seq = 1",
		"UPDATE chunk SET data = 'text' WHERE first_seq = 1",
		"UPDATE chunk SET data = zeroblob(100000000) WHERE first_seq = 1",
		("UPDATE chunk SET data = (SELECT data FROM chunk WHERE first_seq = 16385)"
		 " WHERE first_seq = 1"),
		"UPDATE string SET text = x'ff1b5b324a' || zeroblob(10) WHERE id = 7",
		"INSERT INTO string VALUES(-1, 'x'), (9999999999, 'y'), (4294967295, 'z')",
		"UPDATE place SET line = -1, file = NULL, address = 'a' WHERE id = 7",
		"UPDATE meta SET value = x'00ff' WHERE name = 'program'",
		"INSERT INTO loss VALUES(NULL, 'a', 1e300, 1e300)",
		"INSERT INTO keyframe VALUES(-3, 'x'), (16400, zeroblob(99))",
	};
	struct event got[100];

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct event *events = trace_write("t.db", 1, 10, 20000);
		struct event_source *source;
		struct event_source_info info;
		struct event_source_summary rows[5];
		uint64_t skip_to, seq;
		void *image;
		size_t bytes;
		long read;

		change(changes[i]);
		source = trace_open("t.db");
		source->ops->info(source, &info);
		source->ops->summaries(source, 1, rows, 5);
		source->ops->seek_time(source, events[9000].time_ns, &seq);
		assert_int_equal(source->ops->keyframe(source, 20000, &seq, &image, &bytes), 0);
		read = source->ops->read(source, 1, got, 100, &skip_to);
		if (read < 0) {
			assert_int_equal(read, -EBADMSG);
			assert_int_equal(skip_to, 16385);
		} else {
			assert_true(stream_equal(got, events, 100));
		}
		assert_int_equal(source->ops->read(source, 16385, got, 100, &skip_to), 100);
		assert_true(stream_equal(got, events + 16384, 100));
		assert_null(strchr(dictionary_string(source->dictionary, 7), '\033'));
		event_source_close(source);
		free(events);
		unlink("t.db");
	}
}

static void test_truncated(void **state)
{
	struct event *events = trace_write("whole.db", 1, 100, 40000), got[100];
	size_t bytes, opened = 0;
	unsigned char *data = trace_load("whole.db", &bytes);

	(void)state;
	for (size_t cut = 0; cut < bytes; cut += cut < 20000 ? 997 : 16384 - 512) {
		struct event_source *source;
		struct error error = {0};

		trace_save("t.db", data, cut);
		if (store_open(&source, "t.db", &error) < 0) {
			assert_int_equal(error.code, EXIT_BAD_TRACE);
			assert_true(strncmp(error.text, "t.db: ", 6) == 0);
			continue;
		}
		opened++;
		for (uint64_t seq = 1; seq < 40000; seq += 5000) {
			long read = source->ops->read(source, seq, got, 100, NULL);

			assert_true(read < 0 || stream_equal(got, events + seq - 1, (size_t)read));
		}
		event_source_close(source);
	}
	print_message("# %zu cut files could be opened\n", opened);
	free(data);
	free(events);
}

/* One byte changed anywhere: an error or the truth, never other events. */
static void test_damaged(void **state)
{
	struct event *events = trace_write("whole.db", 1, 100, 20000), *got;
	size_t bytes, wrong = 0;
	unsigned char *data = trace_load("whole.db", &bytes);
	uint64_t random = 3;

	(void)state;
	got = malloc(20000 * sizeof(*got));
	for (int i = 0; i < 400; i++) {
		struct event_source *source;
		struct error error = {0};
		size_t at;
		unsigned char saved;

		random = random * 6364136223846793005u + 1442695040888963407u;
		/* The first pages hold the schema: half of the changes go there. */
		at = (size_t)(random >> 20) % (i & 1 ? bytes : 40000);
		saved = data[at];
		data[at] ^= (unsigned char)(1 + (random >> 60));
		trace_save("t.db", data, bytes);
		data[at] = saved;
		if (store_open(&source, "t.db", &error) < 0) {
			wrong++;
			assert_true(error.text[0]);
			continue;
		}
		for (uint64_t seq = 1; seq <= 20000;) {
			uint64_t skip_to = 0;
			long read = source->ops->read(source, seq, got, 20000, &skip_to);

			if (read > 0)
				assert_true(stream_equal(got, events + seq - 1, (size_t)read));
			seq = read > 0 ? seq + (uint64_t)read : skip_to;
			if (seq == 0 || read == 0)
				break;
		}
		event_source_close(source);
	}
	print_message("# %zu of 400 damaged files were refused\n", wrong);
	free(data);
	free(events);
	free(got);
}

/* A damaged chunk does not hide the others. */
static void test_damaged_chunk(void **state)
{
	struct event *events = trace_write("t.db", 1, 100, 50000), got[200];
	struct event_source *source;
	uint64_t skip_to, seq;

	(void)state;
	change("UPDATE chunk SET data = substr(data, 1, 100) || x'00' || substr(data, 102)"
	       " WHERE first_seq = 16385");
	source = trace_open("t.db");
	assert_int_equal(source->ops->read(source, 16300, got, 200, &skip_to), 85);
	assert_true(stream_equal(got, events + 16299, 85));
	assert_int_equal(source->ops->read(source, 16385, got, 200, &skip_to), -EBADMSG);
	assert_int_equal(skip_to, 32769);
	assert_int_equal(source->ops->read(source, 32000, got, 200, &skip_to), -EBADMSG);
	assert_int_equal(skip_to, 32769);
	assert_int_equal(source->ops->read(source, 32769, got, 200, &skip_to), 200);
	assert_true(stream_equal(got, events + 32768, 200));
	assert_int_equal(source->ops->seek_time(source, events[20000].time_ns, &seq), 0);
	assert_int_equal(seq, 16385);
	event_source_close(source);
	/* Sound, and as long, but another's. */
	change("UPDATE chunk SET data = (SELECT data FROM chunk WHERE first_seq = 1)"
	       " WHERE first_seq = 16385");
	source = trace_open("t.db");
	assert_int_equal(source->ops->read(source, 16385, got, 200, &skip_to), -EBADMSG);
	event_source_close(source);
	free(events);
}

/* The files of a killed recorder; without the WAL what is in the file itself. */
static void test_left_wal(void **state)
{
	struct event *events = trace_events(1, 10, 3000);
	struct event_source *source;
	struct event_source_info info;
	struct store *store;
	struct error error = {0};
	size_t bytes;
	unsigned char *data;
	int unreadable;

	(void)state;
	mkdir("left", 0777);
	mkdir("alone", 0777);
	assert_int_equal(store_create(&store, "live.db", NULL, &error), 0);
	assert_int_equal(store_append(store, events, 3000, &error), 0);
	assert_int_equal(store_flush(store, &error), 0);
	data = trace_load("live.db", &bytes);
	trace_save("left/t.db", data, bytes);
	trace_save("alone/t.db", data, bytes);
	free(data);
	data = trace_load("live.db-wal", &bytes);
	trace_save("left/t.db-wal", data, bytes);
	free(data);
	store_abandon(store);

	link("left/t.db", "left/new.db");
	link("left/t.db-wal", "left/new.db-wal");
	source = trace_open("left/t.db");
	trace_check(source, events, 3000, 1000);
	event_source_close(source);
	chmod("alone", 0555);
	chmod("left", 0555);
	lose_rights();
	source = trace_open("alone/t.db");
	source->ops->info(source, &info);
	assert_int_equal(info.events, 0);
	event_source_close(source);
	unreadable = store_open(&source, "left/new.db", &error);
	regain_rights();
	assert_true(unreadable < 0);
	assert_non_null(strstr(error.text, "copy left/new.db and left/new.db-wal"));
	chmod("alone", 0777);
	free(events);
}

static void test_read_only_folder(void **state)
{
	struct event *events;
	struct event_source *source;

	(void)state;
	mkdir("sealed", 0777);
	events = trace_write("sealed/t.db", 1, 10, 3000);
	chmod("sealed/t.db", 0444);
	chmod("sealed", 0555);
	lose_rights();
	source = trace_open("sealed/t.db");
	trace_check(source, events, 3000, 1000);
	event_source_close(source);
	regain_rights();
	chmod("sealed", 0777);
	free(events);
}

#define IN_FOLDER(test)                                                                            \
	cmocka_unit_test_setup_teardown(test, trace_folder_setup, trace_folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_no_trace),     IN_FOLDER(test_permission),
		IN_FOLDER(test_foreign),      IN_FOLDER(test_newer),
		IN_FOLDER(test_first_format), IN_FOLDER(test_planted),
		IN_FOLDER(test_absurd_rows),  IN_FOLDER(test_truncated),
		IN_FOLDER(test_damaged),      IN_FOLDER(test_damaged_chunk),
		IN_FOLDER(test_left_wal),     IN_FOLDER(test_read_only_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
