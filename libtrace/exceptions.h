/* SPDX-License-Identifier: MIT */
/*
 * exceptions.h - the C++ exceptions that a tasklet is handling.
 *
 * The C++ runtime keeps them a thread: a stack of those caught and not done with, and a count of those
 * on their way (Itanium C++ ABI: Exception Handling, 2.2.2). Each tasklet has its own, so they are
 * exchanged at a switch, where there is a C++ runtime in the process.
 */
#ifndef GREENROOM_EXCEPTIONS_H
#define GREENROOM_EXCEPTIONS_H

#include <stdbool.h>

/* __cxa_eh_globals. */
struct exceptions {
	void *caught;
	unsigned int uncaught;
#ifdef __ARM_EABI_UNWINDER__
	void *propagating;
#endif
};

/* Whether the process has a C++ runtime (loaded before the thread first used ours). */
bool exceptions_are_kept(void);

/* Puts the thread's into `prev`, and takes `next` for the thread's. */
void exceptions_exchange(struct exceptions *prev, const struct exceptions *next);

#endif
