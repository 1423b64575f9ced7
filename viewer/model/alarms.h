/* SPDX-License-Identifier: MIT */
/*
 * alarms.h - what somebody who watches a program should know: noticed as it comes up, and kept.
 *
 * Deadlocks are told by their events. What lasts too long (running without a switch, being ready
 * without a turn, being in no chain and no queue) is looked for among the tasklets, a few at a time.
 */
#ifndef GREENROOM_ALARMS_H
#define GREENROOM_ALARMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "activity.h"
#include "canvas.h"
#include "scene.h"

enum alarm_kind {
	ALARM_DEADLOCK,
	ALARM_GREEDY,   /* runs on and on while others could run */
	ALARM_STARVING, /* could run, and does not get its turn */
	ALARM_LIMBO,    /* paused: nobody will run it unless somebody inserts it */
	ALARM_KINDS
};

struct alarm {
	enum alarm_kind kind;
	uint32_t tasklet, channel, thread;
	uint64_t from_ns, until_ns; /* how long it lasted, as far as is known */
	uint64_t seq;               /* where in the trace it can be looked at */
	uint32_t others;            /* that could have run */
	uint32_t times;             /* it has come up with this tasklet */
	bool lasts;
};

enum { ALARMS = 64 };

struct alarms {
	struct alarm alarm[ALARMS]; /* the newest last */
	int count;
	uint32_t next; /* of those alive, to be looked at */
	uint64_t seen; /* alarms there have been */
};

void alarms_event(struct alarms *alarms, const struct scene *scene, const struct event *event);
/* Looks at the threads, and at up to so many tasklets. */
void alarms_look(struct alarms *alarms, const struct activity *activity, const struct scene *scene,
		 uint32_t most);

/* "T3 greedy has run for 1.2 s without a switch; 14 others are ready." Returns the length. */
size_t alarm_sentence(char *out, size_t size, const struct alarm *alarm, const struct scene *scene);

/* The newest first, from number `first` (from 0) on; `selected` from 1, 0: none. */
void figure_alarms(struct canvas *canvas, const struct alarms *alarms, const struct scene *scene,
		   int first, int selected);

#endif
