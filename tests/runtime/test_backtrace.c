/* SPDX-License-Identifier: MIT */
/*
 * test_backtrace.c - the quick walk over the stack finds whom the compiler's unwinder finds.
 *
 * Functions of all shapes call each other in random order, many thousand times, with the cache as it
 * has become meanwhile. Compiled several times, each with other options. Would fail if a rule were
 * taken for a frame that moves, if a saved frame pointer were read at the wrong place, or if what has
 * no rule were given one.
 */
#include "backtrace.h"

#include <alloca.h>
#include <greenroom.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"
#include "thread.h"

enum { ROUNDS = 4000, DEPTH = 24, ADDRESSES = 128 };

static uint32_t seed = 1;
static struct backtrace_cache cache;
static long different, compared, frames;

static uint32_t draw(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

static long descend(int depth);

/* The first address differs: they are two calls. */
__attribute__((noinline)) static long compare(void)
{
	uintptr_t quick[ADDRESSES], slow[ADDRESSES];
	size_t count = backtrace_take(&cache, thread_self()->stack.top, quick, ADDRESSES);
	size_t expected = backtrace_take_slowly(slow, ADDRESSES);

	compared++;
	frames += (long)count;
	different += count != expected || count == 0 || count == ADDRESSES ||
		     memcmp(quick + 1, slow + 1, (count - 1) * sizeof(*quick)) != 0;
	return (long)count;
}

/* ---------------------------------------------------------------------------------- the shapes */

#define SHAPE __attribute__((noinline)) static long

/* So that no call is the last thing a function does. */
static long keep(long result)
{
	__asm__ volatile("" : "+r"(result));
	return result;
}

SHAPE plain(int depth)
{
	return keep(descend(depth)) + 1;
}

SHAPE with_array(int depth)
{
	volatile char room[777];

	room[depth] = 1;
	return keep(descend(depth)) + room[depth];
}

SHAPE with_alloca(int depth)
{
	volatile char *room = alloca(16 + draw(500));

	room[0] = 1;
	return keep(descend(depth)) + room[0];
}

SHAPE with_vla(int depth)
{
	size_t size = 1 + draw(300);
	volatile int room[size];

	room[size - 1] = 1;
	return keep(descend(depth)) + room[size - 1];
}

SHAPE aligned(int depth)
{
	_Alignas(128) volatile char room[256];

	room[0] = 1;
	return keep(descend(depth)) + room[0];
}

SHAPE aligned_and_alloca(int depth)
{
	_Alignas(64) volatile char room[64];
	volatile char *more = alloca(8 + draw(300));

	room[0] = more[0] = 1;
	return keep(descend(depth)) + room[0] + more[0];
}

__attribute__((noinline)) static long many(long a, long b, long c, long d, long e, long f, long g,
					   long h, long i, long j, int depth)
{
	return keep(descend(depth)) + a + b + c + d + e + f + g + h + i + j;
}

SHAPE many_arguments(int depth)
{
	return keep(many(depth, 2, 3, 4, 5, 6, 7, 8, 9, 10, depth)) + 1;
}

__attribute__((noinline)) static long variadic(int depth, ...)
{
	va_list list;
	long sum;

	va_start(list, depth);
	sum = keep(descend(depth)) + va_arg(list, int) + (long)va_arg(list, double);
	va_end(list);
	return sum;
}

SHAPE with_variadic(int depth)
{
	return keep(variadic(depth, 1, 2.5)) + 1;
}

/* More values alive over the call than there are registers. */
SHAPE full_of_values(int depth)
{
	long a = draw(9), b = draw(9), c = draw(9), d = draw(9), e = draw(9), f = draw(9),
	     g = draw(9), h = draw(9);
	double x = draw(9), y = draw(9);
	long below = keep(descend(depth));

	return below + a * b + c * d + e * f + g * h + (long)(x * y);
}

struct large {
	long word[40];
};

__attribute__((noinline)) static struct large by_value(struct large large, int depth)
{
	large.word[0] += keep(descend(depth));
	return large;
}

SHAPE with_large(int depth)
{
	struct large large = {{depth}};

	return keep(by_value(large, depth).word[0]) + 1;
}

static void clean_up(int *value)
{
	__asm__ volatile("" : : "r"(*value));
}

SHAPE with_cleanup(int depth)
{
	__attribute__((cleanup(clean_up))) int value = depth;

	return keep(descend(depth)) + value;
}

static int sort_depth;

static int descend_in_sort(const void *a, const void *b)
{
	int depth = sort_depth;

	sort_depth = 0;
	if (depth)
		keep(descend(depth));
	return *(const int *)a - *(const int *)b;
}

SHAPE through_libc(int depth)
{
	int numbers[] = {2, 1};

	sort_depth = depth;
	qsort(numbers, 2, sizeof(*numbers), descend_in_sort);
	return numbers[0];
}

/* Calls from two places, with the stack of one moved by arguments. */
SHAPE two_calls(int depth)
{
	if (draw(2))
		return keep(many(1, 2, 3, 4, 5, 6, 7, 8, 9, depth, depth)) + 1;
	return keep(descend(depth)) + 2;
}

static long (*const shapes[])(int) = {
	plain,          with_array,    with_alloca,    with_vla,   aligned,      aligned_and_alloca,
	many_arguments, with_variadic, full_of_values, with_large, with_cleanup, through_libc,
	two_calls,
};

enum { SHAPES = sizeof(shapes) / sizeof(shapes[0]) };

static long descend(int depth)
{
	if (depth == 0)
		return compare();
	return keep(shapes[draw(SHAPES)](depth - 1)) + 1;
}

/* ----------------------------------------------------------------------------------- the tests */

static int descend_often(void *rounds)
{
	for (long i = 0; i < (intptr_t)rounds; i++)
		descend(1 + (int)draw(DEPTH));
	return 0;
}

static void check(const char *name)
{
	tap_ok(compared > 0 && frames > compared, "%s: %ld walks, %ld frames", name, compared,
	       frames);
	tap_is(different, 0, "%s: all like the compiler's", name);
	different = compared = frames = 0;
}

/* Below a tasklet there is nothing. */
static int count_frames(void *count)
{
	*(long *)count = compare();
	return 0;
}

int main(void)
{
	long on_main = compare(), in_tasklet = 0;

	descend_often((void *)(intptr_t)ROUNDS);
	check("on main's stack");
	tasklet_create(NULL, NULL, count_frames, &in_tasklet);
	for (int i = 0; i < 3; i++)
		tasklet_create(NULL, NULL, descend_often, (void *)(intptr_t)(ROUNDS / 4));
	scheduler_run(NULL, NULL);
	check("in tasklets");
	tap_ok(in_tasklet > 0 && in_tasklet < on_main + 4, "a tasklet's stack ends");
	for (int shape = 0; shape < SHAPES; shape++)
		shapes[shape](0);
	check("each shape by itself");
	return tap_end();
}
