/* SPDX-License-Identifier: MIT */
/*
 * slice.c - hard switching: a tasklet's part of the C stack, moved out of the way and back.
 *
 *          high addresses
 *        +-----------------+
 *        | main's callers  |   never touched, never copied
 *        +-----------------+ <- base: where main stood when it first switched
 *        | slice of A      |   While B runs, these bytes of A lie in A's copy in the heap, and B
 *        | (frames of A)   |   uses the same addresses. To resume A they are copied back to where
 *        |                 |   they were: pointers into the stack of A are valid again.
 *        +-----------------+ <- stack pointer of A
 *          low addresses
 *
 * The copy is made by a function that runs on the *side stack*, since it overwrites the stack of
 * both tasklets. On the way there (arch/switch_*.S) the registers have been pushed on prev's stack,
 * so that they are part of its slice; on the way back they are popped from next's.
 *
 * The base is set anew at main's first switch while no other tasklet has a live slice, to main's
 * own stack pointer: as long as main does not go deeper, its slice is empty and costs nothing.
 *
 * How much is copied is a matter of policy. Under *whole slice* (Stackless) every tasklet starts at
 * the base, and all that prev has below the base is saved. Under *overlap only* (greenlet) each
 * tasklet has a base of its own, the depth at which it was started:
 *
 *        +-----------------+ <- base, also A's
 *        | frames of A     |   A started B and stays where it is, since B never goes above its own
 *        +-----------------+ <- stack pointer of A, base of B
 *        | frames of B     |   base. When A goes on, B is saved: A may call into B's addresses.
 *        +-----------------+ <- stack pointer of B
 *
 * What has to be saved at a switch is everything below the base of *next*, which may go as deep as
 * it likes: of prev, and of all who were left *in place* above prev. So a stack that is out can lie
 * partly in its copy, which is always its lower part, and partly in place; and the part in the copy
 * grows when others need more room, without the tasklet running. The owners in place form a list,
 * lowest first. Tasklets that start each other one on top of the other would fill the stack: from
 * a certain depth on a new one starts at the base again.
 *
 * Who stops gets a copy as large as what it has there, in the midst of the switch, where nothing can
 * be refused any more. So every operation that may end in a switch first makes sure that the thread
 * has a *spare* buffer large enough for whoever runs now; that one is taken when there is no memory.
 *
 * Copies are made in lines of 64 bytes, both ends of the stack part rounded to that. Bytes below
 * the stack pointer up to the line's start mean nothing and may be read and written; base is
 * 64-byte aligned, so no byte at or above it is touched.
 *
 * Invariants: a byte of a started tasklet is in place or in its copy, the copy holding the lower
 * ones; all bytes in place lie above the running tasklet's base; nothing here keeps a pointer into
 * the stack across switch_stack.
 */
#include "slice.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "checker.h"
#include "slab.h"
#include "slice_exchange.h"

enum { SPARE_GRAIN = 4096 };

/* Of a buffer for `capacity` bytes of stack; what checkers want stands behind them. */
static inline size_t buffer_bytes(size_t capacity)
{
	return capacity + checker_bytes(capacity);
}

/* Valgrind makes a stack larger only for who writes below it with the stack pointer on it, and not
 * for who writes a new tasklet's first frame from the side stack. So with valgrind the reach is never
 * known, and each operation comes here. */
static __attribute__((noinline)) void touch_frames_below(void)
{
	char room[FRAMES_BELOW + 4 * SLICE_LINE];

	*(volatile char *)room = 0;
}

/* Replaces the spare buffer, of which nothing is needed, by a larger one. */
static int grow_spare(struct slice_stack *stack, size_t bytes)
{
	size_t capacity = (bytes + bytes / 2 + SPARE_GRAIN - 1) / SPARE_GRAIN * SPARE_GRAIN;
	char *spare;

	if (capacity > UINT32_MAX)
		return -ENOMEM;
	spare = slab_allocate(stack->slab, buffer_bytes(capacity));
	if (!spare)
		return -ENOMEM;
	slab_free(stack->slab, stack->spare, buffer_bytes(stack->spare_capacity));
	stack->spare = spare;
	stack->spare_capacity = capacity;
	if (!checker_is_valgrind())
		slice_set_reach(stack);
	return 0;
}

