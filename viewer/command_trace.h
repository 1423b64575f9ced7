/* SPDX-License-Identifier: MIT */
/*
 * command_trace.h - what all reading commands do first: open FILE or ./greenroom.db, and say what was
 * lost.
 */
#ifndef GREENROOM_COMMAND_TRACE_H
#define GREENROOM_COMMAND_TRACE_H

#include "error.h"
#include "event_source.h"

/* Opens a trace (NULL: ./greenroom.db) and says on stderr how many events were lost while it was
 * recorded, if any were. */
int command_open_trace(struct event_source **out, const char *path, struct error *error);

#endif
