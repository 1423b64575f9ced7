/* SPDX-License-Identifier: MIT */
/*
 * test_store.c - what is recorded can be read: while it is being recorded, and ever after.
 */
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

static bool exists(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0;
}

/* A chunk that is empty, nearly full, full, begun; nothing at all. */
static void test_round_trip(void **state)
{
	static const size_t counts[] = {0, 1, 16383, 16384, 16385, 50000};

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct event *events = trace_write("t.db", 2, 100, counts[i]);
		struct event_source *source = trace_open("t.db");
		struct event_source_info info;

		source->ops->info(source, &info);
		assert_int_equal(info.events, counts[i]);
		assert_int_equal(info.duration_ns, counts[i] ? events[counts[i] - 1].time_ns : 0);
		assert_int_equal(info.lost, 0);
		assert_int_equal(info.realtime_ns, 1700000000123456789);
		assert_string_equal(info.program, "./program 1 2");
		assert_string_equal(info.title, "t.db");
		assert_string_equal(dictionary_string(source->dictionary, 7), "name 7");
		assert_string_equal(dictionary_place(source->dictionary, 9)->function,
				    "function_9");
		assert_int_equal(dictionary_place(source->dictionary, 9)->line, 109);
		trace_check(source, events, counts[i], 1000);
		trace_check(source, events, counts[i], 40000);
		event_source_close(source);
		assert_false(exists("t.db-wal"));
		assert_false(exists("t.db-shm"));
		assert_false(exists("t.db-journal"));
		free(events);
		unlink("t.db");
	}
}

/* Two connections: what has been flushed is read at once, names and all; nothing else is. */
static void test_read_while_writing(void **state)
{
	enum { COUNT = 40000, STEP = 97 };
	struct event *events = trace_events(3, 50, COUNT);
	struct event_source_info info;
	struct event_source *source;
	struct store *store;
	struct error error = {0};
	sqlite3 *db;

	(void)state;
	assert_int_equal(store_create(&store, "t.db", NULL, &error), 0);
	source = trace_open("t.db");
	source->ops->info(source, &info);
	assert_int_equal(info.events, 0);
	for (uint32_t done = 0; done < COUNT; done += STEP) {
		size_t count = COUNT - done < STEP ? COUNT - done : STEP;
		struct event got[STEP];

		assert_int_equal(store_string(store, done + 1, "fresh", 5, &error), 0);
		assert_int_equal(store_append(store, events + done, count, &error), 0);
		source->ops->info(source, &info);
		assert_true(info.events <= done + count);
		assert_true(info.events >= done || done / 16384 < (done + count) / 16384);
		assert_int_equal(store_flush(store, &error), 0);
		assert_int_equal(source->ops->read(source, done + 1, got, STEP, NULL), count);
		assert_true(stream_equal(got, events + done, count));
		assert_string_equal(dictionary_string(source->dictionary, done + 1), "fresh");
	}
	trace_check(source, events, COUNT, 5000);
	assert_int_equal(store_events(store), COUNT);
	/* A flush without events still brings names. */
	assert_int_equal(store_string(store, COUNT + 2, "late", 4, &error), 0);
	assert_int_equal(store_flush(store, &error), 0);
	source->ops->info(source, &info);
	assert_string_equal(dictionary_string(source->dictionary, COUNT + 2), "late");
	assert_true(info.growing);
	/* A reader that stays does not keep the recording from being finished. */
	assert_int_equal(store_finish(store, &error), 0);
	trace_check(source, events, COUNT, 5000);
	source->ops->info(source, &info);
	assert_false(info.growing);
	event_source_close(source);

	/* Flushes have left no small chunks behind. */
	db = trace_sqlite("t.db");
	assert_int_equal(trace_number(db, "SELECT count(*) FROM chunk"), 3);
	assert_int_equal(trace_number(db, "SELECT count(*) FROM chunk_info"), 3);
	assert_int_equal(trace_number(db, "SELECT count(*) FROM chunk_set"), 3);
	sqlite3_close(db);
	free(events);
}

