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
struct segment_writer;

enum { NOTE_TEXT_MAX = 4096 }; /* longer texts are cut */

uint32_t note_string(const char *text);
uint32_t note_site(struct greenroom_site *site);
/* An address in the program: the start of a function, or one that a call returns to. */
uint32_t note_code(uintptr_t address, bool is_function);

/* Before the writer is turned on: its log is the one from now on, and begins with what was noted for
 * earlier ones. False when there is no room. When the writer is off: what is in its log is kept. */
bool note_begin(struct segment_writer *writer);
void note_end(struct segment_writer *writer);

/* A call stack: the place in its innermost function, and the stack of who has called that. */
uint32_t note_stack_node(uint32_t caller, uint32_t place);

/* Around a fork, so that no other thread is in the middle of something. */
void note_before_fork(void);
void note_after_fork(void);
void note_after_fork_in_child(void);

/* In the child: begins the new segment's log with that of the parent, so that numbers given by it
 * mean the same. False when there is no room. */
bool note_inherit(struct segment_writer *writer, const char *log);

#endif
