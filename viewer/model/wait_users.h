/* SPDX-License-Identifier: MIT */
/*
 * wait_users.h - who uses which channel, in a whole trace: read a stretch at a time.
 *
 * What happens after a moment counts as well: who will send to a channel later can wake those who
 * wait there now. In a trace that is still being recorded only the future is not known.
 */
#ifndef GREENROOM_WAIT_USERS_H
#define GREENROOM_WAIT_USERS_H

#include <stdbool.h>

#include "event_source.h"
#include "wait_graph.h"

struct wait_users;

struct wait_users *wait_users_create(void); /* NULL when out of memory */
void wait_users_destroy(struct wait_users *users);

/* Reads up to so many further events. 1: there are more, 0: these were all there are; or negative
 * errno. What cannot be read is passed over. */
int wait_users_go_on(struct wait_users *users, struct event_source *source, uint64_t events);
/* Number of the last event that has been read. */
uint64_t wait_users_seq(const struct wait_users *users);
/* The first event that says that nobody can run any more; 0: none so far. */
uint64_t wait_users_deadlock(const struct wait_users *users);

/* In the order in which they appeared; borrowed until more is read. */
const struct wait_use *wait_users_all(const struct wait_users *users, size_t *count);

#endif
