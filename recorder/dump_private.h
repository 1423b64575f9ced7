/* SPDX-License-Identifier: MIT */
/* dump_private.h - the steps of dump_create, each in a file of its own. */
#ifndef GREENROOM_DUMP_PRIVATE_H
#define GREENROOM_DUMP_PRIVATE_H

#include "dump.h"
#include "target_layout.h"

/* What an attacker, or a damaged process, can make us read at most. */
enum {
	DUMP_THREADS_MAX = 65536,
	DUMP_TASKLETS_MAX = 4 << 20,
	DUMP_FRAMES_MAX = 256,      /* of a tasklet */
	DUMP_CALLS_MAX = 256,       /* likewise */
	DUMP_PLACE_BYTES = 1 << 18, /* of a stack that is in place */
	DUMP_COPY_BYTES = 64 << 20  /* of a slice */
};

/* A list that may have been changed while it was read, or on purpose, to go round in circles. */
struct dump_circle {
	uint64_t mark;
	size_t steps, limit;
};

/* Whether a walk has come back to where it was before (Brent). */
static inline bool dump_circle_closes(struct dump_circle *circle, uint64_t address)
{
	if (address == circle->mark)
		return true;
	if (circle->steps++ >= circle->limit) {
		circle->mark = address;
		circle->limit = 2 * circle->limit + 1;
		circle->steps = 0;
	}
	return false;
}

/* dump_find.c: the threads, and where tasklets lie; nothing else of these is known then. 0 or -ENOMEM. */
int dump_find(struct dump *dump, const struct target_layout *layout);

/* dump_settle.c: reads each tasklet until it has been still for so long. 0 or -ENOMEM. */
int dump_settle(struct dump *dump, const struct target_layout *layout);

/* dump_live.c: the stacks of those that are their thread's current ones, as far as they are still. */
int dump_live(struct dump *dump);

/* dump_wait.c: names, and what is waited for. 0 or -ENOMEM. */
int dump_wait(struct dump *dump, const struct target_layout *layout);

/* dump_unwind.c: from stacks to calls. 0 or -ENOMEM. */
int dump_unwind(struct dump *dump, const struct target_layout *layout);

/* dump_name.c: from addresses to functions. 0 or -ENOMEM. */
int dump_name(struct dump *dump);

/* Adds a call to a tasklet's. 0 or -ENOMEM. */
int dump_add_call(struct dump_tasklet *tasklet, struct dump_call call);

/* ns of CLOCK_MONOTONIC. */
uint64_t dump_clock(void);

#endif
