/* SPDX-License-Identifier: MIT */
/*
 * mapping_guard.h - survive that a mapped file gets shorter under its reader.
 *
 * Touching a page that the file no longer has kills a process with SIGBUS. A guarded mapping turns
 * into zeros instead, all of it, and says so.
 */
#ifndef GREENROOM_MAPPING_GUARD_H
#define GREENROOM_MAPPING_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/* A few mappings at a time (one more than that is simply not guarded). Not for use by several
 * threads at once. */
void mapping_guard_add(const void *start, size_t bytes);
void mapping_guard_remove(const void *start);

/* Whether the mapping has been replaced by zeros. */
bool mapping_guard_was_hit(const void *start);

#endif
