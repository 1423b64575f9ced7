/* SPDX-License-Identifier: MIT */
/*
 * flight.c - a ring of pieces of events: when all are full, the oldest piece is applied to the state and
 * filled anew.
 */
#include "flight.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flight_prologue.h"
#include "state.h"

enum { FLIGHT_PIECE = 16384, FLIGHT_PIECES_MIN = 4 };

struct flight {
	struct state *state; /* before the oldest event kept */
	size_t pieces;
	size_t filled;      /* events in the newest piece */
	uint64_t full;      /* pieces ever filled: the next one goes to full % pieces */
	uint64_t forgotten; /* events */
	struct event *events;
};

struct flight *flight_create(uint64_t events)
{
	struct flight *flight = calloc(1, sizeof(*flight));

	if (!flight)
		return NULL;
	/* One more than are kept whole: the newest is never full. */
	flight->pieces = (size_t)(events / FLIGHT_PIECE) + 1;
	if (flight->pieces < FLIGHT_PIECES_MIN)
		flight->pieces = FLIGHT_PIECES_MIN;
	flight->events = malloc(flight->pieces * FLIGHT_PIECE * sizeof(*flight->events));
	flight->state = state_create();
	if (flight->events && flight->state)
		return flight;
	flight_destroy(flight);
	return NULL;
}

void flight_destroy(struct flight *flight)
{
	if (!flight)
		return;
	state_destroy(flight->state);
	free(flight->events);
	free(flight);
}

static struct event *piece_at(const struct flight *flight, uint64_t number)
{
	return flight->events + number % flight->pieces * FLIGHT_PIECE;
}

struct event *flight_room(struct flight *flight, size_t *max)
{
	*max = FLIGHT_PIECE - flight->filled;
	return piece_at(flight, flight->full) + flight->filled;
}

/* The oldest piece becomes part of the state. */
static int forget_piece(struct flight *flight, const struct event *events)
{
	int result = 0;

	for (size_t i = 0; i < FLIGHT_PIECE && result == 0; i++)
		result = state_apply(flight->state, &events[i]);
	flight->forgotten += FLIGHT_PIECE;
	return result;
}

int flight_add(struct flight *flight, size_t count)
{
	flight->filled += count;
	if (flight->filled < FLIGHT_PIECE)
		return 0;
	flight->filled = 0;
	flight->full++;
	if (flight->full < flight->pieces)
		return 0;
	return forget_piece(flight, piece_at(flight, flight->full));
}

uint64_t flight_forgotten(const struct flight *flight)
{
	return flight->forgotten;
}

static int write_events(struct event_writer *writer, const struct event *events, size_t count,
			struct error *error)
{
	int result = 0;

	while (count > 0 && result == 0) {
		size_t max, part;
		struct event *room = event_writer_room(writer, &max);

		part = count < max ? count : max;
		memcpy(room, events, part * sizeof(*room));
		result = event_writer_add(writer, part, error);
		events += part;
		count -= part;
	}
	return result;
}

static int write_prologue(struct flight *flight, struct event_writer *writer, struct error *error)
{
	size_t count;
	struct event *events = flight_prologue(flight->state, &count);
	int result;

	if (!events)
		return error_set(error, -ENOMEM, EXIT_IO, "out of memory");
	result = write_events(writer, events, count, error);
	free(events);
	return result;
}

int flight_write(struct flight *flight, struct event_writer *writer, struct error *error)
{
	uint64_t oldest = flight->full < flight->pieces ? 0 : flight->full - flight->pieces + 1;
	int result = 0;

	if (flight->forgotten > 0)
		result = write_prologue(flight, writer, error);
	for (uint64_t i = oldest; i < flight->full && result == 0; i++)
		result = write_events(writer, piece_at(flight, i), FLIGHT_PIECE, error);
	if (result == 0)
		result = write_events(writer, piece_at(flight, flight->full), flight->filled,
				      error);
	return result;
}

/* The copy becomes a whole trace. */
static int finish_copy(struct flight *flight, struct store *copy, struct event_writer *writer,
		       struct error *error)
{
	char forgotten[24];
	int result = flight_write(flight, writer, error);

	snprintf(forgotten, sizeof(forgotten), "%llu", (unsigned long long)flight->forgotten);
	if (result == 0)
		result = event_writer_finish(writer, error);
	if (result == 0)
		result = store_meta(copy, "forgotten", forgotten, error);
	if (result == 0)
		result = store_meta(copy, "ended_in_order", "0", error);
	if (result == 0)
		result = store_flush(copy, error);
	return result;
}

int flight_write_copy(struct flight *flight, struct store *store, const char *path,
		      struct error *error)
{
	struct store *copy;
	struct event_writer *writer;
	int result = store_create(&copy, path, NULL, error);

	if (result < 0)
		return result;
	result = store_copy_facts(copy, store, error);
	writer = event_writer_create(copy);
	if (result == 0 && !writer)
		result = error_set_file(error, -ENOMEM, path);
	if (result == 0)
		result = finish_copy(flight, copy, writer, error);
	event_writer_destroy(writer);
	if (result == 0)
		return store_finish(copy, error);
	store_abandon(copy);
	unlink(path);
	return result;
}
