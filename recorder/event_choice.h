/* SPDX-License-Identifier: MIT */
/*
 * event_choice.h - which events are to be recorded, as people write it: "slice,mark" or
 * "all,-frame".
 *
 * Only details can be left out (event_is_detail): without the others no state could be shown.
 */
#ifndef GREENROOM_EVENT_CHOICE_H
#define GREENROOM_EVENT_CHOICE_H

#include "event.h"

/* All kinds, and those that are always recorded. */
struct event_set event_choice_all(void);
struct event_set event_choice_least(void);

/* Reads a list of categories and kinds, separated by commas; "all" and "none" stand for what they
 * say, a minus before a word takes away. What is not named is not in it, unless the first word has
 * a minus. A mark goes with its text. 0, or -EINVAL with *unknown at the word that is no choice. */
int event_choice_parse(const char *list, struct event_set *out, const char **unknown);

#endif
