/* SPDX-License-Identifier: MIT */
/*
 * thread.h - a thread's record: its chain, its stack, its main tasklet, its scheduler's settings.
 *
 * Made at the thread's first use of the runtime, gone with the thread. Own thread only.
 */
#ifndef GREENROOM_THREAD_H
#define GREENROOM_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unwind.h>

#include "chain.h"
#include "compiler.h"
#include "greenroom.h"
#include "inbox.h"
#include "slab.h"
#include "slice.h"
#include "trace.h"
#include "wait.h"
#include "watchdog.h"

struct backtrace_cache;

enum thread_divert {
	THREAD_WATCHED = 1, /* switches have to be told: there is a callback, or a ring */
	THREAD_SOFT = 2,    /* the current tasklet may be stopped softly, in the call under way */
	THREAD_BUSY = 4,    /* a callback runs: nothing may switch or use a channel */
	THREAD_CXX = 8,     /* there is a C++ runtime, whose exceptions are exchanged too */
	THREAD_TIMED = 16,  /* a watchdog counts ticks: see watchdog.h */
	THREAD_WAITING = 32 /* tasklets wait for a time or a descriptor: see wait.h */
};

struct thread {
	struct trace_ring *ring; /* NULL: nothing is recorded */
	struct tasklet *current; /* the tasklet that runs */
	struct tasklet *main;
	struct tasklet *run_top; /* innermost caller of scheduler_run; linked by run_below */
	unsigned int run_flags;  /* what that one has asked for: enum run_flag */
	struct watchdog watchdog;
	struct chain chain;
	struct slice_stack stack;
	struct slice_switch request; /* of the switch under way */
	int switch_trap;
	uint8_t divert;  /* enum thread_divert bits: what makes a switch more than a switch */
	bool force_hard; /* GREENROOM_SWITCH=hard: frames are switched hard too */
	bool long_way;   /* see thread_set_long_way */
	scheduler_switch_fn *switch_callback;
	void *switch_context;
	scheduler_channel_fn *channel_callback;
	void *channel_context;
	scheduler_error_fn *error_handler;
	void *error_context;
	size_t tasklets;      /* alive, main not counted */
	size_t handles;       /* tasklets in memory, alive or not, main counted */
	struct tasklet *dead; /* has just ended: its memory goes when its stack has been left */
	struct _Unwind_Exception reserve; /* for a kill that finds no memory: see unwind.c */
	bool reserve_used;
	struct greenroom_site caller;      /* see thread_caller */
	struct backtrace_cache *backtrace; /* NULL: no call stack has been told yet */
	bool initial;                      /* the one that the process began with */
	bool asleep;                       /* it sleeps, as it has said, or would have */
	uint32_t os_thread;                /* its number in the system */
	/* What tracing wants of it, under the inbox's lock: a ring that it is to take, and the last
	 * recording for which it has got one (trace_control.c). */
	struct trace_ring *trace_offer;
	uint32_t trace_session;
	struct channel *channels; /* that belong to it alone, linked */
	uint64_t number;          /* in the registry, never used again */
	struct thread *registry_next;
	struct inbox inbox;
	struct wait_set waits;
	struct slab slab;
	struct slab tasklet_slab; /* the tasklets alone */
};

extern __thread struct thread *thread_record __attribute__((tls_model("initial-exec")));

/* The slow half of thread_self: attaches the calling thread. NULL when out of memory. */
GREENROOM_COLD struct thread *thread_attach(void);

/* The calling thread's record; NULL when it cannot be made. */
static inline struct thread *thread_self(void)
{
	struct thread *thread = thread_record;

	return likely(thread != NULL) ? thread : thread_attach();
}

/* To be called when the switch callback or the ring has changed. */
static inline void thread_set_watched(struct thread *thread)
{
	if (thread->switch_callback || trace_wanted(thread->ring))
		thread->divert |= THREAD_WATCHED;
	else
		thread->divert &= (uint8_t)~THREAD_WATCHED;
}

/* To be called when one of those has changed that frames have to ask for at an operation. */
static inline void thread_set_long_way(struct thread *thread)
{
	thread->long_way = thread->force_hard || thread->switch_trap ||
			   thread->channel_callback != NULL;
}

/* The trace's number for a place; 0 when nothing is recorded. */
static inline uint32_t thread_place(const struct thread *thread, struct greenroom_site *site)
{
	if (!trace_wanted(thread->ring) || !site)
		return 0;
	return trace_place(site, NULL);
}

/* Frees the record of a thread that has ended, whose last handle is gone. */
void thread_free(struct thread *thread);

/* Whether the thread of a handle has ended. Any thread. */
static inline bool thread_has_ended(const struct thread *thread)
{
	return atomic_load_explicit(&thread->inbox.closed, memory_order_acquire);
}

/* A site for a caller that is known by its return address alone; good until the next call. NULL when
 * nothing is recorded. */
struct greenroom_site *thread_caller(const void *return_address);

/* For marks: the calling thread's ring or NULL, and the number of its current tasklet. */
struct trace_ring *runtime_ring(uint32_t *tasklet_number);

/* Numbers for tasklets and channels, never used twice. Any thread. */
uint64_t thread_next_tasklet_id(void);
uint64_t thread_next_channel_id(void);

#endif
