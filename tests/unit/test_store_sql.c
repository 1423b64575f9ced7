/* SPDX-License-Identifier: MIT */
/*
 * test_store_sql.c - a trace as a database: for those who have only SQLite, and for those who ask
 * through us.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "unit/stream.h"
#include "unit/trace_file.h"

/* ---------------------------------------------------------------------- names and views */

/* No name needs quotes. */
static void test_names(void **state)
{
	sqlite3 *db;
	sqlite3_stmt *names;
	int count = 0;

	(void)state;
	free(trace_write("t.db", 1, 10, 1000));
	db = trace_sqlite("t.db");
	assert_int_equal(sqlite3_prepare_v2(db,
					    "SELECT DISTINCT c.name, t.name FROM sqlite_schema AS t"
					    " JOIN pragma_table_info(t.name) AS c"
					    " WHERE t.type IN ('table', 'view')",
					    -1, &names, NULL),
			 SQLITE_OK);
	while (sqlite3_step(names) == SQLITE_ROW) {
		const char *column = (const char *)sqlite3_column_text(names, 0);
		const char *table = (const char *)sqlite3_column_text(names, 1);
		char *sql = sqlite3_mprintf("SELECT %s.%s, %s FROM %s", table, column, column,
					    table);

		trace_sql(db, sql);
		sqlite3_free(sql);
		assert_false(sqlite3_keyword_check(table, (int)strlen(table)));
		/* SQLite takes this keyword as a name, as the statement above has shown. */
		if (strcmp(column, "left") != 0 &&
		    sqlite3_keyword_check(column, (int)strlen(column)))
			fail_msg("%s.%s is a keyword", table, column);
		count++;
	}
	assert_true(count > 150);
	sqlite3_finalize(names);
	sqlite3_close(db);
}

/* The value that a view must show. */
static const char *expected_value(sqlite3 *db, const struct event *event,
				  const struct event_field *field)
{
	static char text[64];
	int64_t value = event_field_value(event, field);
	char *sql = NULL;

	if (event_symbol(field->type, value))
		return event_symbol(field->type, value);
	if (field->type == EVENT_TYPE_name) {
		sql = sqlite3_mprintf("SELECT (SELECT text FROM string WHERE id = %lld)",
				      (long long)value);
		snprintf(text, sizeof(text), "%s", trace_text(db, sql));
		sqlite3_free(sql);
	} else {
		snprintf(text, sizeof(text), "%lld", (long long)value);
	}
	return text;
}

/* Every field of every event in its view, and every event in its row. */
static void test_views(void **state)
{
	enum { COUNT = 3000 };
	struct event *events = calloc(COUNT, sizeof(*events));
	struct store *store;
	struct error error;
	sqlite3 *db;

	(void)state;
	/* Every kind, every sign, whatever the field. */
	stream_noise(events, COUNT, 1, 11);
	for (int i = 0; i < COUNT; i++) {
		events[i].kind = (uint16_t)(1 + i % (EVENT_KINDS - 1));
		events[i].small = (uint16_t)(i % 3 ? i % 11 - 1 : events[i].small);
		if (i % 2)
			events[i].word[2] = (uint32_t)i % 70;
		events[i].time_ns = (uint64_t)i;
	}
	assert_int_equal(store_create(&store, "t.db", NULL, &error), 0);
	trace_store_names(store);
	assert_int_equal(store_append(store, events, COUNT, &error), 0);
	assert_int_equal(store_finish(store, &error), 0);
	db = trace_sqlite("t.db");
	assert_int_equal(trace_number(db, "SELECT count(*) FROM event"), COUNT);
	for (int i = 0; i < COUNT; i++) {
		const struct event *event = &events[i];
		const struct event_description *kind = event_describe(event->kind);
		char got[256];
		char *sql = sqlite3_mprintf(
			"SELECT seq = %d AND time_ns = %d AND thread = %u AND kind = %d AND small ="
			" %d AND a = %u AND b = %u AND c = %u AND d = %u AND e = %u FROM event"
			" WHERE seq = %d",
			i + 1, i, event->thread, event->kind, event->small, event->word[0],
			event->word[1], event->word[2], event->word[3], event->word[4], i + 1);

		assert_int_equal(trace_number(db, sql), 1);
		sqlite3_free(sql);
		for (int j = 0; j < kind->fields; j++) {
			if (kind->field[j].type == EVENT_TYPE_text)
				continue;
			sql = sqlite3_mprintf("SELECT %s FROM %s WHERE seq = %d",
					      kind->field[j].name, kind->name, i + 1);
			snprintf(got, sizeof(got), "%s", trace_text(db, sql));
			assert_string_equal(got, expected_value(db, event, &kind->field[j]));
			sqlite3_free(sql);
		}
	}
	sqlite3_close(db);
	free(events);
}

