/* SPDX-License-Identifier: MIT */
/*
 * bench_live.c - how long it takes from an event to the screen, while a trace is being recorded.
 *
 *     bench_live TRACE    until the recording is complete
 *
 * Does what the live screen does: it ticks, draws, waits. After each drawing the oldest of the events
 * that have just come is the one that has waited the longest. Its time is on the clock that the trace
 * names.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "screens/live.h"
#include "screens/screen.h"
#include "store.h"

enum { SAMPLES = 100000, ROWS = 40, COLUMNS = 120 };

static double latency[SAMPLES];
static int samples;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int take_number(void *context, bool is_header, int columns, const char *const *values)
{
	if (!is_header && columns > 0 && values[0])
		*(uint64_t *)context = strtoull(values[0], NULL, 10);
	return 0;
}

static int compare(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;

	return (a > b) - (a < b);
}

static void watch(struct view *view, uint64_t base_ns)
{
	struct canvas canvas;

	if (canvas_init(&canvas, ROWS, COLUMNS) < 0)
		return;
	do {
		uint64_t before = replay_position(view->replay);
		struct event oldest;
		int wait_ms;

		view_tick(view, now_ns());
		screen_draw(view, &canvas);
		if (before > 0 && replay_position(view->replay) > before && samples < SAMPLES &&
		    replay_peek(view->replay, before + 1, &oldest) > 0)
			latency[samples++] =
				(double)(int64_t)(now_ns() - base_ns - oldest.time_ns) / 1e6;
		wait_ms = view_wait_ms(view);
		if (wait_ms > 0)
			usleep((useconds_t)wait_ms * 1000);
	} while (view->info.growing);
	canvas_term(&canvas);
}

int main(int argc, char **argv)
{
	struct event_source *source;
	struct error error;
	struct view view;
	uint64_t base_ns = 0;

	if (argc != 2)
		return 2;
	if (store_open(&source, argv[1], &error) < 0 ||
	    store_sql(argv[1], "SELECT value FROM meta WHERE name = 'monotonic_ns'", take_number,
		      &base_ns, &error) < 0) {
		fprintf(stderr, "%s\n", error.text);
		return 1;
	}
	if (view_init(&view, source) < 0 || live_begin(&view, 500000000, NULL, NULL) < 0)
		return 1;
	watch(&view, base_ns);
	qsort(latency, (size_t)samples, sizeof(latency[0]), compare);
	if (samples > 0)
		printf("event to screen, the oldest event of each of %d drawings: median %.1f ms, "
		       "99 %% below %.1f ms, longest %.1f ms; %" PRIu64 " events, %" PRIu64
		       " not counted\n",
		       samples, latency[samples / 2], latency[samples * 99 / 100],
		       latency[samples - 1], replay_count(view.replay), view.live->skipped);
	view_term(&view);
	event_source_close(source);
	return samples > 0 ? 0 : 1;
}
