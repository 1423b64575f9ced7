/* SPDX-License-Identifier: MIT */
/* recording_names.c - rows for strings, places, modules and stacks. */
#include "recording_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dictionary.h"
#include "symbols.h"
#include "utf8.h"

struct waiting_place {
	uint64_t address;
	uint32_t id; /* in the trace */
	bool is_function;
};

struct recording_names {
	struct ring_reader *reader;
	struct store *store;
	struct numbering *numbering;
	int process;
	struct dictionary *dictionary; /* strings, by the process's own numbers */
	struct symbols *symbols;
	struct waiting_place *waiting; /* code places; those before `resolved` are done */
	size_t waiting_count, waiting_room, resolved;
};

struct recording_names *recording_names_create(struct ring_reader *reader, struct store *store,
					       struct numbering *numbering, int process)
{
	struct recording_names *names = calloc(1, sizeof(*names));

	if (!names)
		return NULL;
	names->reader = reader;
	names->store = store;
	names->numbering = numbering;
	names->process = process;
	names->dictionary = dictionary_create();
	names->symbols = symbols_create();
	if (!names->dictionary || !names->symbols) {
		recording_names_destroy(names);
		return NULL;
	}
	return names;
}

void recording_names_destroy(struct recording_names *names)
{
	if (!names)
		return;
	dictionary_destroy(names->dictionary);
	symbols_destroy(names->symbols);
	free(names->waiting);
	free(names);
}

static uint32_t give_number(struct recording_names *names, enum numbering_sort sort,
			    const struct ring_note *note)
{
	return numbering_give(names->numbering, names->process, sort, note->id);
}

static int read_string(struct recording_names *names, const struct ring_note *note,
		       struct error *error)
{
	const char *text;

	/* Out of memory: the string stays unknown here, and empty in the trace. */
	dictionary_set_string(names->dictionary, note->id, note->text, note->text_bytes);
	text = dictionary_string(names->dictionary, note->id);
	return store_string(names->store, give_number(names, NUMBERING_STRINGS, note), text,
			    strlen(text), error);
}

static int read_site(struct recording_names *names, const struct ring_note *note,
		     struct error *error)
{
	struct dictionary_place place = {
		.function = dictionary_string(names->dictionary, note->b),
		.file = dictionary_string(names->dictionary, note->a),
		.line = note->c,
	};

	return store_place(names->store, give_number(names, NUMBERING_PLACES, note), &place, error);
}

static int read_code(struct recording_names *names, const struct ring_note *note,
		     struct error *error)
{
	struct dictionary_place place = {"", "", 0, note->address};
	uint32_t id = give_number(names, NUMBERING_PLACES, note);

	if (names->waiting_count == names->waiting_room) {
		size_t room = names->waiting_room ? names->waiting_room * 2 : 64;
		struct waiting_place *grown = realloc(names->waiting,
						      room * sizeof(*names->waiting));

		if (grown) {
			names->waiting = grown;
			names->waiting_room = room;
		}
	}
	if (names->waiting_count < names->waiting_room)
		names->waiting[names->waiting_count++] = (struct waiting_place){note->address, id,
										note->c == 1};
	return store_place(names->store, id, &place, error);
}

static int read_module(struct recording_names *names, const struct ring_note *note,
		       struct error *error)
{
	char *path = strndup(note->text, note->text_bytes);
	char *clean = path ? malloc(UTF8_CLEAN_ROOM(strlen(path))) : NULL;
	int result = 0;

	if (clean) {
		utf8_clean(clean, path, strlen(path));
		symbols_add_module(names->symbols, note->address, path);
		result = store_module(names->store, give_number(names, NUMBERING_MODULES, note),
				      note->address, clean, error);
	}
	free(clean);
	free(path);
	return result;
}

static int read_stack(struct recording_names *names, const struct ring_note *note,
		      struct error *error)
{
	uint32_t caller = numbering_find(names->numbering, names->process, NUMBERING_STACKS,
					 note->a);
	uint32_t place = numbering_find(names->numbering, names->process, NUMBERING_PLACES,
					note->b);

	return store_stack(names->store, give_number(names, NUMBERING_STACKS, note), caller, place,
			   error);
}

static int read_note(struct recording_names *names, const struct ring_note *note,
		     struct error *error)
{
	switch (note->kind) {
	case SEGMENT_NOTE_STRING:
		return read_string(names, note, error);
	case SEGMENT_NOTE_SITE:
		return read_site(names, note, error);
	case SEGMENT_NOTE_CODE:
		return read_code(names, note, error);
	case SEGMENT_NOTE_STACK:
		return read_stack(names, note, error);
	default:
		return read_module(names, note, error);
	}
}

int recording_names_read(struct recording_names *names, struct error *error)
{
	struct ring_note note;
	int result = 0;

	while (result >= 0 && ring_reader_next_note(names->reader, &note) == 1)
		result = read_note(names, &note, error);
	return result;
}

int recording_names_resolve(struct recording_names *names, size_t max, struct error *error)
{
	int result = 0;

	while (result >= 0 && max-- > 0 && names->resolved < names->waiting_count) {
		const struct waiting_place *waiting = &names->waiting[names->resolved++];
		struct dictionary_place place = symbols_find(names->symbols, waiting->address,
							     waiting->is_function);

		result = store_place(names->store, waiting->id, &place, error);
	}
	return result;
}
