/* SPDX-License-Identifier: MIT */
/*
 * bookmarks.c - places that a person has marked.
 */
#include "bookmarks.h"

#include <errno.h>
#include <string.h>

const struct bookmark *bookmarks_find(const struct bookmarks *bookmarks, const char *name)
{
	for (int i = 0; i < bookmarks->count; i++)
		if (strcmp(bookmarks->bookmark[i].name, name) == 0)
			return &bookmarks->bookmark[i];
	return NULL;
}

static void bookmarks_remove(struct bookmarks *bookmarks, int index)
{
	bookmarks->count--;
	memmove(bookmarks->bookmark + index, bookmarks->bookmark + index + 1,
		(size_t)(bookmarks->count - index) * sizeof(bookmarks->bookmark[0]));
}

int bookmarks_set(struct bookmarks *bookmarks, const char *name, uint64_t seq)
{
	const struct bookmark *old = bookmarks_find(bookmarks, name);
	int place = 0;

	if (!*name || strlen(name) >= BOOKMARK_NAME)
		return -EINVAL;
	if (old)
		bookmarks_remove(bookmarks, (int)(old - bookmarks->bookmark));
	if (bookmarks->count == BOOKMARKS)
		return -ENOSPC;
	while (place < bookmarks->count && bookmarks->bookmark[place].seq <= seq)
		place++;
	memmove(bookmarks->bookmark + place + 1, bookmarks->bookmark + place,
		(size_t)(bookmarks->count - place) * sizeof(bookmarks->bookmark[0]));
	memset(&bookmarks->bookmark[place], 0, sizeof(bookmarks->bookmark[0]));
	strcpy(bookmarks->bookmark[place].name, name);
	bookmarks->bookmark[place].seq = seq;
	bookmarks->count++;
	return 0;
}
