/* SPDX-License-Identifier: MIT */
/*
 * explain_waits.h - who waits for whom at a moment of a trace, printed as a tree.
 */
#ifndef GREENROOM_EXPLAIN_WAITS_H
#define GREENROOM_EXPLAIN_WAITS_H

#include "error.h"
#include "event_source.h"

/* Prints the tree of the moment that `position` means (position.h); NULL: the first deadlock that the
 * runtime has seen, else the end. 1 when somebody can never run again, 0, or negative errno. */
int explain_print_waits(struct event_source *source, const char *position, struct error *error);

#endif
