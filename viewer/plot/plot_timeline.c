/* SPDX-License-Identifier: MIT */
/*
 * plot_timeline.c - the timeline: a row a tasklet, a bar while it runs, light while it could run,
 * thin while it waits; arrows for what passed through channels.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "gnuplot.h"
#include "model/explain.h"
#include "output.h"
#include "timeline_plot.h"

enum {
	ROW_PIXELS = 24,
	AROUND_PIXELS = 170, /* title, axis and legend */
	WIDTH_PIXELS = 1200,
	LABEL_COLUMNS = 28,
	HEIGHT_PIXELS_MIN = 260,
	TEXT_LINES_ABOVE = 3,
	TEXT_LINES_BELOW = 8
};

/* Threads are half a row apart; in text, where rows are lines, a whole one. */
static int place_rows(struct timeline_plot *self)
{
	const struct timeline_lanes *lanes = &self->timeline.lanes;
	double gap = self->plot->terminal == PLOT_DUMB ? 1 : 0.6;
	double place = 0;

	self->row = calloc(lanes->count + 1, sizeof(*self->row));
	if (!self->row)
		return -ENOMEM;
	for (size_t i = 0; i < lanes->count; i++) {
		if (i > 0 && lanes->lane[i].thread != lanes->lane[i - 1].thread)
			place += gap;
		self->row[i] = -place;
		place += 1;
	}
	self->bottom = -place;
	return 0;
}

/* ---------------------------------------------------------------------------------------------
 * The script
 */

/* Whether there is a row of counted transfers. */
static bool counts(const struct timeline_plot *self)
{
	return self->timeline.transfers > TIMELINE_ARROWS && self->plot->terminal != PLOT_DUMB;
}

static void name_lane(const struct timeline_plot *self, const struct timeline_lane *lane, char *out,
		      size_t size)
{
	char number[OUTPUT_NUMBER_MAX];

	if (lane->tasklet)
		explain_tasklet(out, size, replay_state(self->plot->replay),
				replay_source(self->plot->replay)->dictionary, lane->tasklet);
	else
		snprintf(out, size, "%s others", output_number(number, lane->others));
}

static void write_rows(struct timeline_plot *self)
{
	const struct timeline_lanes *lanes = &self->timeline.lanes;
	FILE *out = self->plot->script;
	char name[512];

	fprintf(out, "set ytics scale 0 (");
	for (size_t i = 0; i < lanes->count; i++) {
		name_lane(self, &lanes->lane[i], name, sizeof(name));
		fprintf(out, "%s\\\n\t", i ? ", " : "");
		gnuplot_tic(out, name, LABEL_COLUMNS);
		fprintf(out, " %.4g", self->row[i]);
	}
	if (counts(self))
		fprintf(out, ", \\\n\t'transfers' %.4g", self->bottom - 0.4);
	fprintf(out, ")\n");
}

/* The number of each thread at the right edge, where there are several. */
static void write_threads(struct timeline_plot *self)
{
	const struct timeline_lanes *lanes = &self->timeline.lanes;
	FILE *out = self->plot->script;

	if (!lanes->count || lanes->lane[0].thread == lanes->lane[lanes->count - 1].thread)
		return;
	for (size_t i = 0; i < lanes->count; i++) {
		if (i > 0 && lanes->lane[i].thread == lanes->lane[i - 1].thread)
			continue;
		if (i > 0)
			fprintf(out,
				"set arrow from graph 0, first %.4g to graph 1, first %.4g nohead "
				"linecolor rgb '" GNUPLOT_GREY "' dashtype 3\n",
				self->row[i] + 0.8, self->row[i] + 0.8);
		fprintf(out, "set label 'thread %u' at graph 1.005, first %.4g\n",
			lanes->lane[i].thread, self->row[i]);
	}
	fprintf(out, "set rmargin 11\n");
}

static void write_marks(struct timeline_plot *self)
{
	FILE *out = self->plot->script;

	for (uint64_t i = 0; i < self->timeline.marks && i < TIMELINE_MARKS; i++) {
		const struct timeline_mark *mark = &self->timeline.mark[i];

		fprintf(out, "set label ");
		gnuplot_tic(out, mark->text, LABEL_COLUMNS);
		fprintf(out, " at first %.10g, %.4g offset 0.6,0.3 font ',9' front\n",
			timeline_at(self, mark->time_ns), self->row[mark->lane] + 0.42);
	}
}

/* The legend is apart from the bars: it begins with what is painted last, and has an entry also for
 * phases that nobody was in. */
static void write_legend(struct timeline_plot *self)
{
	static const enum timeline_phase order[] = {TIMELINE_RUNNING, TIMELINE_RUNNABLE,
						    TIMELINE_SENDING, TIMELINE_RECEIVING,
						    TIMELINE_WAITING, TIMELINE_PAUSED};
	FILE *out = self->plot->script;

	fprintf(out, "set key below horizontal Left reverse samplen 2 height 0.6\n");
	/* gnuplot refuses a plot of nothing but entries. */
	fprintf(out, "plot NaN notitle");
	for (size_t i = 0; i < TIMELINE_PAINTED; i++) {
		const struct timeline_look *look = &timeline_looks[order[i]];

		fprintf(out,
			", \\\n\tkeyentry with boxes fillstyle %s linecolor rgb '%s' title '%s'",
			look->fill, look->colour, look->title);
	}
}

static int write_bars(struct timeline_plot *self)
{
	FILE *out = self->plot->script;
	int block = 0;

	for (size_t i = 0; i < TIMELINE_PAINTED; i++) {
		const struct timeline_look *look = &timeline_looks[timeline_painted[i]];

		if (!self->has[timeline_painted[i]])
			continue;
		fprintf(out,
			", \\\n\tdata index %d using 1:3:1:2:3:4 with boxxyerror fillstyle %s "
			"linecolor rgb '%s' notitle",
			block++, look->fill, look->colour);
	}
	return block;
}

