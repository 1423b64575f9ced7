/* SPDX-License-Identifier: MIT */
/*
 * progress.c - how far long work has come.
 */
#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "output.h"

static const uint64_t second_ns = 1000000000;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * second_ns + (uint64_t)now.tv_nsec;
}

void progress_show(struct progress *progress, uint64_t done)
{
	uint64_t now = now_ns();
	char done_text[OUTPUT_NUMBER_MAX], total_text[OUTPUT_NUMBER_MAX];
	double share = progress->total ? (double)done / (double)progress->total : 1;

	if (!progress->start_ns)
		progress->start_ns = now;
	if (now - progress->start_ns < second_ns || now - progress->shown_ns < second_ns / 5 ||
	    !isatty(STDERR_FILENO))
		return;
	progress->shown_ns = now;
	fprintf(stderr, "\r%s  %3.0f %%  %s of %s %s", progress->verb, 100 * share,
		output_number(done_text, done), output_number(total_text, progress->total),
		progress->unit);
	if (share > 0.01) {
		double spent = (double)(now - progress->start_ns) / (double)second_ns;

		fprintf(stderr, "  %.0f s left", spent / share - spent);
	}
	fprintf(stderr, "\033[K");
}

void progress_end(struct progress *progress)
{
	if (progress->shown_ns)
		fprintf(stderr, "\r\033[K");
	progress->shown_ns = 0;
}
