/* SPDX-License-Identifier: MIT */
/*
 * module.h - the program and the shared libraries it has loaded: which of them holds an address.
 *
 * Not thread-safe: note.c calls it under its lock.
 */
#ifndef GREENROOM_MODULE_H
#define GREENROOM_MODULE_H

#include <stdbool.h>
#include <stdint.h>

/* Called for each module when it is first seen. */
typedef void module_found_fn(uint32_t id, uint64_t base, const char *path);

/* The number of the module that holds the address, from 1; 0 when none does. Looks for newly loaded
 * ones when it has to. */
uint32_t module_find(uintptr_t address, module_found_fn *found);

enum module_sort { MODULE_OTHER, MODULE_RUNTIME, MODULE_C_LIBRARY };

/* Whether the address is in this library, or in the C library. Both are OTHER when they are a part of
 * the program itself. Any thread. */
enum module_sort module_sort(uintptr_t address);

#endif
