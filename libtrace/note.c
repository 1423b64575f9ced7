/* SPDX-License-Identifier: MIT */
/*
 * note.c - the note log, written: what has a number already, and how a new note is published.
 *
 * Numbers stand in sites and tasklets, so they outlive a recording: the next one's log begins with all
 * notes so far, which are kept meanwhile.
 *
 * Strings are looked up under the lock, in a table that grows; a site carries its number itself; an
 * address is looked up without a lock, since with GREENROOM_NO_SITES every single event asks. The
 * lock is never held while waiting for anything but the loader's list of modules. Nodes of call stacks
 * are looked up under it too: only who sees a new stack asks (stack_note.c).
 */
#include "note.h"

#ifndef GREENROOM_NO_HOOKS

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "greenroom.h"
#include "module.h"
#include "segment_writer.h"

enum {
	NOTE_RESERVE_BYTES = 1 << 20, /* the log takes room on the disk in steps */
	NOTE_STRINGS_FIRST = 256,     /* entries in the first table */
	NOTE_NODES_FIRST = 256,
	NOTE_NODES_MAX = 1 << 20,
	NOTE_CODE_BUCKETS = 4096
};

struct string_entry {
	uint32_t hash;
	uint32_t id;     /* 0: the entry is free */
	uint32_t offset; /* of the text in the note log */
	uint32_t bytes;
};

struct code {
	struct code *next; /* set before the entry is published, never changed */
	uintptr_t address;
	uint32_t id;
	bool is_function;
};

struct node_entry {
	uint32_t caller, place;
	uint32_t id; /* 0: the entry is free */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct {
	struct segment_writer *writer; /* NULL: nothing is recorded, and nothing may be noted */
	char *kept;                    /* the log, while nothing is recorded; NULL: empty */
	uint64_t used;                 /* bytes of the log, as published */
	uint64_t reserved;             /* bytes of the log that have room on the disk */
	struct string_entry *strings;
	uint32_t strings_room; /* entries in the table, a power of two */
	struct node_entry *nodes;
	uint32_t nodes_room; /* entries in the table, a power of two */
	uint32_t string_last, place_last, stack_last;
	/* Set when a note found no room: a later, shorter one would be out of turn. */
	atomic_bool full;
	bool lost; /* there was no memory to keep the log: nothing can be noted ever again */
} notes;

static struct code *_Atomic code_buckets[NOTE_CODE_BUCKETS];

void note_before_fork(void)
{
	pthread_mutex_lock(&lock);
}

void note_after_fork(void)
{
	pthread_mutex_unlock(&lock);
}

void note_after_fork_in_child(void)
{
	pthread_mutex_init(&lock, NULL);
}

static char *log_start(void)
{
	return (char *)notes.writer->header + notes.writer->layout.notes_offset;
}

static bool has_room(uint64_t bytes)
{
	const struct segment_layout *layout = &notes.writer->layout;
	uint64_t step = NOTE_RESERVE_BYTES;

	if (notes.used > layout->notes_bytes || bytes > layout->notes_bytes - notes.used)
		return false;
	if (notes.used + bytes <= notes.reserved)
		return true;
	if (notes.used + bytes - notes.reserved > step)
		step = notes.used + bytes - notes.reserved;
	if (step > layout->notes_bytes - notes.reserved)
		step = layout->notes_bytes - notes.reserved;
	if (!segment_reserve(notes.writer, layout->notes_offset + notes.reserved, step))
		return false;
	notes.reserved += step;
	return true;
}

/* Begins the writer's log with `log`, which holds all notes so far. */
static bool begin_log(struct segment_writer *writer, const char *log)
{
	uint64_t used = notes.used;
	bool good;

	notes.writer = writer;
	notes.used = notes.reserved = 0;
	good = has_room(used);
	notes.used = used;
	if (!good)
		return false;
	if (used > 0)
		memcpy(log_start(), log, used);
	atomic_store_explicit(&writer->header->notes_used, used, memory_order_release);
	return true;
}

bool note_begin(struct segment_writer *writer)
{
	bool good;

	pthread_mutex_lock(&lock);
	good = !notes.lost && begin_log(writer, notes.kept);
	if (good) {
		free(notes.kept);
		notes.kept = NULL;
		notes.full = false;
	} else {
		notes.writer = NULL;
	}
	pthread_mutex_unlock(&lock);
	return good;
}

void note_end(struct segment_writer *writer)
{
	pthread_mutex_lock(&lock);
	if (notes.writer == writer) {
		notes.kept = notes.used ? malloc(notes.used) : NULL;
		if (notes.kept)
			memcpy(notes.kept, log_start(), notes.used);
		notes.lost = notes.used && !notes.kept;
		notes.writer = NULL;
	}
	pthread_mutex_unlock(&lock);
}

bool note_inherit(struct segment_writer *writer, const char *log)
{
	bool good;

	pthread_mutex_lock(&lock);
	good = begin_log(writer, log);
	pthread_mutex_unlock(&lock);
	return good;
}

/* Publishes a note; where its text lies in the log is told. */
static bool append(struct segment_note *note, const char *text, size_t bytes, uint32_t *text_offset)
{
	uint64_t whole = (sizeof(*note) + bytes + 7) & ~UINT64_C(7);
	char *to;

	if (!segment_is_on(notes.writer))
		return false;
	if (notes.full || !has_room(whole)) {
		notes.full = true;
		atomic_fetch_add(&notes.writer->header->notes_refused, 1);
		return false;
	}
	note->bytes = (uint32_t)whole;
	note->text_bytes = (uint16_t)bytes;
	to = log_start() + notes.used;
	memcpy(to, note, sizeof(*note));
	memcpy(to + sizeof(*note), text, bytes);
	if (text_offset)
		*text_offset = (uint32_t)(notes.used + sizeof(*note));
	notes.used += whole;
	atomic_store_explicit(&notes.writer->header->notes_used, notes.used, memory_order_release);
	return true;
}

static uint32_t hash_text(const char *text, size_t bytes)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < bytes; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	return hash;
}

