/* SPDX-License-Identifier: MIT */
/*
 * make_trace.c - writes the traces that the screen tests show: the same bytes of events each time.
 *
 *     make_trace play FILE      the made-up play (unit/play.h)
 *     make_trace hostile FILE   the play, with names that try to get at the terminal
 *     make_trace crowd FILE     two threads, a thousand tasklets, 50,000 events
 *     make_trace empty FILE     no events
 *     make_trace many FILE TASKLETS EVENTS [THREADS]
 *                               a trace as large as one likes, with keyframes: to measure with
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"
#include "store.h"
#include "unit/play.h"
#include "unit/stream.h"

enum { CROWD_TASKLETS = 1000, CROWD_EVENTS = 50000 };

static const char *const hostile_names[] = {
	"main\033[2J\033[31m",
	"\xff\xfe\xc0\xaf",
	"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe3\x81\xae\xe5\x90\x8d\xe5\x89\x8d",
	"a name that is much longer than any column of any table on any screen could ever be",
	"\xe2\x80\xaejobs\x07\r\n\t",
	"e\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
};

static struct error problem;

static void demand(int result)
{
	if (result >= 0)
		return;
	fprintf(stderr, "make_trace: %s\n", problem.text);
	exit(1);
}

static void write_names(struct store *store, bool hostile)
{
	for (uint32_t i = 1; play_string(i); i++) {
		const char *name = hostile ? hostile_names[i - 1] : play_string(i);

		demand(store_string(store, i, name, strlen(name), &problem));
	}
	for (uint32_t i = 1; play_place(i); i++)
		demand(store_place(store, i, play_place(i), &problem));
}

static void write_events(struct store *store, const struct event *events, size_t count)
{
	struct event *copy = malloc(count * sizeof(*copy));

	if (!copy)
		abort();
	memcpy(copy, events, count * sizeof(*copy));
	demand(store_append(store, copy, count, &problem));
	free(copy);
}

static void write_crowd(struct store *store)
{
	struct stream *stream = stream_create(2, CROWD_TASKLETS, 1);
	static struct event events[CROWD_EVENTS];

	stream_read(stream, events, CROWD_EVENTS);
	stream_destroy(stream);
	demand(store_append(store, events, CROWD_EVENTS, &problem));
}

static void write_keyframe(struct store *store, const struct state *state)
{
	void *image;
	size_t bytes;

	if (state_save(state, &image, &bytes) < 0)
		abort();
	demand(store_keyframe(store, state_seq(state), image, bytes, &problem));
	free(image);
}

/* In pieces, as a recorder gets them. */
static void write_many(struct store *store, uint32_t tasklets, uint64_t left, uint32_t threads)
{
	struct stream *stream = stream_create(threads, tasklets, 1);
	struct state *state = state_create();
	static struct event events[STORE_CHUNK_EVENTS];

	while (left > 0) {
		size_t count = left < STORE_CHUNK_EVENTS ? (size_t)left : STORE_CHUNK_EVENTS;

		stream_read(stream, events, count);
		demand(store_append(store, events, count, &problem));
		for (size_t i = 0; i < count; i++)
			state_apply(state, &events[i]);
		if (state_seq(state) % STORE_KEYFRAME_EVENTS == 0)
			write_keyframe(store, state);
		left -= count;
	}
	state_destroy(state);
	stream_destroy(stream);
}

static uint64_t number(const char *text)
{
	return strtoull(text, NULL, 10);
}

int main(int argc, char **argv)
{
	struct store_options options = {0};
	struct store *store;
	size_t count;
	const struct event *events = play_events(&count);

	bool many = argc >= 5 && argc <= 6 && strcmp(argv[1], "many") == 0;

	if (argc != 3 && !many)
		return 2;
	demand(store_create(&store, argv[2], &options, &problem));
	demand(store_meta(store, "program", PLAY_PROGRAM, &problem));
	demand(store_thread(store, 1, 1, 4711, &problem));
	if (many) {
		write_many(store, (uint32_t)number(argv[3]), number(argv[4]),
			   argc > 5 ? (uint32_t)number(argv[5]) : 1);
	} else if (strcmp(argv[1], "crowd") == 0) {
		write_crowd(store);
	} else if (strcmp(argv[1], "empty") != 0) {
		write_names(store, strcmp(argv[1], "hostile") == 0);
		write_events(store, events, count);
	}
	demand(store_finish(store, &problem));
	return 0;
}
