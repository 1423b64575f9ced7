/* SPDX-License-Identifier: MIT */
/*
 * plot.h - pictures of a trace, drawn by gnuplot.
 *
 * A plot writes two files: numbers (tab separated, blocks with two blank lines between them) and a
 * script that draws them. Names come from the trace, which nobody vouches for: they stand in the
 * script only, as single-quoted strings (gnuplot.h).
 */
#ifndef GREENROOM_PLOT_H
#define GREENROOM_PLOT_H

#include <stdint.h>
#include <stdio.h>

#include "error.h"
#include "model/replay.h"
#include "progress.h"

enum plot_terminal { PLOT_SVG, PLOT_PNG, PLOT_PDF, PLOT_DUMB };

struct plot {
	struct replay *replay;
	uint64_t first, last; /* positions: what happened after `first` up to `last` */
	enum plot_terminal terminal;
	int width, height;  /* pixels (dumb: characters); 0: as fits */
	unsigned int top;   /* rows at most */
	const char *output; /* NULL: standard output */
	const char *data_path;
	FILE *script, *data;
	struct progress *progress;
};

/* The sentence for a result of the model: out of memory, or damaged. Returns `result`. */
int plot_failed(int result, struct error *error);

/* What each tasklet was doing, a row each. */
int plot_timeline(struct plot *plot, struct error *error);

/* The bytes that hard switches copied, and what lay in the heap. */
int plot_stack_size(struct plot *plot, struct error *error);

#endif
