/* SPDX-License-Identifier: MIT */
/*
 * slice_exchange.c - what runs on the side stack: the copies out and in, after either policy.
 *
 * Every function here is inlined into one for each policy, kind of processor, and whether the switch
 * is told, so that none of them has to ask.
 */
#include "slice_exchange.h"

#include <string.h>

#ifdef __x86_64__
#include <cpuid.h>
#endif

#include "checker.h"
#include "compiler.h"
#include "trace.h"

#define INLINE static inline __attribute__((always_inline)) GREENROOM_RAW_STACK

/* copy_lines_16 and so on. */
#define COPY_WIDTH 16
#include "slice_copy.inc"
#ifdef __x86_64__
#define COPY_WIDTH 32
#include "slice_copy.inc"
#define COPY_WIDTH 64
#include "slice_copy.inc"
#endif

typedef void copy_lines_fn(char *to, const char *from, size_t bytes);

enum { SLICE_PIECE = 16 }; /* bytes of a slice that a slice_words event holds */

/* What a variant of the exchange does beside exchanging. */
enum exchange_mode { EXCHANGE_PLAIN = 0, EXCHANGE_TOLD = 1, EXCHANGE_CHECKED = 2 };

/* The newest of the bytes that have just been added to the copy, and lay from `low` up. */
static GREENROOM_COLD void say_words(const struct slice_switch *request, const struct slice *owner,
				     const char *low, size_t bytes)
{
	const char *copy = owner->copy + owner->bytes - bytes;
	size_t from = owner->sp > low ? (size_t)(owner->sp - low) / SLICE_PIECE * SLICE_PIECE : 0;
	size_t to = bytes - from > request->ring->slice_bytes ? from + request->ring->slice_bytes
							      : bytes;

	for (size_t at = from; at < to && trace_wanted(request->ring); at += SLICE_PIECE) {
		uint64_t words[2];

		memcpy(words, copy + at, sizeof(words));
		trace_emit_at(request->ring, request->stamp,
			      event_pack_slice_words((struct event_slice_words){
				      .tasklet = owner->owner,
				      .piece = (int32_t)(at / SLICE_PIECE),
				      .low = words[0],
				      .high = words[1]}));
	}
}

static GREENROOM_TOLD void say_save(const struct slice_switch *request, const struct slice *owner,
				    const char *low, size_t bytes, size_t kept)
{
	if (!trace_wanted(request->ring))
		return;
	trace_emit_at(request->ring, request->stamp,
		      event_pack_slice_save((struct event_slice_save){.tasklet = owner->owner,
								      .bytes = (uint32_t)bytes,
								      .kept = (uint32_t)kept,
								      .address = (uintptr_t)low}));
	if (request->ring->slice_bytes)
		say_words(request, owner, low, bytes);
}

static GREENROOM_TOLD void say_restore(const struct slice_switch *request, const char *low,
				       size_t bytes, size_t kept)
{
	if (trace_wanted(request->ring))
		trace_emit_at(request->ring, request->stamp,
			      event_pack_slice_restore(
				      (struct event_slice_restore){.tasklet = request->next->owner,
								   .bytes = (uint32_t)bytes,
								   .kept = (uint32_t)kept,
								   .address = (uintptr_t)low}));
}

INLINE size_t bytes_between(const char *low, const char *high)
{
	return low < high ? (size_t)(high - low) : 0;
}

/* ---------------------------------------------------------------------------- common to both */

/* Prev stops at sp. Main alone takes the base along. */
INLINE void stop_at(struct slice_stack *stack, struct slice *prev, char *sp, unsigned int mode)
{
	if (unlikely(stack->live == 0) && prev == stack->main) {
		stack->base = stack->running_base = slice_line(sp);
		slice_set_reach(stack);
	}
	prev->sp = sp;
	if (mode & EXCHANGE_CHECKED)
		checker_open(slice_line(sp), (size_t)(sp - slice_line(sp)));
}

/* Adds the next `bytes` of its stack, from `low` up, to a copy. */
INLINE void save(struct slice *slice, const char *low, size_t bytes, copy_lines_fn *copy_lines,
		 unsigned int mode)
{
	copy_lines(slice->copy + slice->bytes, low, bytes);
	if (mode & EXCHANGE_CHECKED)
		checker_save(slice->copy + slice->capacity, slice->bytes, low, bytes);
	slice->bytes += (uint32_t)bytes;
}

