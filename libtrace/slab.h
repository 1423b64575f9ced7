/* SPDX-License-Identifier: MIT */
/*
 * slab.h - memory for what a thread has many of: tasklet headers and small slices.
 *
 * Pieces are multiples of 64 bytes and aligned to 64. Small ones are cut from blocks and kept in a
 * free list for their size when given back; large ones come from malloc. Tasklet headers that lie
 * together can be read in one piece by another process. Own thread only.
 */
#ifndef GREENROOM_SLAB_H
#define GREENROOM_SLAB_H

#include <stdbool.h>
#include <stddef.h>

#include "compiler.h"

enum {
	SLAB_GRAIN = 64, /* every size is rounded up to a multiple of it */
	SLAB_SIZES = 32, /* 64 to 2048 bytes are cut from blocks */
	SLAB_BLOCK_BYTES = 65536
};

/* One that has been given back. */
struct slab_piece {
	struct slab_piece *next;
};

/* Stands at the start of each block and takes one grain. */
struct slab_block {
	struct slab_block *next;
};

struct slab {
	struct slab_piece *free[SLAB_SIZES + 1]; /* by size / SLAB_GRAIN */
	struct slab_block *blocks;
	char *rest; /* what is left of the newest block */
	size_t rest_bytes;
	bool cut_all; /* for slab_each: also under a checker every piece is cut from a block */
	bool lent;    /* pieces are in use that belong to another thread now: never freed */
};

static inline size_t slab_round(size_t bytes)
{
	return (bytes + SLAB_GRAIN - 1) & ~(size_t)(SLAB_GRAIN - 1);
}

/* `bytes` rounded up; NULL when out of memory. The content is undefined. */
void *slab_allocate(struct slab *slab, size_t bytes);

/* The slow half of slab_free. */
void slab_free_slowly(struct slab *slab, void *memory, size_t bytes);

/* `bytes` as given to slab_allocate. NULL: nothing. */
static inline void slab_free(struct slab *slab, void *memory, size_t bytes)
{
	size_t grains = slab_round(bytes) / SLAB_GRAIN;
	struct slab_piece *piece = memory;

	/* Where there is a block, small pieces are cut from it. */
	if (unlikely(!piece) || unlikely(grains - 1 >= SLAB_SIZES) || unlikely(!slab->blocks)) {
		slab_free_slowly(slab, memory, bytes);
		return;
	}
	piece->next = slab->free[grains];
	slab->free[grains] = piece;
}

/* Calls `visit` with every piece ever cut, of a slab in which all have `bytes`: those given back
 * too, with the first word overwritten. */
void slab_each(const struct slab *slab, size_t bytes, void (*visit)(void *piece, void *context),
	       void *context);

/* Frees all blocks. Large pieces must have been given back. */
void slab_term(struct slab *slab);

#endif
