/* SPDX-License-Identifier: MIT */
/*
 * lanes.h - what became of each tasklet over a stretch of a trace: a lane a tasklet, a column some
 * events or some time.
 *
 * A stretch that is not too long is walked over, event by event, and every cell is exact: what the
 * tasklet did for most of the column, and for what share of it it ran. A longer one is told by the
 * summaries of its chunks alone: how much happened, and who took part. Either takes as many calls as it
 * needs, so that nobody has to wait for a picture that is not yet complete.
 */
#ifndef GREENROOM_LANES_H
#define GREENROOM_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event_source.h"
#include "lanes_range.h"

enum { LANES_ROWS = 64, LANES_COLUMNS = 512, LANES_RAN_ALL = 255 };

/* A tasklet at a moment; of a thread only LANES_RUNS, LANES_SLEEPS and LANES_ABSENT. */
enum lanes_phase {
	LANES_ABSENT, /* not there, or not to be known */
	LANES_RUNS,
	LANES_READY,  /* in the chain */
	LANES_WAITS,  /* in the queue of a channel */
	LANES_SLEEPS, /* until a time, or for a descriptor */
	LANES_APART,  /* paused, new, or a caller of scheduler_run */
	LANES_ENDED,
	LANES_PHASES
};

struct lanes_cell {
	uint8_t phase; /* enum lanes_phase: what it did most when it did not run */
	uint8_t ran; /* share of the column for which it ran, or of its chunks in which it took part:
			  0 to LANES_RAN_ALL */
};

enum lane_kind { LANE_TASKLET, LANE_THREAD, LANE_OTHERS };

struct lane {
	enum lane_kind kind;
	uint32_t id; /* of the tasklet or thread */
	struct lanes_cell cell[LANES_COLUMNS];
	/* While it is being walked over. */
	int column; /* the present one */
	enum lanes_phase phase;
	uint64_t since;                /* point from which on it has been in it */
	uint64_t weight[LANES_PHASES]; /* of the present column */
};

/* How much happened in a column. */
enum lanes_amount { LANES_EVENTS, LANES_SWITCHES, LANES_TRANSFERS, LANES_SAVED, LANES_AMOUNTS };

/* What is to be known of a column as a whole. */
enum { LANES_DAMAGED = 1, LANES_MARKED = 2 /* the program set a mark */ };

struct lanes_walk;

struct lanes {
	struct lanes_range range;
	bool coarse;  /* told by summaries: cells say who took part */
	bool running; /* there is more to be told: lanes_go_on */
	int rows;
	uint32_t others; /* tasklets that took part and found no lane, as far as that is known */
	struct lane lane[LANES_ROWS]; /* threads first, tasklets by number, the others last */
	double amount[LANES_AMOUNTS][LANES_COLUMNS];
	uint8_t flags[LANES_COLUMNS];
	uint64_t last_seq[LANES_COLUMNS]; /* last event in the column or before it */
	struct lanes_walk *walk;          /* private */
};

struct lanes *lanes_create(struct event_source *source); /* NULL when out of memory */
void lanes_destroy(struct lanes *lanes);

/* What is to be seen. `scout` is moved about, but left alone between calls of lanes_show. Lanes go to tasklets that events near the position name, or, in a long stretch, to
 * those that were switched to most often. */
struct lanes_wanted {
	struct replay *scout;
	struct lanes_range range;
	int rows;          /* at most */
	uint32_t threads;  /* a lane for each of so many, 0: none */
	uint64_t position; /* event */
	uint32_t running;  /* tasklets that have a lane in any case, 0: none */
	uint32_t selected;
};

/* Begins anew, unless that is what it tells already; what is short is told at once. 0 or negative
 * errno. */
int lanes_show(struct lanes *lanes, const struct lanes_wanted *wanted);

/* Goes over about so many further events; whether there are more. */
bool lanes_go_on(struct lanes *lanes, uint64_t events);

/* The first event in a column, or the last before it. */
uint64_t lanes_column_seq(const struct lanes *lanes, int column);
/* The column of an event, or -1. */
int lanes_seq_column(const struct lanes *lanes, uint64_t seq);

#endif
