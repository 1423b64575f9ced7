/* SPDX-License-Identifier: MIT */
/*
 * moved.h - tasklets that belong to another thread than the one in whose slab they lie: where a walk
 * over a thread's slab does not find them. Any thread.
 */
#ifndef GREENROOM_MOVED_H
#define GREENROOM_MOVED_H

struct tasklet;

/* Notes that a tasklet has been moved, once or again; and forgets it, when its memory goes. */
void moved_add(struct tasklet *tasklet);
void moved_remove(struct tasklet *tasklet);

/* Visits all of them, whose they may be; none is freed meanwhile. */
void moved_each(void (*visit)(void *tasklet, void *context), void *context);

/* In the child after a fork. */
void moved_after_fork(void);

#endif
