/* SPDX-License-Identifier: MIT */
/*
 * target.h - a process or a core file that is looked into: its memory, its modules.
 *
 * A process is never stopped, so what is read may change under the reader's hands. Nothing that is read
 * is trusted.
 */
#ifndef GREENROOM_TARGET_H
#define GREENROOM_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

struct Dwfl;
struct target;

/* A process of the same user, or of any when root asks. */
int target_open_process(struct target **out, pid_t process, struct error *error);

/* `program` is the file that was running, or NULL: as the core file names it. */
int target_open_core(struct target **out, const char *core, const char *program,
		     struct error *error);

void target_close(struct target *target);

/* 0: it is a core file. */
pid_t target_process(const struct target *target);
/* For sentences: "process 4711 (echo)". */
const char *target_title(const struct target *target);

/* What libdwfl knows of its modules. */
struct Dwfl *target_modules(const struct target *target);
/* The same of the core file once more, for the threads that it holds; NULL: a process. */
struct Dwfl *target_core_threads(struct target *target);

/* Who unwinds for libdwfl, which knows the place of this pointer for as long as the target is open. */
void **target_unwinder(struct target *target);

/* Reads all of it: 0, or -EFAULT; -ESRCH when the process is gone. */
int target_read(struct target *target, uint64_t address, void *to, size_t bytes);

struct target_piece {
	uint64_t address;
	void *to;
	size_t bytes;
};

enum { TARGET_PIECES_MAX = 1024 }; /* that the system reads in one call */

/* Reads pieces one after the other, of a process in one call if there are no more than
 * TARGET_PIECES_MAX: so that as little time as possible passes between the first and the last. Returns
 * how many were read before the first that could not be. */
size_t target_read_pieces(struct target *target, const struct target_piece *piece, size_t count);

/* A string of up to `size` - 1 bytes; what cannot be read of it is left away. */
void target_read_text(struct target *target, uint64_t address, char *to, size_t size);

#endif