/* A place that is an address at first is named later; what was lost by then is counted once. */
static void test_named_while_writing(void **state)
{
	struct event *events = trace_events(4, 10, 100);
	struct dictionary_place unnamed = {"", "", 0, 0x1234}, named = {"run", "run.c", 7, 0x1234};
	struct event_source_info info;
	const struct dictionary_place *borrowed;
	struct event_source *source;
	struct store *store;
	struct error error = {0};

	(void)state;
	assert_int_equal(store_create(&store, "t.db", NULL, &error), 0);
	source = trace_open("t.db");
	for (uint32_t id = 1; id <= 3; id++)
		assert_int_equal(store_place(store, id, id == 2 ? &named : &unnamed, &error), 0);
	assert_int_equal(store_loss(store, 1, 0, 1, 5, &error), 0);
	assert_int_equal(store_append(store, events, 100, &error), 0);
	assert_int_equal(store_flush(store, &error), 0);
	source->ops->info(source, &info);
	assert_int_equal(info.lost, 5);
	borrowed = dictionary_place(source->dictionary, 3);
	assert_string_equal(borrowed->function, "");
	assert_int_equal(store_place(store, 3, &named, &error), 0);
	assert_int_equal(store_place(store, 4, &named, &error), 0);
	assert_int_equal(store_loss(store, 1, 1, 2, 6, &error), 0);
	assert_int_equal(store_flush(store, &error), 0);
	source->ops->info(source, &info);
	assert_int_equal(info.lost, 11);
	assert_string_equal(borrowed->function, "");
	assert_string_equal(dictionary_place(source->dictionary, 1)->function, "");
	assert_string_equal(dictionary_place(source->dictionary, 2)->function, "run");
	assert_string_equal(dictionary_place(source->dictionary, 3)->function, "run");
	assert_string_equal(dictionary_place(source->dictionary, 4)->function, "run");
	assert_int_equal(store_place(store, 1, &named, &error), 0);
	assert_int_equal(store_flush(store, &error), 0);
	source->ops->info(source, &info);
	assert_int_equal(info.lost, 11);
	assert_string_equal(dictionary_place(source->dictionary, 1)->function, "run");
	assert_int_equal(store_finish(store, &error), 0);
	event_source_close(source);
	free(events);
}

static void test_summaries(void **state)
{
	enum { COUNT = 100000 };
	struct event *events = trace_write("t.db", 2, 100, COUNT);
	struct event_source *source = trace_open("t.db");
	struct event_source_summary rows[10];
	uint64_t next = 1;

	(void)state;
	assert_int_equal(source->ops->summaries(source, 1, rows, 10), 7);
	for (int i = 0; i < 7; i++) {
		uint64_t switches = 0, transfers = 0, bytes = 0, most = 0;

		assert_int_equal(rows[i].first_seq, next);
		assert_int_equal(rows[i].time_first_ns, events[next - 1].time_ns);
		for (uint32_t j = 0; j < rows[i].events; j++) {
			const struct event *event = &events[next - 1 + j];

			switches += event->kind == EVENT_tasklet_switch;
			transfers += event->kind == EVENT_channel_transfer;
			if (event->kind == EVENT_slice_save) {
				bytes += event->word[1];
				most = event->word[1] > most ? event->word[1] : most;
			}
		}
		next += rows[i].events;
		assert_int_equal(rows[i].time_last_ns, events[next - 2].time_ns);
		assert_int_equal(rows[i].switches, switches);
		assert_int_equal(rows[i].transfers, transfers);
		assert_int_equal(rows[i].saved_bytes, bytes);
		assert_int_equal(rows[i].saved_max, most);
	}
	assert_int_equal(next, COUNT + 1);
	assert_int_equal(source->ops->summaries(source, 20000, rows, 1), 1);
	assert_int_equal(rows[0].first_seq, 16385);
	assert_int_equal(source->ops->summaries(source, COUNT + 1, rows, 10), 1);
	event_source_close(source);
	free(events);
}

