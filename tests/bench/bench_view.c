/* SPDX-License-Identifier: MIT */
/*
 * bench_view.c - how long the viewer lets a person wait: for a step either way, a seek, a move by
 * meaning, a frame.
 *
 *     bench_view FILE
 *
 * A trace to try it on: tests/screens/make_trace many FILE 100000 100000000 2. Without a file it says
 * so, and measures nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "model/canvas.h"
#include "screens/screen.h"
#include "screens/view.h"
#include "store.h"

enum { SAMPLES = 101, PICTURES = 11, STEPS = 300000 };

struct times {
	double ms[STEPS];
	size_t count;
};

static struct times times;

/* Of this program alone: what else the machine does is not the viewer's. */
static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;

	return (a > b) - (a < b);
}

static void print(const char *what)
{
	qsort(times.ms, times.count, sizeof(times.ms[0]), compare);
	printf("%-34s %8zu times: median %9.4f ms, 99 %% %9.4f ms, longest %9.4f ms\n", what,
	       times.count, times.ms[times.count / 2], times.ms[times.count * 99 / 100],
	       times.ms[times.count - 1]);
	times.count = 0;
}

/* One key and the frame after it, as a person has it. */
static void press(struct view *view, struct canvas *canvas, uint32_t key)
{
	double start = now_ms();

	view_key(view, key);
	screen_draw(view, canvas);
	times.ms[times.count++] = now_ms() - start;
}

static uint64_t dice(uint64_t *seed, uint64_t sides)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (*seed >> 33) % sides;
}

static void measure_moves(struct view *view)
{
	struct replay *replay = view->replay;
	uint64_t seed = 1, count = replay_count(replay);

	for (int i = 0; i < SAMPLES; i++) {
		uint64_t target = dice(&seed, count);
		double start = now_ms();

		replay_seek(replay, target);
		times.ms[times.count++] = now_ms() - start;
	}
	print("seek to an event");
	for (int i = 0; i < SAMPLES; i++) {
		double start;

		replay_seek(replay, dice(&seed, count));
		start = now_ms();
		replay_step_back(replay);
		times.ms[times.count++] = now_ms() - start;
	}
	print("step back after a seek");
	for (int i = 0; i < STEPS; i++) {
		double start = now_ms();

		replay_step_back(replay);
		times.ms[times.count++] = now_ms() - start;
	}
	print("step back, on and on");
	for (int i = 0; i < STEPS; i++) {
		double start = now_ms();

		replay_step(replay);
		times.ms[times.count++] = now_ms() - start;
	}
	print("step");
}

static void measure_frames(struct view *view, int columns, int rows)
{
	struct canvas canvas;
	char what[64];

	if (canvas_init(&canvas, rows, columns) < 0)
		exit(1);
	for (int i = 0; i < SAMPLES; i++)
		press(view, &canvas, KEYS_RIGHT);
	snprintf(what, sizeof(what), "Right and a frame of %dx%d", columns, rows);
	print(what);
	for (int i = 0; i < SAMPLES; i++)
		press(view, &canvas, KEYS_LEFT);
	snprintf(what, sizeof(what), "Left and a frame of %dx%d", columns, rows);
	print(what);
	for (int i = 0; i < SAMPLES; i++)
		press(view, &canvas, i % 2 ? 'T' : 't');
	print("t or T and a frame");
	canvas_term(&canvas);
}

/* The timeline on the whole screen, 400 columns wide: each frame is another picture, of the whole trace
 * and of half of it; then what goes on until it is complete, and steps that leave it as it is. */
static void measure_timeline(struct view *view)
{
	struct canvas canvas;

	if (canvas_init(&canvas, 40, 420) < 0)
		exit(1);
	view_key(view, '8');
	view_key(view, 'z');
	for (int by_time = 0; by_time < 2; by_time++) {
		struct times *all = &times;
		double complete[PICTURES];

		view_key(view, '0');
		screen_draw(view, &canvas);
		for (int i = 0; i < PICTURES; i++) {
			double start = now_ms();

			press(view, &canvas, i % 2 ? '0' : '+');
			while (view->timeline.lanes->running)
				view_tick(view, view->now_ns);
			complete[i] = now_ms() - start;
		}
		print(by_time ? "timeline by time, first frame" : "timeline, first frame");
		for (int i = 0; i < PICTURES; i++)
			all->ms[all->count++] = complete[i];
		print("until it is complete");
		for (int i = 0; i < SAMPLES; i++)
			press(view, &canvas, i % 2 ? 'N' : 'n');
		print("n or N and a frame");
		view_key(view, 'a');
	}
	view_key(view, 'z');
	canvas_term(&canvas);
}

int main(int argc, char **argv)
{
	struct event_source *source;
	struct view view;
	struct error error;

	if (argc < 2) {
		printf("bench_view FILE measures the viewer on a trace\n");
		return 0;
	}
	if (store_open(&source, argv[1], &error) < 0 || view_init(&view, source) < 0)
		return 1;
	measure_moves(&view);
	measure_frames(&view, 80, 24);
	measure_frames(&view, 120, 40);
	measure_frames(&view, 500, 200);
	measure_timeline(&view);
	view_term(&view);
	event_source_close(source);
	return 0;
}