/* The catalogue in the file says what event.def says. */
static void test_catalogue(void **state)
{
	sqlite3 *db;

	(void)state;
	free(trace_write("t.db", 1, 10, 100));
	db = trace_sqlite("t.db");
	assert_int_equal(trace_number(db, "SELECT count(*) FROM kind"), EVENT_KINDS - 1);
	for (unsigned int kind = 1; kind < EVENT_KINDS; kind++) {
		const struct event_description *description = event_describe(kind);
		char *sql = sqlite3_mprintf("SELECT name || sentence || (SELECT count(*) FROM field"
					    " WHERE kind = %u) FROM kind WHERE id = %u",
					    kind, kind);
		char *expected = sqlite3_mprintf("%s%s%d", description->name, description->sentence,
						 description->fields);

		assert_string_equal(trace_text(db, sql), expected);
		sqlite3_free(sql);
		sqlite3_free(expected);
	}
	assert_string_equal(trace_text(db,
				       "SELECT words FROM word WHERE symbol = 'MODE_HARD_SOFT'"),
			    "hard to soft");
	assert_string_equal(trace_text(db, "SELECT value FROM meta WHERE name = 'state'"),
			    "complete");
	assert_int_equal(trace_number(db, "PRAGMA application_id"), STORE_APPLICATION_ID);
	assert_int_equal(trace_number(db, "PRAGMA user_version"), STORE_FORMAT);
	assert_string_equal(trace_text(db, "PRAGMA journal_mode"), "delete");
	assert_string_equal(trace_text(db, "PRAGMA integrity_check"), "ok");
	sqlite3_close(db);
}

/* What was added up while recording is what SQL adds up. */
static void test_tally(void **state)
{
	static const char *const checks[] = {
		"SELECT count(*) FROM tasklet WHERE switches IS NOT"
		" (SELECT count(*) FROM tasklet_switch WHERE next = tasklet.id)",
		"SELECT count(*) FROM tasklet WHERE saved_bytes IS NOT"
		" (SELECT coalesce(sum(bytes), 0) FROM slice_save WHERE tasklet = tasklet.id)",
		"SELECT count(*) FROM tasklet WHERE sends IS NOT"
		" (SELECT count(*) FROM channel_transfer WHERE sender = tasklet.id)",
		"SELECT count(*) FROM tasklet WHERE blocks IS NOT"
		" (SELECT count(*) FROM channel_block WHERE tasklet = tasklet.id)",
		"SELECT count(*) FROM channel WHERE transfers IS NOT"
		" (SELECT count(*) FROM channel_transfer WHERE channel = channel.id)",
		"SELECT count(*) FROM channel WHERE balance IS NOT coalesce("
		" (SELECT balance FROM (SELECT seq, channel, balance FROM channel_transfer UNION "
		"ALL"
		" SELECT seq, channel, balance FROM channel_block) AS x WHERE x.channel ="
		" channel.id ORDER BY seq DESC LIMIT 1), 0)",
		"SELECT sum(saved_bytes) - (SELECT sum(saved_bytes) FROM switch) FROM thread",
		"SELECT sum(saved_bytes) - (SELECT sum(saved_bytes) FROM chunk_info) FROM thread",
		"SELECT sum(events) - (SELECT count(*) FROM event) FROM thread",
		"SELECT count(*) FROM tasklet WHERE name IS NULL OR thread IS NULL",
		/* Everybody's time together is the threads' time. */
		"SELECT sum(run_ns) - (SELECT sum((SELECT max(time_ns) FROM event) - started_ns)"
		" FROM thread) FROM tasklet",
	};
	sqlite3 *db;

	(void)state;
	free(trace_write("t.db", 3, 60, 30000));
	db = trace_sqlite("t.db");
	assert_int_equal(trace_number(db, "SELECT count(*) FROM tasklet"), 66);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (trace_number(db, checks[i]) != 0)
			fail_msg("%s: %s", checks[i], trace_text(db, checks[i]));
	}
	sqlite3_close(db);
}