static void test_seek_time(void **state)
{
	enum { COUNT = 40000 };
	struct event *events = trace_events(2, 20, COUNT);
	struct event_source *source;
	struct store *store;
	struct error error;
	uint64_t seq, random = 5, last;

	(void)state;
	/* Many events at one time, also across the end of a chunk. */
	for (int i = 0; i < COUNT; i++)
		events[i].time_ns = events[i].time_ns / 3000 * 3000 + 100;
	for (int i = 16370; i < 16400; i++)
		events[i].time_ns = events[16369].time_ns;
	last = events[COUNT - 1].time_ns;
	assert_int_equal(store_create(&store, "t.db", NULL, &error), 0);
	assert_int_equal(store_append(store, events, COUNT, &error), 0);
	assert_int_equal(store_finish(store, &error), 0);
	source = trace_open("t.db");
	for (int i = 0; i < 300; i++) {
		uint64_t time_ns, expected = 0;

		random = random * 6364136223846793005u + 1442695040888963407u;
		time_ns = i == 0   ? 0
			  : i == 1 ? UINT64_MAX
			  : i == 2 ? events[16380].time_ns
			  : i == 3 ? events[16380].time_ns - 1
				   : (random >> 16) % (last + 1000);
		while (expected < COUNT && events[expected].time_ns <= time_ns)
			expected++;
		assert_int_equal(source->ops->seek_time(source, time_ns, &seq), 0);
		assert_int_equal(seq, expected);
	}
	event_source_close(source);
	free(events);
}

static void check_keyframe(struct event_source *source, uint64_t seq, uint64_t expected)
{
	char text[32];
	uint64_t found;
	void *image;
	size_t bytes;

	assert_int_equal(source->ops->keyframe(source, seq, &found, &image, &bytes), expected > 0);
	if (expected) {
		assert_int_equal(found, expected);
		assert_int_equal(snprintf(text, sizeof(text), "state %d", (int)expected), bytes);
		assert_memory_equal(image, text, bytes);
	}
	free(image);
}

static void test_keyframes(void **state)
{
	struct event *events = trace_events(1, 10, 5000);
	struct event_source *source;
	struct store *store;
	struct error error;
	sqlite3 *db;

	(void)state;
	assert_int_equal(store_create(&store, "t.db", NULL, &error), 0);
	assert_int_equal(store_append(store, events, 5000, &error), 0);
	for (uint64_t seq = 1000; seq <= 3000; seq += 1000) {
		char text[32];
		int bytes = snprintf(text, sizeof(text), "state %d", (int)seq);

		assert_int_equal(store_keyframe(store, seq, text, (size_t)bytes, &error), 0);
	}
	assert_int_equal(store_finish(store, &error), 0);
	source = trace_open("t.db");
	check_keyframe(source, 999, 0);
	check_keyframe(source, 1000, 1000);
	check_keyframe(source, 2999, 2000);
	check_keyframe(source, UINT64_MAX, 3000);
	event_source_close(source);

	/* One that is damaged, or another's, is passed over. */
	db = trace_sqlite("t.db");
	trace_sql(db, "UPDATE keyframe SET state = (SELECT state FROM keyframe WHERE seq = 1000)"
		      " WHERE seq = 3000; UPDATE keyframe SET state = x'00' WHERE seq = 2000");
	sqlite3_close(db);
	source = trace_open("t.db");
	check_keyframe(source, 5000, 1000);
	event_source_close(source);
	free(events);
}

static void test_loss_and_order(void **state)
{
	struct event *events = trace_events(1, 10, 100);
	struct event_source *source;
	struct event_source_info info;
	struct store *store;
	struct error error = {0};

	(void)state;
	assert_int_equal(store_create(&store, "t.db", NULL, &error), 0);
	assert_int_equal(store_append(store, events, 50, &error), 0);
	assert_int_equal(store_loss(store, 1, events[49].time_ns, events[60].time_ns, 11, &error),
			 0);
	assert_int_equal(store_flush(store, &error), 0);
	source = trace_open("t.db");
	source->ops->info(source, &info);
	assert_int_equal(info.lost, 11);
	/* Time runs backwards: refused, and what was there stays. */
	assert_true(store_append(store, events, 50, &error) < 0);
	assert_string_equal(error.text, "t.db: cannot be written: events out of order");
	assert_int_equal(store_lost(store), 61);
	assert_int_equal(store_events(store), 50);
	assert_true(store_finish(store, &error) < 0);
	trace_check(source, events, 50, 7);
	event_source_close(source);
	source = trace_open("t.db");
	trace_check(source, events, 50, 7);
	event_source_close(source);
	free(events);
}

