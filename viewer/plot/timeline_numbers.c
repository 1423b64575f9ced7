/* SPDX-License-Identifier: MIT */
/*
 * timeline_numbers.c - the numbers of a timeline: bars, arrows, columns, marks; as characters when
 * it is drawn in text.
 */
#include "timeline_plot.h"

#include <stdio.h>

const struct timeline_look timeline_looks[TIMELINE_PHASES] = {
	[TIMELINE_RUNNABLE] = {"could run", "solid noborder", GNUPLOT_LIGHT_BLUE, 0.72, '-'},
	[TIMELINE_SENDING] = {"waits to send", "solid noborder", GNUPLOT_ORANGE, 0.26, '>'},
	[TIMELINE_RECEIVING] = {"waits to receive", "empty border rgb '" GNUPLOT_PURPLE "'",
				GNUPLOT_PURPLE, 0.26, '<'},
	[TIMELINE_WAITING] = {"waits", "solid noborder", GNUPLOT_YELLOW, 0.26, '~'},
	[TIMELINE_PAUSED] = {"paused", "solid noborder", GNUPLOT_GREY, 0.08, '.'},
	[TIMELINE_RUNNING] = {"runs", "solid noborder", GNUPLOT_BLUE, 0.72, '#'},
};

const enum timeline_phase timeline_painted[TIMELINE_PAINTED] = {
	TIMELINE_RUNNABLE, TIMELINE_SENDING, TIMELINE_RECEIVING,
	TIMELINE_WAITING,  TIMELINE_PAUSED,  TIMELINE_RUNNING};

/* ---------------------------------------------------------------------------------------------
 * Bars
 */

/* A bar: left, right, bottom, top. What is too narrow to be seen is drawn as narrow as can be. */
static void put_bar(struct timeline_plot *self, const struct timeline_stretch *stretch,
		    double bottom, double height)
{
	double from = timeline_at(self, stretch->from_ns), to = timeline_at(self, stretch->to_ns);
	double least = timeline_at(self, self->timeline.to_ns) / 1500;

	if (to - from < least)
		to = from + least;
	fprintf(self->plot->data, "%.10g\t%.10g\t%.4g\t%.4g\n", from, to, bottom, bottom + height);
}

/* Over what it did else, a stretch of which a tasklet ran a share has a bar for that: the larger the
 * share, the higher. */
static void put_stretch(struct timeline_plot *self, const struct timeline_stretch *stretch,
			double row, double height)
{
	double least = timeline_looks[TIMELINE_SENDING].height + 0.06;

	if (stretch->running > 0 && stretch->running < 1) {
		height = least + (height - least) * stretch->running;
		self->mixed = true;
	}
	put_bar(self, stretch, row - height / 2, height);
}

static int put_phase(struct timeline_plot *self, enum timeline_phase phase)
{
	const struct timeline_lanes *lanes = &self->timeline.lanes;
	double height = timeline_looks[phase].height;
	int bars = 0;

	for (size_t i = 0; i < lanes->count; i++) {
		for (size_t j = 0; j < lanes->lane[i].count; j++) {
			const struct timeline_stretch *stretch = &lanes->lane[i].stretch[j];

			if (phase == TIMELINE_RUNNING && stretch->running > 0)
				put_stretch(self, stretch, self->row[i], height);
			else if (phase != TIMELINE_RUNNING && stretch->phase == phase)
				put_bar(self, stretch, self->row[i] - height / 2, height);
			else
				continue;
			bars++;
		}
	}
	return bars;
}

/* ---------------------------------------------------------------------------------------------
 * In text: a character a column
 */

/* What a lane did longest between two times. `stretch` is where to look first; it moves along. */
static enum timeline_phase longest(const struct timeline_lane *lane, size_t *stretch, double from,
				   double to)
{
	double spent[TIMELINE_PHASES] = {0};
	enum timeline_phase phase = TIMELINE_ABSENT;

	while (*stretch < lane->count && (double)lane->stretch[*stretch].to_ns <= from)
		++*stretch;
	for (size_t i = *stretch; i < lane->count && (double)lane->stretch[i].from_ns < to; i++) {
		const struct timeline_stretch *part = &lane->stretch[i];
		double begin = (double)part->from_ns > from ? (double)part->from_ns : from;
		double end = (double)part->to_ns < to ? (double)part->to_ns : to;

		spent[TIMELINE_RUNNING] += part->running * (end - begin);
		spent[part->phase] += (1 - part->running) * (end - begin);
	}
	for (int i = 0; i < TIMELINE_PHASES; i++) {
		if (spent[i] > spent[phase])
			phase = (enum timeline_phase)i;
	}
	return phase;
}

