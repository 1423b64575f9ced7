/* SPDX-License-Identifier: MIT */
/*
 * bookmarks.h - places that a person has marked, by name.
 */
#ifndef GREENROOM_BOOKMARKS_H
#define GREENROOM_BOOKMARKS_H

#include <stdint.h>

enum { BOOKMARKS = 64, BOOKMARK_NAME = 32 };

struct bookmark {
	char name[BOOKMARK_NAME];
	uint64_t seq;
};

struct bookmarks {
	struct bookmark bookmark[BOOKMARKS]; /* in the order of their events */
	int count;
};

/* Sets one; a name that is there already moves. 0, -ENOSPC when there are too many, -EINVAL for a
 * name that is empty or too long. */
int bookmarks_set(struct bookmarks *bookmarks, const char *name, uint64_t seq);

/* NULL: there is none of that name. */
const struct bookmark *bookmarks_find(const struct bookmarks *bookmarks, const char *name);

#endif
