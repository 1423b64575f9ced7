/* SPDX-License-Identifier: MIT */
/*
 * scene.h - what a figure is drawn from: the state just after an event, and that event.
 *
 * Figures ask here what they all need to know: whom the event is about, what a tasklet is called in
 * few columns, and in which condition it is. No function costs more than a look at one entry.
 */
#ifndef GREENROOM_SCENE_H
#define GREENROOM_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dictionary.h"
#include "event.h"
#include "role.h"
#include "state.h"

struct scene {
	const struct state *state;
	const struct dictionary *dictionary;
	const struct event *event; /* NULL: nothing has happened yet, or it cannot be read */
	const struct crowd *crowd; /* all tasklets at a glance; NULL: nobody has counted them */
};

/* A tasklet's condition in a word ("running", "sending", ...) and the role that goes with it. */
struct scene_condition {
	const char *word;
	enum role role;
};

/* The thread of the event, else the first one there is; 0: none. */
uint32_t scene_thread(const struct scene *scene);

/* The first tasklet and the first channel the event names; 0: none. */
uint32_t scene_tasklet(const struct scene *scene);
uint32_t scene_channel(const struct scene *scene);

/* Whether the event names it. */
bool scene_touches_tasklet(const struct scene *scene, uint32_t id);
bool scene_touches_channel(const struct scene *scene, uint32_t id);

/* Where in the source the event happened. An event without a place of its own happens where its
 * tasklet stands; *exact is false then. 0: not known. */
uint32_t scene_place(const struct scene *scene, bool *exact);

struct scene_condition scene_condition(const struct scene *scene, uint32_t tasklet);

/* Whether the tasklet runs in its thread at this moment. */
bool scene_is_running(const struct scene *scene, uint32_t tasklet);

/* Whether it could have run for long, and has not had its turn. */
bool scene_is_starving(const struct scene *scene, uint32_t tasklet);

/* "T4 producer", "C2 jobs"; "nobody" for 0. Returns the length. */
size_t scene_tasklet_label(char *out, size_t size, const struct scene *scene, uint32_t id);
size_t scene_channel_label(char *out, size_t size, const struct scene *scene, uint32_t id);

/* "producer.c:31", else the function, else the address; "" for a place that is not known. */
size_t scene_place_label(char *out, size_t size, const struct scene *scene, uint32_t place);

/* The same in at most `columns` columns: the end of a long one, since it holds the line. */
size_t scene_place_tail(char *out, size_t size, const struct scene *scene, uint32_t place,
			int columns);

/* "1,248 B", "12.5 KiB", "3.1 MiB": at most 8 columns. */
size_t scene_bytes_label(char *out, size_t size, uint64_t bytes);

#endif
