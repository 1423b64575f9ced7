/* SPDX-License-Identifier: MIT */
/*
 * cause.h - why something happened: the event before it without which it would not have happened so.
 *
 * Asked again and again this leads back to the beginning of the thread: a tasklet went on because
 * another one waits, which waits because it ran, which ran because it was created ...
 */
#ifndef GREENROOM_CAUSE_H
#define GREENROOM_CAUSE_H

#include <stdint.h>

#include "event_cache.h"

/* 1 and the number of the cause, 0 when there is none (a thread's first event, or what came before is
 * not in the trace), negative errno. */
int cause_find(struct event_cache *cache, const struct event *event, uint64_t *seq);

#endif
