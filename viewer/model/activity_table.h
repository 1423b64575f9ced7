/* SPDX-License-Identifier: MIT */
/*
 * activity_table.h - tables of what goes on: of tasklets, channels or threads, the busiest first or
 * in whatever order is wanted.
 *
 * A table is made a stretch at a time, so that nobody waits for a million tasklets; until a new one is
 * ready the one before is shown, with the numbers of its time and the states of now.
 */
#ifndef GREENROOM_ACTIVITY_TABLE_H
#define GREENROOM_ACTIVITY_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "activity.h"
#include "canvas.h"
#include "crowd.h"
#include "filter.h"
#include "ranking.h"
#include "scene.h"

/* A row, for whoever fills its cells. */
struct activity_row {
	const struct scene *scene;
	const struct activity *activity;
	uint64_t now_ns;
	uint32_t id;
	struct activity_counts counts;
};

struct activity_column {
	const char *heading;
	int width;  /* 0: what the others leave */
	bool right; /* its end stands in line */
	int from;   /* width of the table from which it is shown */
	void (*cell)(const struct activity_row *row, char *out, size_t size);
	uint64_t (*key)(const struct activity_row *row); /* the greatest first */
};

/* The columns of a sort of things, and which of them comes first in the order at the beginning. */
const struct activity_column *activity_columns(enum activity_of of, int *count, int *first);

struct activity_table {
	enum activity_of of; /* ACTIVITY_TASKLET, _CHANNEL or _THREAD */
	int by;              /* column that gives the order */
	bool backward;       /* the smallest first */
	bool tree;           /* each tasklet below the one that created it */

	const struct filter *filter; /* borrowed; NULL: everything */
	struct ranking ranking;
	uint32_t next; /* to be looked at, 0: none */
	uint32_t condition[CROWD_CONDITIONS], counting[CROWD_CONDITIONS];
	uint8_t depth[RANKING_MAX];                 /* in the tree */
	struct activity_counts counts[RANKING_MAX]; /* of the rows */
};

void activity_table_init(struct activity_table *table, enum activity_of of);

/* Begins a new table of at most so many rows, and looks at up to `most` things for it; whether there
 * are more to be looked at. `now_ns` is the time up to which the activity has been counted. */
void activity_table_begin(struct activity_table *table, const struct activity *activity,
			  const struct scene *scene, uint32_t rows);
bool activity_table_go_on(struct activity_table *table, const struct activity *activity,
			  const struct scene *scene, uint32_t most);

/* A row of headings and, from row `first` (from 0) on, as many as there is room for. `selected` is a
 * tasklet, channel or thread; 0: none. */
void figure_activity(struct canvas *canvas, const struct activity_table *table,
		     const struct activity *activity, const struct scene *scene, uint32_t first,
		     uint32_t selected);
/* The column at a place in the row of headings, -1. */
int figure_activity_column(const struct activity_table *table, int columns, int column);

/* "12.3 s", "450 ms", "3 h": at most 7 columns. */
size_t activity_time_label(char *out, size_t size, uint64_t ns);
/* "480,112", "12.3 M": at most 7 columns. */
size_t activity_number_label(char *out, size_t size, uint64_t number);

#endif
