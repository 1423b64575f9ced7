/* SPDX-License-Identifier: MIT */
/*
 * live.h - the screen of a program that runs: tables of what its tasklets, channels and threads do.
 *
 * It is a second face of the viewer, over the same trace, which grows meanwhile. Frozen, it stays at
 * an event; from there the panes of the replay lead back through all that has been recorded.
 */
#ifndef GREENROOM_LIVE_H
#define GREENROOM_LIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "model/activity_table.h"
#include "model/alarms.h"
#include "view.h"

enum live_tab {
	LIVE_TASKLETS,
	LIVE_CHANNELS,
	LIVE_THREADS,
	LIVE_FINDINGS,
	LIVE_OUTPUT,
	LIVE_TABS,
	LIVE_TABLES = LIVE_FINDINGS /* those before it are tables */
};

/* What whoever runs the program knows of it. */
struct live_program {
	uint32_t process;
	bool ended;         /* the recording, and with it the program, or the watching of it */
	char end[96];       /* how, in words: "exit code 3" */
	uint64_t max_bytes; /* of the trace: where recording stops, 0: no limit */
	const char *output; /* file with what it printed, NULL: none */
};
typedef void live_program_fn(void *context, struct live_program *program);

struct live {
	struct activity *activity;
	struct activity_table table[LIVE_TABLES]; /* by tab */
	struct alarms alarms;
	struct activity_counts all; /* of the last refresh */
	uint64_t alarms_told;       /* that the person has seen */
	enum live_tab tab;
	bool shown; /* this, not the panes of the replay */
	bool frozen;
	bool begun;
	bool behind;      /* not all that has been recorded has been counted yet */
	uint64_t skipped; /* events that were too many to be counted */
	uint32_t first[LIVE_TABS], selected[LIVE_TABS];
	int rows; /* of the table, as it was drawn last */
	uint64_t interval_ns, refreshed_ns;
	uint64_t moved_ns; /* when the last events came */
	struct live_program program;
	live_program_fn *ask;
	void *context;
};

/* Makes a view live: 0 or -ENOMEM. `ask` tells of the program, now and then. Ends with the view. */
int live_begin(struct view *view, uint64_t interval_ns, live_program_fn *ask, void *context);
void live_end(struct view *view);

bool live_is_shown(const struct view *view);
/* To the panes of the replay, at the place where live is, and back. */
void live_show(struct view *view, bool shown);

/* Time goes by: takes in what has been recorded since, for a few milliseconds at most. */
void live_tick(struct view *view);
/* How long nothing is to be done, in milliseconds. */
int live_wait_ms(const struct view *view);
/* Takes in all there is, and makes the tables anew: for those who do not wait. */
void live_settle(struct view *view);
/* New tables, at once if they are small, else while time goes by. */
void live_refresh(struct view *view);

/* Whether the request was this screen's own. */
bool live_request(struct view *view, enum request request, uint32_t key);
void live_click(struct view *view, int row, int column);

void live_draw(struct view *view, struct canvas *canvas);
/* The two lines about everything, and the table of a tab: for a page of text. */
void live_draw_summary(struct view *view, struct canvas *canvas, int row);
void live_draw_table(struct view *view, struct canvas *canvas);

/* Pages of text, one an interval, until the program ends or there have been `pages` (0: no limit): 0,
 * or negative errno when they cannot be written. */
struct live_pages {
	uint64_t pages;
	int rows;    /* of the table */
	int columns; /* of a page */
};
int live_batch(struct view *view, const struct live_pages *pages, FILE *out);

extern const char live_help[];

/* The keys of the key bar: requests with their words, ending with REQUEST_NONE. */
struct live_key {
	enum request request;
	const char *word;
};
const struct live_key *live_keys(const struct view *view);

#endif