/* Next goes on: returns its stack pointer. */
INLINE char *restore(struct slice *next, copy_lines_fn *copy_lines, unsigned int mode)
{
	char *low = slice_line(next->sp);

	if (mode & EXCHANGE_CHECKED)
		checker_open(low, next->bytes);
	copy_lines(low, next->copy, next->bytes);
	if (mode & EXCHANGE_CHECKED)
		checker_restore(next->copy + next->capacity, low, next->bytes);
	return next->sp;
}

/* What prev has on the stack finds no room in its buffer: it gets a larger one, and `again`, the
 * function that has come here, begins anew. None of those calls anything but as its last act: so
 * they need no registers but those that nobody wants back. */
static GREENROOM_COLD char *begin_anew(struct slice_switch *request, char *sp,
				       switch_exchange_fn *again)
{
	slice_take_room(request->stack, request->prev,
			(size_t)(request->stack->running_base - slice_line(sp)));
	return again(request, sp);
}

/* A tasklet begins below `base`: returns its stack pointer. */
INLINE char *start_below(struct slice_stack *stack, char *base, unsigned int mode)
{
	stack->live++;
	if (mode & EXCHANGE_CHECKED)
		checker_open(base - 2 * SLICE_LINE, 2 * SLICE_LINE);
	return switch_forge(base);
}

static GREENROOM_RAW_STACK struct checker_fiber *fiber_of(struct slice_stack *stack,
							  struct slice *slice)
{
	return slice == stack->main ? &stack->main_fiber
				    : checker_fiber_behind(slice->copy, slice->capacity);
}

/* Next goes on with next_sp where prev had sp. */
static GREENROOM_COLD GREENROOM_RAW_STACK void tell_checkers(const struct slice_switch *request,
							     char *sp, char *next_sp, bool starts)
{
	struct slice_stack *stack = request->stack;

	if (checker_is_valgrind())
		stack->reach = NULL; /* see slice_make_room */
	checker_clear(slice_line(sp), slice_line(next_sp));
	checker_switch(request->prev_ends ? NULL : fiber_of(stack, request->prev),
		       starts ? NULL : fiber_of(stack, request->next), stack->low, stack->bytes);
}

/* --------------------------------------------------------------------------------- whole slice */

INLINE char *exchange_whole(struct slice_switch *request, char *sp, copy_lines_fn *copy_lines,
			    unsigned int mode, switch_exchange_fn *self)
{
	struct slice_stack *stack = request->stack;
	struct slice *prev = request->prev, *next = request->next;
	char *next_sp;

	stop_at(stack, prev, sp, mode);
	prev->bytes = 0;
	if (unlikely(request->prev_ends)) {
		stack->live--;
	} else {
		size_t bytes = bytes_between(slice_line(sp), stack->base);

		if (unlikely(bytes > prev->capacity))
			return begin_anew(request, sp, self);
		save(prev, slice_line(sp), bytes, copy_lines, mode);
		if (mode & EXCHANGE_TOLD && bytes)
			say_save(request, prev, slice_line(sp), bytes, 0);
	}
	slice_publish(prev);
	slice_withdraw(next);
	if (likely(next->sp)) {
		next_sp = restore(next, copy_lines, mode);
		if (mode & EXCHANGE_TOLD && next->bytes)
			say_restore(request, slice_line(next_sp), next->bytes, 0);
	} else {
		next_sp = start_below(stack, stack->base, mode);
	}
	if (mode & EXCHANGE_CHECKED)
		tell_checkers(request, sp, next_sp, !next->sp);
	return next_sp;
}

/* -------------------------------------------------------------------------------- overlap only */

/* Prev is the lowest owner of bytes in place now, if it has any below the base. */
INLINE void leave_in_place(struct slice_stack *stack, struct slice *prev, size_t bytes)
{
	prev->base = stack->running_base;
	if (!bytes)
		return;
	prev->above = stack->in_place;
	stack->in_place = prev;
}

/* Saves all that lies below the base of next, which is next's own, if any, from there up. */
INLINE void clear_below(const struct slice_switch *request, const char *base,
			copy_lines_fn *copy_lines, unsigned int mode)
{
	struct slice_stack *stack = request->stack;
	struct slice *owner;

	while ((owner = stack->in_place) && owner != request->next) {
		const char *low = slice_line(owner->sp) + owner->bytes;
		const char *high = owner->base < base ? owner->base : base;
		size_t bytes = bytes_between(low, high);

		if (bytes) {
			save(owner, low, bytes, copy_lines, mode);
			slice_publish(owner);
		}
		if (mode & EXCHANGE_TOLD && (bytes || owner == request->prev))
			say_save(request, owner, low, bytes, (size_t)(owner->base - low) - bytes);
		if (owner->base > base)
			break;
		stack->in_place = owner->above;
	}
}

