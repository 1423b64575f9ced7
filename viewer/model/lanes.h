/* SPDX-License-Identifier: MIT */
/*
 * lanes.h - what became of each tasklet over a stretch of events: a lane a tasklet, a cell an
 * event.
 */
#ifndef GREENROOM_LANES_H
#define GREENROOM_LANES_H

#include <stddef.h>
#include <stdint.h>

#include "replay.h"
#include "state.h"

enum { LANES_ROWS = 64, LANES_COLUMNS = 512 };

/* A tasklet after an event. */
enum lanes_cell {
	LANES_ABSENT, /* not there, or not to be known */
	LANES_RUNS,
	LANES_READY, /* in the chain */
	LANES_WAITS, /* in the queue of a channel */
	LANES_APART, /* paused, new, or a caller of scheduler_run */
	LANES_ENDED
};

struct lanes {
	uint64_t first; /* event of the first column */
	int columns;    /* events there are */
	int rows;
	int more; /* tasklets that took part and found no lane */
	uint32_t tasklet[LANES_ROWS];
	uint8_t cell[LANES_ROWS][LANES_COLUMNS];
	uint64_t first_ns, last_ns; /* times of the first and the last column */
};

/* Looks at up to `columns` events around `position`; lanes go to those tasklets that the nearest of
 * them name, in the order of their numbers. Moves `scout`. 0 or negative errno. */
int lanes_make(struct lanes *lanes, struct replay *scout, uint64_t position, int rows, int columns);

#endif
