/* SPDX-License-Identifier: MIT */
/*
 * event_source.h - where events come from: a trace file or a running program, all the same to the
 * model.
 *
 * Events are numbered from 1 without gaps. Functions return 0 or more, or negative errno: -EBADMSG
 * for a damaged piece (the rest can still be read), -EIO, -ENOMEM.
 */
#ifndef GREENROOM_EVENT_SOURCE_H
#define GREENROOM_EVENT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dictionary.h"
#include "event.h"

struct event_source;

struct event_source_info {
	uint64_t events;      /* number of the last event */
	uint64_t duration_ns; /* time of the last event */
	uint64_t lost;        /* events known to be lost */
	uint64_t realtime_ns; /* wall-clock time at time 0, 0: not known */
	uint64_t bytes;       /* of the trace, as it is now, 0: not known */
	bool growing;         /* it has not ended: more may come */
	const char *title;    /* file name, for headers; borrowed */
	const char *program;  /* traced program's command line, "" when not known; borrowed */
};

/* What a stretch of events (a chunk of the file) holds. */
struct event_source_summary {
	uint64_t first_seq;
	uint32_t events;
	uint64_t time_first_ns, time_last_ns;
	uint64_t switches, transfers, saved_bytes, saved_max;
};

/* Events that were lost while the trace was recorded. */
struct event_source_loss {
	uint32_t thread;
	uint64_t from_ns, to_ns, count;
};

/* What an event has to speak of. Fields that are 0 match everything. */
struct event_source_query {
	uint32_t thread, tasklet, channel;
	uint16_t kind;
};

struct event_source_ops {
	void (*close)(struct event_source *source);
	void (*info)(struct event_source *source, struct event_source_info *out);
	/* Up to `max` events from number `first` on, in order; returns how many (0: past the end). A
	 * damaged chunk gives -EBADMSG; *skip_to is then the first number after it (0: none). */
	long (*read)(struct event_source *source, uint64_t first, struct event *out, size_t max,
		     uint64_t *skip_to);
	/* The newest keyframe at or before event `seq`: 1 with its number and its state image
	 * (malloc'ed, for state_load), 0 when there is none. */
	int (*keyframe)(struct event_source *source, uint64_t seq, uint64_t *keyframe_seq,
			void **image, size_t *bytes);
	/* Number of the last event whose time is at most time_ns; 0: none. */
	int (*seek_time)(struct event_source *source, uint64_t time_ns, uint64_t *seq);
	/* The summary of the timeline, coarse (a row a chunk): rows from the one that holds event
	 * `first`; returns how many. */
	long (*summaries)(struct event_source *source, uint64_t first,
			  struct event_source_summary *out, size_t max);
	/* Spares whoever looks for events the reading of those that cannot match, by what is known
	 * of whole chunks: moves *seq on in a direction (+1 or -1) to the nearest event, itself
	 * included, that may match; *until is the farthest one in that direction of which the same
	 * is known. 1, or 0 when none can match; negative errno. NULL: nothing is known. */
	int (*narrow)(struct event_source *source, const struct event_source_query *query,
		      int direction, uint64_t *seq, uint64_t *until);
	/* Which of some tasklets (at most 64, ascending but for zeros, which are nobody) take part in the
	 * chunk that holds an event: bit n of *out stands for tasklet[n]. 0 or negative errno. NULL: it is
	 * not known. */
	int (*parties)(struct event_source *source, uint64_t seq, const uint32_t *tasklet,
		       int count, uint64_t *out);
	/* The losses, the first `max` of them by time; returns how many. NULL: it knows of none. */
	long (*losses)(struct event_source *source, struct event_source_loss *out, size_t max);
};

struct event_source {
	const struct event_source_ops *ops;
	const struct dictionary *dictionary; /* of the source; grows while it is live */
};

static inline void event_source_close(struct event_source *source)
{
	if (source)
		source->ops->close(source);
}

#endif
