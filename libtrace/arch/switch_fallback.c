/* SPDX-License-Identifier: MIT */
/*
 * switch_fallback.c - the switch in C, for processors that have no file of their own. The contract
 * stands in switch.h.
 *
 * _setjmp pushes the callee-saved registers, into a buffer on the stack that is left; _longjmp pops
 * them. It can go to any stack whose frame is still there, so there are two ways to one:
 *
 *     to the side stack      a loop that once called _setjmp there waits for requests. makecontext
 *                            put it there, once a thread.
 *     to a tasklet's start   makecontext, which is slow (it has the signal mask set, by a system
 *                            call): once a tasklet.
 *
 * What "pushed" means: everything above the address of a variable in a function that switch_stack
 * calls. Its own stack pointer is above that, on every machine whose stack grows downwards.
 *
 * The C library may save its registers disguised, so nobody else can read them: an unwinder has no
 * way into a tasklet that is out. switch_resume and switch_entry are no code here, and equal to no
 * program counter.
 */
/* A checked longjmp refuses to go to a frame below its own, as those of other stacks may be. */
#undef _FORTIFY_SOURCE
/* Compilers that only read the file have not been told which one the build uses. */
#ifndef GREENROOM_SWITCH_FALLBACK
#define GREENROOM_SWITCH_FALLBACK
#endif
#include "switch.h"

#include <fenv.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "../compiler.h"

/* fegetmode is in the C library since TS 18661-1: control without status, which is cheaper. */
#ifdef HAVE_FEGETMODE
typedef femode_t control_words;
#define get_control_words   fegetmode
#define set_control_words   fesetmode
#define USUAL_CONTROL_WORDS FE_DFL_MODE
#else
typedef fenv_t control_words;
#define get_control_words   fegetenv
#define set_control_words   fesetenv
#define USUAL_CONTROL_WORDS FE_DFL_ENV
#endif

enum {
	START_BYTES = 16384, /* of stack that makecontext is told of; nothing checks them */
	START_ROOM = 64      /* between a new tasklet's first frame and the base */
};

/* What lies at the stack pointer of who has left. */
struct pushed {
	jmp_buf *registers; /* NULL: it has not started, and its stack begins at `top` */
	char *top;
};

/* At the top of the side stack, which is zeroed at first. */
struct side {
	bool runs;
	void *request;
	switch_exchange_fn *exchange;
	char *sp;
	jmp_buf loop;
};

/* Its place, and what is left below it is aligned as any stack wants to be. */
enum { SIDE_ROOM = (sizeof(struct side) + 63) / 64 * 64 };

const char switch_resume[1], switch_entry[1];

static _Thread_local struct side *own_side;

static void start(void)
{
	set_control_words(USUAL_CONTROL_WORDS);
	tasklet_enter();
}

/* Leaves the present stack, without a way back, for `function` on the one below `top`. */
static _Noreturn __attribute__((noinline)) void begin(char *top, void (*function)(void))
{
	ucontext_t context;

	if (getcontext(&context) == 0) {
		context.uc_stack.ss_sp = top - START_BYTES;
		context.uc_stack.ss_size = START_BYTES;
		context.uc_link = NULL;
		makecontext(&context, function, 0);
		setcontext(&context);
	}
	abort();
}

/* On the side stack, for ever: each _longjmp comes here anew. */
static void serve(void)
{
	struct side *side;
	const struct pushed *pushed;

	_setjmp(own_side->loop);
	side = own_side;
	pushed = (const struct pushed *)side->exchange(side->request, side->sp);
	if (pushed->registers)
		_longjmp(*pushed->registers, 1);
	begin(pushed->top, start);
}

/* Goes to the side stack. Its frame is the lowest of the stack that is left. */
static _Noreturn __attribute__((noinline)) GREENROOM_RAW_STACK void leave(struct side *side,
									  jmp_buf *registers)
{
	struct pushed pushed = {registers, NULL};

	side->sp = (char *)&pushed;
	__asm__ volatile("" : : "r"(&pushed) : "memory"); /* somebody reads it */
	if (side->runs)
		_longjmp(side->loop, 1);
	side->runs = true;
	own_side = side;
	begin((char *)side, serve);
}

void switch_stack(void *request, char *side_top, switch_exchange_fn *exchange)
{
	struct side *side = (struct side *)(side_top - SIDE_ROOM);
	jmp_buf registers;
	control_words mine, others;

	memset(&mine, 0, sizeof(mine));
	get_control_words(&mine);
	side->request = request;
	side->exchange = exchange;
	if (_setjmp(registers) == 0)
		leave(side, &registers);
	memset(&others, 0, sizeof(others));
	get_control_words(&others);
	if (memcmp(&mine, &others, sizeof(mine)) != 0)
		set_control_words(&mine);
}

char *switch_forge(char *top)
{
	struct pushed *pushed = (struct pushed *)(top - START_ROOM - sizeof(*pushed));

	*pushed = (struct pushed){NULL, top - START_ROOM};
	return (char *)pushed;
}
