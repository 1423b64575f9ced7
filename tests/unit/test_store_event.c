/* SPDX-License-Identifier: MIT */
/*
 * test_store_event.c - what a search in packed events does not have to read: plans, and chunks that
 * are damaged where nobody should look.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/trace_file.h"

enum { COUNT = 1010000, CHUNKS = COUNT / STORE_CHUNK_EVENTS };

/* Each chunk speaks of a tasklet and a channel of its own, besides those that are in all of them. */
enum { OWN = 1000, EVERYWHERE = 7, OWN_AT = 99 };

static int write_trace(void **state)
{
	struct event *events = calloc(COUNT, sizeof(*events));
	struct error error;
	struct store *store;

	if (trace_folder_setup(state) < 0 || store_create(&store, "t.db", NULL, &error) < 0)
		return -1;
	for (uint32_t i = 0; i < COUNT; i++) {
		bool own = i % STORE_CHUNK_EVENTS == OWN_AT;
		uint32_t number = own ? OWN + i / STORE_CHUNK_EVENTS : EVERYWHERE;

		events[i] = (struct event){
			.time_ns = i * 10,
			.thread = 1,
			.kind = i % 2 ? EVENT_channel_transfer : EVENT_tasklet_switch,
			.word = {number, 5, EVERYWHERE},
		};
		if (events[i].kind == EVENT_channel_transfer)
			events[i].word[2] = number;
	}
	if (store_append(store, events, COUNT, &error) < 0 || store_finish(store, &error) < 0)
		return -1;
	free(events);
	return 0;
}

static struct {
	char text[512];
	struct error error;
} answer;

static int keep(void *context, bool is_header, int columns, const char *const *values)
{
	(void)context;
	if (!is_header)
		snprintf(answer.text, sizeof(answer.text), "%s", values[columns - 1]);
	return 0;
}

/* The last column of the last row; NULL when there was an error. */
static const char *ask(const char *sql)
{
	answer.text[0] = '\0';
	return store_sql("t.db", sql, keep, NULL, &answer.error) < 0 ? NULL : answer.text;
}

static void test_plans(void **state)
{
	static const struct {
		const char *condition, *plan;
	} plans[] = {
		{"FROM event", ""},
		{"FROM event WHERE kind = 7", "kind="},
		{"FROM event WHERE thread = 7 AND kind = 2", "kind= thread="},
		{"FROM event WHERE time_ns >= 7 AND time_ns < 9 AND small = 3",
		 "time_ns> time_ns<"},
		{"FROM event WHERE seq BETWEEN 5 AND 9 ORDER BY seq DESC", "seq> seq< backwards"},
		{"FROM event WHERE a = 7 AND c = 9", "a= c="},
		{"FROM slice_save WHERE tasklet = 7", "kind= a="},
		{"FROM channel_transfer WHERE channel = 7 AND time_ns > 5", "time_ns> kind= c="},
		{"FROM tasklet_switch WHERE next = 3 AND thread = 1 AND place = 2",
		 "kind= thread= b= e="},
		{"FROM transfer WHERE sender = 3", "kind= a="},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		char sql[256];
		const char *colon;

		snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN SELECT seq %s", plans[i].condition);
		if (!ask(sql))
			fail_msg("%s: %s", sql, answer.error.text);
		colon = strchr(answer.text, ':');
		assert_true(strncmp(answer.text, "SCAN event VIRTUAL TABLE INDEX ", 31) == 0);
		assert_non_null(colon);
		assert_string_equal(colon + 1, plans[i].plan);
	}
}

/* From here on all chunks but one are damaged: whoever looks at another says so. */
static void damage_all_but(int chunk)
{
	sqlite3 *db = trace_sqlite("t.db");
	char sql[128];

	snprintf(sql, sizeof(sql), "UPDATE chunk SET data = x'00' WHERE first_seq <> %d",
		 chunk * STORE_CHUNK_EVENTS + 1);
	trace_sql(db, sql);
	sqlite3_close(db);
}

static void test_only_chunks_that_hold_it(void **state)
{
	enum { CHUNK = 17, TASKLET = OWN + CHUNK };
	const long seq = (long)CHUNK * STORE_CHUNK_EVENTS + OWN_AT + 1;
	struct event_source_query query = {.tasklet = TASKLET};
	struct event_source *source;
	uint64_t at = 1, until;
	char expected[32];

	(void)state;
	damage_all_but(CHUNK);
	snprintf(expected, sizeof(expected), "%ld", seq);
	assert_null(ask("SELECT count(a) FROM event"));
	assert_null(ask("SELECT seq FROM channel_transfer WHERE sender = 7"));
	assert_null(ask("SELECT seq FROM channel_transfer WHERE sender = 1018"));
	assert_string_equal(ask("SELECT seq FROM channel_transfer WHERE sender = 1017"), expected);
	assert_string_equal(ask("SELECT seq FROM channel_transfer WHERE channel = 1017"), expected);
	assert_string_equal(ask("SELECT seq FROM channel_transfer WHERE sender = 1017 AND "
				"receiver = 5 ORDER BY seq DESC"),
			    expected);
	/* By time, by number, by a kind that is nowhere. */
	assert_string_equal(ask("SELECT count(a) FROM event WHERE time_ns BETWEEN 2785290 AND"
				" 2785380"),
			    "10");
	assert_string_equal(ask("SELECT sum(a) FROM event WHERE seq BETWEEN 278530 AND 278531"),
			    "14");
	assert_string_equal(ask("SELECT count(bytes) FROM slice_save"), "0");

	source = trace_open("t.db");
	assert_int_equal(source->ops->narrow(source, &query, 1, &at, &until), 1);
	assert_int_equal(at, CHUNK * STORE_CHUNK_EVENTS + 1);
	assert_int_equal(until, (CHUNK + 1) * STORE_CHUNK_EVENTS);
	at = 500000;
	assert_int_equal(source->ops->narrow(source, &query, 1, &at, &until), 0);
	at = 500000;
	assert_int_equal(source->ops->narrow(source, &query, -1, &at, &until), 1);
	assert_int_equal(at, (CHUNK + 1) * STORE_CHUNK_EVENTS);
	assert_int_equal(until, CHUNK * STORE_CHUNK_EVENTS + 1);
	at = until - 1;
	assert_int_equal(source->ops->narrow(source, &query, -1, &at, &until), 0);
	query = (struct event_source_query){.channel = TASKLET, .kind = EVENT_tasklet_switch};
	at = COUNT + 5;
	assert_int_equal(source->ops->narrow(source, &query, -1, &at, &until), 1);
	query.kind = EVENT_slice_save;
	at = 1;
	assert_int_equal(source->ops->narrow(source, &query, 1, &at, &until), 0);
	event_source_close(source);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plans),
		cmocka_unit_test(test_only_chunks_that_hold_it),
	};

	return cmocka_run_group_tests(tests, write_trace, trace_folder_teardown);
}