static void write_plot(struct timeline_plot *self)
{
	FILE *out = self->plot->script;
	int block;

	write_legend(self);
	block = write_bars(self);
	if (timeline_draws_arrows(self))
		fprintf(out,
			", \\\n\tdata index %d using 1:2:3:4 with vectors head filled size graph "
			"0.006,20 fixed linewidth 1 linecolor rgb '" GNUPLOT_INK
			"' title 'hands a value over'",
			block++);
	else if (self->timeline.transfers)
		fprintf(out,
			", \\\n\tdata index %d using 1:3:1:2:3:4 with boxxyerror fillstyle solid "
			"noborder linecolor rgb '" GNUPLOT_GREEN "' title 'transfers'",
			block++);
	if (self->timeline.marks)
		fprintf(out,
			", \\\n\tdata index %d using 1:2 with points pointtype 11 pointsize 1 "
			"linecolor rgb '" GNUPLOT_VERMILION "' title 'mark'",
			block++);
	fputc('\n', out);
}

/* In text: a character a column of time, nothing else. */
static void write_text(struct timeline_plot *self)
{
	FILE *out = self->plot->script;
	int block = 0;

	fprintf(out, "plot NaN notitle");
	for (size_t i = 0; i < TIMELINE_PAINTED; i++) {
		enum timeline_phase phase = timeline_painted[i];
		const struct timeline_look *look = &timeline_looks[phase];

		fprintf(out, ", \\\n\t");
		if (self->has[phase])
			fprintf(out, "data index %d using 1:2 with points", block++);
		else
			fprintf(out, "keyentry with points");
		fprintf(out, " pointtype '%c' title '%s'", look->character, look->title);
	}
	fputc('\n', out);
}

/* What the picture does not show. */
static void describe(const struct timeline_plot *self, char *out, size_t size)
{
	const struct timeline *timeline = &self->timeline;
	char shown[OUTPUT_NUMBER_MAX], alive[OUTPUT_NUMBER_MAX];
	int used = 0;

	*out = '\0';
	if (timeline->lanes.shown < timeline->lanes.alive)
		used = snprintf(out, size, "%s of %s tasklets: those switched to most often",
				output_number(shown, timeline->lanes.shown),
				output_number(alive, timeline->lanes.alive));
	if (self->mixed && self->plot->terminal != PLOT_DUMB)
		snprintf(out + used, size - (size_t)used,
			 "%sruns too short to be seen are put together: the higher the bar, the "
			 "larger "
			 "their share",
			 used ? "; " : "");
}

static void write_axis(const struct timeline_plot *self)
{
	gnuplot_time_axis(self->plot, self->timeline.from_ns, self->timeline.to_ns, self->unit);
}

static void write_script(struct timeline_plot *self)
{
	FILE *out = self->plot->script;
	char note[512];
	int height = AROUND_PIXELS + (int)(-self->bottom * ROW_PIXELS);

	describe(self, note, sizeof(note));
	gnuplot_begin(self->plot, "Timeline", note, WIDTH_PIXELS,
		      height < HEIGHT_PIXELS_MIN ? HEIGHT_PIXELS_MIN : height);
	write_axis(self);
	fprintf(out, "set yrange [%.4g:0.9]\n", self->bottom + (counts(self) ? -1 : 0.4));
	fprintf(out, "set grid xtics back linecolor rgb '#E5E5E5' linetype 1\n");
	write_rows(self);
	write_threads(self);
	write_marks(self);
	write_plot(self);
}

/* Margins and ranges are chosen so that a row is a line and a column a character. */
static void write_script_text(struct timeline_plot *self)
{
	FILE *out = self->plot->script;
	int lines = (int)-self->bottom + 2;
	char note[512];

	describe(self, note, sizeof(note));
	gnuplot_begin(self->plot, "Timeline", note, self->columns + LABEL_COLUMNS + 4,
		      lines + TEXT_LINES_ABOVE + TEXT_LINES_BELOW);
	write_axis(self);
	fprintf(out, "set tmargin %d\nset bmargin %d\nset lmargin %d\nset rmargin 2\n",
		TEXT_LINES_ABOVE, TEXT_LINES_BELOW, LABEL_COLUMNS);
	fprintf(out, "set yrange [%.4g:1]\n", self->bottom);
	fprintf(out, "set key below horizontal samplen 1\n");
	write_rows(self);
	write_text(self);
}

/* How wide the picture is: in text what the labels leave of the line. */
static int choose_width(struct timeline_plot *self)
{
	const struct plot *plot = self->plot;
	int width = plot->width ? plot->width : WIDTH_PIXELS;

	if (plot->terminal != PLOT_DUMB)
		return width / 2 > 50 ? width / 2 : 50;
	width = (plot->width ? plot->width : output_width()) - LABEL_COLUMNS - 4;
	self->columns = width > 10 ? width : 10;
	return self->columns;
}

int plot_timeline(struct plot *plot, struct error *error)
{
	struct timeline_plot self = {.plot = plot};
	int result = timeline_read(&self.timeline, plot, choose_width(&self), error);

	if (result < 0)
		return result;
	self.unit = gnuplot_time_unit((double)(self.timeline.to_ns - self.timeline.from_ns));
	if (place_rows(&self) < 0) {
		timeline_free(&self.timeline);
		return plot_failed(-ENOMEM, error);
	}
	timeline_put_numbers(&self);
	if (plot->terminal == PLOT_DUMB)
		write_script_text(&self);
	else
		write_script(&self);
	free(self.row);
	timeline_free(&self.timeline);
	return 0;
}
