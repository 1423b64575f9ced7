/* SPDX-License-Identifier: MIT */
/*
 * segment_file.h - the recorder's side of the segment as a file: made beside the trace, locked while
 * the recorder lives, removed at a clean end.
 *
 * The lock belongs to the open file (F_OFD_SETLK), so it goes with the recorder however that ends;
 * the traced program looks at it to know whether anybody still listens.
 */
#ifndef GREENROOM_SEGMENT_FILE_H
#define GREENROOM_SEGMENT_FILE_H

#include <stdint.h>

#include "error.h"
#include "segment.h"
#include "segment_layout.h"

struct segment_file {
	char *path; /* absolute: FILE.segment, or FILE.segment.NUMBER */
	int descriptor;
};

/* Makes a segment for the trace at `trace_path`: the first, or with a number above 0 that of another
 * process, whose stamps are to be those of `clock` (NULL: its own). One that a dead recorder left is replaced; one
 * that is in use, or a file of that name that is no segment, is an error. */
int segment_file_create(struct segment_file *file, const char *trace_path, uint32_t number,
			const struct segment_layout *layout,
			const struct segment_settings *settings, const struct segment_clock *clock,
			struct error *error);

/* Takes over the segment that a killed recorder has left beside the trace, and holds it like its own.
 * 1; 0 when there is none; -EBUSY when its recorder is alive; other errors likewise. */
int segment_file_adopt(struct segment_file *file, const char *trace_path, struct error *error);

/* Lets go of the lock, and leaves the file where it is. */
void segment_file_release(struct segment_file *file);

/* Removes the file and lets go of the lock. */
void segment_file_remove(struct segment_file *file);

#endif
