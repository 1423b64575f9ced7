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
 *     T7 first run         when the tasklet first ran; last run: when it was last switched to
 *     T7 end               when it ended
 *     @word                the first mark of the program's own (trace_mark) that has the word in it
 *
 * The viewer's prompt and the options of all commands take the same; in the viewer a mark that was
 * set there comes before the program's.
 */
#ifndef GREENROOM_POSITION_H
#define GREENROOM_POSITION_H

#include <stdint.h>

#include "error.h"
#include "event_source.h"

/* The number of the event. 0, or negative errno with a sentence in `error`: -EINVAL for what is no
 * position, -ERANGE for one past the end, -ENOENT when the tasklet, channel or mark never occurs. */
int position_find(struct event_source *source, const char *word, uint64_t *seq,
		  struct error *error);

#endif
