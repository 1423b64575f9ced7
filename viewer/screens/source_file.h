/* SPDX-License-Identifier: MIT */
/*
 * source_file.h - the text of a source file that a trace speaks of, found where it may be.
 *
 * A trace says under which name the compiler knew the file. It is looked for there, below the
 * current folder and below the trace's own, whole path first, then shorter and shorter ends of it.
 * Only regular files of a sensible size are read: the name may come from a stranger.
 */
#ifndef GREENROOM_SOURCE_FILE_H
#define GREENROOM_SOURCE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source_file {
	char *name;   /* as the trace says it; NULL: none was looked for */
	char *folder; /* of the trace */
	char *path;   /* where it was found; NULL: nowhere */
	char *text;   /* NULL: not found */
	size_t *line; /* where each begins */
	uint32_t lines;
	uint64_t modified_ns; /* since 1970 */
};

void source_file_init(struct source_file *file, const char *trace_path);
void source_file_term(struct source_file *file);

/* Looks for a file, unless it is the one that was looked for last. Whether it is there. */
bool source_file_load(struct source_file *file, const char *name);

/* A line, from 1, with tabs as blanks; "" past the end. Returns `out`. */
const char *source_file_line(const struct source_file *file, uint32_t number, char *out,
			     size_t size);

#endif
