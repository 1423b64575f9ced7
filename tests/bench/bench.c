/* SPDX-License-Identifier: MIT */
/* bench.c - what the benchmarks share: a clock, and the median of several runs. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

uint64_t bench_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double measure_once(const struct bench_contender *contender, size_t count)
{
	uint64_t start = bench_now_ns();

	contender->run(contender->context, count);
	return (double)(bench_now_ns() - start) / (double)count;
}

void bench_measure(struct bench_contender *contenders, size_t contenders_count, size_t rounds,
		   size_t count)
{
	double *results = calloc(contenders_count * rounds, sizeof(*results));

	if (!results)
		abort();
	for (size_t i = 0; i < contenders_count; i++)
		contenders[i].run(contenders[i].context, count / 10 + 1); /* warm up */
	for (size_t round = 0; round < rounds; round++)
		for (size_t i = 0; i < contenders_count; i++)
			results[i * rounds + round] = measure_once(&contenders[i], count);
	for (size_t i = 0; i < contenders_count; i++) {
		double *own = results + i * rounds;

		qsort(own, rounds, sizeof(*own), compare);
		contenders[i].median_ns = own[rounds / 2];
		contenders[i].low_ns = own[0];
		contenders[i].high_ns = own[rounds - 1];
	}
	free(results);
}

void bench_print(const char *title, const struct bench_contender *contenders,
		 size_t contenders_count)
{
	printf("%s\n", title);
	for (size_t i = 0; i < contenders_count; i++)
		printf("  %-44s %9.2f ns  (%.2f to %.2f)  %6.2fx\n", contenders[i].name,
		       contenders[i].median_ns, contenders[i].low_ns, contenders[i].high_ns,
		       contenders[i].median_ns / contenders[0].median_ns);
	fflush(stdout);
}
