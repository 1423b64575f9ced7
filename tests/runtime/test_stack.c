/* SPDX-License-Identifier: MIT */
/*
 * test_stack.c - what a tasklet has on its stack is there when it goes on, at the same addresses.
 *
 * Would fail if a slice were copied too short, to the wrong place, or over another's; if a buffer
 * that had grown were kept too small; if a callee-saved register, of whole numbers or of floating
 * point, were lost; if the base lay too low or were moved while slices live.
 */
#include <alloca.h>
#include <greenroom.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

enum { TASKLETS = 12, ROUNDS = 5 };

static int wrong;

static void expect(bool right)
{
	if (!right)
		wrong++;
}

static void run_all(tasklet_fn *run, const char *name)
{
	wrong = 0;
	for (intptr_t i = 1; i <= TASKLETS; i++)
		tasklet_create(NULL, NULL, run, (void *)i);
	scheduler_run(NULL, NULL);
	tap_is(wrong, 0, "%s", name);
}

/* ------------------------------------------------------------------- frames of all depths */

/* Each level keeps a linked list through the frames above it, checks it before and after others
 * have run, on the way down and on the way up. */
struct level {
	struct level *above;
	struct level *self;
	volatile uint32_t filling[16];
	uint32_t seed;
};

static void check_levels(const struct level *level)
{
	for (; level; level = level->above) {
		expect(level->self == level);
		for (uint32_t i = 0; i < 16; i++)
			expect(level->filling[i] == level->seed * 31 + i);
	}
}

__attribute__((noinline)) static int descend(struct level *above, uint32_t seed, int depth)
{
	struct level level = {.above = above, .self = &level, .seed = seed};

	for (uint32_t i = 0; i < 16; i++)
		level.filling[i] = seed * 31 + i;
	tasklet_yield();
	check_levels(&level);
	if (depth > 0)
		descend(&level, seed + 1, depth - 1);
	tasklet_yield();
	check_levels(&level);
	return 0;
}

static int climb(void *number)
{
	uint32_t seed = (uint32_t)(intptr_t)number;

	/* Depths from 0 to 55: every tasklet's slice is larger than others', and smaller. */
	for (int round = 0; round < ROUNDS; round++)
		descend(NULL, seed * 1000, (int)(seed * 13 % 56));
	return 0;
}

/* --------------------------------------------------------------------------------- alloca */

static int allocate(void *number)
{
	size_t bytes = (size_t)(intptr_t)number * 37;

	for (int round = 0; round < 20; round++) {
		unsigned char *memory;

		bytes = bytes * 5 % 3001 + 1;
		memory = alloca(bytes);
		memset(memory, (int)(intptr_t)number, bytes);
		tasklet_yield();
		for (size_t i = 0; i < bytes; i++)
			expect(memory[i] == (unsigned char)(intptr_t)number);
	}
	return 0;
}

/* ------------------------------------------------------------------------------ registers */

/* More live values than registers, none of which the compiler can know beforehand. */
static int count(void *number)
{
	long a = (long)(intptr_t)number, b = a * 3, c = a * 5, d = a * 7, e = a * 11, f = a * 13,
	     g = a * 17, h = a * 19;

	for (int i = 0; i < 50; i++) {
		tasklet_yield();
		a += 1, b += 2, c += 3, d += 4, e += 5, f += 6, g += 7, h += 8;
	}
	expect(a - 50 == (long)(intptr_t)number);
	expect(b - 100 == 3 * (a - 50) && c - 150 == 5 * (a - 50) && d - 200 == 7 * (a - 50));
	expect(e - 250 == 11 * (a - 50) && f - 300 == 13 * (a - 50));
	expect(g - 350 == 17 * (a - 50) && h - 400 == 19 * (a - 50));
	return 0;
}

static int add_up(void *number)
{
	double start = (double)(intptr_t)number;
	double a = start, b = start / 2, c = start / 4, d = start / 8, e = -start, f = start * 4,
	       g = start * 8, h = start * 16;

	for (int i = 0; i < 64; i++) {
		tasklet_yield();
		a += 0.5, b += 0.25, c += 0.125, d += 1, e -= 2, f += 4, g += 8, h += 16;
	}
	expect(a == start + 32 && b == start / 2 + 16 && c == start / 4 + 8);
	expect(d == start / 8 + 64 && e == -start - 128 && f == start * 4 + 256);
	expect(g == start * 8 + 512 && h == start * 16 + 1024);
	return 0;
}

/* ------------------------------------------------------------------------ setjmp, longjmp */

