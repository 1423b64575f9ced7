/* SPDX-License-Identifier: MIT */
/*
 * filter.h - which events, and which tasklets, somebody wants to see, stop at, or find.
 *
 * A filter is written as terms with blanks between them, all of which must hold; ! before a term
 * turns it round. A term is a key, a sign and a value:
 *
 *     name~"re"        a tasklet or channel of that name is spoken of (: or = the whole name)
 *     place~re         the place in the source: play.c:14, or the function
 *     text~re          the event's sentence
 *     kind:switch      tasklet_switch, or the category of a kind: channel, slice, ...
 *     state:blocked    a tasklet spoken of is running, runnable, sending, receiving, paused (or limbo),
 *                      in run, new, ended, blocked (sending or receiving), starving or alive
 *     tasklet:7        likewise T7; chan:5 or C5; thread:1
 *     touches:T7       the same as tasklet:7
 *     dur>1ms          what is over with the event took so long: a stretch of running (a switch), a
 *                      wait (a transfer); of a tasklet: how long it has been where it is
 *     time<2s, seq>100 where in the trace
 *     bytes>4KiB       any field of the catalogue, by its name: balance, depth, error, cause:yield
 *
 * A word without a sign must be in the sentence. A text without any sign is one phrase, so that what
 * people type to find words needs no quotes. Regular expressions are POSIX extended ones; upper and
 * lower case are alike.
 */
#ifndef GREENROOM_FILTER_H
#define GREENROOM_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "event_source.h"
#include "replay.h"
#include "scene.h"

struct filter;

enum { FILTER_WORDS_MAX = 256 };

/* 0, or -EINVAL with a sentence in `error` for what cannot be understood, or -ENOMEM. */
int filter_create(struct filter **out, const char *words, struct error *error);
void filter_destroy(struct filter *filter);

/* As it was written. */
const char *filter_words(const struct filter *filter);

/* Whether the event at the position of a replay passes. To know how long something took the replay
 * may go a step back and forward again. */
bool filter_passes(const struct filter *filter, struct replay *replay);

/* The part of the question that an event alone can answer, before there is a state: false means that
 * it does not pass. */
bool filter_may_pass(const struct filter *filter, const struct event *event);
/* Whether that is all of the question. */
bool filter_is_simple(const struct filter *filter);
/* What chunks can be asked for. */
struct event_source_query filter_query(const struct filter *filter);

/* Whether it says anything of tasklets by themselves: a filter with terms that only make sense of
 * events (kind, text, time, ...) does not. */
bool filter_is_for_tasklets(const struct filter *filter);
/* Whether a tasklet, as it is in the scene, passes; all do when it is not for tasklets. */
bool filter_passes_tasklet(const struct filter *filter, const struct scene *scene, uint32_t id);

/* Where in a text a phrase that is looked for stands (in bytes), -1: nowhere. */
long filter_phrase(const struct filter *filter, const char *text, size_t *length);

#endif
