/* SPDX-License-Identifier: MIT */
/*
 * attach.h - the helper thread, to which a recorder comes that wants to look into a running program.
 */
#ifndef GREENROOM_ATTACH_H
#define GREENROOM_ATTACH_H

/* Starts it, if there is none and GREENROOM_ATTACH is not 0. Any thread. Costs a lock when there is. */
void attach_start(void);

/* Ends it, and takes its socket away. When the library goes. */
void attach_stop(void);

/* Has it look whether a segment is no longer in use. Any thread. */
void attach_wake(void);

/* Around a fork: it is not in the middle of something; the child has none. */
void attach_before_fork(void);
void attach_after_fork(void);
void attach_after_fork_in_child(void);

#endif
