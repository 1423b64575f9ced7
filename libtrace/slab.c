/* SPDX-License-Identifier: MIT */
/* slab.c - memory for what a thread has many of: tasklet headers and small slices. */
#include "slab.h"

#include <stdbool.h>
#include <stdlib.h>

#include "checker.h"
#include "compiler.h"

/* Whether pieces of this size are cut from blocks. None are under AddressSanitizer: it would not see a
 * use of one that has been given back. */
static bool is_cut(const struct slab *slab, size_t size)
{
	return size <= SLAB_SIZES * SLAB_GRAIN &&
	       (likely(!checker_is_address_sanitizer()) || slab->cut_all);
}

static void *allocate_from_block(struct slab *slab, size_t bytes)
{
	struct slab_block *block;
	char *memory;

	if (slab->rest_bytes < bytes) {
		/* What is left of the old block goes into the free list of its size. */
		slab_free(slab, slab->rest, slab->rest_bytes);
		slab->rest = NULL;
		slab->rest_bytes = 0;
		block = aligned_alloc(SLAB_GRAIN, SLAB_BLOCK_BYTES);
		if (!block)
			return NULL;
		block->next = slab->blocks;
		slab->blocks = block;
		slab->rest = (char *)block + SLAB_GRAIN;
		slab->rest_bytes = SLAB_BLOCK_BYTES - SLAB_GRAIN;
	}
	memory = slab->rest;
	slab->rest += bytes;
	slab->rest_bytes -= bytes;
	return memory;
}

void *slab_allocate(struct slab *slab, size_t bytes)
{
	size_t size = slab_round(bytes);
	size_t grains = size / SLAB_GRAIN;
	struct slab_piece *piece = likely(grains <= SLAB_SIZES) ? slab->free[grains] : NULL;

	if (likely(piece != NULL)) {
		slab->free[grains] = piece->next;
		return piece;
	}
	return is_cut(slab, size) ? allocate_from_block(slab, size)
				  : aligned_alloc(SLAB_GRAIN, size);
}

void slab_free_slowly(struct slab *slab, void *memory, size_t bytes)
{
	size_t size = slab_round(bytes);
	struct slab_piece *piece = memory;

	if (!memory || !size)
		return;
	if (!is_cut(slab, size)) {
		free(memory);
		return;
	}
	piece->next = slab->free[size / SLAB_GRAIN];
	slab->free[size / SLAB_GRAIN] = piece;
}

void slab_each(const struct slab *slab, size_t bytes, void (*visit)(void *piece, void *context),
	       void *context)
{
	size_t size = slab_round(bytes);

	for (struct slab_block *block = slab->blocks; block; block = block->next) {
		char *piece = (char *)block + SLAB_GRAIN;
		char *end = (char *)block + SLAB_BLOCK_BYTES;

		if (block == slab->blocks)
			end = slab->rest;
		for (; (size_t)(end - piece) >= size; piece += size)
			visit(piece, context);
	}
}

void slab_term(struct slab *slab)
{
	while (slab->blocks) {
		struct slab_block *next = slab->blocks->next;

		free(slab->blocks);
		slab->blocks = next;
	}
	*slab = (struct slab){0};
}
