/* SPDX-License-Identifier: MIT */
/*
 * event_writer.c - the store gets events at once; what they add up to follows chunk by chunk, in a
 * thread of its own: the state, for keyframes, and the tables of the end. So a keyframe of a million
 * tasklets holds nobody up who waits for a ring to be emptied, and a second processor is made use of.
 *
 * Chunks go round: filled here, then read by the follower, then free again. There are a few of them;
 * when none is free, the follower is waited for. Keyframes come back the same way and are written
 * here, some chunks later than the events they belong to: the store has one user.
 */
#include "event_writer.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include "state.h"

enum { CHUNKS = 4, KEYFRAME_EVENTS_A_TASKLET = 64 };

struct event_writer {
	struct store *store;
	size_t filled; /* events in the chunk that is being filled */

	/* The follower: its thread is there from the first full chunk on. */
	pthread_t thread;
	bool runs;
	struct state
		*state; /* the follower's; NULL when there was no memory: no keyframes any more */

	pthread_mutex_t lock; /* of all below but the events */
	pthread_cond_t changed;
	uint64_t given, taken; /* chunks handed to the follower; done with */
	bool ends;
	int tallied; /* 0, or the error of store_tally */
	/* A keyframe that is to be written. There are far fewer than one in CHUNKS chunks, so that
	 * the one before it has always been written. */
	uint64_t keyframe_seq;
	void *keyframe; /* malloc'ed, NULL: none */
	size_t keyframe_bytes;

	struct event events[CHUNKS][STORE_CHUNK_EVENTS]; /* chunk number n in n % CHUNKS */
};

struct event_writer *event_writer_create(struct store *store)
{
	struct event_writer *writer = calloc(1, sizeof(*writer));

	if (!writer)
		return NULL;
	writer->store = store;
	pthread_mutex_init(&writer->lock, NULL);
	pthread_cond_init(&writer->changed, NULL);
	writer->state = state_create();
	store_tally_apart(store);
	store_lend(store, writer->events[0]);
	return writer;
}

/* ------------------------------------------------------------------------------ the follower */

/* A keyframe saves the time to get there from the one before, and takes room in the file and time to
 * make: some 25 bytes and 0.4 us a tasklet. So they stand the further apart the more there are: about 64
 * events a tasklet, within bounds. */
static bool is_keyframe_due(const struct state *state)
{
	uint64_t wanted = (uint64_t)state_tasklets(state) * KEYFRAME_EVENTS_A_TASKLET;
	uint64_t events = STORE_KEYFRAME_EVENTS / 4;

	while (events < wanted && events < STORE_KEYFRAME_EVENTS * 4)
		events *= 2;
	return state_seq(state) % events == 0;
}

/* Goes through a chunk; what comes of it is said under the lock, which is then held. */
static void follow(struct event_writer *writer, const struct event *events)
{
	void *image = NULL;
	size_t bytes = 0;
	int tallied = store_tally(writer->store, events, STORE_CHUNK_EVENTS);

	if (writer->state && state_apply_all(writer->state, events, STORE_CHUNK_EVENTS) < 0) {
		state_destroy(writer->state);
		writer->state = NULL;
	}
	if (writer->state && is_keyframe_due(writer->state))
		state_save(writer->state, &image, &bytes); /* no memory: the next one, perhaps */
	pthread_mutex_lock(&writer->lock);
	if (tallied < 0)
		writer->tallied = tallied;
	if (image) {
		writer->keyframe_seq = state_seq(writer->state);
		writer->keyframe = image;
		writer->keyframe_bytes = bytes;
	}
	writer->taken++;
	pthread_cond_signal(&writer->changed);
}

static void *run_follower(void *context)
{
	struct event_writer *writer = context;

	pthread_mutex_lock(&writer->lock);
	for (;;) {
		if (writer->taken < writer->given) {
			const struct event *events = writer->events[writer->taken % CHUNKS];

			pthread_mutex_unlock(&writer->lock);
			follow(writer, events);
		} else if (writer->ends) {
			break;
		} else {
			pthread_cond_wait(&writer->changed, &writer->lock);
		}
	}
	pthread_mutex_unlock(&writer->lock);
	return NULL;
}

/* Signals are for the thread that records. */
static void start_follower(struct event_writer *writer)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	writer->runs = pthread_create(&writer->thread, NULL, run_follower, writer) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void end_follower(struct event_writer *writer)
{
	if (!writer->runs)
		return;
	pthread_mutex_lock(&writer->lock);
	writer->ends = true;
	pthread_cond_signal(&writer->changed);
	pthread_mutex_unlock(&writer->lock);
	pthread_join(writer->thread, NULL);
	writer->runs = false;
}

void event_writer_destroy(struct event_writer *writer)
{
	if (!writer)
		return;
	end_follower(writer);
	pthread_cond_destroy(&writer->changed);
	pthread_mutex_destroy(&writer->lock);
	state_destroy(writer->state);
	free(writer->keyframe);
	free(writer);
}

/* --------------------------------------------------------------------------------- the events */

struct event *event_writer_room(struct event_writer *writer, size_t *max)
{
	*max = STORE_CHUNK_EVENTS - writer->filled;
	return writer->events[writer->given % CHUNKS] + writer->filled;
}

static int write_keyframe(struct event_writer *writer, struct error *error)
{
	int result;

	if (!writer->keyframe)
		return 0;
	result = store_keyframe(writer->store, writer->keyframe_seq, writer->keyframe,
				writer->keyframe_bytes, error);
	free(writer->keyframe);
	writer->keyframe = NULL;
	return result;
}

/* Hands the full chunk to the follower, and takes a keyframe from it. Without a thread it is done
 * here. */
static int give_chunk(struct event_writer *writer, struct error *error)
{
	int result;

	if (!writer->runs)
		start_follower(writer);
	if (writer->runs) {
		pthread_mutex_lock(&writer->lock);
		writer->given++;
		pthread_cond_signal(&writer->changed);
		while (writer->given - writer->taken == CHUNKS)
			pthread_cond_wait(&writer->changed, &writer->lock);
	} else {
		follow(writer, writer->events[writer->given++ % CHUNKS]);
	}
	result = write_keyframe(writer, error);
	pthread_mutex_unlock(&writer->lock);
	store_lend(writer->store, writer->events[writer->given % CHUNKS]);
	return result;
}

int event_writer_add(struct event_writer *writer, size_t count, struct error *error)
{
	size_t max;
	struct event *events = event_writer_room(writer, &max);
	int result = store_append(writer->store, events, count, error);

	writer->filled += count;
	if (writer->filled < STORE_CHUNK_EVENTS)
		return result;
	writer->filled = 0;
	return result < 0 ? result : give_chunk(writer, error);
}

int event_writer_finish(struct event_writer *writer, struct error *error)
{
	const struct event *rest = writer->events[writer->given % CHUNKS];
	int result;

	end_follower(writer);
	store_lend(writer->store, NULL);
	result = write_keyframe(writer, error);
	if (writer->tallied == 0)
		writer->tallied = store_tally(writer->store, rest, writer->filled);
	if (result == 0 && writer->tallied < 0)
		result = error_set(error, writer->tallied, EXIT_IO, "out of memory");
	return result;
}
