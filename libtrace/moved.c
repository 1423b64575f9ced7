/* SPDX-License-Identifier: MIT */
/* moved.c - tasklets that belong to another thread than the one in whose slab they lie. */
#include "moved.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "slab.h"
#include "tasklet.h"

enum { BUCKETS = 256 };

struct entry {
	struct entry *next;
	struct tasklet *tasklet;
};

static struct entry *buckets[BUCKETS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct entry **find(const struct tasklet *tasklet)
{
	struct entry **link = &buckets[(uintptr_t)tasklet / SLAB_GRAIN % BUCKETS];

	while (*link && (*link)->tasklet != tasklet)
		link = &(*link)->next;
	return link;
}

/* Without memory it is missing in a snapshot, and nowhere else. */
void moved_add(struct tasklet *tasklet)
{
	struct entry **link;

	pthread_mutex_lock(&lock);
	link = find(tasklet);
	if (!*link) {
		struct entry *entry = malloc(sizeof(*entry));

		if (entry)
			*entry = (struct entry){NULL, tasklet};
		*link = entry;
		tasklet->moved = entry != NULL;
	}
	pthread_mutex_unlock(&lock);
}

void moved_remove(struct tasklet *tasklet)
{
	struct entry **link, *entry;

	pthread_mutex_lock(&lock);
	link = find(tasklet);
	entry = *link;
	if (entry)
		*link = entry->next;
	pthread_mutex_unlock(&lock);
	free(entry);
}

void moved_each(void (*visit)(void *tasklet, void *context), void *context)
{
	pthread_mutex_lock(&lock);
	for (int i = 0; i < BUCKETS; i++) {
		for (struct entry *entry = buckets[i]; entry; entry = entry->next)
			visit(entry->tasklet, context);
	}
	pthread_mutex_unlock(&lock);
}

void moved_after_fork(void)
{
	pthread_mutex_init(&lock, NULL);
}
