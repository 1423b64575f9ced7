/* SPDX-License-Identifier: MIT */
/*
 * position.h - places in a trace, as people write them.
 *
 *     1234, #1234          after that event (0: before the first one)
 *     +1.5ms, 1.5ms        the last event until then; units ns, us, ms, s, m; + alone may go
 *                          without the unit of seconds: +2
 *     50%                  after that share of the events
 *     start, end           before the first event, after the last one
 *     T7, C2               the first event that speaks of the tasklet or the channel
 *     T7 first run         when the tasklet first ran
 *
 * The viewer's prompt and the options of all commands take the same.
 */
#ifndef GREENROOM_POSITION_H
#define GREENROOM_POSITION_H

#include <stdint.h>

#include "error.h"
#include "event_source.h"

/* The number of the event; positions past the end are the end. 0, or negative errno with a sentence
 * in `error`: -EINVAL for what is no position, -ENOENT when the tasklet or channel never occurs. */
int position_find(struct event_source *source, const char *word, uint64_t *seq,
		  struct error *error);

#endif