/* Returns, as far as the compiler can know, when `depth` is negative. */
__attribute__((noinline)) static void jump_from_below(jmp_buf *target, int depth, int value)
{
	volatile char filling[64];

	memset((char *)filling, value, sizeof(filling));
	tasklet_yield();
	if (depth < 0)
		return;
	if (depth == 0)
		longjmp(*target, value);
	jump_from_below(target, depth - 1, value);
	expect(filling[0] == (char)value);
}

static int jump(void *number)
{
	jmp_buf target;
	volatile int jumps = 0;
	int value = setjmp(target);

	expect(value == jumps);
	if (jumps < ROUNDS) {
		jumps++;
		tasklet_yield();
		jump_from_below(&target, (int)(intptr_t)number, jumps);
	}
	expect(jumps == ROUNDS);
	return 0;
}

/* ------------------------------------------------------------------- frames that are libc's */

static int compare_and_yield(const void *left, const void *right)
{
	tasklet_yield();
	return *(const int *)left - *(const int *)right;
}

static int sort(void *number)
{
	int numbers[40];
	unsigned int random = (unsigned int)(intptr_t)number;

	for (int i = 0; i < 40; i++) {
		random = random * 1103515245 + 12345;
		numbers[i] = (int)(random >> 16 & 1023);
	}
	qsort(numbers, 40, sizeof(numbers[0]), compare_and_yield);
	for (int i = 1; i < 40; i++)
		expect(numbers[i - 1] <= numbers[i]);
	return 0;
}

/* --------------------------------------------------------------------- main, deep and high */

static int yield_ten(void *number)
{
	volatile intptr_t kept = (intptr_t)number;

	for (int i = 0; i < 10; i++)
		tasklet_yield();
	expect(kept == (intptr_t)number);
	return 0;
}

/* Main first switches from where it is deep, then from higher up, and so on, while the tasklets
 * that were started at other depths live on. */
__attribute__((noinline)) static void yield_from(struct level *above, int depth)
{
	struct level level = {.above = above, .self = &level, .seed = (uint32_t)depth};

	for (uint32_t i = 0; i < 16; i++)
		level.filling[i] = (uint32_t)depth * 31 + i;
	if (depth > 0)
		yield_from(&level, depth - 1);
	else
		tasklet_yield();
	check_levels(&level);
}

static void test_main_depths(void)
{
	static const int depths[] = {30, 0, 50, 3, 100, 1, 0, 70, 200};

	wrong = 0;
	for (intptr_t i = 0; i < 9; i++) {
		tasklet_create(NULL, NULL, yield_ten, (void *)(i + 1));
		yield_from(NULL, depths[i]);
	}
	scheduler_run(NULL, NULL);
	tap_is(wrong, 0, "main switches from many depths");
	tap_is((long long)scheduler_count(), 1, "and all tasklets end");
}

/* ---------------------------------------------------------------------------- what it costs */

static struct tasklet *measured;

__attribute__((noinline)) static int pause_below(int depth)
{
	volatile int kept[8] = {depth};

	return depth > 0 ? pause_below(depth - 1) + kept[0] : tasklet_pause() + kept[0];
}

static int pause_at(void *depth)
{
	pause_below((int)(intptr_t)depth);
	return 0;
}

static size_t bytes_at(int depth)
{
	size_t bytes;

	tasklet_create(&measured, NULL, pause_at, (void *)(intptr_t)depth);
	scheduler_run(NULL, NULL);
	bytes = tasklet_saved_bytes(measured);
	tasklet_insert(measured);
	scheduler_run(NULL, NULL);
	return bytes;
}

static void test_saved_bytes(void)
{
	size_t none = bytes_at(0);
	size_t hundred = bytes_at(100);

	tap_ok(none > 0 && none < 4096, "a shallow tasklet saves little (%zu bytes)", none);
	tap_ok(hundred >= none + 100 * 8 * sizeof(int), "a deep one saves every frame (%zu bytes)",
	       hundred);
	/* Slices are rounded to lines of 64 bytes: 64 levels are whole lines, whatever a level is. */
	tap_is((long long)(bytes_at(128) - bytes_at(64)),
	       (long long)(bytes_at(192) - bytes_at(128)), "each level costs the same");
}

int main(void)
{
	run_all(climb, "frames of all depths");
	run_all(allocate, "alloca");
	run_all(count, "whole numbers in registers");
	run_all(add_up, "floating point numbers in registers");
	run_all(jump, "setjmp and longjmp within a tasklet");
	run_all(sort, "switching out of qsort's callback");
	test_main_depths();
	test_saved_bytes();
	return tap_end();
}