static int put_phase_text(struct timeline_plot *self, enum timeline_phase phase)
{
	const struct timeline_lanes *lanes = &self->timeline.lanes;
	double from = (double)self->timeline.from_ns;
	double step = ((double)self->timeline.to_ns - from) / (self->columns + 1);
	int points = 0;

	for (size_t i = 0; i < lanes->count; i++) {
		size_t stretch = 0;

		for (int j = 0; j < self->columns; j++) {
			double left = from + (j + 0.5) * step;

			if (longest(&lanes->lane[i], &stretch, left, left + step) != phase)
				continue;
			fprintf(self->plot->data, "%.10g\t%.4g\n",
				(left + step / 2 - from) / self->unit.size, self->row[i]);
			points++;
		}
	}
	return points;
}

/* ---------------------------------------------------------------------------------------------
 * Blocks
 */

static void end_block(struct timeline_plot *self)
{
	fprintf(self->plot->data, "\n\n");
}

static void put_phases(struct timeline_plot *self)
{
	for (size_t i = 0; i < TIMELINE_PAINTED; i++) {
		enum timeline_phase phase = timeline_painted[i];

		self->has[phase] = (self->plot->terminal == PLOT_DUMB ? put_phase_text(self, phase)
								      : put_phase(self, phase)) > 0;
		if (self->has[phase])
			end_block(self);
	}
}

/* From the edge of a bar to that of the other. An empty block would not be counted as one. */
static void put_arrows(struct timeline_plot *self)
{
	bool empty = true;

	for (uint64_t i = 0; i < self->timeline.transfers; i++) {
		const struct timeline_arrow *arrow = &self->timeline.arrow[i];
		double from, to, edge;

		if (arrow->sender == arrow->receiver)
			continue;
		from = self->row[arrow->sender];
		to = self->row[arrow->receiver];
		edge = to < from ? 0.36 : -0.36;
		fprintf(self->plot->data, "%.10g\t%.4g\t0\t%.4g\n",
			timeline_at(self, arrow->time_ns), from, to + edge - from);
		empty = false;
	}
	if (empty)
		fprintf(self->plot->data, "NaN\tNaN\tNaN\tNaN\n");
	end_block(self);
}

/* Transfers in columns, below the last row. */
static void put_columns(struct timeline_plot *self)
{
	double step = timeline_at(self, self->timeline.to_ns) / TIMELINE_COLUMNS;
	uint32_t most = 1;

	for (int i = 0; i < TIMELINE_COLUMNS; i++)
		most = self->timeline.column[i] > most ? self->timeline.column[i] : most;
	for (int i = 0; i < TIMELINE_COLUMNS; i++) {
		if (!self->timeline.column[i])
			continue;
		fprintf(self->plot->data, "%.10g\t%.10g\t%.4g\t%.4g\t%u\n", i * step,
			(i + 1) * step, self->bottom - 0.8,
			self->bottom - 0.8 + 1.2 * self->timeline.column[i] / most,
			(unsigned int)self->timeline.column[i]);
	}
	end_block(self);
}

static void put_marks(struct timeline_plot *self)
{
	for (uint64_t i = 0; i < self->timeline.marks && i < TIMELINE_MARKS; i++) {
		const struct timeline_mark *mark = &self->timeline.mark[i];

		fprintf(self->plot->data, "%.10g\t%.4g\n", timeline_at(self, mark->time_ns),
			self->row[mark->lane] + 0.42);
	}
	end_block(self);
}

void timeline_put_numbers(struct timeline_plot *self)
{
	put_phases(self);
	if (self->plot->terminal == PLOT_DUMB)
		return;
	if (timeline_draws_arrows(self))
		put_arrows(self);
	else if (self->timeline.transfers)
		put_columns(self);
	if (self->timeline.marks)
		put_marks(self);
}
