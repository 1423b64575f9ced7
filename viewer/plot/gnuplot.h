/* SPDX-License-Identifier: MIT */
/*
 * gnuplot.h - what every script for gnuplot needs: its picture, strings, units, colours.
 */
#ifndef GREENROOM_GNUPLOT_H
#define GREENROOM_GNUPLOT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "plot.h"

/* Okabe and Ito's palette, which all kinds of eyes tell apart, and greys. */
#define GNUPLOT_BLUE       "#0072B2"
#define GNUPLOT_LIGHT_BLUE "#B3D5EA"
#define GNUPLOT_ORANGE     "#E69F00"
#define GNUPLOT_VERMILION  "#D55E00"
#define GNUPLOT_GREEN      "#009E73"
#define GNUPLOT_YELLOW     "#F0E442"
#define GNUPLOT_PURPLE     "#CC79A7"
#define GNUPLOT_GREY       "#AAAAAA"
#define GNUPLOT_INK        "#333333"

/* A unit for an axis: values are divided by `size`. */
struct gnuplot_unit {
	const char *name;
	double size;
};
struct gnuplot_unit gnuplot_time_unit(double range_ns);
struct gnuplot_unit gnuplot_bytes_unit(double bytes);

/* 'text' as a string that gnuplot takes literally. */
void gnuplot_string(FILE *out, const char *text);

/* The same for the label of a tic, where % would be a format. Long text is cut to `columns`. */
void gnuplot_tic(FILE *out, const char *text, int columns);

/* Terminal, output, fonts, and the title: what is drawn, from which file, which events, and what was
 * lost. `note` is one more line (may be ""). Sizes of 0 become the given ones. */
void gnuplot_begin(const struct plot *plot, const char *what, const char *note, int width,
		   int height);

/* The time of the first event of the picture: where its time axis begins. */
int gnuplot_first_time(const struct plot *plot, uint64_t *time_ns);

/* The axis: it counts from the first event of the picture, and says when that was. */
void gnuplot_time_axis(const struct plot *plot, uint64_t from_ns, uint64_t to_ns,
		       struct gnuplot_unit unit);

/* Runs gnuplot on a script, and writes the picture to `output` (NULL: standard output). -ENOENT: there
 * is no gnuplot. */
int gnuplot_run(const char *script, const char *output, struct error *error);

#endif
