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
 * Copies are made in lines of 64 bytes, both ends of the stack part rounded to that. Bytes below
 * the stack pointer up to the line's start mean nothing and may be read and written; base is
 * 64-byte aligned, so no byte at or above it is touched.
 *
 * Invariants: the bytes of a started tasklet are in place (it runs, or it is main above the base),
 * or in its copy; never does anything here keep a pointer into the stack across switch_stack.
 */
#include "slice.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#ifdef __x86_64__
#include <cpuid.h>
#endif

#include "checker.h"
#include "compiler.h"
#include "slab.h"
#include "trace.h"

enum {
	LINE = 64,
/* The frames between a call of slice_reserve and the push of the registers, generously. */
#ifdef GREENROOM_ADDRESS_SANITIZER
	FRAMES_BELOW = 8192
#elif !defined __OPTIMIZE__ || defined GREENROOM_SWITCH_FALLBACK
	FRAMES_BELOW = 2048
#elif defined __x86_64__ || defined __aarch64__ || defined __arm__ || defined __i386__
	FRAMES_BELOW = 512
#else /* many registers to push, or frames that begin with room for the functions they call */
	FRAMES_BELOW = 1024
#endif
};

/* copy_lines_16 and so on, inlined into each processor's variant of the exchange. */
#define COPY_WIDTH 16
#include "slice_copy.inc"
#ifdef __x86_64__
#define COPY_WIDTH 32
#include "slice_copy.inc"
#define COPY_WIDTH 64
#include "slice_copy.inc"
#endif

typedef void copy_lines_fn(char *to, const char *from, size_t bytes);

/* First byte of the lines that hold the stack from sp up. */
static inline char *line_start(char *sp)
{
	return (char *)((uintptr_t)sp & ~(uintptr_t)(LINE - 1));
}

static inline size_t bytes_below_base(const struct slice_stack *stack, char *sp)
{
	return sp < stack->base ? (size_t)(stack->base - line_start(sp)) : 0;
}

/* From what its copy can hold follows from where the tasklet may be saved. */
static inline void set_reach(const struct slice_stack *stack, struct slice *slice)
{
	char *lowest = stack->low + SLICE_HEADROOM;

	slice->reach = stack->base - slice->capacity + FRAMES_BELOW + LINE;
	if (slice->reach < lowest)
		slice->reach = lowest;
}

/* Of a buffer for `capacity` bytes of stack; their shadow stands behind them. */
static inline size_t buffer_bytes(size_t capacity)
{
	return capacity + checker_shadow_bytes(capacity);
}

/* A buffer that grew too small is replaced before the switch, so nothing of it is needed. */
static int reserve_copy(struct slab *slab, struct slice *slice, size_t bytes)
{
	size_t capacity = slab_round(bytes);
	char *copy;

	if (capacity > UINT32_MAX)
		return -ENOMEM;
	copy = slab_allocate(slab, buffer_bytes(capacity));
	if (!copy)
		return -ENOMEM;
	slab_free(slab, slice->copy, buffer_bytes(slice->capacity));
	slice->copy = copy;
	slice->capacity = (uint32_t)capacity;
	return 0;
}

int slice_make_room(struct slice_stack *stack, struct slice *slice, char *here)
{
	size_t room = (uintptr_t)here - (uintptr_t)stack->low;
	size_t bytes;
	int error;

	if (room > stack->bytes)
		return -EINVAL;
	if (room < SLICE_HEADROOM)
		return -ENOMEM;
	/* Main alone: the base will be set anew, above everything that could need saving. */
	if (slice == stack->main && stack->live == 0)
		return 0;
	bytes = here < stack->base ? (size_t)(stack->base - here) : 0;
	bytes += FRAMES_BELOW + LINE;
	if (bytes > slice->capacity) {
		error = reserve_copy(stack->slab, slice, bytes);
		if (error)
			return error;
	}
	set_reach(stack, slice);
	return 0;
}

/* Says what the exchange has copied. The request is not on the stack, so it is still there. */
static GREENROOM_COLD void trace_exchange(const struct slice_switch *request, size_t saved,
					  size_t restored)
{
	if (saved)
		trace_emit_at(request->ring, request->stamp,
			      event_pack_slice_save((struct event_slice_save){
				      .tasklet = request->prev->owner,
				      .bytes = (uint32_t)saved,
				      .address = (uintptr_t)(request->stack->base - saved)}));
	if (restored)
		trace_emit_at(request->ring, request->stamp,
			      event_pack_slice_restore((struct event_slice_restore){
				      .tasklet = request->next->owner,
				      .bytes = (uint32_t)restored,
				      .address = (uintptr_t)(request->stack->base - restored)}));
}

/* Going on would overwrite memory that is not the slice's. */
static GREENROOM_COLD _Noreturn void die_of_frames(void)
{
	static const char text[] = "greenroom: the runtime was compiled with frames larger than "
				   "it reckons with (FRAMES_BELOW)\n";
	ssize_t unused = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)unused;
	abort();
}

