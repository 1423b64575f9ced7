/* SPDX-License-Identifier: MIT */
/* clock_generic.h - a processor without a counter that we know: stamps are clock_gettime's. */
#ifndef GREENROOM_CLOCK_ARCH_H
#define GREENROOM_CLOCK_ARCH_H

#include <stdbool.h>
#include <stdint.h>

static inline uint64_t clock_counter(void)
{
	return 0;
}

static inline bool clock_counter_usable(void)
{
	return false;
}

static inline uint64_t clock_counter_frequency(void)
{
	return 0;
}

#endif
