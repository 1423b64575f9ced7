/* SPDX-License-Identifier: MIT */
/*
 * replay_core.h - the inside of a replay; only for the replay_*.c files.
 */
#ifndef GREENROOM_REPLAY_CORE_H
#define GREENROOM_REPLAY_CORE_H

#include "replay.h"

/* The events that a replay has at hand. */
struct event_cache *replay_events(struct replay *replay);

#endif
