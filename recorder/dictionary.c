/* SPDX-License-Identifier: MIT */
/*
 * dictionary.c - three tables from numbers to what they stand for.
 *
 * Numbers are dense when a program gives them, but a hostile file may name any. So a table is a
 * directory, which grows with the highest number and costs memory only where it is touched, of small
 * pages: the memory used stays within a fixed multiple of the entries.
 */
#include "dictionary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

enum {
	DICTIONARY_ID_MAX = 1 << 26,
	DICTIONARY_PAGE = 64,      /* entries */
	DICTIONARY_ROOM_FIRST = 64 /* pages */
};

struct table {
	void ***pages; /* NULL where no entry is */
	uint32_t room; /* for so many */
	uint32_t last; /* highest number in use */
};

struct dictionary {
	struct table strings;  /* of char[] */
	struct table places;   /* of struct place */
	struct table stacks;   /* of struct dictionary_stack */
	struct place *renewed; /* what stood in `places` before: somebody may have borrowed it */
};

/* A place with its texts behind it. */
struct place {
	struct dictionary_place place;
	struct place *next; /* of those that were renewed */
	char texts[];
};

static const struct dictionary_place no_place = {"", "", 0, 0};

/* Copies instead of using realloc: fresh zeroed memory that nobody writes costs nothing. */
static int table_grow(struct table *table, uint32_t page)
{
	uint32_t room = table->room ? table->room : DICTIONARY_ROOM_FIRST;
	void ***pages;

	while (room <= page)
		room *= 2;
	if (room == table->room)
		return 0;
	pages = calloc(room, sizeof(*pages));
	if (!pages)
		return -ENOMEM;
	if (table->room > 0)
		memcpy(pages, table->pages, table->room * sizeof(*pages));
	free(table->pages);
	table->pages = pages;
	table->room = room;
	return 0;
}

static void table_term(struct table *table)
{
	for (uint32_t page = 0; table->pages && page <= table->last / DICTIONARY_PAGE; page++) {
		for (int i = 0; table->pages[page] && i < DICTIONARY_PAGE; i++)
			free(table->pages[page][i]);
		free(table->pages[page]);
	}
	free(table->pages);
}

static void *table_find(const struct table *table, uint32_t id)
{
	void **page = id > 0 && id <= table->last ? table->pages[id / DICTIONARY_PAGE] : NULL;

	return page ? page[id % DICTIONARY_PAGE] : NULL;
}

/* The free entry of a number; it counts as taken as soon as it is filled. */
static int table_claim(struct table *table, uint32_t id, void ***entry)
{
	void ***page;

	if (id == 0 || id > DICTIONARY_ID_MAX || table_find(table, id))
		return -EINVAL;
	if (table_grow(table, id / DICTIONARY_PAGE) < 0)
		return -ENOMEM;
	page = &table->pages[id / DICTIONARY_PAGE];
	if (!*page)
		*page = calloc(DICTIONARY_PAGE, sizeof(**page));
	if (!*page)
		return -ENOMEM;
	*entry = &(*page)[id % DICTIONARY_PAGE];
	if (id > table->last)
		table->last = id;
	return 0;
}

struct dictionary *dictionary_create(void)
{
	return calloc(1, sizeof(struct dictionary));
}

void dictionary_destroy(struct dictionary *dictionary)
{
	if (!dictionary)
		return;
	table_term(&dictionary->strings);
	table_term(&dictionary->places);
	table_term(&dictionary->stacks);
	while (dictionary->renewed) {
		struct place *next = dictionary->renewed->next;

		free(dictionary->renewed);
		dictionary->renewed = next;
	}
	free(dictionary);
}

int dictionary_set_string(struct dictionary *dictionary, uint32_t id, const char *text,
			  size_t bytes)
{
	char *clean, *fitted;
	void **entry;
	int result = table_claim(&dictionary->strings, id, &entry);

	if (result < 0)
		return result;
	if (bytes > SIZE_MAX / 4 || !(clean = malloc(UTF8_CLEAN_ROOM(bytes))))
		return -ENOMEM;
	fitted = realloc(clean, utf8_clean(clean, text, bytes) + 1);
	*entry = fitted ? fitted : clean;
	return 0;
}

/* NULL when out of memory. */
static struct place *place_copy(const struct dictionary_place *place)
{
	size_t function_bytes = place->function ? strlen(place->function) : 0;
	size_t file_bytes = place->file ? strlen(place->file) : 0;
	size_t function_room = UTF8_CLEAN_ROOM(function_bytes);
	struct place *copy = malloc(sizeof(*copy) + function_room + UTF8_CLEAN_ROOM(file_bytes));

	if (!copy)
		return NULL;
	utf8_clean(copy->texts, place->function, function_bytes);
	utf8_clean(copy->texts + function_room, place->file, file_bytes);
	copy->place = (struct dictionary_place){copy->texts, copy->texts + function_room,
						place->line, place->address};
	return copy;
}

int dictionary_set_place(struct dictionary *dictionary, uint32_t id,
			 const struct dictionary_place *place)
{
	void **entry;
	int result = table_claim(&dictionary->places, id, &entry);

	if (result < 0)
		return result;
	*entry = place_copy(place);
	return *entry ? 0 : -ENOMEM;
}

int dictionary_renew_place(struct dictionary *dictionary, uint32_t id,
			   const struct dictionary_place *place)
{
	struct place *old = table_find(&dictionary->places, id), *copy;

	if (!old)
		return dictionary_set_place(dictionary, id, place);
	copy = place_copy(place);
	if (!copy)
		return -ENOMEM;
	dictionary->places.pages[id / DICTIONARY_PAGE][id % DICTIONARY_PAGE] = copy;
	old->next = dictionary->renewed;
	dictionary->renewed = old;
	return 0;
}

const char *dictionary_string(const struct dictionary *dictionary, uint32_t id)
{
	const char *text = table_find(&dictionary->strings, id);

	return text ? text : "";
}

const struct dictionary_place *dictionary_place(const struct dictionary *dictionary, uint32_t id)
{
	const struct place *place = table_find(&dictionary->places, id);

	return place ? &place->place : &no_place;
}

uint32_t dictionary_strings(const struct dictionary *dictionary)
{
	return dictionary->strings.last;
}

uint32_t dictionary_places(const struct dictionary *dictionary)
{
	return dictionary->places.last;
}

int dictionary_set_stack(struct dictionary *dictionary, uint32_t id, struct dictionary_stack stack)
{
	struct dictionary_stack *copy;
	void **entry;
	int result = stack.caller < id ? table_claim(&dictionary->stacks, id, &entry) : -EINVAL;

	if (result < 0)
		return result;
	copy = malloc(sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	*copy = stack;
	*entry = copy;
	return 0;
}

struct dictionary_stack dictionary_stack(const struct dictionary *dictionary, uint32_t id)
{
	const struct dictionary_stack *stack = table_find(&dictionary->stacks, id);

	return stack ? *stack : (struct dictionary_stack){0};
}

uint32_t dictionary_stacks(const struct dictionary *dictionary)
{
	return dictionary->stacks.last;
}
