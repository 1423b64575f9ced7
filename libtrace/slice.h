/* SPDX-License-Identifier: MIT */
/*
 * slice.h - hard switching: a tasklet's part of the C stack, moved out of the way and back.
 *
 * Own thread only. What a picture can explain stands at the top of slice.c.
 */
#ifndef GREENROOM_SLICE_H
#define GREENROOM_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/switch.h"
#include "checker.h"
#include "compiler.h"
#include "greenroom.h"

struct slab;
struct trace_ring;

/* A tasklet's slice. Zeroed: the tasklet has not started. Of a tasklet that is out, the stack from
 * the line of `sp` up is in `copy` for `bytes` bytes, and from there to `base` in place. */
struct slice {
	char *sp;       /* while it is out: its stack pointer; NULL: it has not started */
	char *copy;     /* 64-byte aligned buffer in the heap */
	uint32_t bytes; /* of the copy that count: the ones of the last save */
	uint32_t capacity;
	uint32_t generation; /* odd while it runs, even while it is out: see slice_publish */
	uint32_t owner;      /* number of the tasklet, for the trace */
	/* Where overlap only is the policy, and the tasklet is out: */
	char *base;          /* its frames lie below it */
	struct slice *above; /* next higher owner of bytes in place, while it has some itself */
};

/* A reader from outside, who stops nobody, takes what it has read of a tasklet for whole when the
 * generation was even and the same before and after. So a tasklet that has stopped gets an even one
 * when all is there, a tasklet that goes on an odd one before anything changes, and one whose copy has
 * grown while it was out the next even one before the bytes in place are overwritten. */
static inline __attribute__((always_inline)) void slice_publish(struct slice *slice)
{
	store_barrier();
	__atomic_store_n(&slice->generation, (slice->generation | 1) + 1, __ATOMIC_RELAXED);
}

/* Nothing if it has been done. */
static inline __attribute__((always_inline)) void slice_withdraw(struct slice *slice)
{
	__atomic_store_n(&slice->generation, slice->generation | 1, __ATOMIC_RELAXED);
	store_barrier();
}

/* A thread's stack, shared by its tasklets. */
struct slice_stack {
	char *base;         /* tasklets use the addresses below it; NULL before the first switch */
	char *running_base; /* the base of the tasklet that runs: the same, or lower */
	/* Calls made from frames above this address find all they need; NULL: not known. */
	char *reach;
	struct slice *in_place; /* lowest owner of bytes in place above the running base */
	char *low;              /* the thread's whole stack: lowest address, */
	char *top;              /* the one above its highest, */
	size_t bytes;           /* and size */
	char *side;             /* mapping of the side stack, guard page first */
	char *side_top;
	size_t pile; /* so far below the base a tasklet is still started on top of another */
	size_t live; /* tasklets that have started and not ended, main not counted */
	unsigned int side_id; /* for valgrind */
	struct checker_fiber main_fiber;
	struct slab *slab;
	char *spare; /* a buffer as large as the running tasklet may need: see slice_take_room */
	size_t spare_capacity;
	struct slice *main; /* the slice of the thread's main tasklet */
	/* For this policy and this processor; [1] for a switch that is told. */
	switch_exchange_fn *exchange[2];
};

/* Finds the thread's stack and maps the side stack. 0, -ENOMEM; -ENOTSUP when the process runs with
 * a shadow stack, on which nothing can be switched. */
int slice_stack_init(struct slice_stack *stack, struct slab *slab);
void slice_stack_term(struct slice_stack *stack);

/* Changes the policy, which is SLICES_WHOLE at first. 0, or -EBUSY while a tasklet besides main has
 * started and not ended. */
int slice_set_policy(struct slice_stack *stack, enum scheduler_slices policy);

/* Makes sure that the running tasklet can be saved, whoever it is, from a few frames below `here`. 0;
 * -ENOMEM when there is no memory for the copy, or less than SLICE_HEADROOM of stack left; -EINVAL
 * when not on the thread's stack. */
int slice_make_room(struct slice_stack *stack, char *here);

/* The same for the function that calls; before it changes anything on the way to a switch. */
static inline __attribute__((always_inline)) int slice_reserve(struct slice_stack *stack)
{
	char *here = __builtin_frame_address(0);

	if (likely((uintptr_t)here - (uintptr_t)stack->reach < stack->bytes && here < stack->top))
		return 0;
	return slice_make_room(stack, here);
}

/* Must not lie on the stack: half-way through the switch that memory is another tasklet's. */
struct slice_switch {
	struct slice_stack *stack;
	struct slice *prev, *next;
	bool prev_ends; /* prev is not to be saved */
	/* Of a switch that is told: where to say what was copied (or NULL), with this stamp. */
	struct trace_ring *ring;
	uint64_t stamp;
};

/* Saves prev, restores next, and returns when prev is resumed: what tasklet_arrive says. Cannot fail:
 * slice_reserve was called. A next that has not started begins in tasklet_enter. */
static inline __attribute__((always_inline)) int slice_switch(struct slice_switch *request,
							      bool told)
{
	return switch_tasklet(request, request->stack->side_top, request->stack->exchange[told]);
}

/* Where the stack of a tasklet that is out lies: from its lowest address up so many bytes in the copy,
 * and above them so many in place. */
struct slice_extent {
	uintptr_t low;
	uint32_t bytes, kept;
};

struct slice_extent slice_extent(const struct slice *slice);

/* Gives the buffer back. */
void slice_term(struct slice *slice, struct slab *slab);

enum {
	SLICE_HEADROOM = 16384, /* bytes of stack a runtime call wants to find */
	SLICE_SIDE_BYTES = 65536,
	SLICE_PILE_BYTES = 1 << 20 /* most of the stack that tasklets pile up on */
};

#endif