/* The entry of a text, or the free one where it belongs. The table is never full. */
static struct string_entry *find_string(uint32_t hash, const char *text, size_t bytes)
{
	uint32_t mask = notes.strings_room - 1;

	for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
		struct string_entry *entry = &notes.strings[i];

		if (entry->id == 0 || (entry->hash == hash && entry->bytes == bytes &&
				       memcmp(log_start() + entry->offset, text, bytes) == 0))
			return entry;
	}
}

/* Room for one more string, with a quarter of the table free. */
static bool grow_strings(void)
{
	struct string_entry *old = notes.strings;
	uint32_t old_room = notes.strings_room;
	uint32_t room = old_room ? old_room * 2 : NOTE_STRINGS_FIRST;
	struct string_entry *table;

	if (notes.string_last + 1 <= old_room / 4 * 3)
		return true;
	table = calloc(room, sizeof(*table));
	if (!table)
		return false;
	for (uint32_t i = 0; i < old_room; i++) {
		uint32_t at = old[i].hash & (room - 1);

		if (old[i].id == 0)
			continue;
		while (table[at].id != 0)
			at = (at + 1) & (room - 1);
		table[at] = old[i];
	}
	free(old);
	notes.strings = table;
	notes.strings_room = room;
	return true;
}

static uint32_t string_locked(const char *text)
{
	size_t bytes = text ? strnlen(text, NOTE_TEXT_MAX) : 0;
	uint32_t hash = hash_text(text, bytes);
	struct segment_note note = {.kind = SEGMENT_NOTE_STRING, .id = notes.string_last + 1};
	struct string_entry *entry;

	if (bytes == 0 || !notes.writer || !grow_strings())
		return 0;
	entry = find_string(hash, text, bytes);
	if (entry->id != 0)
		return entry->id;
	if (!append(&note, text, bytes, &entry->offset))
		return 0;
	entry->hash = hash;
	entry->bytes = (uint32_t)bytes;
	entry->id = ++notes.string_last;
	return entry->id;
}

uint32_t note_string(const char *text)
{
	uint32_t id;

	pthread_mutex_lock(&lock);
	id = string_locked(text);
	pthread_mutex_unlock(&lock);
	return id;
}

uint32_t note_site(struct greenroom_site *site)
{
	uint32_t id = __atomic_load_n(&site->id, __ATOMIC_ACQUIRE);
	struct segment_note note = {.kind = SEGMENT_NOTE_SITE, .c = (uint32_t)site->line};

	if (id != 0 || notes.full)
		return id;
	pthread_mutex_lock(&lock);
	id = __atomic_load_n(&site->id, __ATOMIC_RELAXED);
	if (id == 0) {
		note.a = string_locked(site->file);
		note.b = string_locked(site->function);
		note.id = notes.place_last + 1;
		if (append(&note, "", 0, NULL)) {
			id = ++notes.place_last;
			__atomic_store_n(&site->id, id, __ATOMIC_RELEASE);
		}
	}
	pthread_mutex_unlock(&lock);
	return id;
}

