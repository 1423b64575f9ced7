/* SPDX-License-Identifier: MIT */
/*
 * checker.h - what memory checkers have to be told about a stack whose content is exchanged.
 *
 * AddressSanitizer keeps a shadow byte for eight bytes of memory; the ones of the stack describe the
 * frames that lie there. So the shadow has to travel with a slice, and where a tasklet was that is
 * deeper than the next one, it has to be cleared: the next one's calls would run into the red
 * zones of frames that are not there any more.
 *
 * Valgrind's memcheck takes what lies below the stack pointer for not addressable. While slices are
 * exchanged the stack pointer is on the side stack, and the stack that is written to lies below
 * the place where it last was.
 */
#ifndef GREENROOM_CHECKER_H
#define GREENROOM_CHECKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler.h"

#ifdef GREENROOM_ADDRESS_SANITIZER

enum { CHECKER_SHADOW_SHIFT = 3 };

void __asan_get_shadow_mapping(size_t *scale, size_t *offset);

static inline char *checker_shadow(const char *address)
{
	size_t scale, offset;

	__asan_get_shadow_mapping(&scale, &offset);
	return (char *)(((uintptr_t)address >> CHECKER_SHADOW_SHIFT) + offset);
}

/* Bytes for the shadow of `bytes` of stack. */
static inline size_t checker_shadow_bytes(size_t bytes)
{
	return bytes >> CHECKER_SHADOW_SHIFT;
}

static inline GREENROOM_RAW_STACK void checker_copy(char *to, const char *from, size_t bytes)
{
	for (volatile char *end = to + bytes; to < end; to++, from++)
		*(volatile char *)to = *from;
}

/* The shadow of [low, low + bytes) to `to`, where that of `offset` bytes lies already. */
static inline void checker_save(char *to, size_t offset, const char *low, size_t bytes)
{
	checker_copy(to + checker_shadow_bytes(offset), checker_shadow(low),
		     checker_shadow_bytes(bytes));
}

/* Back from `from`. */
static inline void checker_restore(const char *from, const char *low, size_t bytes)
{
	checker_copy(checker_shadow(low), from, checker_shadow_bytes(bytes));
}

/* Nothing lies in [low, high) any more. */
static inline GREENROOM_RAW_STACK void checker_clear(const char *low, const char *high)
{
	if (low < high)
		for (char *shadow = checker_shadow(low); shadow < checker_shadow(high); shadow++)
			*(volatile char *)shadow = 0;
}

#else

static inline size_t checker_shadow_bytes(size_t bytes)
{
	(void)bytes;
	return 0;
}

static inline void checker_save(char *to, size_t offset, const char *low, size_t bytes)
{
	(void)to, (void)offset, (void)low, (void)bytes;
}

static inline void checker_restore(const char *from, const char *low, size_t bytes)
{
	(void)from, (void)low, (void)bytes;
}

static inline void checker_clear(const char *low, const char *high)
{
	(void)low, (void)high;
}

#endif

#ifdef HAVE_VALGRIND_MEMCHECK_H
#include <valgrind/memcheck.h>

static inline bool checker_is_valgrind(void)
{
	return RUNNING_ON_VALGRIND;
}

/* A stack apart, so that a jump of the stack pointer to it is known for one. */
static inline unsigned int checker_add_stack(const void *low, const void *high)
{
	return VALGRIND_STACK_REGISTER(low, high);
}

static inline void checker_remove_stack(unsigned int id)
{
	VALGRIND_STACK_DEREGISTER(id);
}

/* [low, low + bytes) may be read and written from now on. */
static inline void checker_open(char *low, size_t bytes)
{
	VALGRIND_MAKE_MEM_DEFINED(low, bytes);
}

#else

static inline bool checker_is_valgrind(void)
{
	return false;
}

static inline unsigned int checker_add_stack(const void *low, const void *high)
{
	(void)low, (void)high;
	return 0;
}

static inline void checker_remove_stack(unsigned int id)
{
	(void)id;
}

static inline void checker_open(char *low, size_t bytes)
{
	(void)low, (void)bytes;
}

#endif

#endif
