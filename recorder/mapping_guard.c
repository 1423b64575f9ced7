/* SPDX-License-Identifier: MIT */
/* mapping_guard.c - a handler for SIGBUS that knows which mappings may lose their file. */
#include "mapping_guard.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>

enum { GUARDS_MAX = 1024 };

struct guard {
	_Atomic uintptr_t start; /* 0: not used; set last, cleared first */
	size_t bytes;
	atomic_bool hit;
};

static struct guard guards[GUARDS_MAX];
static struct sigaction old_action;

static struct guard *find_guard(uintptr_t address)
{
	for (int i = 0; i < GUARDS_MAX; i++) {
		uintptr_t start = atomic_load(&guards[i].start);

		if (start != 0 && address >= start && address - start < guards[i].bytes)
			return &guards[i];
	}
	return NULL;
}

/* mmap is no more than a system call: it may be called here. */
static void handle_bus_error(int signal_number, siginfo_t *info, void *context)
{
	struct guard *guard = find_guard((uintptr_t)info->si_addr);

	(void)context;
	if (guard && mmap((void *)atomic_load(&guard->start), guard->bytes, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED) {
		atomic_store(&guard->hit, true);
		return;
	}
	sigaction(signal_number, &old_action, NULL); /* not ours: it happens again, and counts */
}

void mapping_guard_add(const void *start, size_t bytes)
{
	struct sigaction action = {.sa_sigaction = handle_bus_error, .sa_flags = SA_SIGINFO};
	struct sigaction current;

	for (int i = 0; i < GUARDS_MAX; i++) {
		if (atomic_load(&guards[i].start) != 0)
			continue;
		guards[i].bytes = bytes;
		atomic_store(&guards[i].hit, false);
		atomic_store(&guards[i].start, (uintptr_t)start);
		break;
	}
	sigaction(SIGBUS, NULL, &current);
	if (current.sa_sigaction == handle_bus_error)
		return;
	old_action = current;
	sigaction(SIGBUS, &action, NULL);
}

void mapping_guard_remove(const void *start)
{
	struct guard *guard = find_guard((uintptr_t)start);

	if (guard)
		atomic_store(&guard->start, 0);
}

bool mapping_guard_was_hit(const void *start)
{
	struct guard *guard = find_guard((uintptr_t)start);

	return guard && atomic_load(&guard->hit);
}
