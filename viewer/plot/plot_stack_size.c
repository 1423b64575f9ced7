/* SPDX-License-Identifier: MIT */
/*
 * plot_stack_size.c - what hard switching cost in bytes: each copy to the heap and back, the largest
 * so far, and how much lay in the heap.
 *
 * A long trace has more copies than a picture has columns: each column keeps its smallest and its
 * largest copy, and of the heap's size what it began, ended, and went through.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "gnuplot.h"
#include "output.h"
#include "plot.h"

enum { COLUMNS = 1500, WIDTH_PIXELS = 1200, HEIGHT_PIXELS = 640, TEXT_LINES = 40 };

struct column_point {
	double time, bytes; /* time since the first event of the picture */
};

/* What happened in a column. */
struct column {
	uint64_t count;
	struct column_point first, last, least, most;
};

struct stack_plot {
	struct plot *plot;
	uint64_t from_ns, to_ns;
	struct column save[COLUMNS], restore[COLUMNS], heap[COLUMNS];
	uint32_t *in_heap; /* by tasklet: bytes */
	uint32_t tasklets;
	uint64_t heap_now, heap_most, heap_first, heap_changes;
	uint64_t saves, restores, saved_total, largest;
	struct gnuplot_unit time_unit, bytes_unit, heap_unit;
};

/* ---------------------------------------------------------------------------------------------
 * Reading
 */

static void column_add(const struct stack_plot *self, struct column *columns, uint64_t time_ns,
		       uint64_t bytes)
{
	double range = (double)(self->to_ns - self->from_ns) + 1;
	double time = (double)time_ns - (double)self->from_ns;
	struct column_point point = {time, (double)bytes};
	int index = (int)(time / range * COLUMNS);
	struct column *column = &columns[index < COLUMNS ? index : COLUMNS - 1];

	if (!column->count++)
		column->first = column->least = column->most = point;
	if (point.bytes < column->least.bytes)
		column->least = point;
	if (point.bytes > column->most.bytes)
		column->most = point;
	column->last = point;
}

static uint32_t in_heap(const struct stack_plot *self, uint32_t tasklet)
{
	return tasklet < self->tasklets ? self->in_heap[tasklet] : 0;
}

