/* SPDX-License-Identifier: MIT */
/* clock.c - how long a tick is, and what a stamp means. */
#include "clock.h"

#include <pthread.h>

enum {
	CLOCK_SHIFT = 32,           /* a multiplier of 2^32 is one tick a nanosecond */
	CLOCK_MEASURE_NS = 1000000, /* between the two looks at both clocks */
	CLOCK_LOOKS = 16            /* of which the best counts */
};

/* Both clocks at one moment. */
struct clock_pair {
	uint64_t ticks;
	uint64_t monotonic_ns;
};

/* The look that took the shortest is the one that was not interrupted. */
static struct clock_pair read_pair(void)
{
	struct clock_pair best = {0, 0};
	uint64_t shortest = UINT64_MAX;

	for (int i = 0; i < CLOCK_LOOKS; i++) {
		uint64_t before = clock_counter();
		uint64_t now = clock_monotonic_ns();
		uint64_t took = clock_counter() - before;

		if (took >= shortest)
			continue;
		shortest = took;
		best = (struct clock_pair){before + took / 2, now};
	}
	return best;
}

static uint64_t measure_multiplier(const struct clock_pair *start)
{
	struct clock_pair end;

	do {
		struct timespec pause = {.tv_nsec = CLOCK_MEASURE_NS};

		nanosleep(&pause, NULL);
		end = read_pair();
	} while (end.monotonic_ns - start->monotonic_ns < CLOCK_MEASURE_NS);
	if (end.ticks <= start->ticks)
		return 0;
	return (uint64_t)((double)(end.monotonic_ns - start->monotonic_ns) *
			  (double)(UINT64_C(1) << CLOCK_SHIFT) /
			  (double)(end.ticks - start->ticks));
}

void clock_calibrate(struct segment_clock *clock, bool counter)
{
	struct clock_pair start = read_pair();
	uint64_t frequency = counter ? clock_counter_frequency() : 0;
	uint64_t multiplier = 0;

	if (frequency != 0)
		multiplier = (UINT64_C(1000000000) << CLOCK_SHIFT) / frequency;
	else if (counter)
		multiplier = measure_multiplier(&start);
	*clock = (struct segment_clock){
		.kind = SEGMENT_CLOCK_NS,
		.multiplier = 1,
		.stamp_base = start.monotonic_ns,
		.monotonic_base_ns = start.monotonic_ns,
	};
	if (multiplier != 0) { /* else the counter stands still: the other clock has to do */
		clock->kind = SEGMENT_CLOCK_COUNTER;
		clock->shift = CLOCK_SHIFT;
		clock->multiplier = multiplier;
		clock->stamp_base = start.ticks;
	}
	clock->realtime_base_ns = clock_time_ns(CLOCK_REALTIME) -
				  (clock_monotonic_ns() - start.monotonic_ns);
}

/* The product of two numbers, shifted right; INT64_MAX when it does not fit. */
static uint64_t multiply_shift(uint64_t left, uint64_t right, uint32_t shift)
{
#ifdef __SIZEOF_INT128__
	unsigned __int128 product = (unsigned __int128)left * right;

	product = shift < 128 ? product >> shift : 0;
	return product > INT64_MAX ? INT64_MAX : (uint64_t)product;
#else
	uint64_t low = (left & UINT32_MAX) * (right & UINT32_MAX);
	uint64_t middle = (left >> 32) * (right & UINT32_MAX) + (low >> 32);
	uint64_t cross = (left & UINT32_MAX) * (right >> 32) + (middle & UINT32_MAX);
	uint64_t high = (left >> 32) * (right >> 32) + (middle >> 32) + (cross >> 32);
	uint64_t result;

	low = (low & UINT32_MAX) | cross << 32;
	if (shift >= 64)
		result = shift < 128 ? high >> (shift - 64) : 0;
	else if (high >> shift != 0)
		return INT64_MAX;
	else
		result = shift == 0 ? low : low >> shift | high << (64 - shift);
	return result > INT64_MAX ? INT64_MAX : result;
#endif
}

uint64_t clock_elapsed_ns(const struct segment_clock *clock, uint64_t stamp)
{
	if (stamp <= clock->stamp_base)
		return 0;
	return multiply_shift(stamp - clock->stamp_base, clock->multiplier, clock->shift);
}

uint64_t clock_ticks(const struct segment_clock *clock, uint64_t ns)
{
	double ticks = (double)ns * (double)(UINT64_C(1) << clock->shift) /
		       (double)clock->multiplier;

	return ticks < 0x1p63 ? (uint64_t)ticks : INT64_MAX;
}

static struct segment_clock process_clock;

static void calibrate_process_clock(void)
{
	clock_calibrate(&process_clock, clock_counter_usable());
}

const struct segment_clock *clock_of_process(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, calibrate_process_clock);
	return &process_clock;
}
