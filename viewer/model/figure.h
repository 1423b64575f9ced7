/* SPDX-License-Identifier: MIT */
/*
 * figure.h - the pictures of a moment, drawn on canvases of any size.
 *
 * A figure fills what it is given, and says what it had no room for. Each lives in a file of its
 * own; none knows who shows it: the same picture is printed by a command, drawn by a screen and
 * compared by a test.
 */
#ifndef GREENROOM_FIGURE_H
#define GREENROOM_FIGURE_H

#include <stdint.h>

#include "canvas.h"
#include "crowd.h"
#include "frame_stack.h"
#include "lanes.h"
#include "scene.h"
#include "wait_scene.h"

/* The chain of a thread as a ring: who runs at the top, the others around it clockwise in their
 * order, and outside the ring those who wait, pause, or called scheduler_run. */
void figure_chain(struct canvas *canvas, const struct scene *scene, uint32_t thread);

/* The C stack of a thread from its base down, with whose bytes lie where, and the slices in the
 * heap. */
void figure_stack(struct canvas *canvas, const struct scene *scene, uint32_t thread);

/* Channels from number `first` on: the balance on a number line, and the queue in order. Wide
 * canvases take a row for each, narrow ones two. */
void figure_channels(struct canvas *canvas, const struct scene *scene, uint32_t first);
int figure_channels_rows(const struct canvas *canvas); /* rows that each takes there */

/* The table of tasklets: a row of headings, then those from number `first` on. `selected` 0: none. */
void figure_tasklets(struct canvas *canvas, const struct scene *scene, uint32_t first,
		     uint32_t selected);

/* The same with the tasklets of a list. */
void figure_tasklets_list(struct canvas *canvas, const struct scene *scene, const uint32_t *ids,
			  int count, uint32_t selected);

/* Many tasklets: a strip for all of them, and groups of those that are alike, from number `first` (from
 * 0) on. */
void figure_crowd(struct canvas *canvas, const struct scene *scene, const struct crowd *crowd,
		  uint32_t first);

/* What else is to be seen in a timeline, by columns. */
struct lanes_signs {
	uint64_t position;              /* event */
	uint32_t selected;              /* tasklet, 0: none */
	uint32_t sign[LANES_COLUMNS];   /* of the person's own marks, 0: none */
	uint8_t hit[LANES_COLUMNS];     /* what is looked for is there */
	uint8_t lost[LANES_COLUMNS];    /* events were lost there */
	uint8_t damaged[LANES_COLUMNS]; /* beside what the lanes know: they cannot be read */
};

/* The frames of the tasklet that an event is about; at a switch those of both, and the way of the
 * unwind token from one to the other. */
struct frames_scene {
	const struct scene *scene;
	struct frame_stack stack[2];
	uint32_t in_the_way; /* function that forces a hard switch, 0: none */
};

/* Looks them up, at the position `seq` of the scene; `tasklet` is meant where the event is no switch. 0 or
 * negative errno. */
int frames_scene_read(struct frames_scene *frames, const struct scene *scene,
		      struct event_cache *cache, uint64_t seq, uint32_t tasklet);
void figure_frames(struct canvas *canvas, const struct frames_scene *frames);

/* Who waits for whom: rows from number `first` (from 0) on. */
void figure_waits(struct canvas *canvas, const struct scene *scene, const struct wait_scene *waits,
		  uint32_t first);

/* Who ran when, over a stretch of a trace. The canvas says how many columns it has room for, and how
 * many lanes beside curves of how much happened, if those are wanted. */
void figure_lanes(struct canvas *canvas, const struct scene *scene, const struct lanes *lanes,
		  const struct lanes_signs *signs);
int figure_lanes_rows(const struct canvas *canvas, bool curves);
int figure_lanes_columns(const struct canvas *canvas);

#endif
