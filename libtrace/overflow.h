/* SPDX-License-Identifier: MIT */
/* overflow.h - a stack that overflows is told of, for threads that have asked. */
#ifndef GREENROOM_OVERFLOW_H
#define GREENROOM_OVERFLOW_H

struct thread;

/* The thread's side stack is about to go: signals must not land on it any more. */
void overflow_forget(struct thread *thread);

#endif
