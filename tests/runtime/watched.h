/* SPDX-License-Identifier: MIT */
/*
 * watched.h - what the tests of watchdogs share: a budget to run with, checkpoints to pass, and a log
 * in which the tasklets write down what they do, by letters.
 */
#ifndef WATCHED_H
#define WATCHED_H

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

#endif
