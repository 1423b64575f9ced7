/* SPDX-License-Identifier: MIT */
/*
 * clock_x86_64.h - the time stamp counter, where it is invariant: the same rate in every state of
 * the processor, and on every core.
 */
#ifndef GREENROOM_CLOCK_ARCH_H
#define GREENROOM_CLOCK_ARCH_H

#include <cpuid.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>

static inline uint64_t clock_counter(void)
{
	return __builtin_ia32_rdtsc();
}

static inline bool clock_counter_usable(void)
{
	unsigned int eax, ebx, ecx, edx;
	int access = 0;

	/* A process may have forbidden itself the instruction: it would be killed. */
	if (prctl(PR_GET_TSC, &access) == 0 && access == PR_TSC_SIGSEGV)
		return false;
	return __get_cpuid(0x80000007, &eax, &ebx, &ecx, &edx) && (edx & 1u << 8) != 0;
}

/* Ticks a second if the processor says so, 0 when it has to be measured. */
static inline uint64_t clock_counter_frequency(void)
{
	return 0;
}

#endif
