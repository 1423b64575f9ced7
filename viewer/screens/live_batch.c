/* SPDX-License-Identifier: MIT */
/*
 * live_batch.c - what a program does, as pages of text, one after the other.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "live.h"

enum { BATCH_LOOK_NS = 20000000, BATCH_HEAD = 4 };

static uint64_t batch_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Without the blank lines at the end, but with one that divides it from the next. */
static int batch_print(const struct canvas *canvas, bool ascii, FILE *out)
{
	size_t size = CANVAS_ROW_BYTES(canvas->columns);
	char *line = malloc(size);
	int blank = 0;

	if (!line)
		return -ENOMEM;
	for (int row = 0; row < canvas->rows; row++) {
		if (canvas_row(canvas, row, ascii, line, size) == 0) {
			blank++;
			continue;
		}
		for (; blank > 0; blank--)
			fputc('\n', out);
		fprintf(out, "%s\n", line);
	}
	fputc('\n', out);
	free(line);
	return fflush(out) == 0 && !ferror(out) ? 0 : -errno;
}

static int batch_page(struct view *view, const struct live_pages *pages, FILE *out)
{
	struct live *live = view->live;
	struct canvas canvas, table;
	char time[16];
	int result = canvas_init(&canvas, BATCH_HEAD + 1 + pages->rows, pages->columns);

	if (result < 0)
		return result;
	live_settle(view);
	activity_time_label(time, sizeof(time), activity_now_ns(live->activity));
	canvas_format(&canvas, 0, 0, canvas.columns, ROLE_PLAIN, "+%s  %s  %s%s  lost %" PRIu64,
		      time, view->info.program, live->program.ended ? "ended: " : "runs",
		      live->program.end, view->info.lost);
	live_draw_summary(view, &canvas, 1);
	table = canvas_area(&canvas, BATCH_HEAD - 1, 0, 1 + pages->rows, canvas.columns);
	live_draw_table(view, &table);
	result = batch_print(&canvas, view->ascii, out);
	canvas_term(&canvas);
	return result;
}

int live_batch(struct view *view, const struct live_pages *pages, FILE *out)
{
	struct live *live = view->live;
	uint64_t due_ns = batch_now_ns() + live->interval_ns;
	int result = 0;

	for (uint64_t page = 0; result == 0 && (!pages->pages || page < pages->pages); page++) {
		do {
			nanosleep(&(struct timespec){.tv_nsec = BATCH_LOOK_NS}, NULL);
			view_tick(view, batch_now_ns());
		} while (view->now_ns < due_ns && !live->program.ended);
		due_ns += live->interval_ns;
		result = batch_page(view, pages, out);
		if (live->program.ended)
			break;
	}
	return result;
}
