/* SPDX-License-Identifier: MIT */
/*
 * numbering.c - a map a process and sort: from its number, or the block of 256 that it is in, to the
 * trace's.
 */
#include "numbering.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	BLOCK_SHIFT = 8,
	BLOCK = 1 << BLOCK_SHIFT,
	NUMBER_MAX = 1 << 26, /* there are none above: they stay as they are */
	ANY_BITS = 12,
	ANY_KEPT_BLOCKS =
		128 /* so many blocks of numbers stay what they are, in the first process */
};

struct map {
	uint32_t *to; /* 0: not yet */
	size_t room;
};

/* From any number: by its upper 12 bits, the next 12, and the last 8. NULL, or 0: not yet. */
struct any_map {
	uint32_t **branch[1 << ANY_BITS];
	uint32_t from, to; /* numbers of the trace that are still to be given */
};

struct process {
	struct map map[NUMBERING_SORTS];
	struct any_map *any[NUMBERING_SORTS]; /* NULL: not in use */
};

/* What a field holds, and in which word. */
struct numbered_field {
	uint8_t sort, word;
};

struct numbered_kind {
	uint8_t count;
	struct numbered_field field[EVENT_FIELDS_MAX];
};

struct numbering {
	struct process *process;
	int processes;
	bool any; /* numbering_expect_any */
	/* Of each sort: the next free number, or block of numbers. */
	uint32_t next[NUMBERING_SORTS];
	uint32_t highest_tasklet, highest_channel; /* while there is one process */
	struct numbered_kind kind[EVENT_KINDS];
};

static bool is_in_blocks(enum numbering_sort sort)
{
	return sort == NUMBERING_TASKLETS || sort == NUMBERING_CHANNELS;
}

static int sort_of_type(enum event_type type)
{
	switch (type) {
	case EVENT_TYPE_tasklet:
		return NUMBERING_TASKLETS;
	case EVENT_TYPE_channel:
		return NUMBERING_CHANNELS;
	case EVENT_TYPE_name:
		return NUMBERING_STRINGS;
	case EVENT_TYPE_place:
		return NUMBERING_PLACES;
	case EVENT_TYPE_stack:
		return NUMBERING_STACKS;
	default:
		return -1;
	}
}

/* Which words of an event hold numbers: the catalogue says it. */
static void find_fields(struct numbered_kind *out, const struct event_description *description)
{
	for (int i = 0; i < description->fields; i++) {
		const struct event_field *field = &description->field[i];
		int sort = sort_of_type(field->type);

		if (sort >= 0 && field->position >= EVENT_POSITION_A &&
		    field->position <= EVENT_POSITION_E)
			out->field[out->count++] = (struct numbered_field){
				(uint8_t)sort, (uint8_t)(field->position - EVENT_POSITION_A)};
	}
}

struct numbering *numbering_create(void)
{
	struct numbering *numbering = calloc(1, sizeof(*numbering));

	if (!numbering)
		return NULL;
	for (unsigned int kind = EVENT_NONE + 1; kind < EVENT_KINDS; kind++)
		find_fields(&numbering->kind[kind], event_describe(kind));
	for (int sort = 0; sort < NUMBERING_SORTS; sort++)
		numbering->next[sort] = is_in_blocks((enum numbering_sort)sort) ? 0 : 1;
	if (numbering_add_process(numbering) < 0) {
		numbering_destroy(numbering);
		return NULL;
	}
	return numbering;
}

void numbering_expect_any(struct numbering *numbering)
{
	numbering->any = true;
	numbering->next[NUMBERING_TASKLETS] = ANY_KEPT_BLOCKS;
	numbering->next[NUMBERING_CHANNELS] = ANY_KEPT_BLOCKS;
}

static void free_any(struct any_map *map)
{
	for (int i = 0; map && i < 1 << ANY_BITS; i++) {
		for (int j = 0; map->branch[i] && j < 1 << ANY_BITS; j++)
			free(map->branch[i][j]);
		free(map->branch[i]);
	}
	free(map);
}

void numbering_destroy(struct numbering *numbering)
{
	if (!numbering)
		return;
	for (int i = 0; i < numbering->processes; i++) {
		for (int sort = 0; sort < NUMBERING_SORTS; sort++) {
			free(numbering->process[i].map[sort].to);
			free_any(numbering->process[i].any[sort]);
		}
	}
	free(numbering->process);
	free(numbering);
}

static bool reach(struct map *map, size_t index)
{
	size_t room = map->room ? map->room : 64;
	uint32_t *grown;

	if (index < map->room)
		return true;
	while (room <= index)
		room *= 2;
	grown = realloc(map->to, room * sizeof(*grown));
	if (!grown)
		return false;
	memset(grown + map->room, 0, (room - map->room) * sizeof(*grown));
	map->to = grown;
	map->room = room;
	return true;
}

