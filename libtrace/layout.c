/* SPDX-License-Identifier: MIT */
/* layout.c - the runtime's description of itself, for readers from outside, and the note that leads to it. */
#include "layout.h"

#include <stddef.h>

#include "channel.h"
#include "compiler.h"
#include "frame.h"
#include "registry.h"
#include "slab.h"
#include "slice_exchange.h"
#include "tasklet.h"
#include "thread.h"
#include "wait.h"

#ifdef GREENROOM_SWITCH_FALLBACK
#define RESUME NULL
#else
#define RESUME switch_resume
#endif

/* Named by the assembly below alone. */
__attribute__((used, visibility("hidden"))) const struct layout greenroom_layout = {
	.magic = LAYOUT_MAGIC,
	.version = LAYOUT_VERSION,
	.entries = LAYOUT_ENTRIES,
	.threads = registry_lists,
	.resume = RESUME,
	.entry = switch_entry,
	.item =
		{
#define LAYOUT_STRUCTURE(name, type) [LAYOUT_##name] = {0, sizeof(type)},
#define LAYOUT_FIELD(name, type, member)                                                           \
	[LAYOUT_##name] = {offsetof(type, member), sizeof(((type *)NULL)->member)},
#define LAYOUT_NUMBER(name, value) [LAYOUT_##name] = {value, 0},
#include "layout.def"
		},
};

/* A note as elf(5) describes it: bytes of the name, of the content, the type; the two, to words. */
__asm__(".pushsection .note.greenroom, \"a\", %note\n"
	"	.balign 4\n"
	"	.4byte 10, 4, 0x4c41\n"
	"	.asciz \"greenroom\"\n"
	"	.balign 4\n"
	"	.4byte greenroom_layout - .\n"
	".popsection\n");
_Static_assert(sizeof(LAYOUT_NOTE_NAME) == 10 && LAYOUT_NOTE_TYPE == 0x4c41, "as in the note");
