/* SPDX-License-Identifier: MIT */
/*
 * forged.c - says that it holds the runtime, and describes structures that are not there: for greenroom
 * dump not to fall for.
 *
 *     forged SEED [ODDS]    prints "ready", ends with its input; three of ODDS words (32) are no addresses
 *
 * All that the description leads to is one pool of words, which are mostly addresses within it: so that
 * lists go round in circles, and tasklets, channels and threads lie in each other.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "layout.h"

enum { POOL_WORDS = 1 << 14, BLOCK_BYTES = 16384 };

__attribute__((used)) struct layout forged_layout;
static uintptr_t pool[POOL_WORDS];

__asm__(".pushsection .note.greenroom, \"a\", %note\n"
	".balign 4\n"
	".long 10, 4, 0x4c41\n"
	".asciz \"greenroom\"\n"
	".balign 4\n"
	".long forged_layout - .\n"
	".popsection\n");

static int odds = 32;

static uintptr_t forge_word(void)
{
	switch (rand() % odds) {
	case 0:
		return (uintptr_t)rand() % 8;
	case 1:
		return ~(uintptr_t)0 - (uintptr_t)rand() % 64;
	case 2:
		return (uintptr_t)rand() << 20;
	default:
		return (uintptr_t)&pool[rand() % POOL_WORDS];
	}
}

int main(int argc, char **argv)
{
	static const struct layout head = {.magic = LAYOUT_MAGIC};
	struct layout *layout = &forged_layout;

	if (argc > 2 && atoi(argv[2]) > 0)
		odds = atoi(argv[2]);
	srand(argc > 1 ? (unsigned int)strtoul(argv[1], NULL, 10) : 0);
	for (int i = 0; i < POOL_WORDS; i++)
		pool[i] = forge_word();
	*layout = head;
	layout->version = LAYOUT_VERSION;
	layout->entries = rand() % 8 ? LAYOUT_ENTRIES : UINT32_MAX;
	layout->threads = pool;
	layout->resume = (const void *)forge_word();
	layout->entry = (const void *)forge_word();
	for (int i = 0; i < LAYOUT_ENTRIES; i++)
		layout->item[i] =
			(struct layout_item){(uint32_t)rand() % (rand() % 64 ? 32 : UINT32_MAX) * 8,
					     rand() % 8 ? sizeof(uintptr_t) : 1U << rand() % 4};
		/* Believable, so that what follows is read. */
#define LAYOUT_STRUCTURE(name, type) layout->item[LAYOUT_##name] = (struct layout_item){0, 256};
#define LAYOUT_FIELD(name, type, member)
#define LAYOUT_NUMBER(name, value)
#include "layout.def"
	layout->item[LAYOUT_block_grain].offset = 64;
	layout->item[LAYOUT_slice_line].offset = 64;
	layout->item[LAYOUT_thread_tasklet_rest] = (struct layout_item){0, 1};
	layout->item[LAYOUT_block_bytes].offset = BLOCK_BYTES;
	puts("ready");
	fflush(stdout);
	return getchar() != EOF;
}
