/* SPDX-License-Identifier: MIT */
/*
 * bench_writer.c - where the time of an event goes on its way from the ring into the file: what each
 * stage of the writer costs, with events of a real trace.
 *
 *     bench_writer FILE [EVENTS]
 *
 * A stage is measured chunk by chunk, in processor time of its thread, with the events as warm as they
 * are when a recorder gets them; each chunk counts with its fastest round, so that a machine with
 * other work gives nearly the figures of a quiet one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "recorder/codec.h"
#include "recorder/numbering.h"
#include "recorder/state.h"
#include "recorder/store_private.h"

enum { ROUNDS = 5 };

static struct event *events, chunk[STORE_CHUNK_EVENTS];
static size_t chunks;
static const char path[] = "bench_writer.db";

static struct codec *codec;
static struct numbering *numbering;
static struct store_sets sets;
static struct store_summary summary;
static struct store_tally *tally;
static struct state *state;
static struct store *store;
static struct error error;

static void must(int result, const char *what)
{
	if (result >= 0)
		return;
	fprintf(stderr, "bench_writer: %s failed: %s\n", what, strerror(-result));
	exit(1);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* --------------------------------------------------------------------------------- the stages */

static void begin(void)
{
	unlink(path);
	unlink("bench_writer.db-wal");
	unlink("bench_writer.db-shm");
	numbering = numbering_create();
	tally = store_tally_create();
	state = state_create();
	must(store_create(&store, path, NULL, &error), "store_create");
	store_tally_apart(store);
}

static void end(void)
{
	numbering_destroy(numbering);
	store_tally_destroy(tally);
	state_destroy(state);
	store_abandon(store);
}

static void copy_chunk(void)
{
	memcpy(chunk, events, sizeof(chunk));
}

static void look_at_numbers(void)
{
	numbering_translate(numbering, 0, chunk, STORE_CHUNK_EVENTS);
}

static void encode(void)
{
	const void *data;

	must((int)codec_encode(codec, chunk, STORE_CHUNK_EVENTS, &data), "codec_encode");
}

static void summarize(void)
{
	store_summarize(chunk, STORE_CHUNK_EVENTS, &summary);
}

static void collect(void)
{
	size_t bytes[2];

	must(store_sets_collect(&sets, chunk, STORE_CHUNK_EVENTS, &bytes[0], &bytes[1]), "sets");
}

static void count(void)
{
	must(store_tally_events(tally, chunk, STORE_CHUNK_EVENTS), "store_tally_events");
}

static void apply(void)
{
	must(state_apply_all(state, chunk, STORE_CHUNK_EVENTS), "state_apply_all");
}

static void append(void)
{
	must(store_append(store, chunk, STORE_CHUNK_EVENTS, &error), "store_append");
}

static struct stage {
	const char *name;
	void (*run)(void);
	uint64_t *fastest; /* of each chunk */
} stages[] = {
	{"a copy", copy_chunk, NULL},   {"numbering", look_at_numbers, NULL},
	{"codec_encode", encode, NULL}, {"summary", summarize, NULL},
	{"sets", collect, NULL},        {"tally", count, NULL},
	{"state", apply, NULL},         {"store_append, all of it", append, NULL},
};

enum { STAGES = sizeof(stages) / sizeof(stages[0]) };

static void measure_stage(struct stage *stage, size_t index)
{
	uint64_t start, took;

	memcpy(chunk, events + index * STORE_CHUNK_EVENTS, sizeof(chunk));
	start = now_ns();
	stage->run();
	took = now_ns() - start;
	if (took < stage->fastest[index])
		stage->fastest[index] = took;
}

/* Stage after stage, each over all chunks: the tables of one do not disturb another's. */
static void measure(void)
{
	for (int round = 0; round < ROUNDS; round++) {
		begin();
		for (int i = 0; i < STAGES; i++) {
			for (size_t index = 0; index < chunks; index++)
				measure_stage(&stages[i], index);
		}
		end();
	}
}

/* A keyframe, of the state after the last event. */
static void measure_keyframe(void)
{
	uint64_t start = now_ns();
	void *image, *packed;
	size_t bytes, packed_bytes;

	must(state_save(state, &image, &bytes), "state_save");
	must(store_keyframe_pack(1, image, bytes, &packed, &packed_bytes), "store_keyframe_pack");
	printf("  a keyframe: %.2f ms, %zu bytes, packed %zu\n", (double)(now_ns() - start) / 1e6,
	       bytes, packed_bytes);
	start = now_ns();
	must(state_load(state, image, bytes), "state_load");
	printf("  and loaded: %.2f ms\n", (double)(now_ns() - start) / 1e6);
	free(image);
	free(packed);
}

static void load(const char *file, size_t wanted)
{
	struct event_source *source;
	struct event_source_info info;
	uint64_t skip;

	must(store_open(&source, file, &error), "store_open");
	source->ops->info(source, &info);
	if (wanted > info.events)
		wanted = info.events;
	chunks = wanted / STORE_CHUNK_EVENTS;
	events = malloc((chunks + 1) * STORE_CHUNK_EVENTS * sizeof(*events));
	for (size_t i = 0; i < STAGES; i++) {
		stages[i].fastest = malloc((chunks + 1) * sizeof(uint64_t));
		memset(stages[i].fastest, 0xff, (chunks + 1) * sizeof(uint64_t));
	}
	for (size_t i = 0; i < chunks; i++)
		must((int)source->ops->read(source, 1 + i * STORE_CHUNK_EVENTS,
					    events + i * STORE_CHUNK_EVENTS, STORE_CHUNK_EVENTS,
					    &skip),
		     "read");
	event_source_close(source);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	load(argv[1], argc > 2 ? strtoull(argv[2], NULL, 10) : 4000000);
	codec = codec_create();
	measure();
	printf("%zu events, ns an event:\n", chunks * STORE_CHUNK_EVENTS);
	for (int i = 0; i < STAGES; i++) {
		uint64_t sum = 0;

		for (size_t index = 0; index < chunks; index++)
			sum += stages[i].fastest[index];
		printf("  %-28s %6.2f\n", stages[i].name,
		       (double)sum / (double)(chunks * STORE_CHUNK_EVENTS));
	}
	begin();
	must(state_apply_all(state, events, chunks * STORE_CHUNK_EVENTS), "state_apply_all");
	measure_keyframe();
	end();
	unlink(path);
	unlink("bench_writer.db-wal");
	unlink("bench_writer.db-shm");
	return 0;
}
