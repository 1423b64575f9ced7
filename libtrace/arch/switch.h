/* SPDX-License-Identifier: MIT */
/*
 * switch.h - what a processor's switch_*.S has to do: two entry points, the policy stays in C.
 *
 * switch_stack(request, side_top, exchange)
 *     1. pushes the callee-saved registers and the floating point control words;
 *     2. moves the stack pointer to side_top, a stack apart, so that the copy does not stand on
 *        what it overwrites;
 *     3. calls exchange(request, sp) with the stack pointer of step 1; it saves and restores
 *        slices and returns the stack pointer to go on with;
 *     4. takes that one, pops what step 1 pushed there (the control words are loaded only if they
 *        differ), and returns: into whoever pushed it.
 *
 *     On x86_64 there is a step between popping and returning: see switch_tasklet.
 *
 *     Where step 4 begins is the exported label switch_resume. So a suspended tasklet is: that
 *     address, its saved stack pointer, its slice; the CFI of the file lets any unwinder go on
 *     from there.
 *
 * switch_forge(top)
 *     writes below `top` (64-byte aligned) what step 4 expects, so that it "returns" to
 *     switch_entry, which calls tasklet_enter on an empty stack and ends every unwinding. Returns
 *     the stack pointer.
 *
 * Where an ABI lets a callee write into its caller's frame, the bytes below the stack pointer that
 * belong to that frame count as pushed.
 */
#ifndef GREENROOM_SWITCH_H
#define GREENROOM_SWITCH_H

typedef char *switch_exchange_fn(void *request, char *sp);

#if defined __x86_64__ && !defined GREENROOM_SWITCH_FALLBACK
#define SWITCH_ARRIVES
int switch_stack(void *request, char *side_top, switch_exchange_fn *exchange);
#else
void switch_stack(void *request, char *side_top, switch_exchange_fn *exchange);
#endif
char *switch_forge(char *top);

/* Only their addresses mean something. */
extern const char switch_resume[];
extern const char switch_entry[];

/* Where a new tasklet's stack begins; never returns. */
_Noreturn void tasklet_enter(void);

/* What a tasklet does first when it goes on, on its own stack: what it returns is what the call that
 * it stopped in returns. Before tasklet_enter too, where it does nothing. */
int tasklet_arrive(void);

/* Switches, and returns what tasklet_arrive returns when prev goes on. To be called last: then, on
 * x86_64, the way back into a tasklet holds no return at all. A processor predicts that a return
 * goes to where the latest call came from, which after a switch was another tasklet's: each would
 * cost some 20 cycles. So tasklet_arrive is called by switch_stack, which goes from there to the
 * tasklet's code with a jump, to an address that can be learned. */
static inline __attribute__((always_inline)) int switch_tasklet(void *request, char *side_top,
								switch_exchange_fn *exchange)
{
#ifdef SWITCH_ARRIVES
	return switch_stack(request, side_top, exchange);
#else
	switch_stack(request, side_top, exchange);
	return tasklet_arrive();
#endif
}

#endif
