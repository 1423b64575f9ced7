/* SPDX-License-Identifier: MIT */
/*
 * store_event.h - the virtual table `event`: its columns, and what a plan can use. For the
 * store_event*.c files.
 */
#ifndef GREENROOM_STORE_EVENT_H
#define GREENROOM_STORE_EVENT_H

#include "store_private.h"

enum event_column {
	COLUMN_SEQ,
	COLUMN_TIME,
	COLUMN_THREAD,
	COLUMN_KIND,
	COLUMN_SMALL,
	COLUMN_A,
	COLUMN_E = COLUMN_A + EVENT_WORDS - 1
};

/* Conditions that save work, in the order in which their values come: bits of idxNum. */
enum bound {
	BOUND_SEQ_LOW,
	BOUND_SEQ_HIGH,
	BOUND_TIME_LOW,
	BOUND_TIME_HIGH,
	BOUND_SEQ,
	BOUND_TIME,
	BOUND_KIND,
	BOUND_THREAD,
	BOUND_A, /* to E */
	BOUNDS = BOUND_A + EVENT_WORDS
};

enum {
	PLAN_BACKWARDS = 1 << BOUNDS,
	PLAN_EVENTS = 2 << BOUNDS, /* more is asked for than how many there are */
	PLAN_TIMES = 4 << BOUNDS,
	PLAN_WORDS = 8 << BOUNDS
};

/* xBestIndex, for a table of so many events. */
int store_event_plan(sqlite3_index_info *plan, uint64_t events);

#endif
