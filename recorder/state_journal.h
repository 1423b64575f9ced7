/* SPDX-License-Identifier: MIT */
/*
 * state_journal.h - the words that the last events overwrote, so that they can be put back.
 */
#ifndef GREENROOM_STATE_JOURNAL_H
#define GREENROOM_STATE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct state;
struct state_journal;

/* NULL when out of memory. */
struct state_journal *state_journal_create(size_t events);
void state_journal_destroy(struct state_journal *journal);
void state_journal_empty(struct state_journal *journal);
size_t state_journal_events(const struct state_journal *journal);

/* An event begins, forgetting the oldest one if there are too many. */
void state_journal_begin(struct state *state);
/* It is over: what was kept but has not changed is dropped again. 0, or -ENOMEM when something
 * could not be kept. */
int state_journal_end(struct state *state);
/* Puts the newest event's words back: true, or false when there is no event. */
bool state_journal_undo(struct state *state);

#endif