/* Marks of two threads whose texts lie between each other. */
static void test_marks(void **state)
{
	static const char *const texts[] = {"a short one",
					    "a text of more than twenty bytes, \xc3\xa4"};
	struct event events[8] = {0};
	struct store *store;
	struct error error;
	sqlite3 *db;
	size_t count = 0;

	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		events[count++] =
			(struct event){.thread = i + 1,
				       .kind = EVENT_trace_mark,
				       .word = {5 + i, (uint32_t)strlen(texts[i]), 0, 0, 3}};
	}
	for (size_t offset = 0; offset < 60; offset += EVENT_TEXT_BYTES) {
		for (uint32_t i = 0; i < 2; i++) {
			size_t left = strlen(texts[i]);

			if (left <= offset)
				continue;
			left = left - offset < EVENT_TEXT_BYTES ? left - offset : EVENT_TEXT_BYTES;
			events[count].thread = i + 1;
			events[count].kind = EVENT_trace_text;
			events[count].small = (uint16_t)left;
			memcpy(events[count++].word, texts[i] + offset, left);
		}
	}
	assert_int_equal(store_create(&store, "t.db", NULL, &error), 0);
	assert_int_equal(store_append(store, events, count, &error), 0);
	assert_int_equal(store_finish(store, &error), 0);
	db = trace_sqlite("t.db");
	assert_int_equal(trace_number(db, "SELECT count(*) FROM mark"), 2);
	assert_string_equal(trace_text(db, "SELECT text FROM mark WHERE seq = 1 AND tasklet = 5"),
			    texts[0]);
	assert_string_equal(trace_text(db, "SELECT text FROM mark WHERE seq = 2 AND place = 3"),
			    texts[1]);
	assert_string_equal(trace_text(db, "SELECT text FROM trace_text WHERE thread = 1"),
			    texts[0]);
	sqlite3_close(db);
}

/* ------------------------------------------------------------------------- through us */

struct answer {
	char text[4096];
	int rows, stop_after;
};

static int collect(void *context, bool is_header, int columns, const char *const *values)
{
	struct answer *answer = context;

	for (int i = 0; !is_header && i < columns; i++) {
		size_t used = strlen(answer->text);

		snprintf(answer->text + used, sizeof(answer->text) - used, "%s%s", used ? "|" : "",
			 values[i] ? values[i] : "NULL");
	}
	return !is_header && ++answer->rows == answer->stop_after;
}

static const char *ask(const char *path, const char *sql)
{
	static struct answer answer;
	struct error error = {0};

	memset(&answer, 0, sizeof(answer));
	if (store_sql(path, sql, collect, &answer, &error) < 0)
		fail_msg("%s: %s", sql, error.text);
	return answer.text;
}

