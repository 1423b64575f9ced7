/* SPDX-License-Identifier: MIT */
/*
 * inbox.h - what other threads want of a thread's tasklets, and how a thread sleeps.
 *
 * A thread's chain and tasklets belong to it alone. Another thread that has something for one of
 * them (a partner has been found, it is to be inserted, an error is thrown into it) writes that into
 * the tasklet, under the lock of the inbox of the tasklet's thread, and puts the tasklet into that
 * inbox. The thread looks into its inbox at each operation that may switch, when it creates or
 * inserts a tasklet, and when it has nothing to run; looking costs one load when there is nothing.
 *
 * Locks are taken in this order: a shared channel's, then an inbox's (see channel_hold for how to
 * get the other way round).
 */
#ifndef GREENROOM_INBOX_H
#define GREENROOM_INBOX_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "compiler.h"

struct tasklet;
struct thread;

/* What is wanted of a tasklet; several may be wanted at once. */
enum inbox_want {
	INBOX_WOKEN = 1,  /* a partner has taken it out of the queue it waited in */
	INBOX_INSERT = 2, /* tasklet_insert */
	INBOX_RUN = 4,    /* tasklet_run */
	INBOX_THROW = 8,  /* tasklet_throw; wanted_error says what */
	INBOX_ADOPT = 16, /* tasklet_bind_thread: it belongs to this thread now */
	INBOX_FREE = 32   /* its last reference was dropped */
};

enum inbox_sleep {
	INBOX_AWAKE,
	INBOX_ASLEEP, /* until somebody wakes it; counted in the registry */
	INBOX_DOZES   /* until then, or until a certain time */
};

/* Others write to it while the thread looks whether they have: those are lines of their own. */
struct inbox {
	_Alignas(64) pthread_mutex_t lock;
	struct tasklet *first, *last; /* linked by inbox_next, oldest first */
	uint64_t stamp;               /* nothing that is in it was posted later */
	int alarm;                    /* eventfd to ring while the thread polls, plus one */
	bool rings;                   /* inbox_unlock has to wake the thread */
	_Atomic bool closed;          /* the thread has ended */
	_Atomic bool asked;           /* see inbox_ask */
	_Alignas(
		64) _Atomic bool waiting; /* something is in it, or asked; for a look without the lock */
	_Atomic uint32_t sleeps;          /* enum inbox_sleep; a futex */
};

/* Who posts, for the trace: number of the tasklet that acts, the time, the place. */
struct inbox_sender {
	uint32_t tasklet;
	uint64_t stamp;
};

/* 0 or -ENOMEM. */
int inbox_init(struct inbox *inbox);
void inbox_term(struct inbox *inbox);

/* Posts into an inbox that is locked and not closed; to be unlocked by inbox_unlock, which wakes the
 * thread if that is necessary. */
void inbox_put(struct inbox *inbox, struct tasklet *tasklet, enum inbox_want want,
	       struct inbox_sender sender);

void inbox_unlock(struct inbox *inbox);

/* Posts; the thread is woken if it sleeps. Any thread. 0; -ESRCH when the tasklet's thread has
 * ended. `error` counts for INBOX_THROW alone. */
int inbox_post(struct tasklet *tasklet, enum inbox_want want, int error,
	       struct inbox_sender sender);

/* Does all that is wanted. Own thread, not in a callback. `stopped`: the current tasklet has left the
 * chain, or is about to look what its call returns; else an error for it has to wait for that. */
GREENROOM_COLD void inbox_empty(struct thread *thread, bool stopped);

static inline bool inbox_is_waiting(const struct inbox *inbox)
{
	return unlikely(atomic_load_explicit(&inbox->waiting, memory_order_relaxed));
}

/* Asks the thread to look whether its trace is turned on or off: see trace_control.h. Any thread. In the
 * child after a fork: the only thread, of itself. */
void inbox_ask(struct inbox *inbox);
void inbox_ask_after_fork(struct inbox *inbox);

static inline bool inbox_is_asked(const struct inbox *inbox)
{
	return unlikely(atomic_load_explicit(&inbox->asked, memory_order_relaxed));
}

/* Sleeps until something is in the inbox, or it is asked: true. False at once when every other attached thread
 * sleeps too, so that nothing could ever come. Own thread. */
bool inbox_sleep(struct thread *thread);

/* Sleeps until something is in the inbox, or until a moment of CLOCK_MONOTONIC in ns. Own thread. Such a
 * sleep ends by itself, and does not count as one. */
void inbox_doze(struct inbox *inbox, uint64_t due);

/* From here on whoever posts writes to the eventfd: true. False: something is in the inbox. */
bool inbox_begin_poll(struct inbox *inbox, int alarm);
void inbox_end_poll(struct inbox *inbox);

/* Wakes the thread without a message, to let it see for itself whether anything can still come. */
void inbox_disturb(struct inbox *inbox);

/* Locks the inbox of the thread that a tasklet belongs to: it belongs to it until the inbox is
 * unlocked. Any thread. */
struct inbox *inbox_lock_of(const struct tasklet *tasklet);

#endif
