/* SPDX-License-Identifier: MIT */
/*
 * note.h - the note log, written: numbers for strings and places, each given once.
 *
 * Any thread; only while the segment is on. All return 0 when there is no room.
 */
#ifndef GREENROOM_NOTE_H
#define GREENROOM_NOTE_H

#include <stdbool.h>
#include <stdint.h>

struct greenroom_site;

enum { NOTE_TEXT_MAX = 4096 }; /* longer texts are cut */

uint32_t note_string(const char *text);
uint32_t note_site(struct greenroom_site *site);
/* An address in the program: the start of a function, or one that a call returns to. */
uint32_t note_code(uintptr_t address, bool is_function);

/* In the child after a fork: the lock may have been another thread's. */
void note_after_fork(void);

#endif
