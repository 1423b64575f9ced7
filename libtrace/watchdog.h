/* SPDX-License-Identifier: MIT */
/*
 * watchdog.h - the budget of a scheduler_run: who goes on for too long has to stop.
 *
 * There are no signals and no second thread: while a watchdog is active THREAD_TIMED is set, and
 * every tick looks whether the budget is used up. Then the tasklet is stopped, or that is put off:
 * it is *overdue*, and stopped at its first tick where it may be.
 *
 *     budget for      RUN_SOFT not set                        RUN_SOFT set
 *     one turn        at a checkpoint or yield the current    at its next switch the caller goes
 *                     tasklet is stopped, the caller of       on before whoever is next; nobody
 *                     scheduler_run goes on                   is stopped
 *     the whole run   the same; and at a switch the tasklet
 *                     whose turn it would be is stopped
 */
#ifndef GREENROOM_WATCHDOG_H
#define GREENROOM_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

struct greenroom_site;
struct run_options;
struct scheduler_stop;
struct tasklet;
struct thread;

struct watchdog {
	struct tasklet *caller; /* of scheduler_run, who goes on in the end; NULL: not active */
	struct tasklet *victim; /* whom it has stopped: still in the chain; NULL: nobody */
	unsigned int flags;     /* enum run_flag */
	uint32_t number;        /* counts the watchdogs of the thread: tells their overdues apart */
	uint64_t ticks;         /* budget, 0: none */
	uint64_t time;          /* budget in ticks of the clock, 0: none */
	bool counter;           /* the clock is the processor's counter */
	uint64_t used_ticks;    /* in this turn, or run */
	uint64_t began;         /* when that began, by the clock; only with a budget in time */
};

/* Makes the caller of scheduler_run a watchdog, if it has a budget and there is none yet. */
void watchdog_start(struct thread *thread, struct tasklet *caller,
		    const struct run_options *options);
void watchdog_stop(struct thread *thread);

/* A tick of the current tasklet, which may be stopped here. Returns what a pending call returns, for
 * tasklet_obey: 0 when nothing happened. */
int watchdog_check(struct thread *thread, struct greenroom_site *site);

/* The current tasklet has stopped being atomic: stops it, if it is overdue. An error thrown into it
 * meanwhile is what its next checkpoint returns. */
void watchdog_catch_up(struct thread *thread, struct greenroom_site *site);

/* A tick at a switch: returns who is to go on in place of `next`, or `next` itself. The current tasklet
 * may be it: then nobody else is runnable. `stop` is what the switch will be told with. */
struct tasklet *watchdog_at_switch(struct thread *thread, struct tasklet *next,
				   struct scheduler_stop *stop);

#endif
