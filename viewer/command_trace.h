/* SPDX-License-Identifier: MIT */
/*
 * command_trace.h - what all reading commands do first: open FILE or ./greenroom.db, say what was
 * lost, and find the positions that were asked for.
 */
#ifndef GREENROOM_COMMAND_TRACE_H
#define GREENROOM_COMMAND_TRACE_H

#include <stdint.h>

#include "error.h"
#include "event_source.h"

/* Opens a trace (NULL: ./greenroom.db) and says on stderr how many events were lost while it was
 * recorded, if any were. */
int command_open_trace(struct event_source **out, const char *path, struct error *error);

/* The number of the event that `word` means: "#1234" or "1234", "1.5ms" or "+1.5ms" since the
 * beginning (ns, us, ms, s, m), "50%". A position past the end is the last event. -EINVAL for
 * anything else. */
int command_position(struct event_source *source, const char *word, uint64_t *seq,
		     struct error *error);

#endif
