/* SPDX-License-Identifier: MIT */
/*
 * checker.h - what memory checkers have to be told about a stack whose content is exchanged.
 *
 * A program may be compiled for a checker, or run under one, with the library as it is installed: so
 * the checkers are looked for when the program runs. Their functions are weak names, that somebody
 * else has defined if there is such a checker. docs/checkers.md tells users what to expect.
 *
 * AddressSanitizer keeps a shadow byte for eight bytes of memory; the ones of the stack describe the
 * frames that lie there. So the shadow travels with a slice, and where a tasklet was that is deeper
 * than the next one, it is cleared: the next one's calls would run into the red zones of frames that
 * are not there any more. If it looks for uses after return, it keeps the frames themselves on a
 * *fake stack*, of which each tasklet needs one.
 *
 * ThreadSanitizer keeps the calls that a thread is in; each tasklet is a *fiber* with its own.
 *
 * Valgrind's memcheck takes what lies below the stack pointer for not addressable. While slices are
 * exchanged the stack pointer is on the side stack, and the stack that is written to lies below
 * the place where it last was.
 */
#ifndef GREENROOM_CHECKER_H
#define GREENROOM_CHECKER_H

#include <stdbool.h>
#include <stddef.h>

/* What the sanitizers have to get back when a tasklet goes on; lies with its slice. */
struct checker_fiber {
	void *fake_stack; /* AddressSanitizer's */
	void *calls;      /* ThreadSanitizer's */
};

/* Whether there is any checker: then the functions below have to be called at a switch. */
bool checker_is_on(void);

/* The two of which more than the exchange has to know. */
bool checker_is_address_sanitizer(void);
bool checker_is_valgrind(void);

/* Bytes that are wanted behind a buffer for `capacity` bytes of stack: for their shadow, and a fiber
 * behind that. */
size_t checker_bytes(size_t capacity);
struct checker_fiber *checker_fiber_behind(char *copy, size_t capacity);

/* The shadow of [low, low + bytes) to `to`, where that of `offset` bytes lies already; and back. */
void checker_save(char *to, size_t offset, const char *low, size_t bytes);
void checker_restore(const char *from, const char *low, size_t bytes);

/* Nothing lies in [low, high) any more. */
void checker_clear(const char *low, const char *high);

/* [low, low + bytes) may be read and written from now on. */
void checker_open(char *low, size_t bytes);

/* Another tasklet goes on, on the same stack of `bytes` from `low` up. `prev` is NULL when the one that
 * stops has ended, `next` when the one that goes on begins. */
void checker_switch(struct checker_fiber *prev, struct checker_fiber *next, const char *low,
		    size_t bytes);

/* Frames are about to be left without returning. */
void checker_leave_frames(void);

/* A stack apart, so that a jump of the stack pointer to it is known for one. */
unsigned int checker_add_stack(const void *low, const void *high);
void checker_remove_stack(unsigned int id);

#endif
