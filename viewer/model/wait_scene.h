/* SPDX-License-Identifier: MIT */
/*
 * wait_scene.h - who waits for whom at a moment of a trace, in rows and words.
 */
#ifndef GREENROOM_WAIT_SCENE_H
#define GREENROOM_WAIT_SCENE_H

#include "scene.h"
#include "wait_tree.h"
#include "wait_users.h"

struct wait_scene {
	struct wait_tasklet *tasklet; /* what the graph borrows */
	uint8_t *open;
	struct wait_graph *graph;
	struct wait_tree tree;
};

/* The users are those known so far: with `complete` false anybody may be one, and only a deadlock is
 * found. At most `max` rows. 0 or -ENOMEM. */
int wait_scene_make(struct wait_scene *waits, const struct scene *scene,
		    const struct wait_users *users, bool complete, uint32_t max);
void wait_scene_term(struct wait_scene *waits);

/* Names as in sentences, T4 "producer", of the scene that is the context. */
struct wait_names wait_scene_names(const struct scene *scene);

/* What a row says: who, for what, since when and where, and in brief: T4 producer to receive on C2 jobs.
 * Returns the length. */
size_t wait_scene_row(char *out, size_t size, const struct wait_scene *waits,
		      const struct scene *scene, const struct wait_row *row, bool brief);

#endif
