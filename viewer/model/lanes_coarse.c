/* SPDX-License-Identifier: MIT */
/*
 * lanes_coarse.c - a long stretch of a trace, by the summaries of its chunks.
 */
#include "lanes_walk.h"

enum { COARSE_BATCH = 64 };

/* Where a chunk lies on the axis. */
static uint64_t chunk_from(const struct lanes *lanes, const struct event_source_summary *chunk)
{
	return lanes->range.by_time ? chunk->time_first_ns : chunk->first_seq - 1;
}

static uint64_t chunk_to(const struct lanes *lanes, const struct event_source_summary *chunk)
{
	return lanes->range.by_time ? chunk->time_last_ns + 1
				    : chunk->first_seq - 1 + chunk->events;
}

/* What happened in a chunk is spread evenly over the columns it reaches into. */
static void coarse_amounts(struct lanes *lanes, const struct event_source_summary *chunk)
{
	const struct lanes_range *range = &lanes->range;
	uint64_t from = chunk_from(lanes, chunk), to = chunk_to(lanes, chunk), at = from;
	double wide = (double)(to - from);

	if (at < range->first)
		at = range->first;
	while (at < to) {
		int column = lanes_range_column(range, at);
		uint64_t until;
		double share;

		if (column < 0)
			return;
		until = lanes_range_point(range, column + 1);
		if (until > to)
			until = to;
		share = (double)(until - at) / wide;
		lanes->amount[LANES_EVENTS][column] += share * chunk->events;
		lanes->amount[LANES_SWITCHES][column] += share * (double)chunk->switches;
		lanes->amount[LANES_TRANSFERS][column] += share * (double)chunk->transfers;
		lanes->amount[LANES_SAVED][column] += share * (double)chunk->saved_bytes;
		lanes->last_seq[column] =
			chunk->first_seq - 1 +
			(uint64_t)((double)chunk->events * ((double)(until - from) / wide));
		at = until;
	}
}

/* Numbers that no chunk has are a hole in the trace. */
static void coarse_hole(struct lanes *lanes, const struct event_source_summary *before,
			const struct event_source_summary *chunk)
{
	if (chunk->first_seq > before->first_seq + before->events)
		lanes_flag(lanes, chunk_to(lanes, before), chunk_from(lanes, chunk), LANES_DAMAGED);
}

/* Columns without an end of their own end where the one before does. */
static void coarse_ends(struct lanes *lanes)
{
	for (int column = 1; column < lanes->range.columns; column++)
		if (lanes->last_seq[column] < lanes->last_seq[column - 1])
			lanes->last_seq[column] = lanes->last_seq[column - 1];
}

void lanes_coarse_begin(struct lanes *lanes)
{
	struct lanes_walk *walk = lanes->walk;
	struct event_source_summary chunk[COARSE_BATCH], before = {0};
	uint64_t seq = walk->first_seq;

	walk->next_seq = seq;
	while (seq <= walk->last_seq) {
		long count = walk->source->ops->summaries(walk->source, seq, chunk, COARSE_BATCH);

		if (count <= 0 || chunk[count - 1].first_seq + chunk[count - 1].events <= seq)
			break;
		for (long i = 0; i < count && chunk[i].first_seq <= walk->last_seq; i++) {
			coarse_amounts(lanes, &chunk[i]);
			if (before.events)
				coarse_hole(lanes, &before, &chunk[i]);
			before = chunk[i];
		}
		seq = chunk[count - 1].first_seq + chunk[count - 1].events;
	}
	coarse_ends(lanes);
}

/* Who took part in a chunk: bits, by row. */
static uint64_t coarse_parties(const struct lanes *lanes, const struct event_source_summary *chunk)
{
	struct event_source *source = lanes->walk->source;
	uint32_t tasklet[LANES_ROWS];
	uint64_t parties = 0;

	if (!source->ops->parties)
		return 0;
	for (int row = 0; row < lanes->rows; row++)
		tasklet[row] = lanes->lane[row].kind == LANE_TASKLET ? lanes->lane[row].id : 0;
	if (source->ops->parties(source, chunk->first_seq, tasklet, lanes->rows, &parties) < 0)
		return 0;
	return parties;
}

static bool coarse_thread(const struct lanes *lanes, const struct event_source_summary *chunk,
			  uint32_t thread)
{
	struct event_source *source = lanes->walk->source;
	struct event_source_query query = {.thread = thread};
	uint64_t seq = chunk->first_seq, until;

	return source->ops->narrow && source->ops->narrow(source, &query, 1, &seq, &until) > 0 &&
	       seq < chunk->first_seq + chunk->events;
}

static void coarse_chunk(struct lanes *lanes, const struct event_source_summary *chunk)
{
	uint64_t from = chunk_from(lanes, chunk), to = chunk_to(lanes, chunk);
	uint64_t parties = coarse_parties(lanes, chunk);

	for (int row = 0; row < lanes->rows; row++) {
		struct lane *lane = &lanes->lane[row];
		bool here = lane->kind == LANE_THREAD ? coarse_thread(lanes, chunk, lane->id)
						      : parties >> row & 1;

		lane->phase = LANES_ABSENT;
		lane_pass(lanes, lane, from);
		lane->phase = here ? LANES_RUNS : LANES_ABSENT;
		lane_pass(lanes, lane, to);
		lane_tell(lane);
	}
	lanes->walk->at = to;
}

bool lanes_coarse_go_on(struct lanes *lanes, uint64_t chunks)
{
	struct lanes_walk *walk = lanes->walk;
	struct event_source_summary chunk[COARSE_BATCH];

	while (chunks > 0 && walk->next_seq <= walk->last_seq) {
		size_t batch = chunks < COARSE_BATCH ? (size_t)chunks : COARSE_BATCH;
		long count = walk->source->ops->summaries(walk->source, walk->next_seq, chunk,
							  batch);

		if (count <= 0 ||
		    chunk[count - 1].first_seq + chunk[count - 1].events <= walk->next_seq)
			return false;
		for (long i = 0; i < count && chunk[i].first_seq <= walk->last_seq; i++)
			coarse_chunk(lanes, &chunk[i]);
		walk->next_seq = chunk[count - 1].first_seq + chunk[count - 1].events;
		chunks -= (uint64_t)count;
	}
	return walk->next_seq <= walk->last_seq;
}
