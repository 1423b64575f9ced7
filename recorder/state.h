/* SPDX-License-Identifier: MIT */
/*
 * state.h - what the events add up to: the chain of each thread, the queue of each channel, and
 * where every tasklet is.
 *
 * A state starts empty; state_apply takes it from one event to the next, in the words of the
 * comments in event.def; with a journal it can also be taken back (state_undo). Plain data: it
 * opens nothing and draws nothing. Events may come from a damaged file: whatever does not fit is
 * counted (`oddities`), never trusted, and the state stays consistent. What an event says about
 * its own tasklets and channels is made true even then, so that after a hole in the trace the
 * state comes right again little by little.
 *
 * Numbers of tasklets, channels and threads index the arrays (entry 0 is "none"). Links are such
 * numbers too.
 */
#ifndef GREENROOM_STATE_H
#define GREENROOM_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

enum state_where {
	STATE_UNKNOWN, /* no event has spoken of it */
	STATE_NEW,     /* has no function: created or ended-and-kept, not alive */
	STATE_PAUSED,  /* alive, in no chain and no queue */
	STATE_CHAIN,   /* in the chain of its thread */
	STATE_SENDING, /* in the queue of `channel` */
	STATE_RECEIVING,
	STATE_ENDED,
	STATE_WAITING /* for a time or a descriptor */
};

struct state_tasklet {
	uint8_t where;     /* enum state_where */
	uint8_t started;   /* has run */
	uint8_t end_cause; /* enum event_end_cause, when ended */
	uint8_t is_main;
	uint32_t next, prev; /* in the chain (circular) or the queue (0 at its ends) */
	uint32_t thread;
	uint32_t name; /* string */
	uint32_t creator;
	uint32_t function;   /* place */
	uint32_t created_at; /* place */
	uint32_t stopped_at; /* place where it last stopped; 0: not known */
	uint32_t channel;    /* in which it waits, 0: none */
	int32_t error;       /* that its pending call will return, or, until it stops again, has
				returned; or that it ended with; 0: none */
	uint32_t run_depth;  /* its place among the callers of scheduler_run, 1: the outermost;
				0: not among them */
	uint32_t run_below;  /* the caller outside of it, 0: none */
	uint32_t waits;      /* how often it has waited in a channel */
	uint32_t frames;     /* of a soft tasklet, on the heap */
	uint32_t forced;     /* how often it had frames and had to be switched hard */
	uint32_t saved_bytes, kept_bytes; /* of its slice while it is in the heap, else 0 */
	uint64_t stack_low;               /* its stack pointer when it was last saved, 0: never */
	uint64_t stack_base;  /* highest address of its part of the stack, 0: not known */
	uint64_t switches;    /* how often it was switched to */
	uint64_t saved_total; /* bytes ever saved */
	uint64_t run_ns;      /* time it has run, without the present stretch */
	uint64_t waited_ns;   /* how long its last wait in a channel took */
	uint64_t created_seq, ended_seq, since_seq; /* since_seq: event that put it where it is; to
						       run and to be next are different places */
	uint64_t since_ns;
};

struct state_channel {
	uint8_t known, closing, destroyed, schedule_all;
	int8_t preference;
	uint8_t unused[3];
	uint32_t name; /* string */
	uint32_t creator;
	uint32_t size;       /* bytes of a value */
	uint32_t created_at; /* place */
	int32_t balance;
	uint32_t first, last; /* of the queue */
	uint32_t longest;     /* most that ever waited at once */
	uint64_t transfers;
	uint64_t created_seq;
};

struct state_thread {
	uint8_t known, ended;
	uint8_t unused[2];
	uint32_t main;
	uint32_t running;  /* the tasklet that runs */
	uint32_t previous; /* the one that ran before it, 0: none yet */
	uint32_t expected; /* whose turn it was at the last switch, by the chain's order alone */
	uint32_t first;    /* first of the chain, 0: empty */
	uint32_t count;    /* tasklets in the chain */
	uint32_t os_thread;
	uint32_t run_depth;  /* callers on the stack of scheduler_run */
	uint32_t run_top;    /* the innermost of them */
	uint64_t stack_base; /* highest address seen in use by tasklets, 0: not known */
	uint64_t since_ns;   /* when `running` began to run */
	uint64_t switches, saved_total;
};

/* Numbers above this are refused, and so are those far beyond anything the events so far could
 * have made: a damaged number must not cost gigabytes. */
enum { STATE_ID_MAX = 1 << 26, STATE_ID_SLACK = 1 << 16, STATE_IDS_PER_EVENT = 16 };

struct state; /* opaque: use the functions */

/* NULL when out of memory. Caller owns it. */
struct state *state_create(void);
void state_destroy(struct state *state);
void state_clear(struct state *state);

/* Makes `state` what `from` is, without its journal. 0, or -ENOMEM with `state` cleared. */
int state_copy(struct state *state, const struct state *from);
/* The memory its entries take. */
size_t state_bytes(const struct state *state);

/* Number of the last event applied; 0: none. Its time. */
uint64_t state_seq(const struct state *state);
uint64_t state_time_ns(const struct state *state);

/* Applies the next event. 0, or -ENOMEM with the state unusable until state_clear/load. */
int state_apply(struct state *state, const struct event *event);
/* The next `count` events: quicker where there are many tasklets. */
int state_apply_all(struct state *state, const struct event *events, size_t count);

/* With a journal, the last `events` events can be undone, exactly. state_undo returns 1, or 0 when
 * the journal does not reach back that far. Changing the depth empties the journal. */
int state_set_journal(struct state *state, size_t events);
int state_undo(struct state *state);
/* How many events can be undone now. */
size_t state_undo_depth(const struct state *state);

/* Counts: highest number in use (entries may be STATE_UNKNOWN). */
uint32_t state_tasklets(const struct state *state);
uint32_t state_channels(const struct state *state);
uint32_t state_threads(const struct state *state);

/* Entries; a zeroed one for numbers never used. Valid until the next apply/undo/load. */
const struct state_tasklet *state_tasklet(const struct state *state, uint32_t id);
const struct state_channel *state_channel(const struct state *state, uint32_t id);
const struct state_thread *state_thread(const struct state *state, uint32_t id);

/* Misfits between events and state, holes in the numbering included (0 in every trace that is not
 * damaged or lossy). */
uint64_t state_oddities(const struct state *state);

/* The whole state as bytes, the same for equal states however they were reached (counters
 * included); for keyframes. *out is malloc'ed. 0 or -ENOMEM. Loading checks everything: -EBADMSG
 * for bytes that are no state, with the state cleared. */
int state_save(const struct state *state, void **out, size_t *bytes);
int state_load(struct state *state, const void *data, size_t bytes);

/* A hash over what state_save would write; the same in every build for one kind of processor. */
uint64_t state_hash(const struct state *state);

/* Whether every link leads where it should, every count is what it counts and nobody stands in two
 * places. Always true, whatever events were applied; state_load and the tests ask. */
bool state_is_consistent(const struct state *state);

#endif
