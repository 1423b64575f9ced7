/* SPDX-License-Identifier: MIT */
/*
 * bench_store.c - what recording costs: the codec alone, the whole way into the file, and beside
 * them a bare loop of prepared INSERTs into the same columns, in the same run.
 *
 * Files are made in the current folder and removed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "bench/bench.h"
#include "recorder/codec.h"
#include "recorder/store.h"
#include "unit/stream.h"

enum { CHUNKS = 64, EVENTS = CHUNKS * CODEC_EVENTS_MAX, ROUNDS = 5, TASKLETS = 10000 };

static const char path[] = "bench_store.db";

static struct event *events, unpacked[CODEC_EVENTS_MAX];
static struct codec *codec;
static void *packed[CHUNKS];
static long packed_bytes[CHUNKS];

static void must(int result, const char *what)
{
	if (result == 0)
		return;
	fprintf(stderr, "bench_store: %s failed\n", what);
	exit(1);
}

static void remove_files(void)
{
	unlink(path);
	unlink("bench_store.db-wal");
	unlink("bench_store.db-shm");
}

/* The settings are the store's own; a transaction is as long as a chunk. */
static void insert_rows(void *context, size_t count)
{
	sqlite3 *db;
	sqlite3_stmt *insert;

	(void)context;
	remove_files();
	must(sqlite3_open(path, &db), "open");
	must(sqlite3_exec(db,
			  "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL;"
			  "PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 256;"
			  "CREATE TABLE event(seq INTEGER PRIMARY KEY, time_ns, thread, kind,"
			  " small, a, b, c, d, e); BEGIN",
			  NULL, NULL, NULL),
	     "create");
	must(sqlite3_prepare_v2(db, "INSERT INTO event VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", -1,
				&insert, NULL),
	     "prepare");
	for (size_t i = 0; i < count; i++) {
		const struct event *event = &events[i];

		sqlite3_bind_int64(insert, 1, (sqlite3_int64)event->seq);
		sqlite3_bind_int64(insert, 2, (sqlite3_int64)event->time_ns);
		sqlite3_bind_int64(insert, 3, event->thread);
		sqlite3_bind_int64(insert, 4, event->kind);
		sqlite3_bind_int64(insert, 5, event->small);
		for (int word = 0; word < EVENT_WORDS; word++)
			sqlite3_bind_int64(insert, 6 + word, event->word[word]);
		must(sqlite3_step(insert) != SQLITE_DONE, "insert");
		sqlite3_reset(insert);
		if ((i + 1) % CODEC_EVENTS_MAX == 0)
			must(sqlite3_exec(db, "COMMIT; BEGIN", NULL, NULL, NULL), "commit");
	}
	must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), "commit");
	sqlite3_finalize(insert);
	sqlite3_close(db);
}

static void append(void *context, size_t count)
{
	struct store *store;
	struct error error;

	(void)context;
	remove_files();
	must(store_create(&store, path, NULL, &error), "store_create");
	must(store_append(store, events, count, &error), "store_append");
	must(store_flush(store, &error), "store_flush");
	store_abandon(store);
}

static void encode(void *context, size_t count)
{
	const void *data;

	(void)context;
	for (size_t i = 0; i < count / CODEC_EVENTS_MAX; i++)
		bench_keep((void *)codec_encode(codec, events + i * CODEC_EVENTS_MAX,
						CODEC_EVENTS_MAX, &data));
}

static void decode(void *context, size_t count)
{
	unsigned int columns = *(unsigned int *)context;

	for (size_t i = 0; i < count / CODEC_EVENTS_MAX; i++)
		must(codec_decode(codec, packed[i], (size_t)packed_bytes[i],
				  1 + i * CODEC_EVENTS_MAX, columns, unpacked,
				  CODEC_EVENTS_MAX) != CODEC_EVENTS_MAX,
		     "decode");
}

/* Events of a program in full swing: its tasklets have been created before. */
static void prepare(uint32_t threads)
{
	struct stream *stream = stream_create(threads, TASKLETS, 1);
	struct event *early = malloc(5 * TASKLETS * sizeof(*early));
	uint64_t start;
	long total = 0;

	if (!early)
		abort();
	stream_read(stream, early, 5 * TASKLETS);
	stream_read(stream, events, EVENTS);
	start = events[0].time_ns;
	for (size_t i = 0; i < EVENTS; i++) {
		events[i].seq = i + 1;
		events[i].time_ns -= start;
	}
	for (size_t i = 0; i < CHUNKS; i++) {
		const void *data;

		packed_bytes[i] = codec_encode(codec, events + i * CODEC_EVENTS_MAX,
					       CODEC_EVENTS_MAX, &data);
		packed[i] = realloc(packed[i], (size_t)packed_bytes[i]);
		memcpy(packed[i], data, (size_t)packed_bytes[i]);
		total += packed_bytes[i];
	}
	printf("%u threads, %d tasklets, %d events: %.2f bytes an event in chunks\n", threads,
	       TASKLETS, EVENTS, (double)total / EVENTS);
	stream_destroy(stream);
	free(early);
}

static double file_bytes(void)
{
	struct stat status;

	return stat(path, &status) == 0 ? (double)status.st_size : 0;
}

int main(void)
{
	static unsigned int all = CODEC_ALL, heads;
	static const uint32_t threads[] = {1, 30};

	codec = codec_create();
	events = calloc(EVENTS, sizeof(*events));
	if (!codec || !events)
		return 1;
	for (size_t i = 0; i < sizeof(threads) / sizeof(threads[0]); i++) {
		struct bench_contender contenders[] = {
			{.name = "rows: prepared INSERTs", .run = insert_rows},
			{.name = "store_append", .run = append},
			{.name = "codec_encode", .run = encode},
			{.name = "codec_decode", .run = decode, .context = &all},
			{.name = "codec_decode, kinds only", .run = decode, .context = &heads},
		};

		prepare(threads[i]);
		bench_measure(contenders, sizeof(contenders) / sizeof(contenders[0]), ROUNDS,
			      EVENTS);
		bench_print("an event, into the file and out of it", contenders,
			    sizeof(contenders) / sizeof(contenders[0]));
		insert_rows(NULL, EVENTS);
		printf("file: %.2f bytes an event as rows", file_bytes() / EVENTS);
		append(NULL, EVENTS);
		printf(", %.2f in chunks\n", file_bytes() / EVENTS);
	}
	remove_files();
	return 0;
}
