/* SPDX-License-Identifier: MIT */
/*
 * bench_backtrace.c - what a call stack costs when a tasklet stops: the walk by rules with the number
 * of the stack looked up, beside the compiler's unwinder.
 */
#include <stdio.h>

#include "backtrace.h"
#include "bench.h"
#include "greenroom.h"
#include "thread.h"

enum { ROUNDS = 31, COUNT = 2000, ADDRESSES = 64 };

static struct backtrace_cache cache;

static void walk_quickly(void *unused, size_t count)
{
	uintptr_t address[ADDRESSES];

	(void)unused;
	for (size_t i = 0; i < count; i++) {
		backtrace_take(&cache, thread_record->stack.top, address, ADDRESSES);
		bench_keep(address);
	}
}

static void walk_slowly(void *unused, size_t count)
{
	uintptr_t address[ADDRESSES];

	(void)unused;
	for (size_t i = 0; i < count; i++) {
		backtrace_take_slowly(address, ADDRESSES);
		bench_keep(address);
	}
}

__attribute__((noinline)) static int descend(int depth, const char *title)
{
	volatile int below = 0;

	if (depth > 0) {
		below = descend(depth - 1, title);
	} else {
		struct bench_contender contenders[] = {
			{.name = "compiler's unwinder", .run = walk_slowly},
			{.name = "by rules", .run = walk_quickly},
		};

		bench_measure(contenders, 2, ROUNDS, COUNT);
		bench_print(title, contenders, 2);
	}
	return below + 1;
}

int main(void)
{
	static const int depths[] = {5, 10, 20, 40};

	if (!thread_self())
		return 1;
	for (int i = 0; i < 4; i++) {
		char title[64];

		snprintf(title, sizeof(title), "%d functions and those around them", depths[i]);
		descend(depths[i], title);
	}
	return 0;
}
