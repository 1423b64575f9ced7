/* SPDX-License-Identifier: MIT */
/*
 * command_slice.h - the words of a tasklet's slice, each with what it looks like.
 */
#ifndef GREENROOM_COMMAND_SLICE_H
#define GREENROOM_COMMAND_SLICE_H

#include "error.h"
#include "event_source.h"

/* `what` is TASKLET or TASKLET@POSITION, the tasklet by its number; without a position: when its stack
 * was last in the heap. 0 or negative errno. */
int command_print_slice(struct event_source *source, const char *what, struct error *error);

#endif
