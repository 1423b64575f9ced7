/* SPDX-License-Identifier: MIT */
/*
 * target_layout.c - find the runtime in a target, by the ELF note that it carries (layout.h).
 *
 * The notes are read from memory, not from files: those may have been replaced or removed since the
 * process was started.
 */
#include "target_layout.h"

#include <elf.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>

enum { HEADERS_MAX = 128, NOTES_BYTES_MAX = 16384 };

struct search {
	struct target *target;
	struct target_layout *out;
	bool found;
	bool newer; /* there is one that cannot be understood */
};

static size_t to_words(uint32_t bytes)
{
	return ((size_t)bytes + 3) & ~(size_t)3;
}

/* What this program makes of the structures has to be true of them. */
static bool is_sound(const struct target_layout *layout)
{
	static const enum layout_entry structures[] = {LAYOUT_thread, LAYOUT_tasklet, LAYOUT_frame,
						       LAYOUT_channel, LAYOUT_waiter};
	uint32_t grain = target_layout_number(layout, LAYOUT_block_grain);
	uint32_t block = target_layout_number(layout, LAYOUT_block_bytes);
	uint32_t line = target_layout_number(layout, LAYOUT_slice_line);

	for (size_t i = 0; i < sizeof(structures) / sizeof(*structures); i++) {
		size_t bytes = target_layout_bytes(layout, structures[i]);

		if (bytes < sizeof(void *) || bytes > TARGET_LAYOUT_BYTES_MAX)
			return false;
	}
	return grain && !(grain & (grain - 1)) && line && !(line & (line - 1)) && grain <= 4096 &&
	       line <= 4096 && block <= 1 << 24 &&
	       block >= grain + target_layout_bytes(layout, LAYOUT_tasklet) &&
	       target_layout_bytes(layout, LAYOUT_tasklet) <= 4096;
}

static void take_layout(struct search *search, uint64_t address)
{
	struct layout raw = {0};
	const size_t head = offsetof(struct layout, item);
	uint32_t entries;

	if (target_read(search->target, address, &raw, head) ||
	    memcmp(raw.magic, LAYOUT_MAGIC, sizeof(raw.magic)) != 0)
		return;
	entries = raw.entries < LAYOUT_ENTRIES ? raw.entries : LAYOUT_ENTRIES;
	if (target_read(search->target, address + head, raw.item, entries * sizeof(*raw.item)))
		return;
	*search->out = (struct target_layout){.threads = (uintptr_t)raw.threads,
					      .resume = (uintptr_t)raw.resume,
					      .entry = (uintptr_t)raw.entry};
	memcpy(search->out->item, raw.item, sizeof(raw.item));
	search->newer = raw.version != LAYOUT_VERSION || !is_sound(search->out);
	search->found = !search->newer;
}

static void look_into_notes(struct search *search, uint64_t address, size_t bytes)
{
	char notes[NOTES_BYTES_MAX];
	size_t at = 0;

	if (bytes > sizeof(notes) || target_read(search->target, address, notes, bytes))
		return;
	while (!search->found && bytes - at >= sizeof(ElfW(Nhdr))) {
		ElfW(Nhdr) note;
		size_t name = at + sizeof(note), content, end;

		memcpy(&note, notes + at, sizeof(note));
		content = name + to_words(note.n_namesz);
		end = content + to_words(note.n_descsz);
		if (note.n_namesz > bytes || note.n_descsz > bytes || end > bytes)
			return;
		if (note.n_type == LAYOUT_NOTE_TYPE && note.n_descsz == sizeof(int32_t) &&
		    note.n_namesz == sizeof(LAYOUT_NOTE_NAME) &&
		    memcmp(notes + name, LAYOUT_NOTE_NAME, note.n_namesz) == 0) {
			int32_t distance;

			memcpy(&distance, notes + content, sizeof(distance));
			take_layout(search, address + content + (uint64_t)(int64_t)distance);
		}
		at = end;
	}
}

/* Its headers lie in memory, where its first segment begins. */
static int look_into(Dwfl_Module *module, void **user, const char *name, Dwarf_Addr start,
		     void *context)
{
	struct search *search = context;
	ElfW(Ehdr) header;
	ElfW(Phdr) segment[HEADERS_MAX];
	uint64_t bias = start;

	(void)module, (void)user, (void)name;
	if (target_read(search->target, start, &header, sizeof(header)) ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_phnum > HEADERS_MAX ||
	    header.e_phentsize != sizeof(*segment) ||
	    target_read(search->target, start + header.e_phoff, segment,
			header.e_phnum * sizeof(*segment)))
		return DWARF_CB_OK;
	for (int i = 0; i < header.e_phnum; i++)
		if (segment[i].p_type == PT_LOAD) { /* the first is the lowest */
			bias = start - (segment[i].p_vaddr - segment[i].p_offset);
			break;
		}
	for (int i = 0; i < header.e_phnum && !search->found; i++)
		if (segment[i].p_type == PT_NOTE)
			look_into_notes(search, bias + segment[i].p_vaddr, segment[i].p_memsz);
	return search->found ? DWARF_CB_ABORT : DWARF_CB_OK;
}

int target_layout_find(struct target_layout *out, struct target *target, struct error *error)
{
	struct search search = {.target = target, .out = out};

	dwfl_getmodules(target_modules(target), look_into, &search, 0);
	if (search.found)
		return 0;
	if (search.newer)
		return error_set(error, -EPROTO, EXIT_BAD_TRACE,
				 "%s: its libgreenroom is newer than this program",
				 target_title(target));
	return error_set(error, -ENOENT, EXIT_IO, "%s: does not use libgreenroom",
			 target_title(target));
}

uint64_t target_layout_field(const struct target_layout *layout, enum layout_entry field,
			     const void *structure, size_t bytes)
{
	const struct layout_item *item = &layout->item[field];
	const char *at = (const char *)structure + item->offset;
	uint64_t eight;
	uint32_t four;
	uint16_t two;

	if (item->offset > bytes || item->bytes > bytes - item->offset)
		return 0;
	switch (item->bytes) {
	case sizeof(eight):
		memcpy(&eight, at, sizeof(eight));
		return eight;
	case sizeof(four):
		memcpy(&four, at, sizeof(four));
		return four;
	case sizeof(two):
		memcpy(&two, at, sizeof(two));
		return two;
	case 1:
		return (uint8_t)*at;
	default:
		return 0;
	}
}
