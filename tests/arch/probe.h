/* SPDX-License-Identifier: MIT */
/*
 * probe.h - what a processor's probe_*.S does: it looks at the registers that a call has to keep,
 * all of them, which no compiler uses at one time.
 */
#ifndef PROBE_H
#define PROBE_H

#include "arch/switch.h"

/* The arguments of switch_stack. */
struct probe_call {
	void *request;
	char *side_top;
	switch_exchange_fn *exchange;
};

/* Fills the registers with `pattern`, calls switch_stack, with nothing between that could keep a
 * register, and writes what they hold when it returns to `seen`. Both have a word for each of the
 * names, and are aligned to 16 bytes. Afterwards the registers are as before. */
void probe_registers(const unsigned long *pattern, unsigned long *seen,
		     const struct probe_call *call);

/* The registers, a blank between two. One that takes two words is named twice. */
extern const char probe_names[];

/* The last words of a pattern cannot hold just anything, but what control registers may: here are
 * four different choices, one after the other. */
extern const unsigned long probe_controls[];

/* How many words those are. */
#if defined __powerpc64__ || (defined __i386__ && defined __SSE__)
enum { PROBE_CONTROL_WORDS = 2 };
#else
enum { PROBE_CONTROL_WORDS = 1 };
#endif

#endif