/* What a variant of the exchange does beside exchanging. */
enum exchange_mode { EXCHANGE_PLAIN = 0, EXCHANGE_TOLD = 1, EXCHANGE_VALGRIND = 2 };

/* Runs on the side stack; `sp` is the stack pointer that prev leaves with. */
static inline __attribute__((always_inline)) GREENROOM_RAW_STACK char *
exchange_lines(struct slice_switch *request, char *sp, copy_lines_fn *copy_lines, unsigned int mode)
{
	struct slice_stack *stack = request->stack;
	struct slice *prev = request->prev, *next = request->next;
	size_t saved = 0, restored = 0;
	char *next_sp;

	if (unlikely(stack->live == 0) && prev == stack->main) {
		stack->base = line_start(sp);
		prev->reach = NULL;
	}
	prev->sp = sp;
	if (unlikely(request->prev_ends)) {
		stack->live--;
	} else {
		saved = bytes_below_base(stack, sp);
		if (unlikely(saved > prev->capacity))
			die_of_frames();
		prev->bytes = (uint32_t)saved;
		if (mode & EXCHANGE_VALGRIND)
			checker_open(line_start(sp), (size_t)(sp - line_start(sp)));
		copy_lines(prev->copy, stack->base - saved, saved);
		checker_save(prev->copy + prev->capacity, stack->base - saved, saved);
	}
	prev->generation++;
	next->generation++;
	if (likely(next->sp)) {
		restored = next->bytes;
		if (mode & EXCHANGE_VALGRIND)
			checker_open(stack->base - restored, restored);
		copy_lines(stack->base - restored, next->copy, restored);
		checker_restore(next->copy + next->capacity, stack->base - restored, restored);
		next_sp = next->sp;
	} else {
		stack->live++;
		if (mode & EXCHANGE_VALGRIND)
			checker_open(stack->base - 2 * LINE, 2 * LINE);
		next_sp = switch_forge(stack->base);
	}
	checker_clear(line_start(sp), line_start(next_sp));
	if (mode & EXCHANGE_TOLD && trace_wanted(request->ring))
		trace_exchange(request, saved, restored);
	return next_sp;
}

/* One pair a kind of processor: the same code, compiled for its vectors; the second of a pair for
 * switches that are told, so that the others need not ask. */
#define DEFINE_EXCHANGE(name, attributes, copy, mode)                                              \
	attributes static GREENROOM_RAW_STACK char *exchange_##name(void *request, char *sp)       \
	{                                                                                          \
		return exchange_lines(request, sp, copy, mode);                                    \
	}                                                                                          \
	attributes static GREENROOM_RAW_STACK char *exchange_##name##_told(void *request,          \
									   char *sp)               \
	{                                                                                          \
		return exchange_lines(request, sp, copy, (mode) | EXCHANGE_TOLD);                  \
	}

DEFINE_EXCHANGE(plain, , copy_lines_16, EXCHANGE_PLAIN)
DEFINE_EXCHANGE(valgrind, , copy_lines_16, EXCHANGE_VALGRIND)
#ifdef __x86_64__
DEFINE_EXCHANGE(avx2, __attribute__((target("avx2"))), copy_lines_32, EXCHANGE_PLAIN)
DEFINE_EXCHANGE(avx512, __attribute__((target("avx512f"))), copy_lines_64, EXCHANGE_PLAIN)
#endif

#ifdef __x86_64__
/* AMD's processors before family 0x1a (Zen 5) make two moves of a 64-byte one, and are slower with
 * those than with twice as many of 32 bytes. */
static bool moves_64_bytes(void)
{
	unsigned int a, b, c, d, family;

	if (!__builtin_cpu_supports("avx512f") || !__get_cpuid(1, &a, &b, &c, &d))
		return false;
	family = (a >> 8 & 0xf) + (a >> 20 & 0xff);
	return !__builtin_cpu_is("amd") || family >= 0x1a;
}
#endif

static void choose_exchange(switch_exchange_fn *exchange[2])
{
	exchange[0] = exchange_plain;
	exchange[1] = exchange_plain_told;
#ifdef __x86_64__
	__builtin_cpu_init();
	if (moves_64_bytes()) {
		exchange[0] = exchange_avx512;
		exchange[1] = exchange_avx512_told;
	} else if (__builtin_cpu_supports("avx2")) {
		exchange[0] = exchange_avx2;
		exchange[1] = exchange_avx2_told;
	}
#endif
	if (checker_is_valgrind()) {
		exchange[0] = exchange_valgrind;
		exchange[1] = exchange_valgrind_told;
	}
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
	choose_exchange(stack->exchange);
	return 0;
}

void slice_stack_term(struct slice_stack *stack)
{
	if (stack->side_top)
		checker_remove_stack(stack->side_id);
	stack->side_top = NULL;
	if (stack->side)
		munmap(stack->side, (size_t)sysconf(_SC_PAGESIZE) + SLICE_SIDE_BYTES);
	stack->side = NULL;
}
