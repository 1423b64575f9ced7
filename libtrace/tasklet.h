/* SPDX-License-Identifier: MIT */
/*
 * tasklet.h - what a tasklet is made of, for the parts of the runtime.
 *
 * A tasklet is in exactly one of: the chain of its thread, the queue of one channel, neither.
 *
 *     alive  blocked  linked
 *       0       0       0     new, or ended
 *       1       0       0     paused
 *       1       0       1     in the chain
 *       1     -1/+1     1     in the queue of `channel`, receiving or sending
 *       1       2       1     waits for a time or a descriptor, as `waiter` says
 */
#ifndef GREENROOM_TASKLET_H
#define GREENROOM_TASKLET_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "compiler.h"
#include "event.h"
#include "exceptions.h"
#include "greenroom.h"
#include "slice.h"

/* In `blocked`, which is a direction otherwise. */
enum { TASKLET_WAITS = 2 };

enum { TASKLET_MAIL_BYTES = 8 };

/* There may be a million of them. What a switch and a message need comes first: two lines of 64
 * bytes. */
struct tasklet {
	struct slice slice; /* first: what a reader from outside looks for */
	struct tasklet *next, *prev;

	struct thread *thread;
	union {
		struct channel *channel; /* in whose queue it is */
		struct waiter *waiter;   /* TASKLET_WAITS: what it waits for */
	};
	struct frame *frame; /* its top frame: NULL for a plain function */
	/* The value that it sends, or that has been given to it: never on a stack that is out. */
	void *mail; /* inline_mail, or a piece of the slab of mail_capacity bytes */
	uint32_t mail_capacity;
	uint32_t into_bytes; /* size of the value that it waits for, */
	void *soft_into;     /* and where in a frame to put it, */
	union {
		void *into;     /* or on the stack that is out; NULL: nowhere */
		void *argument; /* before it has started: what it is started with */
	};
	/* What its pending call will return. While it is in a queue as a sender: 0, or the error it
	 * sends in place of a value. */
	int error;
	int8_t blocked; /* -1 receives, +1 sends */
	bool alive, started;
	bool obeys; /* a kill is obeyed at once when it goes on: nothing comes after */

	bool is_main, named; /* any thread may ask */
	bool moved;          /* see moved.h */
	bool block_trap : 1;
	bool unwinding : 1;                  /* it has been killed, and cleanup handlers may run */
	bool atomic : 1, ignore_nesting : 1; /* how a watchdog may treat it: see watchdog.h */
	bool between_steps : 1; /* it was stopped softly, but not in an operation: see frame.c */
	bool in_run : 1;        /* it is a caller of scheduler_run, and not done with that */
	uint8_t run_flags;      /* what it has asked scheduler_run for: enum run_flag */
	uint8_t cancel;         /* enum tasklet_cancel */
	uint8_t woken;          /* enum run_reason for a scheduler_run that waits in it */
	uint8_t wanted;         /* enum inbox_want bits; 0: it is not in the inbox */
	/* `channel` is a shared one. Becomes true without, false only with the inbox locked: who has
	 * locked that and finds it true can go to the channel. */
	bool waits_shared;
	/* What another thread wants of it: under the lock of its thread's inbox (inbox.h). */
	int wanted_error;
	uint32_t wanted_by; /* number of the tasklet that wants it */
	struct tasklet *inbox_next;
	struct tasklet *run_below; /* next outer caller of scheduler_run, while it is one */
	uint32_t run_depth;
	uint32_t failed; /* number of the tasklet whose error `error` is, 0: thrown */
	uint32_t references;
	uint32_t nesting;        /* calls of frame_run that are active in it */
	uint32_t function_place; /* for the trace; 0 when it is off */
	uint32_t overdue; /* number of the watchdog whose interrupt was put off in it; 0: none */
	int check_error;  /* what its next tasklet_check returns; thrown into it where it was told
			   * nothing */
	tasklet_fn *run;
	void *value; /* see tasklet_value */
	void *data;
	uint64_t id;
	const char *name;             /* "" or own copy */
	struct exceptions exceptions; /* of C++, while it is out */
	char inline_mail[TASKLET_MAIL_BYTES];
};

/* Whether it is in a chain or a queue. (The links of one that is in a queue may be another thread's
 * to change at this moment.) */
static inline bool tasklet_is_linked(const struct tasklet *tasklet)
{
	return tasklet->blocked || tasklet->next;
}

