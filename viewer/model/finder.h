/* SPDX-License-Identifier: MIT */
/*
 * finder.h - looking for events that pass a filter, a stretch at a time, so that a key pressed in the
 * middle of a long search is heard.
 *
 * A scout, a replay that may move about, does the walking: over those events that an event alone
 * rules out it does not go.
 */
#ifndef GREENROOM_FINDER_H
#define GREENROOM_FINDER_H

#include <stdbool.h>
#include <stdint.h>

#include "filter.h"
#include "replay.h"

struct finder {
	struct filter *const *filters; /* any of them will do; borrowed */
	int count;
	int direction;  /* +1, -1 */
	uint64_t at;    /* the event it looked at last */
	uint64_t limit; /* looks no farther than this, 0: to the end */
	bool inclusive; /* the event `at` may itself be the one */
	int which;      /* of the filters has been passed */
};

enum finder_result { FINDER_GOES_ON, FINDER_FOUND, FINDER_NOTHING };

/* Looks at about so many further events whose sentence has to be made, or many more of those that
 * need less. FOUND: finder->at is the event, and the next call goes on behind it. What cannot be read
 * is passed over. */
enum finder_result finder_go_on(struct finder *finder, struct replay *scout, uint64_t events);

#endif