/* A number that the state does not believe is that of no tasklet. */
static int set_in_heap(struct stack_plot *self, uint32_t tasklet, uint32_t bytes, uint64_t time_ns)
{
	if (tasklet > state_tasklets(replay_state(self->plot->replay)))
		return 0;
	if (tasklet >= self->tasklets) {
		size_t size = 2 * (size_t)tasklet + 64;
		uint32_t *grown = realloc(self->in_heap, size * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		memset(grown + self->tasklets, 0, (size - self->tasklets) * sizeof(*grown));
		self->in_heap = grown;
		self->tasklets = (uint32_t)size;
	}
	if (self->in_heap[tasklet] == bytes)
		return 0;
	self->heap_now = self->heap_now - self->in_heap[tasklet] + bytes;
	self->in_heap[tasklet] = bytes;
	if (self->heap_now > self->heap_most)
		self->heap_most = self->heap_now;
	self->heap_changes++;
	column_add(self, self->heap, time_ns, self->heap_now);
	return 0;
}

static int apply(struct stack_plot *self, const struct event *event)
{
	uint32_t tasklet = event->word[0], bytes = event->word[1];

	switch (event->kind) {
	case EVENT_slice_save:
		column_add(self, self->save, event->time_ns, bytes);
		self->saves++;
		self->saved_total += bytes;
		if (bytes > self->largest)
			self->largest = bytes;
		/* A slice that is saved in pieces adds up. */
		return set_in_heap(self, tasklet, in_heap(self, tasklet) + bytes, event->time_ns);
	case EVENT_slice_restore:
		column_add(self, self->restore, event->time_ns, bytes);
		self->restores++;
		if (bytes > self->largest)
			self->largest = bytes;
		return set_in_heap(self, tasklet, 0, event->time_ns);
	case EVENT_tasklet_end:
		return set_in_heap(self, tasklet, 0, event->time_ns);
	default:
		return 0;
	}
}

/* What lies in the heap already. */
static int begin(struct stack_plot *self, const struct state *state)
{
	int result = 0;

	for (uint32_t id = 1; id <= state_tasklets(state) && result == 0; id++) {
		const struct state_tasklet *tasklet = state_tasklet(state, id);

		result = set_in_heap(self, id, tasklet->saved_bytes, self->from_ns);
	}
	memset(self->heap, 0, sizeof(self->heap));
	self->heap_first = self->heap_now;
	return result;
}

static int read_events(struct stack_plot *self)
{
	struct replay *replay = self->plot->replay;
	uint64_t first = self->plot->first;
	int result = replay_seek(replay, self->plot->last);

	if (result < 0)
		return result;
	self->to_ns = state_time_ns(replay_state(replay));
	result = gnuplot_first_time(self->plot, &self->from_ns);
	if (result >= 0)
		result = replay_seek(replay, first);
	if (result >= 0)
		result = begin(self, replay_state(replay));
	while (result >= 0 && replay_position(replay) < self->plot->last) {
		const struct event *event;

		result = replay_step(replay);
		if (result <= 0)
			break;
		event = replay_event(replay);
		if (event)
			result = apply(self, event);
		if (replay_position(replay) % 4096 == 0)
			progress_show(self->plot->progress, replay_position(replay) - first);
	}
	progress_end(self->plot->progress);
	return result < 0 ? result : 0;
}

/* ---------------------------------------------------------------------------------------------
 * Numbers
 */

static void put_point(const struct stack_plot *self, const struct column_point *point,
		      struct gnuplot_unit bytes)
{
	fprintf(self->plot->data, "%.10g\t%.10g\n", point->time / self->time_unit.size,
		point->bytes / bytes.size);
}

/* An empty block would not be counted as one. */
static void put_copies(const struct stack_plot *self, const struct column *columns)
{
	bool empty = true;

	for (int i = 0; i < COLUMNS; i++) {
		if (!columns[i].count)
			continue;
		empty = false;
		put_point(self, &columns[i].most, self->bytes_unit);
		if (columns[i].least.bytes != columns[i].most.bytes)
			put_point(self, &columns[i].least, self->bytes_unit);
	}
	fprintf(self->plot->data, empty ? "NaN\tNaN\n\n\n" : "\n\n");
}

static void put_largest(const struct stack_plot *self)
{
	struct column_point point = {0, 0};

	for (int i = 0; i < COLUMNS; i++) {
		const struct column_point *most = &self->save[i].most;

		if (!self->save[i].count || most->bytes <= point.bytes)
			continue;
		point = *most;
		put_point(self, &point, self->bytes_unit);
	}
	point.time = (double)(self->to_ns - self->from_ns);
	put_point(self, &point, self->bytes_unit);
	fprintf(self->plot->data, "\n\n");
}

/* Each change, or when there are too many: least and most of each column. */
static void put_heap(const struct stack_plot *self)
{
	struct column_point point = {0, (double)self->heap_first};
	FILE *out = self->plot->data;

	fprintf(out, "%.10g\t%.10g\t%.10g\n", point.time / self->time_unit.size,
		point.bytes / self->heap_unit.size, point.bytes / self->heap_unit.size);
	for (int i = 0; i < COLUMNS; i++) {
		const struct column *column = &self->heap[i];

		if (!column->count)
			continue;
		fprintf(out, "%.10g\t%.10g\t%.10g\n", column->first.time / self->time_unit.size,
			column->least.bytes / self->heap_unit.size,
			column->most.bytes / self->heap_unit.size);
		point = column->last;
	}
	fprintf(out, "%.10g\t%.10g\t%.10g\n\n\n",
		(double)(self->to_ns - self->from_ns) / self->time_unit.size,
		point.bytes / self->heap_unit.size, point.bytes / self->heap_unit.size);
}

/* ---------------------------------------------------------------------------------------------
 * The script
 */

static void describe(const struct stack_plot *self, char *out, size_t size)
{
	char saves[OUTPUT_NUMBER_MAX], total[OUTPUT_NUMBER_MAX], largest[OUTPUT_NUMBER_MAX];

	if (self->saves + self->restores == 0) {
		snprintf(out, size, "nothing was copied: no tasklet was switched hard");
		return;
	}
	snprintf(out, size, "copied to the heap: %s times, %s bytes in all, %s at most",
		 output_number(saves, self->saves), output_number(total, self->saved_total),
		 output_number(largest, self->largest));
}

static void write_copies(const struct stack_plot *self)
{
	FILE *out = self->plot->script;
	bool dumb = self->plot->terminal == PLOT_DUMB;
	double size = self->saves > COLUMNS ? 0.4 : 0.8;

	fprintf(out, "set ylabel 'copied (%s)'\n", self->bytes_unit.name);
	fprintf(out, "set yrange [0:%.6g]\n",
		1.15 * (double)(self->largest ? self->largest : 1) / self->bytes_unit.size);
	if (self->saves + self->restores == 0) {
		fprintf(out, "plot NaN notitle\n");
		return;
	}
	fprintf(out,
		"plot data index 0 using 1:2 with points pointtype %s pointsize %g "
		"linecolor rgb '" GNUPLOT_ORANGE "' title 'to the heap'",
		dumb ? "'s'" : "9", size);
	if (self->restores)
		fprintf(out,
			", \\\n\tdata index 1 using 1:2 with points pointtype %s pointsize %g "
			"linecolor rgb '" GNUPLOT_BLUE "' title 'back to the stack'",
			dumb ? "'r'" : "10", size);
	if (!dumb)
		fprintf(out, ", \\\n\tdata index 2 using 1:2 with steps linewidth 1.5 dashtype 2 "
			     "linecolor rgb '" GNUPLOT_VERMILION "' title 'largest so far'");
	fputc('\n', out);
}

static void write_heap(const struct stack_plot *self)
{
	FILE *out = self->plot->script;

	fprintf(out, "unset title\n");
	gnuplot_time_axis(self->plot, self->from_ns, self->to_ns, self->time_unit);
	fprintf(out, "set ylabel 'in the heap (%s)'\n", self->heap_unit.name);
	fprintf(out, "set yrange [0:%.6g]\n",
		1.15 * (double)(self->heap_most ? self->heap_most : 1) / self->heap_unit.size);
	if (self->plot->terminal == PLOT_DUMB)
		fprintf(out, "plot data index 3 using 1:3 with steps notitle\n");
	else if (self->heap_changes <= COLUMNS)
		fprintf(out,
			"plot data index 3 using 1:3 with fillsteps fillstyle solid 0.35 noborder "
			"linecolor rgb '" GNUPLOT_GREEN "' notitle, \\\n"
			"\tdata index 3 using 1:3 with steps linewidth 1.2 "
			"linecolor rgb '" GNUPLOT_GREEN "' title 'slices in the heap'\n");
	else
		fprintf(out,
			"plot data index 3 using 1:2 with filledcurves y1=0 fillstyle solid 0.35 "
			"noborder linecolor rgb '" GNUPLOT_GREEN
			"' title 'least at that time', \\\n"
			"\tdata index 3 using 1:2:3 with filledcurves fillstyle solid 0.8 "
			"noborder linecolor rgb '" GNUPLOT_GREEN "' title 'least to most'\n");
}

static void write_script(const struct stack_plot *self)
{
	FILE *out = self->plot->script;
	bool dumb = self->plot->terminal == PLOT_DUMB;
	char note[256];

	describe(self, note, sizeof(note));
	gnuplot_begin(self->plot, "Bytes of stack", note, dumb ? output_width() : WIDTH_PIXELS,
		      dumb ? TEXT_LINES : HEIGHT_PIXELS);
	gnuplot_time_axis(self->plot, self->from_ns, self->to_ns, self->time_unit);
	fprintf(out, "set format y '%%.6g'\n");
	if (!dumb)
		fprintf(out, "set grid back linecolor rgb '#E5E5E5' linetype 1\n");
	fprintf(out, "set key below horizontal Left reverse samplen 2 height 0.6\n");
	fprintf(out, "set lmargin 12\n");
	fprintf(out, "set multiplot layout 2,1\n");
	fprintf(out, "unset xlabel\n");
	write_copies(self);
	write_heap(self);
	fprintf(out, "unset multiplot\n");
}

static void choose_units(struct stack_plot *self)
{
	self->time_unit = gnuplot_time_unit((double)(self->to_ns - self->from_ns));
	self->bytes_unit = gnuplot_bytes_unit((double)self->largest);
	self->heap_unit = gnuplot_bytes_unit((double)self->heap_most);
}

int plot_stack_size(struct plot *plot, struct error *error)
{
	struct stack_plot *self = calloc(1, sizeof(*self));
	int result = self ? 0 : -ENOMEM;

	if (self) {
		self->plot = plot;
		result = read_events(self);
	}
	if (result == 0) {
		choose_units(self);
		put_copies(self, self->save);
		put_copies(self, self->restore);
		put_largest(self);
		put_heap(self);
		write_script(self);
	}
	if (self)
		free(self->in_heap);
	free(self);
	return result < 0 ? plot_failed(result, error) : 0;
}
