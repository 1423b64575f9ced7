/* SPDX-License-Identifier: MIT */
/* target_private.h - a target, for target.c and for the two kinds of it. */
#ifndef GREENROOM_TARGET_PRIVATE_H
#define GREENROOM_TARGET_PRIVATE_H

#include <elfutils/libdwfl.h>
#include <libelf.h>

#include "target.h"

/* Bytes of a core file that were memory. */
struct target_segment {
	uint64_t address, bytes;
	const char *data;
};

struct target {
	pid_t process; /* 0: a core file */
	char title[64];
	Dwfl *modules, *core_threads;
	void *unwinder;
	int core; /* descriptor, or -1 */
	Elf *elf;
	struct target_segment *segment; /* by address */
	size_t segments;
};

/* The largest page size there is divides it: nothing is read across such a boundary in vain. */
enum { TARGET_PAGE = 4096 };

/* A target of neither kind yet; NULL when out of memory. */
struct target *target_allocate(void);

size_t target_core_read_pieces(struct target *target, const struct target_piece *piece,
			       size_t count);
size_t target_process_read_pieces(const struct target *target, const struct target_piece *piece,
				  size_t count);

#endif
