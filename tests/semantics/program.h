/* SPDX-License-Identifier: MIT */
/*
 * program.h - random programs of tasklets, and the log of what one did.
 *
 * A program is a script for each tasklet, main's first: a few operations one after the other. It is
 * run by the runtime, in each form (actor.c), and by a model of the rules that knows nothing of
 * stacks (model.c). All must write the same log.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TASKLETS = 5, CHANNELS = 2, SCRIPT_LENGTH = 9, MAIN = 0 };

/* name, what `object` is: a tasklet, a channel, or nothing. */
#define OPERATIONS(OPERATION)                                                                      \
	OPERATION(yield, NOTHING)                                                                  \
	OPERATION(pause, NOTHING)                                                                  \
	OPERATION(run, TASKLET)                                                                    \
	OPERATION(switch, TASKLET)                                                                 \
	OPERATION(insert, TASKLET)                                                                 \
	OPERATION(remove, TASKLET)                                                                 \
	OPERATION(throw, TASKLET)                                                                  \
	OPERATION(throw_pending, TASKLET)                                                          \
	OPERATION(kill, TASKLET)                                                                   \
	OPERATION(kill_pending, TASKLET)                                                           \
	OPERATION(setup, TASKLET)                                                                  \
	OPERATION(send, CHANNEL)                                                                   \
	OPERATION(receive, CHANNEL)                                                                \
	OPERATION(send_error, CHANNEL)                                                             \
	OPERATION(iterate, CHANNEL)                                                                \
	OPERATION(close, CHANNEL)                                                                  \
	OPERATION(open, CHANNEL)                                                                   \
	OPERATION(prefer, CHANNEL)                                                                 \
	OPERATION(schedule_all, CHANNEL)                                                           \
	OPERATION(scheduler, NOTHING)                                                              \
	OPERATION(survive, NOTHING)                                                                \
	OPERATION(block_trap, NOTHING)                                                             \
	OPERATION(switch_trap, NOTHING)

enum operation_kind {
#define OPERATION(name, object) OP_##name,
	OPERATIONS(OPERATION)
#undef OPERATION
		OPERATION_COUNT
};

struct operation {
	enum operation_kind kind;
	int object;   /* number of a tasklet or a channel */
	int argument; /* value, error, preference, setting */
	bool strict;  /* an error of it ends the tasklet */
};

struct script {
	int length;
	bool paused; /* the tasklet is not in the chain at first */
	struct operation operations[SCRIPT_LENGTH];
};

struct program {
	int tasklets; /* main included */
	struct script scripts[TASKLETS];
};

/* The program with this number: always the same. */
struct program program_random(uint32_t number);

/* Prints it as TAP notes. */
void program_show(const struct program *program);

/* What happened: words with spaces between them. */
struct log {
	size_t used;
	char text[16384];
};

void log_add(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The words, in one place for model and runtime. Main is M, the others are A, B, ... */
char tasklet_letter(int tasklet);
const char *operation_name(enum operation_kind kind);
void log_operation(struct log *log, int tasklet, const struct operation *operation, int result);
void log_switch(struct log *log, int prev, int next);
/* Why scheduler_run returned: enum run_reason. */
void log_reason(struct log *log, int reason);

/* Runs the program by the rules. */
void model_run(const struct program *program, struct log *log);

/* How the tasklets of a real run are written. */
enum form { FORM_FUNCTIONS, FORM_FRAMES, FORM_MIXED, FORM_COUNT };

/* Runs the program in this process; the process is of no use for another one. */
void actor_run(const struct program *program, enum form form, struct log *log);

#endif
