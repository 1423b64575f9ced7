/* SPDX-License-Identifier: MIT */
/*
 * layout.h - how somebody else finds the tasklets in the memory of a process or in a core file, with
 * no debugging data and no symbols: the library describes its own structures.
 *
 * The way there is an ELF note in the loaded library or program (name LAYOUT_NOTE_NAME, type
 * LAYOUT_NOTE_TYPE). Its content is the distance in bytes from the content itself to a struct layout,
 * an int32_t. strip(1) leaves notes alone.
 *
 * All this is in the byte order and with the pointers of the process.
 */
#ifndef GREENROOM_LAYOUT_H
#define GREENROOM_LAYOUT_H

#include <stdint.h>

#define LAYOUT_NOTE_NAME "greenroom"
#define LAYOUT_MAGIC     "grlayout"

enum {
	LAYOUT_NOTE_TYPE = 0x4c41, /* "LA" */
	LAYOUT_VERSION = 1         /* one more when a reader of before would be wrong */
};

/* What is described, in the order of layout.def. */
enum layout_entry {
#define LAYOUT_STRUCTURE(name, type)     LAYOUT_##name,
#define LAYOUT_FIELD(name, type, member) LAYOUT_##name,
#define LAYOUT_NUMBER(name, value)       LAYOUT_##name,
#include "layout.def"
	LAYOUT_ENTRIES
};

/* Of a field: where it lies and its bytes. Of a structure: 0 and its bytes. Of a number: itself, and 0. */
struct layout_item {
	uint32_t offset;
	uint32_t bytes;
};

struct layout {
	char magic[8];
	uint32_t version;
	uint32_t entries;
	/* Two pointers, each to where the first of a list of threads is named: those that are there,
	 * and those that have ended while others went on with their tasklets. */
	const void *threads;
	/* Where a tasklet that is out goes on, with its saved stack pointer; NULL: its registers lie where
	 * no unwinder finds them. And where its stack begins. */
	const void *resume, *entry;
	struct layout_item item[LAYOUT_ENTRIES];
};

#endif
