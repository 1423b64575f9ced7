/* SPDX-License-Identifier: MIT */
/*
 * gaps.c - what a trace does not tell.
 */
#include "gaps.h"

#include <errno.h>
#include <string.h>

enum { GAPS_LOSSES = 64 };

static void gaps_add(struct gaps *gaps, const struct gap *gap)
{
	struct gap *last = gaps->count > 0 ? &gaps->gap[gaps->count - 1] : NULL;

	if (last && last->damaged && gap->damaged && last->last_seq + 1 == gap->first_seq)
		last->last_seq = gap->last_seq;
	else if (gaps->count < GAPS_MAX)
		gaps->gap[gaps->count++] = *gap;
}

/* Which events a loss lies between, as the source knows it. */
static void gaps_add_loss(struct gaps *gaps, struct event_source *source,
			  const struct event_source_loss *loss)
{
	struct gap gap = {.from_ns = loss->from_ns, .to_ns = loss->to_ns, .lost = loss->count};

	if (source->ops->seek_time(source, loss->from_ns, &gap.first_seq) < 0 ||
	    source->ops->seek_time(source, loss->to_ns, &gap.last_seq) < 0)
		return;
	gaps_add(gaps, &gap);
}

/* Anew when there are more than before; damage stays. */
static void gaps_read_losses(struct gaps *gaps, struct event_source *source)
{
	struct event_source_loss loss[GAPS_LOSSES];
	int kept = 0;
	long count = source->ops->losses ? source->ops->losses(source, loss, GAPS_LOSSES) : 0;

	for (int i = 0; i < gaps->count; i++)
		if (gaps->gap[i].damaged)
			gaps->gap[kept++] = gaps->gap[i];
	gaps->count = kept;
	for (long i = 0; i < count; i++)
		gaps_add_loss(gaps, source, &loss[i]);
}

/* Where the chunk after the one of `seq` begins; at least behind `seq`. */
static uint64_t gaps_chunk_end(struct event_source *source, uint64_t seq)
{
	struct event_source_summary chunk;

	if (source->ops->summaries(source, seq, &chunk, 1) < 1 ||
	    chunk.first_seq + chunk.events <= seq)
		return seq + 1;
	return chunk.first_seq + chunk.events;
}

static void gaps_read_chunk(struct gaps *gaps, struct event_source *source, uint64_t events)
{
	uint64_t seq = gaps->next_seq, skip_to = 0, end = events + 1;
	struct event event;

	if (source->ops->read(source, seq, &event, 1, &skip_to) != -EBADMSG) {
		gaps->next_seq = gaps_chunk_end(source, seq);
		return;
	}
	if (skip_to > seq && skip_to < end)
		end = skip_to;
	gaps_add(gaps, &(struct gap){.damaged = true, .first_seq = seq, .last_seq = end - 1});
	gaps->next_seq = end;
}

bool gaps_go_on(struct gaps *gaps, struct event_source *source, unsigned int chunks)
{
	struct event_source_info info;

	source->ops->info(source, &info);
	if (gaps->lost != info.lost) {
		gaps->lost = info.lost;
		gaps_read_losses(gaps, source);
	}
	if (gaps->next_seq == 0)
		gaps->next_seq = 1;
	while (chunks-- > 0 && gaps->next_seq <= info.events)
		gaps_read_chunk(gaps, source, info.events);
	return gaps->next_seq <= info.events;
}

bool gaps_damaged(const struct gaps *gaps)
{
	for (int i = 0; i < gaps->count; i++)
		if (gaps->gap[i].damaged)
			return true;
	return false;
}
