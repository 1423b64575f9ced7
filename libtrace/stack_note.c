/* SPDX-License-Identifier: MIT */
/*
 * stack_note.c - a stack that has been seen is found by its addresses; only a new one is taken apart.
 */
#include "stack_note.h"

#ifndef GREENROOM_NO_HOOKS

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unwind.h>

#include "compiler.h"
#include "module.h"
#include "note.h"

enum { BUCKETS = 1 << 13, STACKS_MAX = 1 << 18 };

struct stack_entry {
	struct stack_entry *next; /* set before the entry is published, never changed */
	uint64_t hash;
	uint32_t id;
	uint32_t returns, count;
	bool cut;
	uintptr_t address[];
};

static struct stack_entry *_Atomic buckets[BUCKETS];
static atomic_uint known; /* entries ever made */

static uint64_t hash_of(const struct stack_addresses *stack)
{
	uint64_t hash = stack->returns + stack->cut;

	for (uint32_t i = 0; i < stack->count; i++)
		hash = (hash ^ stack->address[i]) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

static bool is_same(const struct stack_entry *entry, const struct stack_addresses *stack)
{
	return entry->count == stack->count && entry->returns == stack->returns &&
	       entry->cut == stack->cut &&
	       memcmp(entry->address, stack->address, stack->count * sizeof(uintptr_t)) == 0;
}

/* Two threads may enter the same stack: it has the same number in both entries. */
static void enter(const struct stack_addresses *stack, uint64_t hash, uint32_t id)
{
	struct stack_entry *_Atomic *bucket = &buckets[hash % BUCKETS];
	size_t bytes = stack->count * sizeof(uintptr_t);
	struct stack_entry *entry;

	if (atomic_fetch_add(&known, 1) >= STACKS_MAX) {
		atomic_fetch_sub(&known, 1);
		return;
	}
	entry = malloc(sizeof(*entry) + bytes);
	if (!entry)
		return;
	*entry = (struct stack_entry){.hash = hash,
				      .id = id,
				      .returns = stack->returns,
				      .count = stack->count,
				      .cut = stack->cut};
	memcpy(entry->address, stack->address, bytes);
	entry->next = atomic_load_explicit(bucket, memory_order_relaxed);
	while (!atomic_compare_exchange_weak_explicit(bucket, &entry->next, entry,
						      memory_order_release, memory_order_relaxed))
		;
}

/* The function around a return address; the address itself when the tables do not know it. */
static uintptr_t function_of(uintptr_t address)
{
	uintptr_t function = (uintptr_t)_Unwind_FindEnclosingFunction((void *)(address - 1));

	return function ? function : address;
}

/* Whether the frame belongs to what runs before main, or a thread's function. */
static bool is_before_main(uintptr_t address)
{
	return module_sort(address) == MODULE_C_LIBRARY ||
	       function_of(address) == getauxval(AT_ENTRY);
}

/* Whether it stands where a function of the runtime should, which has gone on to it by a jump, as the
 * last thing it did: programs cannot call it. */
static bool is_stand_in(uintptr_t address)
{
	uintptr_t function = function_of(address);
	Dl_info info;

	return dladdr((void *)function, &info) == 0 || (uintptr_t)info.dli_saddr != function;
}

/* The places that are told, innermost first; returns how many. */
static uint32_t find_places(const struct stack_addresses *stack, uint32_t *place, uint32_t depth,
			    bool *cut)
{
	const uintptr_t *address = stack->address;
	uint32_t innermost = 0, end = stack->returns, count = 0;

	while (!stack->cut && end > 0 && is_before_main(address[end - 1]))
		end--;
	while (innermost + 1 < end && module_sort(address[innermost + 1]) == MODULE_RUNTIME)
		innermost++;
	if (innermost + 1 < end && is_stand_in(address[innermost]))
		innermost++;
	*cut = stack->cut;
	for (uint32_t i = innermost; i < stack->count; i++) {
		bool own = i < end && module_sort(address[i]) == MODULE_RUNTIME;

		if ((own && i > innermost) || (i >= end && i < stack->returns))
			continue;
		if (count == depth) {
			*cut = true;
			break;
		}
		if (i >= stack->returns)
			place[count++] = note_code(address[i], true);
		else
			place[count++] = own ? note_code(function_of(address[i]), true)
					     : note_code(address[i], false);
	}
	return count;
}

/* Gives numbers to the stack's nodes, from the outermost on. */
static uint32_t take_apart(const struct stack_addresses *stack, uint32_t depth)
{
	uint32_t place[STACK_NOTE_MAX];
	bool cut;
	uint32_t count = find_places(stack, place, depth < STACK_NOTE_MAX ? depth : STACK_NOTE_MAX,
				     &cut);
	uint32_t node = cut ? note_stack_node(0, 0) : 0;

	while (count-- > 0 && (node != 0 || !cut)) {
		node = note_stack_node(node, place[count]);
		if (node == 0)
			break;
	}
	return node;
}

uint32_t stack_note(const struct stack_addresses *stack, uint32_t depth)
{
	uint64_t hash = hash_of(stack);
	struct stack_entry *entry = atomic_load_explicit(&buckets[hash % BUCKETS],
							 memory_order_acquire);
	uint32_t id;

	for (; entry; entry = entry->next) {
		if (entry->hash == hash && is_same(entry, stack))
			return entry->id;
	}
	id = take_apart(stack, depth);
	if (id != 0)
		enter(stack, hash, id);
	return id;
}

#endif
