/* SPDX-License-Identifier: MIT */
/* clock_aarch64.h - the virtual counter: always on, the same on every core, its rate is known. */
#ifndef GREENROOM_CLOCK_ARCH_H
#define GREENROOM_CLOCK_ARCH_H

#include <stdbool.h>
#include <stdint.h>

static inline uint64_t clock_counter(void)
{
	uint64_t ticks;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
	return ticks;
}

static inline uint64_t clock_counter_frequency(void)
{
	uint64_t frequency;

	__asm__("mrs %0, cntfrq_el0" : "=r"(frequency));
	return frequency;
}

static inline bool clock_counter_usable(void)
{
	/* Firmware that forgot to set the register leaves 0; a slow counter cannot tell events
	 * apart. */
	return clock_counter_frequency() >= 1000000;
}

#endif