/* Next comes back, to what of it is in place. */
INLINE char *come_back(const struct slice_switch *request, copy_lines_fn *copy_lines,
		       unsigned int mode)
{
	struct slice_stack *stack = request->stack;
	struct slice *next = request->next;
	const char *low = slice_line(next->sp);
	size_t kept = 0;

	if (stack->in_place == next) {
		kept = (size_t)(next->base - low) - next->bytes;
		stack->in_place = next->above;
	}
	restore(next, copy_lines, mode);
	if (mode & EXCHANGE_TOLD && (next->bytes || kept))
		say_restore(request, low, next->bytes, kept);
	return next->sp;
}

/* A new tasklet starts on top of the one that starts it, or where one was that ends. */
INLINE char *base_of_new(const struct slice_switch *request, char *sp)
{
	const struct slice_stack *stack = request->stack;
	char *base = request->prev_ends ? stack->running_base : slice_line(sp);

	return (size_t)(stack->base - base) <= stack->pile ? base : stack->base;
}

INLINE char *exchange_overlap(struct slice_switch *request, char *sp, copy_lines_fn *copy_lines,
			      unsigned int mode, switch_exchange_fn *self)
{
	struct slice_stack *stack = request->stack;
	struct slice *prev = request->prev, *next = request->next;
	char *base, *next_sp;

	stop_at(stack, prev, sp, mode);
	prev->bytes = 0;
	if (unlikely(request->prev_ends)) {
		stack->live--;
	} else {
		size_t bytes = bytes_between(slice_line(sp), stack->running_base);

		if (unlikely(bytes > prev->capacity))
			return begin_anew(request, sp, self);
		leave_in_place(stack, prev, bytes);
	}
	base = likely(next->sp) ? next->base : base_of_new(request, sp);
	clear_below(request, base, copy_lines, mode);
	stack->running_base = base;
	slice_set_reach(stack);
	slice_publish(prev);
	slice_withdraw(next);
	if (likely(next->sp))
		next_sp = come_back(request, copy_lines, mode);
	else
		next_sp = start_below(stack, base, mode);
	if (mode & EXCHANGE_CHECKED)
		tell_checkers(request, sp, next_sp, !next->sp);
	return next_sp;
}

/* -------------------------------------------------------------------------------- the variants */

/* For a kind of processor: the same code, compiled for its vectors; by policy, and whether the
 * switch is told. */
#define DEFINE_EXCHANGE(name, policy, attributes, copy, mode)                                      \
	attributes static GREENROOM_RAW_STACK char *policy##_##name(void *request, char *sp)       \
	{                                                                                          \
		return exchange_##policy(request, sp, copy, mode, policy##_##name);                \
	}                                                                                          \
	attributes static GREENROOM_RAW_STACK char *policy##_##name##_told(void *request,          \
									   char *sp)               \
	{                                                                                          \
		return exchange_##policy(request, sp, copy, (mode) | EXCHANGE_TOLD,                \
					 policy##_##name##_told);                                  \
	}
#define DEFINE_EXCHANGES(name, attributes, copy, mode)                                             \
	DEFINE_EXCHANGE(name, whole, attributes, copy, mode)                                       \
	DEFINE_EXCHANGE(name, overlap, attributes, copy, mode)                                     \
	static switch_exchange_fn *const exchanges_##name[][2] = {                                 \
		[SLICES_WHOLE] = {whole_##name, whole_##name##_told},                              \
		[SLICES_OVERLAP] = {overlap_##name, overlap_##name##_told},                        \
	};

DEFINE_EXCHANGES(plain, , copy_lines_16, EXCHANGE_PLAIN)
DEFINE_EXCHANGES(checked, , copy_lines_16, EXCHANGE_CHECKED)
#ifdef __x86_64__
DEFINE_EXCHANGES(avx2, __attribute__((target("avx2"))), copy_lines_32, EXCHANGE_PLAIN)
DEFINE_EXCHANGES(avx512, __attribute__((target("avx512f"))), copy_lines_64, EXCHANGE_PLAIN)
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

void slice_choose_exchange(switch_exchange_fn *exchange[2], enum scheduler_slices policy)
{
	switch_exchange_fn *const(*chosen)[2] = exchanges_plain;

#ifdef __x86_64__
	__builtin_cpu_init();
	if (moves_64_bytes())
		chosen = exchanges_avx512;
	else if (__builtin_cpu_supports("avx2"))
		chosen = exchanges_avx2;
#endif
	if (checker_is_on())
		chosen = exchanges_checked;
	exchange[0] = chosen[policy][0];
	exchange[1] = chosen[policy][1];
}
