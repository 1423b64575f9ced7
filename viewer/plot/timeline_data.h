/* SPDX-License-Identifier: MIT */
/*
 * timeline_data.h - what a timeline shows: lanes, what passed between them, and the program's own
 * marks.
 */
#ifndef GREENROOM_TIMELINE_DATA_H
#define GREENROOM_TIMELINE_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plot.h"
#include "timeline_lanes.h"

enum {
	TIMELINE_ARROWS = 120,  /* more are not drawn one by one */
	TIMELINE_COLUMNS = 240, /* but counted, in as many columns */
	TIMELINE_MARKS = 12,
	TIMELINE_MARK_TEXT = 80
};

struct timeline_arrow {
	uint64_t time_ns;
	long sender, receiver; /* lanes */
};

struct timeline_mark {
	uint64_t time_ns;
	long lane;
	char text[TIMELINE_MARK_TEXT];
};

struct timeline {
	struct timeline_lanes lanes;
	uint64_t from_ns, to_ns;
	uint64_t transfers; /* between tasklets with a lane */
	struct timeline_arrow arrow[TIMELINE_ARROWS];
	uint32_t column[TIMELINE_COLUMNS]; /* transfers */
	uint64_t marks;
	struct timeline_mark mark[TIMELINE_MARKS];
};

/* Reads the range of the plot. `pixels`: how wide the picture is, about. */
int timeline_read(struct timeline *timeline, struct plot *plot, int pixels, struct error *error);
void timeline_free(struct timeline *timeline);

#endif
