/* SPDX-License-Identifier: MIT */
/*
 * generator_core.h - the inside of the generator; only for generator*.c.
 *
 * The simulator keeps the chain as a plain array whose entry 0 is the first, and so does it with
 * queues: slow, and easy to believe.
 */
#ifndef GREENROOM_TESTS_GENERATOR_CORE_H
#define GREENROOM_TESTS_GENERATOR_CORE_H

#include <stdbool.h>

#include "generator.h"

enum sim_where { SIM_NEW, SIM_PAUSED, SIM_CHAIN, SIM_QUEUE, SIM_ENDED };

struct sim_tasklet {
	uint32_t id, thread;
	enum sim_where where;
	bool started, is_main;
	int direction; /* in a queue */
	uint32_t channel;
	uint32_t saved; /* bytes of its slice, 0: none */
	int error;      /* that its pending call will return */
	uint32_t run_depth;
};

/* A row of tasklets in order. */
struct sim_row {
	uint32_t *id;
	uint32_t count, capacity;
};

struct sim_channel {
	uint32_t id, thread; /* thread 0: shared */
	struct sim_row queue;
	int direction; /* of those in the queue */
	int preference;
	bool closing, schedule_all, destroyed;
};

struct sim_thread {
	uint32_t main;
	struct sim_row chain;   /* entry 0 is the first: the one that runs */
	struct sim_row callers; /* of scheduler_run, the innermost last */
	struct sim_row members; /* tasklets that have not ended */
};

struct generator {
	struct generator_options options;
	uint64_t seed;
	uint64_t seq, time_ns;
	uint32_t now;                /* thread that acts */
	struct sim_tasklet *tasklet; /* by id */
	uint32_t tasklets, tasklet_capacity;
	struct sim_channel *channel; /* by id */
	uint32_t channels, channel_capacity;
	struct sim_thread thread[GENERATOR_THREADS_MAX + 1];
	struct event *waiting; /* events that have not been fetched yet */
	size_t waiting_first, waiting_count, waiting_capacity;
};

#define GENERATOR_BASE UINT64_C(0x7ffc1234e780)

uint32_t sim_random(struct generator *generator, uint32_t bound);
uint32_t sim_place(struct generator *generator);
void *sim_allocate(void *old, size_t bytes);

void sim_row_append(struct sim_row *row, uint32_t id);
void sim_row_insert(struct sim_row *row, uint32_t at, uint32_t id);
void sim_row_remove(struct sim_row *row, uint32_t id);

/* Tells an event that happens in a thread. */
void sim_tell(struct generator *generator, uint32_t thread, struct event_slot slot);

static inline struct sim_thread *sim_thread(struct generator *generator)
{
	return &generator->thread[generator->now];
}

static inline uint32_t sim_current(struct generator *generator)
{
	return sim_thread(generator)->chain.id[0];
}

/* Steps that several operations share; in the thread that acts unless they say otherwise. */
void sim_insert(struct generator *generator, uint32_t id, enum event_insert_cause cause);
/* The same, before any tasklet of the chain that does not run. */
void sim_insert_before(struct generator *generator, uint32_t id, enum event_insert_cause cause);
void sim_leave_channel(struct generator *generator, uint32_t id, enum event_leave_cause cause);
/* `prev` stops, `next` of the chain goes on and does what it does first. */
void sim_switch(struct generator *generator, uint32_t prev, uint32_t next,
		enum event_switch_cause cause, uint32_t channel);
/* Who is to be woken when nothing is runnable. */
uint32_t sim_watchdog(struct generator *generator);
/* Whether the current tasklet may leave the chain: another one can run then. */
bool sim_may_leave(struct generator *generator);
/* It has left the chain: the next one goes on. */
void sim_go_on(struct generator *generator, uint32_t prev, enum event_switch_cause cause,
	       uint32_t channel);

uint32_t sim_add_tasklet(struct generator *generator, uint32_t thread);
void sim_begin_thread(struct generator *generator, uint32_t thread);

/* One random operation of the current tasklet; tells nothing when it can't be done. */
void sim_operate(struct generator *generator);
void sim_operate_channel(struct generator *generator);

#endif