static void test_create_refuses(void **state)
{
	struct store *store;
	struct error error = {0};

	(void)state;
	trace_save("there", "x", 1);
	assert_true(store_create(&store, "there", NULL, &error) < 0);
	assert_string_equal(error.text, "there: File exists");
	assert_null(store);
	assert_true(store_create(&store, "no/such/folder.db", NULL, &error) < 0);
	assert_string_equal(error.text, "no/such/folder.db: No such file or directory");
	assert_int_equal(error.code, EXIT_IO);
}

/* Names that mean something to SQLite are names of files here. */
static void test_odd_names(void **state)
{
	static const char *const names[] = {":memory:", "file:x?mode=memory", "a b%41#?.db", "-"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct event *events = trace_write(names[i], 1, 10, 100);
		struct event_source *source = trace_open(names[i]);

		assert_true(exists(names[i]));
		trace_check(source, events, 100, 100);
		event_source_close(source);
		free(events);
	}
}

static void test_keep_old(void **state)
{
	struct event *events, *newer;
	struct event_source *source;
	struct store *store;
	struct error error = {0};
	size_t bytes;
	unsigned char *data;

	(void)state;
	assert_int_equal(store_keep_old("t.db", &error), 0);
	free(trace_write("t.db", 1, 10, 100));
	assert_int_equal(store_keep_old("t.db", &error), 0);
	assert_false(exists("t.db"));
	assert_true(exists("t.db.old"));

	/* A killed recorder's: a copy of its files while they were open. */
	events = trace_events(1, 10, 3000);
	assert_int_equal(store_create(&store, "live.db", NULL, &error), 0);
	assert_int_equal(store_append(store, events, 3000, &error), 0);
	assert_int_equal(store_flush(store, &error), 0);
	data = trace_load("live.db", &bytes);
	trace_save("t.db", data, bytes);
	free(data);
	data = trace_load("live.db-wal", &bytes);
	assert_true(bytes > 0);
	trace_save("t.db-wal", data, bytes);
	free(data);
	store_abandon(store);
	assert_int_equal(store_keep_old("t.db", &error), 0);
	assert_false(exists("t.db"));
	assert_false(exists("t.db-wal"));
	assert_false(exists("t.db-shm"));
	assert_false(exists("t.db.old-wal"));
	source = trace_open("t.db.old");
	trace_check(source, events, 3000, 3000);
	event_source_close(source);

	/* A WAL that was left under the old name belongs to nobody any more. */
	trace_save("t.db.old-wal", "rubbish", 7);
	newer = trace_write("t.db", 1, 10, 200);
	assert_int_equal(store_keep_old("t.db", &error), 0);
	source = trace_open("t.db.old");
	trace_check(source, newer, 200, 200);
	event_source_close(source);

	trace_save("t.db", "precious", 8);
	assert_true(store_keep_old("t.db", &error) < 0);
	assert_string_equal(error.text,
			    "t.db: exists and is not a greenroom trace: it is left alone");
	assert_int_equal(error.code, EXIT_BAD_TRACE);
	data = trace_load("t.db", &bytes);
	assert_int_equal(bytes, 8);
	free(data);
	free(events);
	free(newer);
}

#define IN_FOLDER(test)                                                                            \
	cmocka_unit_test_setup_teardown(test, trace_folder_setup, trace_folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_round_trip),     IN_FOLDER(test_read_while_writing),
		IN_FOLDER(test_summaries),      IN_FOLDER(test_seek_time),
		IN_FOLDER(test_keyframes),      IN_FOLDER(test_loss_and_order),
		IN_FOLDER(test_create_refuses), IN_FOLDER(test_odd_names),
		IN_FOLDER(test_keep_old),       IN_FOLDER(test_named_while_writing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
