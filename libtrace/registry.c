/* SPDX-License-Identifier: MIT */
/* registry.c - the threads that use the runtime: their numbers, and how many of them sleep. */
#include "registry.h"

#include <pthread.h>
#include <stdatomic.h>

#include "layout.h"
#include "thread.h"

static struct {
	pthread_mutex_t lock;
	struct thread *first; /* linked by registry_next */
	struct thread *kept;  /* likewise: so that leak checkers find what has been lent */
	uint64_t last_number;
	/* Read without the lock. A thread that sleeps in a timer or at a descriptor wakes by itself
	 * and is not asleep in this sense. */
	_Atomic uint32_t attached, asleep;
} registry = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* A static link takes what is named: so the runtime's description comes along. */
extern const struct layout greenroom_layout;
__attribute__((used)) static const struct layout *const description = &greenroom_layout;

struct thread **const registry_lists[2] = {&registry.first, &registry.kept};

void registry_enter(struct thread *thread)
{
	pthread_mutex_lock(&registry.lock);
	thread->number = ++registry.last_number;
	thread->registry_next = registry.first;
	registry.first = thread;
	atomic_fetch_add(&registry.attached, 1);
	pthread_mutex_unlock(&registry.lock);
}

/* Those that sleep may have waited for the thread that has left. Each looks for itself, and the last
 * to fall asleep again is the one that may not. */
static void disturb_all(void)
{
	for (struct thread *thread = registry.first; thread; thread = thread->registry_next)
		inbox_disturb(&thread->inbox);
}

void registry_leave(struct thread *thread)
{
	struct thread **link = &registry.first;

	pthread_mutex_lock(&registry.lock);
	while (*link && *link != thread)
		link = &(*link)->registry_next;
	if (*link) {
		*link = thread->registry_next;
		atomic_fetch_sub(&registry.attached, 1);
	}
	if (atomic_load(&registry.attached) <= atomic_load(&registry.asleep))
		disturb_all();
	pthread_mutex_unlock(&registry.lock);
}

uint32_t registry_count(void)
{
	return atomic_load(&registry.attached);
}

bool registry_has_others(void)
{
	return atomic_load_explicit(&registry.attached, memory_order_relaxed) > 1;
}

bool registry_fall_asleep(void)
{
	if (atomic_fetch_add(&registry.asleep, 1) + 1 < atomic_load(&registry.attached))
		return true;
	atomic_fetch_sub(&registry.asleep, 1);
	return false;
}

void registry_awake(void)
{
	atomic_fetch_sub(&registry.asleep, 1);
}

bool registry_visit(uint64_t number, void (*visit)(struct thread *thread, void *context),
		    void *context)
{
	struct thread *thread;

	pthread_mutex_lock(&registry.lock);
	thread = registry.first;
	while (thread && thread->number != number)
		thread = thread->registry_next;
	if (thread)
		visit(thread, context);
	pthread_mutex_unlock(&registry.lock);
	return thread != NULL;
}

void registry_each(void (*visit)(struct thread *thread, void *context), void *context)
{
	pthread_mutex_lock(&registry.lock);
	for (struct thread *thread = registry.first; thread; thread = thread->registry_next)
		visit(thread, context);
	pthread_mutex_unlock(&registry.lock);
}

void registry_keep(struct thread *thread)
{
	pthread_mutex_lock(&registry.lock);
	thread->registry_next = registry.kept;
	registry.kept = thread;
	pthread_mutex_unlock(&registry.lock);
}

void registry_after_fork(struct thread *thread)
{
	pthread_mutex_init(&registry.lock, NULL);
	registry.first = thread;
	atomic_store(&registry.attached, thread != NULL);
	atomic_store(&registry.asleep, 0);
	if (thread)
		thread->registry_next = NULL;
}
