/* SPDX-License-Identifier: MIT */
/* list.h - short lists of tasklets, for the model of the rules. */
#ifndef LIST_H
#define LIST_H

#include <string.h>

#include "program.h"

struct list {
	int count;
	int items[TASKLETS];
};

/* The place of an item, or -1. */
static inline int list_find(const struct list *list, int item)
{
	for (int i = 0; i < list->count; i++)
		if (list->items[i] == item)
			return i;
	return -1;
}

static inline void list_insert(struct list *list, int place, int item)
{
	memmove(&list->items[place + 1], &list->items[place],
		(size_t)(list->count - place) * sizeof(int));
	list->items[place] = item;
	list->count++;
}

static inline void list_append(struct list *list, int item)
{
	list_insert(list, list->count, item);
}

static inline void list_remove(struct list *list, int item)
{
	int place = list_find(list, item);

	list->count--;
	memmove(&list->items[place], &list->items[place + 1],
		(size_t)(list->count - place) * sizeof(int));
}

/* Turns the list until the item is its first. */
static inline void list_turn_to(struct list *list, int item)
{
	while (list->items[0] != item) {
		int first = list->items[0];

		list_remove(list, first);
		list_append(list, first);
	}
}

#endif
