/* SPDX-License-Identifier: MIT */
/*
 * lanes_walk.h - what the files of lanes share.
 */
#ifndef GREENROOM_LANES_WALK_H
#define GREENROOM_LANES_WALK_H

#include "event.h"
#include "lanes.h"
#include "replay.h"

enum { LANES_SLOTS = 256, LANES_THREADS = 64 };

struct lanes_walk {
	struct event_source *source;
	struct replay *own;    /* walks on while others look elsewhere */
	struct replay *replay; /* that walks: its own, or in a short stretch the scout */
	struct lanes_wanted wanted;
	uint64_t first_seq,
		last_seq;  /* events of the stretch; first_seq is where the walk begins */
	uint64_t end;      /* point where it ends */
	uint64_t at;       /* point that has been reached */
	uint64_t next_seq; /* coarse: of the next chunk */
	bool begun;        /* `replay` has come to where the walk begins */
	bool blind;        /* events before the next one could not be read */
	struct lanes_slot {
		uint32_t id; /* 0: free */
		int row;
	} slot[LANES_SLOTS];                /* lanes by tasklet */
	bool others_run[LANES_THREADS];     /* whoever runs in the thread has no lane */
	uint8_t tasklet_words[EVENT_KINDS]; /* bits: words of an event that name tasklets */
};

/* Gives lanes to tasklets, by what the events of the stretch say (lanes_choose.c). */
void lanes_choose(struct lanes *lanes);

/* The row of a tasklet, or -1. */
int lanes_row(const struct lanes *lanes, uint32_t tasklet);

/* A lane does `lane->phase` up to a point. */
void lane_pass(const struct lanes *lanes, struct lane *lane, uint64_t to);
/* Its cells are complete so far as it has got. */
void lane_tell(struct lane *lane);

/* Marks the columns of [from, to), or the one of `from`. */
void lanes_flag(struct lanes *lanes, uint64_t from, uint64_t to, unsigned int flag);

/* Walking over the stretch, about so many events at once (lanes_walk.c); _begin: the replay stands at the
 * first event. */
void lanes_walk_begin(struct lanes *lanes);
bool lanes_walk_go_on(struct lanes *lanes, uint64_t events);

/* The same stretch by summaries (lanes_coarse.c): about so many chunks at once. */
void lanes_coarse_begin(struct lanes *lanes);
bool lanes_coarse_go_on(struct lanes *lanes, uint64_t chunks);

#endif
