/* SPDX-License-Identifier: MIT */
/*
 * bench.h - what the benchmarks share: a clock, and the median of several runs.
 *
 * A figure is a ratio of two things measured in turn in one run, or it is nothing: machines differ
 * and have moods. So each benchmark takes a list of contenders, measures them round after round,
 * and prints the median of each, its spread, and its ratio to the first.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>

/* Does `count` operations. */
typedef void bench_fn(void *context, size_t count);

struct bench_contender {
	const char *name;
	bench_fn *run;
	void *context;
	double median_ns, low_ns, high_ns; /* filled in */
};

/* Measures all contenders, `rounds` times in turn, `count` operations each. */
void bench_measure(struct bench_contender *contenders, size_t contenders_count, size_t rounds,
		   size_t count);

/* Prints a line a contender, under `title`. */
void bench_print(const char *title, const struct bench_contender *contenders,
		 size_t contenders_count);

uint64_t bench_now_ns(void);

/* Keeps the compiler from throwing a result away. */
static inline void bench_keep(const void *pointer)
{
	__asm__ volatile("" ::"r"(pointer) : "memory");
}

#endif