/* A long trace answers as a short one does; as the rows that it does not have. */
static void test_long_trace(void **state)
{
	static const char *const questions[] = {
		"SELECT count(*), sum(seq), sum(time_ns), sum(thread), sum(kind), sum(small), "
		"sum(a),"
		" sum(b), sum(c), sum(d), sum(e) FROM event",
		"SELECT count(*) FROM event",
		"SELECT * FROM event WHERE seq = 500001",
		"SELECT count(*) FROM event WHERE seq = 0 OR seq = 1 OR seq = 1100000 OR seq = "
		"1100001",
		"SELECT min(seq), max(seq) FROM event WHERE seq > 16383 AND seq <= 900000",
		"SELECT min(seq), max(seq), count(*) FROM event WHERE time_ns >= 7000000 AND "
		"time_ns"
		" < 9000000",
		"SELECT min(seq), max(seq), count(*) FROM event WHERE time_ns >= (SELECT"
		" time_first_ns - 200 FROM chunk_info WHERE first_seq = 163841)",
		"SELECT min(seq), max(seq), count(*) FROM event WHERE time_ns <= (SELECT"
		" time_first_ns FROM chunk_info WHERE first_seq = 163841)",
		"SELECT min(seq), max(seq), count(*) FROM event WHERE time_ns BETWEEN 7000000 AND"
		" 7000500 AND kind = 7",
		"SELECT group_concat(seq) FROM (SELECT seq FROM event ORDER BY seq DESC LIMIT 3)",
		"SELECT group_concat(seq) FROM (SELECT seq FROM event WHERE seq < 16400 AND kind = "
		"7"
		" ORDER BY seq DESC LIMIT 20)",
		"SELECT kind, thread, count(*) FROM event GROUP BY kind, thread ORDER BY 1, 2",
		"SELECT count(*) FROM event WHERE thread = 2 AND kind = 19",
		"SELECT count(*) FROM event WHERE thread = 70 OR kind = 63 OR kind = -1",
		"SELECT count(*) FROM event WHERE seq < 'a' AND seq > 2.5 AND seq <= 1e3",
		"SELECT count(*) FROM event WHERE seq = NULL OR time_ns = 'x' OR seq = 7.5",
		"SELECT count(*) FROM event WHERE seq > 9223372036854775807 OR time_ns < -3",
		"SELECT count(*), sum(seq), min(seq), max(seq) FROM event WHERE kind = 9 AND a = "
		"77",
		"SELECT count(*), sum(seq) FROM event WHERE kind = 7 AND b = 77 AND thread = 1",
		"SELECT count(*), sum(seq) FROM event WHERE kind = 7 AND a = 77 AND b = 79",
		"SELECT count(*), sum(seq) FROM event WHERE a = 77 OR (b = 3 AND c = 1)",
		"SELECT count(*), sum(seq) FROM event WHERE kind IN (7, 19) AND a IN (5, 6, 400)",
		"SELECT count(*) FROM event WHERE kind = 7 AND a = -1 OR a = 4294967296 OR b = '5'",
		"SELECT group_concat(seq) FROM (SELECT seq FROM event WHERE kind = 9 AND a = 77"
		" AND time_ns > 9000000 ORDER BY seq DESC LIMIT 9)",
		"SELECT count(*), sum(seq) FROM event WHERE time_ns > 9000000.5 AND a = 77",
		"SELECT count(*), sum(bytes) FROM slice_save WHERE tasklet = 123",
		"SELECT count(*) FROM channel_transfer WHERE channel = 7 AND balance = 0",
		"SELECT count(*) FROM event AS x JOIN event AS y ON y.seq = x.seq + 1 AND y.thread "
		"="
		" x.thread WHERE x.seq BETWEEN 30000 AND 40000",
		"SELECT sum(saved_bytes) FROM (SELECT saved_bytes FROM switch LIMIT 1000)",
		"SELECT group_concat(prev_name || place) FROM (SELECT * FROM switch LIMIT 5)",
		"SELECT count(*), sum(bytes) FROM save",
		"SELECT count(*), sum(balance) FROM transfer",
		"SELECT count(*) FROM mark",
	};
	enum { COUNT = 1100000 };
	struct error error = {0};
	sqlite3 *db;

	(void)state;
	free(trace_write("t.db", 2, 500, COUNT));
	db = trace_sqlite("t.db");
	assert_int_equal(
		trace_number(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'event'"), 0);
	/* All questions at once, before there are rows and after. */
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		char *answer = strdup(ask("t.db", questions[i]));
		char *sql = sqlite3_mprintf("CREATE TABLE IF NOT EXISTS temp.answer(i, text);"
					    "INSERT INTO answer VALUES(%d, %Q)",
					    (int)i, answer);

		trace_sql(db, sql);
		sqlite3_free(sql);
		free(answer);
	}
	assert_int_equal(store_add_rows("t.db", NULL, NULL, &error), 0);
	assert_int_equal(store_add_rows("t.db", NULL, NULL, &error), 0);
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		char *sql = sqlite3_mprintf("SELECT text FROM answer WHERE i = %d", (int)i);
		const char *answer = ask("t.db", questions[i]);

		if (strcmp(trace_text(db, sql), answer) != 0)
			fail_msg("%s: %s, from chunks %s", questions[i], answer,
				 trace_text(db, sql));
		sqlite3_free(sql);
	}
	assert_int_equal(trace_number(db, "SELECT count(*) FROM tasklet_switch") +
				 trace_number(db, "SELECT count(*) FROM event WHERE kind <> 7"),
			 COUNT);
	sqlite3_close(db);
}

