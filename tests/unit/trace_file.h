/* SPDX-License-Identifier: MIT */
/*
 * trace_file.h - trace files for the tests of the store, in a folder that goes with the test.
 */
#ifndef GREENROOM_TESTS_TRACE_FILE_H
#define GREENROOM_TESTS_TRACE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "event.h"
#include "recorder/event_source.h"
#include "recorder/store.h"

/* cmocka's setup and teardown: a new empty folder, made the current one; removed with all in it. */
int trace_folder_setup(void **state);
int trace_folder_teardown(void **state);

/* `count` events of a realistic stream; caller frees. */
struct event *trace_events(uint32_t threads, uint32_t tasklets, size_t count);

/* Names for the strings and places that a stream uses. */
void trace_store_names(struct store *store);

/* A whole recording: created, named, filled, finished. The events as by trace_events. */
struct event *trace_write(const char *path, uint32_t threads, uint32_t tasklets, size_t count);

/* Reads all and compares, in steps of `step` events. Fails the test when they differ. */
void trace_check(struct event_source *source, const struct event *events, size_t count,
		 size_t step);

/* store_open that must succeed. */
struct event_source *trace_open(const char *path);

/* Plain SQLite, as a user has it. trace_sql runs statements that must succeed; trace_number and
 * trace_text give the first column of the first row (text: until the next call). */
sqlite3 *trace_sqlite(const char *path);
void trace_sql(sqlite3 *db, const char *sql);
int64_t trace_number(sqlite3 *db, const char *sql);
const char *trace_text(sqlite3 *db, const char *sql);

/* Whole files. */
unsigned char *trace_load(const char *path, size_t *bytes); /* caller frees */
void trace_save(const char *path, const void *data, size_t bytes);

#endif
