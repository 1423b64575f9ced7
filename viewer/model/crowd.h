/* SPDX-License-Identifier: MIT */
/*
 * crowd.h - many tasklets at a glance: how many are in which condition, which ones are alike, and a
 * strip that stands for all of them.
 *
 * Counting a hundred thousand tasklets at every step would take too long. A crowd counts them once, a
 * stretch at a time, and then follows the replay: a step changes only those that its events name.
 */
#ifndef GREENROOM_CROWD_H
#define GREENROOM_CROWD_H

#include <stdbool.h>
#include <stdint.h>

#include "replay.h"
#include "scene.h"

/* What makes tasklets alike. */
enum crowd_by { CROWD_STATE, CROWD_NAME, CROWD_PLACE, CROWD_BYS };

enum crowd_condition {
	CROWD_NONE, /* unknown, or without a function */
	CROWD_RUNNING,
	CROWD_RUNNABLE,
	CROWD_WAITING,
	CROWD_PAUSED,  /* alive, but neither scheduled nor blocked; not a caller of scheduler_run */
	CROWD_CALLING, /* scheduler_run */
	CROWD_ENDED,
	CROWD_CONDITIONS
};

struct crowd_group {
	uint32_t name, place; /* string and place that they share; 0: not what it is about */
	uint8_t condition;    /* enum crowd_condition */
	uint32_t count;
	uint32_t first; /* one of them */
};

struct crowd;

struct crowd *crowd_create(void); /* NULL when out of memory */
void crowd_destroy(struct crowd *crowd);

/* Tasklets are alike that have this in common, and their condition. Counts anew. */
void crowd_set_by(struct crowd *crowd, enum crowd_by by);
enum crowd_by crowd_by(const struct crowd *crowd);

/* The replay has moved: follows it, or begins anew when it went far. 0 or negative errno. */
int crowd_follow(struct crowd *crowd, struct replay *replay);
/* Counts up to so many further tasklets; whether there are more to be counted. */
bool crowd_go_on(struct crowd *crowd, struct replay *replay, uint32_t tasklets);
/* Whether all have been counted. */
bool crowd_is_complete(const struct crowd *crowd);

uint32_t crowd_count(const struct crowd *crowd, enum crowd_condition condition);

/* The groups, the largest first: up to `max` of them; returns how many there are in all. */
uint32_t crowd_groups(const struct crowd *crowd, struct crowd_group *out, uint32_t max);

/* The strip: part `part` of `parts` stands for tasklets with neighbouring numbers: the condition that
 * most of those alive are in, CROWD_ENDED when none is. */
enum crowd_condition crowd_strip(const struct crowd *crowd, int part, int parts);

enum crowd_condition crowd_condition_of(const struct scene *scene, uint32_t tasklet);
const char *crowd_word(enum crowd_condition condition);

#endif
