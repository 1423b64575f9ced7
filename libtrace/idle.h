/* SPDX-License-Identifier: MIT */
/*
 * idle.h - nothing is runnable: who goes on, or how the thread waits until somebody can.
 *
 * Own thread only. The rules stand at the top of idle.c.
 */
#ifndef GREENROOM_IDLE_H
#define GREENROOM_IDLE_H

#include <stdint.h>

#include "compiler.h"
#include "tasklet.h"
#include "thread.h"

/* The innermost caller of scheduler_run, or main: who is woken when nothing is runnable, and who
 * takes uncaught errors. */
static inline struct tasklet *idle_watchdog(const struct thread *thread)
{
	return thread->run_top ? thread->run_top : thread->main;
}

/* The slow halves of the two below: the current tasklet is the only one in the chain. */
GREENROOM_COLD int idle_may_wait(const struct thread *thread);
GREENROOM_COLD int idle_may_pause(const struct thread *thread);

/* The current tasklet has left the chain, which is empty: who goes on, in the chain again. It may be
 * the current one, with the error that its call is to return. `error` (0: none) is what the watchdog
 * is to get if it is the one. */
GREENROOM_COLD struct tasklet *idle_successor(struct thread *thread, int error, uint32_t channel,
					      struct greenroom_site *site);

/* The same when the current tasklet has ended. */
GREENROOM_COLD struct tasklet *idle_heir(struct thread *thread);

/* Says that the current tasklet's wish to wait has been refused. */
void idle_say_deadlock(struct thread *thread, uint32_t channel, struct greenroom_site *site);

#endif
