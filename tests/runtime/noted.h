/* SPDX-License-Identifier: MIT */
/*
 * noted.h - a log in which tasklets write down what they do, by letters, for tests of who runs when;
 * and budgets to run with, checkpoints to pass.
 */
#ifndef NOTED_H
#define NOTED_H

#include <greenroom.h>

enum { BUDGET = 100 };

/* Of the last run_ticks. */
extern struct run_result result;

void note(const char *what);
/* Compares the log, and begins a new one; begins one unseen. */
void check_log(const char *expected, const char *name);
void clear_log(void);
size_t log_length(void);

/* scheduler_run with a budget in ticks, and without one. */
int run_ticks(unsigned int flags, uint64_t ticks);
int run_to_end(void);

/* Passes `count` checkpoints; what the last one returned, or the first error. */
int check_often(int count);

/* Tasklets that note their names when they have passed far more checkpoints than the budget allows
 * (and, before it, that they begin), or yielded far more often. */
int say_and_check(void *name);
int say_and_yield(void *name);
struct tasklet *spawn(const char *name, tasklet_fn *run);

/* The name of a tasklet, main's is "m". */
const char *letter(const struct tasklet *tasklet);
/* Notes the current tasklet: "a"; the chain from it on: "[abm]". */
void note_self(void);
void note_chain(void);

/* Tasklets that note themselves: once; before and after a yield. */
int say(void *unused);
int say_twice(void *unused);

#endif
