/* SPDX-License-Identifier: MIT */
/*
 * symbols.h - from an address in a program to function, file and line.
 *
 * Works from the files alone, so also when the program has ended. Nothing is fetched from a network.
 */
#ifndef GREENROOM_SYMBOLS_H
#define GREENROOM_SYMBOLS_H

#include <stdbool.h>
#include <stdint.h>

#include "dictionary.h"

struct symbols;

struct symbols *symbols_create(void); /* NULL when out of memory */
void symbols_destroy(struct symbols *symbols);

/* Says that the file at `path` is loaded; `base` is what is added to the addresses in it. A file
 * that cannot be read, or is no ELF file, is passed over. */
void symbols_add_module(struct symbols *symbols, uint64_t base, const char *path);

/* The place of an address. A return address belongs to the call before it (is_function false); the
 * start of a function to itself. What is not known stays empty; texts are borrowed until the next
 * call. */
struct dictionary_place symbols_find(struct symbols *symbols, uint64_t address, bool is_function);

#endif
