/* SPDX-License-Identifier: MIT */
/*
 * trace_file.c - trace files for the tests of the store: see trace_file.h.
 */
#include "trace_file.h"

#include <dirent.h>
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

int trace_folder_setup(void **state)
{
	const char *parent = getenv("TMPDIR");
	char *folder;

	if (asprintf(&folder, "%s/greenroom-test-XXXXXX", parent ? parent : "/tmp") < 0 ||
	    !mkdtemp(folder) || chdir(folder) < 0)
		return -1;
	*state = folder;
	return 0;
}

static void empty_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		char *name;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    asprintf(&name, "%s/%s", path, entry->d_name) < 0)
			continue;
		if (remove(name) < 0) {
			chmod(name, 0700);
			empty_folder(name);
			remove(name);
		}
		free(name);
	}
	if (folder)
		closedir(folder);
}

int trace_folder_teardown(void **state)
{
	char *folder = *state;
	int result;

	empty_folder(folder);
	result = chdir("/") < 0 || rmdir(folder) < 0 ? -1 : 0;
	free(folder);
	return result;
}

struct event *trace_events(uint32_t threads, uint32_t tasklets, size_t count)
{
	struct event *events = calloc(count + 1, sizeof(*events));
	struct stream *stream = stream_create(threads, tasklets, count);

	assert_non_null(events);
	stream_read(stream, events, count);
	stream_destroy(stream);
	return events;
}

void trace_store_names(struct store *store)
{
	struct error error;

	for (uint32_t id = 1; id <= 60; id++) {
		char text[32];
		struct dictionary_place place = {text, "program.c", 100 + id, 0};
		int length = snprintf(text, sizeof(text), "name %u", id);

		assert_int_equal(store_string(store, id, text, (size_t)length, &error), 0);
		snprintf(text, sizeof(text), "function_%u", id);
		assert_int_equal(store_place(store, id, &place, &error), 0);
	}
	assert_int_equal(store_meta(store, "program", "./program 1 2", &error), 0);
	assert_int_equal(store_meta(store, "realtime_ns", "1700000000123456789", &error), 0);
}

struct event *trace_write(const char *path, uint32_t threads, uint32_t tasklets, size_t count)
{
	struct event *events = trace_events(threads, tasklets, count);
	struct store *store;
	struct error error = {0};

	if (store_create(&store, path, NULL, &error) < 0)
		fail_msg("%s", error.text);
	trace_store_names(store);
	if (store_append(store, events, count, &error) < 0 || store_finish(store, &error) < 0)
		fail_msg("%s", error.text);
	return events;
}

void trace_check(struct event_source *source, const struct event *events, size_t count, size_t step)
{
	struct event *got = malloc(step * sizeof(*got));
	uint64_t skip_to = 77;

	assert_non_null(got);
	for (size_t done = 0; done < count; done += step) {
		size_t wanted = count - done < step ? count - done : step;

		assert_int_equal(source->ops->read(source, done + 1, got, step, &skip_to), wanted);
		assert_true(stream_equal(got, events + done, wanted));
	}
	assert_int_equal(source->ops->read(source, count + 1, got, step, &skip_to), 0);
	assert_int_equal(skip_to, 0);
	free(got);
}

struct event_source *trace_open(const char *path)
{
	struct event_source *source;
	struct error error = {0};

	if (store_open(&source, path, &error) < 0)
		fail_msg("%s", error.text);
	return source;
}

sqlite3 *trace_sqlite(const char *path)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
					 NULL),
			 SQLITE_OK);
	return db;
}

void trace_sql(sqlite3 *db, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
}

const char *trace_text(sqlite3 *db, const char *sql)
{
	static char text[4096];
	sqlite3_stmt *statement;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_ROW)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	snprintf(text, sizeof(text), "%s",
		 sqlite3_column_text(statement, 0) ? (const char *)sqlite3_column_text(statement, 0)
						   : "NULL");
	sqlite3_finalize(statement);
	return text;
}

int64_t trace_number(sqlite3 *db, const char *sql)
{
	return strtoll(trace_text(db, sql), NULL, 10);
}

unsigned char *trace_load(const char *path, size_t *bytes)
{
	FILE *file = fopen(path, "rb");
	unsigned char *data;
	long size;

	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	data = malloc((size_t)size + 1);
	assert_non_null(data);
	*bytes = fread(data, 1, (size_t)size, file);
	fclose(file);
	return data;
}

void trace_save(const char *path, const void *data, size_t bytes)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, bytes, file), bytes);
	assert_int_equal(fclose(file), 0);
}
