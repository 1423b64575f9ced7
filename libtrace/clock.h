/* SPDX-License-Identifier: MIT */
/*
 * clock.h - time stamps: the processor's counter where it can be trusted, else CLOCK_MONOTONIC; and
 * the way from a stamp to nanoseconds.
 */
#ifndef GREENROOM_CLOCK_H
#define GREENROOM_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "segment.h"

#if defined(__x86_64__)
#include "arch/clock_x86_64.h"
#elif defined(__aarch64__)
#include "arch/clock_aarch64.h"
#else
#include "arch/clock_generic.h"
#endif

static inline uint64_t clock_time_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The same time, as the system wants it. */
static inline struct timespec clock_timespec(uint64_t ns)
{
	return (struct timespec){.tv_sec = (time_t)(ns / 1000000000u),
				 .tv_nsec = (long)(ns % 1000000000u)};
}

static inline uint64_t clock_monotonic_ns(void)
{
	return clock_time_ns(CLOCK_MONOTONIC);
}

static inline uint64_t clock_stamp(bool counter)
{
	return counter ? clock_counter() : clock_monotonic_ns();
}

/* Fills in the clock, its base being now. With `counter` (only if clock_counter_usable) stamps are
 * ticks of the counter; where its rate has to be measured that takes about a millisecond. */
void clock_calibrate(struct segment_clock *clock, bool counter);

/* Nanoseconds from the clock's base to the stamp: 0 for an earlier one, INT64_MAX for one that is
 * out of reach. Any multiplier and shift may be in the clock. */
uint64_t clock_elapsed_ns(const struct segment_clock *clock, uint64_t stamp);

/* Ticks in so many nanoseconds; INT64_MAX when they are more. The clock is one of ours. */
uint64_t clock_ticks(const struct segment_clock *clock, uint64_t ns);

/* The process's own clock. The first call calibrates it. Any thread. */
const struct segment_clock *clock_of_process(void);

#endif
