/* SPDX-License-Identifier: MIT */
/*
 * dump.h - all tasklets of a process or of a core file, as they were at one moment, each with the calls
 * that it is in.
 *
 * A process is not stopped for it. A tasklet that is out is read as one, or the reading is repeated; so
 * each tasklet is told as it was, but two of them may be told as of moments that are a few milliseconds
 * apart.
 */
#ifndef GREENROOM_DUMP_H
#define GREENROOM_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "target.h"

enum { DUMP_NAME_MAX = 64 };

enum dump_state {
	DUMP_RUNNING, /* it is its thread's current one, and waits for nothing */
	DUMP_RUNNABLE,
	DUMP_SENDING,
	DUMP_RECEIVING,
	DUMP_SLEEPING, /* for a time */
	DUMP_POLLING,  /* for a descriptor, and perhaps a time */
	DUMP_PAUSED,
	DUMP_NEW /* runnable, but has not started */
};

/* Why there are calls to see, or none. */
enum dump_stack {
	DUMP_STACK_SAVED,   /* it is out: all of it was read */
	DUMP_STACK_LIVE,    /* it stands on its thread's stack, which does not move */
	DUMP_STACK_RUNNING, /* it runs: what lies on the stack changes all the time */
	DUMP_STACK_BUSY,    /* each time it was read, it went on meanwhile */
	DUMP_STACK_NONE     /* it has not started, or is made of frames alone */
};

struct dump_thread {
	uint64_t address; /* of its record */
	uint64_t number;
	int os_thread;
	bool asleep;
	uint64_t current, main; /* addresses of tasklets */
	uint64_t stack_low, stack_top, stack_base;
	uint64_t side_low, side_top;
};

struct dump_channel {
	uint64_t address, id;
	uint64_t thread; /* address of the thread it belongs to; 0: it is shared */
	int64_t balance;
	bool closing;
	char name[DUMP_NAME_MAX];
};

/* Where a call stands. Texts are borrowed from the target; "" and 0 when not known. */
struct dump_place {
	const char *function, *file, *module;
	unsigned int line;
	bool inlined; /* into the next one */
};

struct dump_call {
	uint64_t address; /* of the instruction that comes next; of a frame its step function */
	bool is_frame;    /* a heap object, of a softly switched tasklet */
	unsigned int resume;
	struct dump_place *place; /* [places], the innermost first; of a frame always one */
	size_t places;
};

struct dump_tasklet {
	uint64_t address, id;
	uint32_t thread; /* in dump.thread; DUMP_NOWHERE: it has ended, or is not known */
	uint32_t generation;
	enum dump_state state;
	enum dump_stack stack;
	bool is_main, is_current, is_soft, in_run;
	bool is_cut;      /* its calls go on, but could not be followed */
	uint32_t channel; /* in dump.channel, while it waits in one */
	int descriptor;   /* while it polls */
	uint32_t events;
	bool is_timed;
	uint64_t due; /* while it sleeps, or polls and is_timed: CLOCK_MONOTONIC, ns */
	uint64_t saved_bytes, bytes_in_place;
	uint64_t run; /* its function; of a soft one its outermost frame's step */
	char name[DUMP_NAME_MAX];
	struct dump_place function;
	struct dump_call *call; /* the innermost first */
	size_t calls, call_room;

	/* What the calls are read from: the stack from `low` up. */
	uint64_t sp, pc, low;
	char *memory;
	size_t bytes;
	uint64_t channel_address; /* or that of its waiter */
};

enum { DUMP_NOWHERE = UINT32_MAX };

struct dump {
	struct target *target;
	struct dump_thread *thread;
	size_t threads;
	struct dump_tasklet *tasklet; /* by id */
	size_t tasklets;
	struct dump_channel *channel; /* in which somebody waits; by id */
	size_t channels;
	uint64_t when;       /* CLOCK_MONOTONIC, ns; of a core file 0 */
	uint64_t reading_ns; /* how long it took to read all that changes */
	size_t busy;         /* tasklets with DUMP_STACK_BUSY */
	bool is_short;       /* more was there, or could not be read */
	bool has_no_stacks;  /* the runtime switches in a way that cannot be unwound */
};

/* The target is borrowed, and must outlive the dump. */
int dump_create(struct dump **out, struct target *target, struct error *error);
void dump_destroy(struct dump *dump);

#endif
