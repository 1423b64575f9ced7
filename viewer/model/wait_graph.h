/* SPDX-License-Identifier: MIT */
/*
 * wait_graph.h - who waits for whom, and who can never run again.
 *
 * Plain input, from a replay, a running program or a core file alike: what each tasklet waits for,
 * and who is known to use which channel. A tasklet that waits in a channel could be woken by those
 * who use it, unless they wait in the same queue. Whoever runs, will run, waits for the world or is
 * in scheduler_run may wake others; so may those whom they could wake, and so on. Who is left is
 * stuck:
 *
 *     deadlock           nobody at all may run any more
 *     partial deadlock   a circle of tasklets that only each other could wake, and who waits for them
 *     orphan             in a channel that nobody else uses who is still there
 *
 * The first is certain. The others hold as far as the users of the channels are known; and an error
 * that is thrown into a tasklet wakes it from anything.
 *
 * Tasklets and channels are numbered from 1; 0 is none.
 */
#ifndef GREENROOM_WAIT_GRAPH_H
#define GREENROOM_WAIT_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum wait_kind {
	WAIT_ABSENT,  /* ended, not begun, or of a thread that has ended: wakes nobody */
	WAIT_READY,   /* runs, or has its turn later */
	WAIT_WORLD,   /* for a time or a descriptor: it comes back by itself */
	WAIT_RUN,     /* in scheduler_run, which returns when nothing else is runnable */
	WAIT_PAUSED,  /* in no chain and no queue, until somebody inserts it */
	WAIT_TO_SEND, /* in a channel */
	WAIT_TO_RECEIVE
};

struct wait_tasklet {
	uint8_t kind;     /* enum wait_kind */
	uint32_t channel; /* in which it waits, else 0 */
};

/* How a tasklet uses a channel. */
enum { WAIT_SENDS = 1, WAIT_RECEIVES = 2, WAIT_KNOWS = 4 };

struct wait_use {
	uint32_t channel, tasklet;
	uint8_t how; /* bits */
};

struct wait_input {
	const struct wait_tasklet *tasklet; /* entries 0 to `tasklets` */
	uint32_t tasklets;
	uint32_t channels;
	const struct wait_use *use;
	size_t uses;
	const uint8_t *open; /* of each channel, from 0 to `channels`: whether others than those in
				`use` may use it; NULL: none */
	bool over;           /* the program has ended: nobody runs, which is no deadlock */
};

enum wait_verdict { WAIT_GOES_ON, WAIT_ORPHAN, WAIT_PARTIAL_DEADLOCK, WAIT_DEADLOCK };

/* Tasklets that are stuck together. */
struct wait_group {
	enum wait_verdict verdict;
	uint32_t channel; /* one of the circle; without a circle one that nobody else uses */
	uint32_t head;    /* one of the circle, or one that waits in the channel */
	uint32_t circle;  /* tasklets in the circle, 0: there is none */
	uint32_t same;    /* without a circle: how many wait in the channel */
	uint32_t members;
};

struct wait_graph;

/* The input is borrowed until the graph goes. 0 or -ENOMEM. */
int wait_graph_create(struct wait_graph **out, const struct wait_input *input);
void wait_graph_destroy(struct wait_graph *graph);

/* The worst of all. */
enum wait_verdict wait_graph_worst(const struct wait_graph *graph);
/* Groups are numbered from 1, the worst and largest first. */
uint32_t wait_graph_groups(const struct wait_graph *graph);
struct wait_group wait_graph_group(const struct wait_graph *graph, uint32_t group);

uint32_t wait_graph_tasklets(const struct wait_graph *graph);
const struct wait_tasklet *wait_graph_tasklet(const struct wait_graph *graph, uint32_t tasklet);
/* The group a tasklet belongs to; 0: it may run. */
uint32_t wait_graph_group_of(const struct wait_graph *graph, uint32_t tasklet);
enum wait_verdict wait_graph_verdict(const struct wait_graph *graph, uint32_t tasklet);

/* Who could wake a tasklet that waits in a channel: up to `max` of them; returns how many there are.
 * Those who go the opposite way if there are any, else whoever uses the channel. */
uint32_t wait_graph_wakers(const struct wait_graph *graph, uint32_t tasklet, uint32_t *out,
			   uint32_t max);
/* In the circle of its group: the tasklet that this one waits for; 0: it is in no circle. */
uint32_t wait_graph_circle_next(const struct wait_graph *graph, uint32_t tasklet);
/* The channels whose waiters this tasklet could wake; until `visit` returns false. */
void wait_graph_visit(const struct wait_graph *graph, uint32_t tasklet,
		      bool (*visit)(void *context, uint32_t channel), void *context);
/* Those who wait in a channel, one after the other; 0: no more. */
uint32_t wait_graph_first(const struct wait_graph *graph, uint32_t channel);
uint32_t wait_graph_next(const struct wait_graph *graph, uint32_t tasklet);
/* Whether a tasklet is stuck in a channel that nobody else uses who is still there. */
bool wait_graph_is_lonely(const struct wait_graph *graph, uint32_t tasklet);
/* How many others have used the channel in which a tasklet waits and are gone, and one of them. */
uint32_t wait_graph_gone(const struct wait_graph *graph, uint32_t tasklet, uint32_t *one);

/* What tasklets and channels are called in sentences. */
struct wait_names {
	const void *context;
	size_t (*tasklet)(char *out, size_t size, const void *context, uint32_t tasklet);
	size_t (*channel)(char *out, size_t size, const void *context, uint32_t channel);
};

/* "deadlock", "partial deadlock", "orphan", "goes on". */
const char *wait_verdict_word(enum wait_verdict verdict);
/* Why the group is stuck, in few words that need what is drawn below them, or in a sentence or two. Returns the length, as much as there was room for. */
size_t wait_graph_brief(char *out, size_t size, const struct wait_graph *graph, uint32_t group);
size_t wait_graph_sentence(char *out, size_t size, const struct wait_graph *graph, uint32_t group,
			   const struct wait_names *names);

#endif