/* The first process is no longer the only one: the numbers it has used stay what they are. */
static bool keep_numbers(struct numbering *numbering, enum numbering_sort sort, uint32_t highest)
{
	struct map *map = &numbering->process[0].map[sort];

	numbering->next[sort] = (highest >> BLOCK_SHIFT) + 1;
	if (!reach(map, numbering->next[sort]))
		return false;
	for (uint32_t i = 0; i < numbering->next[sort]; i++)
		map->to[i] = i + 1;
	return true;
}

int numbering_add_process(struct numbering *numbering)
{
	size_t count = (size_t)numbering->processes + 1;
	struct process *grown = realloc(numbering->process, count * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	numbering->process = grown;
	if (numbering->processes == 1 && !numbering->any &&
	    (!keep_numbers(numbering, NUMBERING_TASKLETS, numbering->highest_tasklet) ||
	     !keep_numbers(numbering, NUMBERING_CHANNELS, numbering->highest_channel)))
		return -ENOMEM;
	grown[numbering->processes] = (struct process){0};
	return numbering->processes++;
}

uint32_t numbering_give(struct numbering *numbering, int process, enum numbering_sort sort,
			uint32_t own)
{
	struct map *map = &numbering->process[process].map[sort];

	if (!reach(map, own))
		return 0;
	map->to[own] = numbering->next[sort]++;
	return map->to[own];
}

/* The block of numbers that belongs to a block of the process's, kept in the map with 1 added. */
static uint32_t find_block(struct numbering *numbering, struct map *map, enum numbering_sort sort,
			   uint32_t block)
{
	if (!reach(map, block))
		return 0;
	if (map->to[block] == 0)
		map->to[block] = ++numbering->next[sort];
	return map->to[block];
}

/* Where the map holds what a number is; NULL: no memory. */
static uint32_t *place_of(struct any_map *map, uint32_t own)
{
	uint32_t ***branch = &map->branch[own >> (32 - ANY_BITS)];
	uint32_t **leaf;

	if (!*branch)
		*branch = calloc(1 << ANY_BITS, sizeof(**branch));
	if (!*branch)
		return NULL;
	leaf = &(*branch)[own >> BLOCK_SHIFT & ((1 << ANY_BITS) - 1)];
	if (!*leaf)
		*leaf = calloc(BLOCK, sizeof(**leaf));
	return *leaf ? &(*leaf)[own % BLOCK] : NULL;
}

static uint32_t find_any(struct numbering *numbering, int process, enum numbering_sort sort,
			 uint32_t own)
{
	struct any_map **map = &numbering->process[process].any[sort];
	uint32_t *place;

	if (process == 0 && own < ANY_KEPT_BLOCKS << BLOCK_SHIFT)
		return own;
	if (!*map)
		*map = calloc(1, sizeof(**map));
	place = *map ? place_of(*map, own) : NULL;
	if (!place)
		return 0;
	if (*place != 0)
		return *place;
	if ((*map)->from == (*map)->to) {
		(*map)->from = numbering->next[sort]++ << BLOCK_SHIFT;
		(*map)->to = (*map)->from + BLOCK;
	}
	*place = (*map)->from++;
	return *place;
}

uint32_t numbering_find(struct numbering *numbering, int process, enum numbering_sort sort,
			uint32_t own)
{
	struct map *map = &numbering->process[process].map[sort];
	uint32_t block;

	if (own != 0 && numbering->any && is_in_blocks(sort))
		return find_any(numbering, process, sort, own);
	if (own == 0 || (own > NUMBER_MAX && is_in_blocks(sort)))
		return own;
	if (!is_in_blocks(sort))
		return own < map->room ? map->to[own] : 0;
	block = find_block(numbering, map, sort, own >> BLOCK_SHIFT);
	return block == 0 ? 0 : (block - 1) << BLOCK_SHIFT | own % BLOCK;
}

static void raise(uint32_t *highest, uint32_t number)
{
	if (number > *highest && number <= NUMBER_MAX)
		*highest = number;
}

/* Which numbers the only process has used. */
static void watch(struct numbering *numbering, const struct event *events, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		switch (events[i].kind) {
		case EVENT_thread_start:
		case EVENT_tasklet_create:
			raise(&numbering->highest_tasklet, events[i].word[0]);
			break;
		case EVENT_tasklet_switch:
			raise(&numbering->highest_tasklet, events[i].word[1]);
			break;
		case EVENT_channel_create:
			raise(&numbering->highest_channel, events[i].word[0]);
			break;
		case EVENT_channel_block:
		case EVENT_channel_transfer:
			raise(&numbering->highest_channel, events[i].word[2]);
			break;
		default:
			break;
		}
	}
}

static void translate(struct numbering *numbering, int process, struct event *event)
{
	const struct numbered_kind *kind = &numbering->kind[event->kind];

	for (int i = 0; i < kind->count; i++) {
		uint32_t *word = &event->word[kind->field[i].word];

		*word = numbering_find(numbering, process, (enum numbering_sort)kind->field[i].sort,
				       *word);
	}
}

void numbering_translate(struct numbering *numbering, int process, struct event *events,
			 size_t count)
{
	if (numbering->processes == 1 && !numbering->any) {
		watch(numbering, events, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		translate(numbering, process, &events[i]);
}