/* Two things that other threads ask before they bother its own: the answer may be out of date. */
static inline void tasklet_set_alive(struct tasklet *tasklet, bool alive)
{
	__atomic_store_n(&tasklet->alive, alive, __ATOMIC_RELAXED);
}

static inline bool tasklet_seems_alive(const struct tasklet *tasklet)
{
	return __atomic_load_n(&tasklet->alive, __ATOMIC_RELAXED);
}

static inline void tasklet_set_blocked(struct tasklet *tasklet, int blocked)
{
	__atomic_store_n(&tasklet->blocked, (int8_t)blocked, __ATOMIC_RELAXED);
}

static inline bool tasklet_seems_blocked(const struct tasklet *tasklet)
{
	return __atomic_load_n(&tasklet->blocked, __ATOMIC_RELAXED) != 0;
}

/* Its number in events. */
static inline uint32_t tasklet_number(const struct tasklet *tasklet)
{
	return (uint32_t)tasklet->id;
}

/* A tasklet of `thread`, not alive, with one reference. NULL when out of memory. Says nothing to the
 * trace. */
struct tasklet *tasklet_allocate(struct thread *thread, const char *name);

/* Makes room for a value of `bytes` in the mailbox. 0 or -ENOMEM. */
int tasklet_reserve_mail(struct tasklet *tasklet, size_t bytes);

/* Frees a tasklet that nobody holds any more. Own thread. */
void tasklet_free(struct tasklet *tasklet);

/* Says that a tasklet is in the chain now, at the end or before `successor`. */
void tasklet_say_insert(const struct tasklet *tasklet, uint32_t actor,
			const struct tasklet *successor, enum event_insert_cause cause,
			struct greenroom_site *site);

/* Carries out the throw that a tasklet of another thread asked for. */
void tasklet_take_throw(struct tasklet *tasklet, int error, uint32_t actor);

/* Puts a tasklet that is alive and nowhere at the end of its chain. */
void tasklet_append(struct tasklet *tasklet, enum event_insert_cause cause,
		    struct greenroom_site *site);

/* The same, but directly before one that is in the chain. */
void tasklet_insert_before(struct tasklet *tasklet, struct tasklet *successor,
			   enum event_insert_cause cause, struct greenroom_site *site);

/* Sets what the pending call of a tasklet that is out will return; `failed` is the number of the
 * tasklet that ended with it, or 0. */
static inline void tasklet_give_error(struct tasklet *tasklet, int error, uint32_t failed)
{
	tasklet->error = error;
	tasklet->failed = failed;
}

/* Unwinds the current tasklet, unless it is main or has asked for the error: returns -ECANCELED
 * then. */
int tasklet_obey_kill(void);

/* Obeys what the pending call of the current tasklet is to return: it may be a kill. */
static inline int tasklet_obey(int error)
{
	return likely(error != -ECANCELED) ? error : tasklet_obey_kill();
}

/* Copies a value into a mailbox, or out of one. Most are a number or a pointer: those are moved
 * without a call. */
static inline void mail_copy(void *to, const void *from, size_t size)
{
	if (size == sizeof(uint64_t))
		memcpy(to, from, sizeof(uint64_t));
	else if (size == sizeof(uint32_t))
		memcpy(to, from, sizeof(uint32_t));
	else
		memcpy(to, from, size);
}

/* The pending call of the current tasklet returns `error`: without one it has its value now. */
static inline void tasklet_take_value(struct tasklet *tasklet, int error)
{
	if (!tasklet->into)
		return;
	if (!error)
		mail_copy(tasklet->into, tasklet->mail, tasklet->into_bytes);
	tasklet->into = NULL;
}

/* Drops the tasklet that has just ended, its stack has been left. */
void tasklet_bury_dead(struct thread *thread);

/* Says that the current tasklet runs for the first time. */
void tasklet_begin(struct tasklet *tasklet);

/* Ends the current tasklet with the result of its function; another one is current then, and to be
 * gone on with, and thread->dead to be buried. `soft`: it leaves no stack. */
void tasklet_end(struct tasklet *tasklet, int result, bool soft);

/* The same, and goes on with the other one; for a tasklet with a stack to leave. */
_Noreturn void tasklet_finish(struct tasklet *tasklet, int result);

/* Unwinds the current tasklet's stack, runs its cleanup handlers, and ends it with -ECANCELED. */
_Noreturn void tasklet_unwind(struct tasklet *tasklet);

#endif