static void note_module(uint32_t id, uint64_t base, const char *path)
{
	struct segment_note note = {.kind = SEGMENT_NOTE_MODULE, .id = id, .address = base};

	append(&note, path, strnlen(path, NOTE_TEXT_MAX), NULL);
}

static uint32_t find_code(struct code *_Atomic *bucket, uintptr_t address, bool is_function)
{
	struct code *code = atomic_load_explicit(bucket, memory_order_acquire);

	for (; code; code = code->next) {
		if (code->address == address && code->is_function == is_function)
			return code->id;
	}
	return 0;
}

static uint32_t add_code(struct code *_Atomic *bucket, uintptr_t address, bool is_function)
{
	struct code *code = malloc(sizeof(*code));
	struct segment_note note = {
		.kind = SEGMENT_NOTE_CODE, .c = is_function, .address = address};

	if (!code)
		return 0;
	note.a = module_find(address, note_module);
	note.id = notes.place_last + 1;
	if (!append(&note, "", 0, NULL)) {
		free(code);
		return 0;
	}
	*code = (struct code){atomic_load_explicit(bucket, memory_order_relaxed), address,
			      ++notes.place_last, is_function};
	atomic_store_explicit(bucket, code, memory_order_release);
	return code->id;
}

uint32_t note_code(uintptr_t address, bool is_function)
{
	struct code *_Atomic *bucket = &code_buckets[(address ^ address >> 12) % NOTE_CODE_BUCKETS];
	uint32_t id = find_code(bucket, address, is_function);

	if (id != 0 || address == 0 || notes.full)
		return id;
	pthread_mutex_lock(&lock);
	id = find_code(bucket, address, is_function);
	if (id == 0)
		id = add_code(bucket, address, is_function);
	pthread_mutex_unlock(&lock);
	return id;
}

/* The entry of a node, or the free one where it belongs. The table is never full. */
static struct node_entry *find_node(struct node_entry *nodes, uint32_t room, uint32_t caller,
				    uint32_t place)
{
	uint32_t at = (caller * 0x9e3779b1u ^ place) * 0x85ebca6bu;

	for (at = (at ^ at >> 15) & (room - 1);; at = (at + 1) & (room - 1)) {
		struct node_entry *entry = &nodes[at];

		if (entry->id == 0 || (entry->caller == caller && entry->place == place))
			return entry;
	}
}

/* Room for one more node, with a quarter of the table free. */
static bool grow_nodes(void)
{
	uint32_t old_room = notes.nodes_room;
	uint32_t room = old_room ? old_room * 2 : NOTE_NODES_FIRST;
	struct node_entry *table;

	if (notes.stack_last + 1 <= old_room / 4 * 3)
		return true;
	table = notes.stack_last < NOTE_NODES_MAX ? calloc(room, sizeof(*table)) : NULL;
	if (!table)
		return false;
	for (uint32_t i = 0; i < old_room; i++) {
		const struct node_entry *old = &notes.nodes[i];

		if (old->id != 0)
			*find_node(table, room, old->caller, old->place) = *old;
	}
	free(notes.nodes);
	notes.nodes = table;
	notes.nodes_room = room;
	return true;
}

static uint32_t node_locked(uint32_t caller, uint32_t place)
{
	struct segment_note note = {
		.kind = SEGMENT_NOTE_STACK, .id = notes.stack_last + 1, .a = caller, .b = place};
	struct node_entry *entry;

	if (!grow_nodes())
		return 0;
	entry = find_node(notes.nodes, notes.nodes_room, caller, place);
	if (entry->id != 0)
		return entry->id;
	if (!append(&note, "", 0, NULL))
		return 0;
	*entry = (struct node_entry){caller, place, ++notes.stack_last};
	return entry->id;
}

uint32_t note_stack_node(uint32_t caller, uint32_t place)
{
	uint32_t id;

	pthread_mutex_lock(&lock);
	id = node_locked(caller, place);
	pthread_mutex_unlock(&lock);
	return id;
}

#endif
