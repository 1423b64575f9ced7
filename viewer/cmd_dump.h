/* SPDX-License-Identifier: MIT */
/* cmd_dump.h - greenroom dump: what its files share. */
#ifndef GREENROOM_CMD_DUMP_H
#define GREENROOM_CMD_DUMP_H

#include <stdbool.h>

#include "dump.h"
#include "model/wait_graph.h"

/* Who can never run again; `input` is what the graph was made from. Tasklets and channels are numbered
 * as in the dump, plus one. */
struct dump_verdicts {
	struct wait_input input;
	struct wait_graph *graph;
};

/* 0 or -ENOMEM. */
int dump_verdicts_create(struct dump_verdicts *out, const struct dump *dump);
void dump_verdicts_destroy(struct dump_verdicts *verdicts);
/* Why a group is stuck, as a sentence. */
void dump_verdicts_sentence(char *out, size_t size, const struct dump_verdicts *verdicts,
			    const struct dump *dump, uint32_t group);

/* What is said of a tasklet's state, as one word, in text and in JSON. */
const char *dump_state_word(enum dump_state state);
/* Why its calls are there, or not. */
const char *dump_stack_word(enum dump_stack stack);

/* `earlier` is a dump of the same process some time before, or NULL: then those that have not moved
 * since say so. */
void dump_print_text(const struct dump *dump, const struct dump *earlier,
		     const struct dump_verdicts *verdicts);
/* 0 or -ENOMEM. */
int dump_print_json(const struct dump *dump, const struct dump *earlier,
		    const struct dump_verdicts *verdicts);

/* For how long at least a tasklet has not moved, in ns; 0: not known, or it has. */
uint64_t dump_still_ns(const struct dump *dump, const struct dump *earlier,
		       const struct dump_tasklet *tasklet);

#endif