int slice_make_room(struct slice_stack *stack, char *here)
{
	size_t room = (uintptr_t)here - (uintptr_t)stack->low;
	size_t bytes;

	if (room > stack->bytes)
		return -EINVAL;
	if (room < SLICE_HEADROOM)
		return -ENOMEM;
	if (checker_is_valgrind())
		touch_frames_below();
	/* Main alone: the base will be set anew, above everything that could need saving. */
	if (stack->live == 0)
		return 0;
	bytes = here < stack->running_base ? (size_t)(stack->running_base - here) : 0;
	bytes += FRAMES_BELOW + SLICE_LINE;
	return bytes > stack->spare_capacity ? grow_spare(stack, bytes) : 0;
}

/* Going on would overwrite memory that is not the slice's. */
static _Noreturn void die_of_frames(void)
{
	static const char text[] = "greenroom: the runtime was compiled with frames larger than "
				   "it reckons with (FRAMES_BELOW)\n";
	ssize_t unused = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)unused;
	abort();
}

void slice_take_room(struct slice_stack *stack, struct slice *slice, size_t bytes)
{
	size_t capacity = slab_round(bytes);
	char *copy;

	if (capacity > stack->spare_capacity)
		die_of_frames();
	copy = slab_allocate(stack->slab, buffer_bytes(capacity));
	if (!copy) {
		copy = stack->spare;
		capacity = stack->spare_capacity;
		stack->spare = NULL;
		stack->spare_capacity = 0;
		stack->reach = NULL;
	}
	slice_term(slice, stack->slab);
	slice->copy = copy;
	slice->capacity = (uint32_t)capacity;
}

struct slice_extent slice_extent(const struct slice *slice)
{
	const char *low = slice_line(slice->sp);
	const char *high = low + slice->bytes;

	return (struct slice_extent){(uintptr_t)low, slice->bytes,
				     slice->base > high ? (uint32_t)(slice->base - high) : 0};
}

void slice_term(struct slice *slice, struct slab *slab)
{
	slab_free(slab, slice->copy, buffer_bytes(slice->capacity));
	slice->copy = NULL;
	slice->capacity = 0;
}

/* Whether return addresses are checked against a shadow stack, which cannot follow a switch. Intel
 * SDM 1, 17.2: rdsspq leaves its operand alone when shadow stacks are off. */
static bool shadow_stack_is_on(void)
{
#ifdef __x86_64__
	unsigned long shadow = 0;

	__asm__ volatile("rdsspq %0" : "+r"(shadow));
	return shadow != 0;
#else
	return false;
#endif
}

static int find_stack(struct slice_stack *stack)
{
	pthread_attr_t attributes;
	void *low;
	size_t bytes;
	int result = pthread_getattr_np(pthread_self(), &attributes);

	if (result)
		return -result;
	result = pthread_attr_getstack(&attributes, &low, &bytes);
	pthread_attr_destroy(&attributes);
	if (result)
		return -result;
	stack->low = low;
	stack->top = stack->low + bytes;
	stack->bytes = bytes;
	return 0;
}

int slice_stack_init(struct slice_stack *stack, struct slab *slab)
{
	size_t guard = (size_t)sysconf(_SC_PAGESIZE);
	int result;

	if (shadow_stack_is_on())
		return -ENOTSUP;
	result = find_stack(stack);
	if (result)
		return result;
	stack->side = mmap(NULL, guard + SLICE_SIDE_BYTES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack->side == MAP_FAILED) {
		stack->side = NULL;
		return -ENOMEM;
	}
	if (mprotect(stack->side, guard, PROT_NONE)) {
		slice_stack_term(stack);
		return -ENOMEM;
	}
	stack->side_top = stack->side + guard + SLICE_SIDE_BYTES;
	stack->side_id = checker_add_stack(stack->side, stack->side_top);
	stack->slab = slab;
	stack->pile = stack->bytes / 4 < SLICE_PILE_BYTES ? stack->bytes / 4 : SLICE_PILE_BYTES;
	slice_choose_exchange(stack->exchange, SLICES_WHOLE);
	return 0;
}

void slice_stack_term(struct slice_stack *stack)
{
	if (stack->spare)
		slab_free(stack->slab, stack->spare, buffer_bytes(stack->spare_capacity));
	stack->spare = NULL;
	stack->spare_capacity = 0;
	if (stack->side_top)
		checker_remove_stack(stack->side_id);
	stack->side_top = NULL;
	if (stack->side)
		munmap(stack->side, (size_t)sysconf(_SC_PAGESIZE) + SLICE_SIDE_BYTES);
	stack->side = NULL;
}

int slice_set_policy(struct slice_stack *stack, enum scheduler_slices policy)
{
	if (stack->live)
		return -EBUSY;
	slice_choose_exchange(stack->exchange, policy);
	return 0;
}
