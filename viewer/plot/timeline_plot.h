/* SPDX-License-Identifier: MIT */
/*
 * timeline_plot.h - between the two halves of the timeline: its numbers and its script.
 *
 * The numbers are blocks, in this order, each only if there is something in it: one for each phase
 * in the order of timeline_painted; arrows, or else columns of counted transfers; marks.
 */
#ifndef GREENROOM_TIMELINE_PLOT_H
#define GREENROOM_TIMELINE_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "gnuplot.h"
#include "plot.h"
#include "timeline_data.h"

/* How a phase is drawn: colour and filling, the height of its bar (rows are 1 apart), and the
 * character for it in text. */
struct timeline_look {
	const char *title;
	const char *fill;
	const char *colour;
	double height;
	char character;
};
extern const struct timeline_look timeline_looks[TIMELINE_PHASES];

/* Phases in the order in which they are painted. */
enum { TIMELINE_PAINTED = TIMELINE_PHASES - 1 };
extern const enum timeline_phase timeline_painted[TIMELINE_PAINTED];

struct timeline_plot {
	struct plot *plot;
	struct timeline timeline;
	struct gnuplot_unit unit;
	double *row;               /* vertical place of each lane, downward from 0 */
	double bottom;             /* place below the last row */
	int columns;               /* characters across, in text */
	bool has[TIMELINE_PHASES]; /* there is a block of numbers for the phase */
	bool mixed;                /* some stretches were put together */
};

/* Where on the time axis. */
static inline double timeline_at(const struct timeline_plot *self, uint64_t time_ns)
{
	return ((double)time_ns - (double)self->timeline.from_ns) / self->unit.size;
}

/* Whether transfers are drawn one by one. */
static inline bool timeline_draws_arrows(const struct timeline_plot *self)
{
	return self->timeline.transfers > 0 && self->timeline.transfers <= TIMELINE_ARROWS;
}

/* Writes all blocks. */
void timeline_put_numbers(struct timeline_plot *self);

#endif