static void test_read_only(void **state)
{
	static const char *const statements[] = {
		"DELETE FROM meta",
		"INSERT INTO loss VALUES(1, 2, 3, 4)",
		"CREATE TABLE x(y)",
		"CREATE TEMP TABLE x(y)",
		"DROP TABLE chunk",
		"ATTACH 'x.db' AS x",
		"VACUUM INTO 'x.db'",
		"PRAGMA writable_schema = ON",
		"PRAGMA journal_mode = WAL",
		"PRAGMA temp_store_directory = '/'",
		"SELECT load_extension('x')",
		"BEGIN",
		"COMMIT",
		"REINDEX",
		"ANALYZE",
		"SELECT * FROM nothing",
		"SELEKT",
		"SELECT zeroblob(1000000000)",
	};
	size_t before, after;
	unsigned char *was, *is;

	(void)state;
	free(trace_write("t.db", 1, 10, 1000));
	was = trace_load("t.db", &before);
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		struct answer answer = {0};
		struct error error = {0};

		if (store_sql("t.db", statements[i], collect, &answer, &error) >= 0)
			fail_msg("%s was allowed", statements[i]);
		assert_int_equal(error.code, EXIT_USAGE);
		assert_true(error.text[0]);
	}
	assert_true(access("x.db", F_OK) < 0);
	is = trace_load("t.db", &after);
	assert_int_equal(before, after);
	assert_memory_equal(was, is, before);
	free(was);
	free(is);
}

static void test_rows(void **state)
{
	struct answer answer = {.stop_after = 3};
	struct error error = {0};

	(void)state;
	free(trace_write("t.db", 1, 10, 1000));
	assert_string_equal(ask("t.db", "SELECT 1, NULL, 'x'; ; SELECT 2.5 -- and that is all"),
			    "1|NULL|x|2.5");
	assert_string_equal(ask("t.db", ""), "");
	assert_string_equal(ask("t.db", "PRAGMA user_version"), "2");
	assert_int_equal(
		store_sql("t.db", "SELECT seq FROM event; SELECT 7", collect, &answer, &error), 0);
	assert_string_equal(answer.text, "1|2|3");
	assert_true(store_sql("none.db", "SELECT 1", collect, &answer, &error) < 0);
	assert_string_equal(error.text, "none.db: No such file or directory");
}

#define IN_FOLDER(test)                                                                            \
	cmocka_unit_test_setup_teardown(test, trace_folder_setup, trace_folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_names),     IN_FOLDER(test_views), IN_FOLDER(test_catalogue),
		IN_FOLDER(test_tally),     IN_FOLDER(test_marks), IN_FOLDER(test_long_trace),
		IN_FOLDER(test_read_only), IN_FOLDER(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
