/* SPDX-License-Identifier: MIT */
/* checker.c - what memory checkers have to be told about a stack whose content is exchanged. */
#include "checker.h"

#include <stdint.h>

#include "compiler.h"

#ifdef HAVE_VALGRIND_MEMCHECK_H
#include <valgrind/memcheck.h>
#endif

#define WEAK __attribute__((weak))

/* sanitizer/asan_interface.h, common_interface_defs.h, tsan_interface.h; which are not everywhere. */
WEAK void __asan_get_shadow_mapping(size_t *scale, size_t *offset);
WEAK void __asan_handle_no_return(void);
WEAK void __sanitizer_start_switch_fiber(void **fake_stack, const void *low, size_t bytes);
WEAK void __sanitizer_finish_switch_fiber(void *fake_stack, const void **low, size_t *bytes);
WEAK void *__tsan_get_current_fiber(void);
WEAK void *__tsan_create_fiber(unsigned int flags);
WEAK void __tsan_destroy_fiber(void *fiber);
WEAK void __tsan_switch_to_fiber(void *fiber, unsigned int flags);

enum { SHADOW_SHIFT = 3 };

bool checker_is_address_sanitizer(void)
{
	return __asan_get_shadow_mapping != NULL;
}

static bool is_thread_sanitizer(void)
{
	return __tsan_create_fiber != NULL;
}

bool checker_is_on(void)
{
	return checker_is_address_sanitizer() || is_thread_sanitizer() || checker_is_valgrind();
}

/* ------------------------------------------------------------------------- AddressSanitizer */

static size_t shadow_bytes(size_t bytes)
{
	return checker_is_address_sanitizer() ? bytes >> SHADOW_SHIFT : 0;
}

static GREENROOM_RAW_STACK char *shadow_of(const char *address)
{
	size_t scale, offset;

	__asan_get_shadow_mapping(&scale, &offset);
	return (char *)(((uintptr_t)address >> SHADOW_SHIFT) + offset);
}

/* Byte by byte, since memcpy is the sanitizer's. */
static GREENROOM_RAW_STACK void copy(char *to, const char *from, size_t bytes)
{
	for (volatile char *end = to + bytes; to < end; to++, from++)
		*(volatile char *)to = *from;
}

size_t checker_bytes(size_t capacity)
{
	bool has_fibers = checker_is_address_sanitizer() || is_thread_sanitizer();

	return shadow_bytes(capacity) + (has_fibers ? sizeof(struct checker_fiber) : 0);
}

GREENROOM_RAW_STACK struct checker_fiber *checker_fiber_behind(char *buffer, size_t capacity)
{
	return (struct checker_fiber *)(void *)(buffer + capacity + shadow_bytes(capacity));
}

GREENROOM_RAW_STACK void checker_save(char *to, size_t offset, const char *low, size_t bytes)
{
	if (checker_is_address_sanitizer())
		copy(to + shadow_bytes(offset), shadow_of(low), shadow_bytes(bytes));
}

GREENROOM_RAW_STACK void checker_restore(const char *from, const char *low, size_t bytes)
{
	if (checker_is_address_sanitizer())
		copy(shadow_of(low), from, shadow_bytes(bytes));
}

GREENROOM_RAW_STACK void checker_clear(const char *low, const char *high)
{
	if (low >= high || !checker_is_address_sanitizer())
		return;
	for (char *shadow = shadow_of(low); shadow < shadow_of(high); shadow++)
		*(volatile char *)shadow = 0;
}

void checker_leave_frames(void)
{
	if (checker_is_address_sanitizer())
		__asan_handle_no_return();
}

/* --------------------------------------------------------------------------------- fibers */

static GREENROOM_RAW_STACK void switch_calls(struct checker_fiber *prev, struct checker_fiber *next)
{
	void *current = __tsan_get_current_fiber();

	if (prev)
		prev->calls = current;
	/* 0: what one tasklet did before the switch has happened before what the other does. */
	__tsan_switch_to_fiber(next ? next->calls : __tsan_create_fiber(0), 0);
	if (!prev)
		__tsan_destroy_fiber(current);
}

GREENROOM_RAW_STACK void checker_switch(struct checker_fiber *prev, struct checker_fiber *next,
					const char *low, size_t bytes)
{
	if (checker_is_address_sanitizer()) {
		__sanitizer_start_switch_fiber(prev ? &prev->fake_stack : NULL, low, bytes);
		__sanitizer_finish_switch_fiber(next ? next->fake_stack : NULL, NULL, NULL);
	}
	if (is_thread_sanitizer())
		switch_calls(prev, next);
}

/* -------------------------------------------------------------------------------- valgrind */

#ifdef HAVE_VALGRIND_MEMCHECK_H

bool checker_is_valgrind(void)
{
	return RUNNING_ON_VALGRIND;
}

unsigned int checker_add_stack(const void *low, const void *high)
{
	return VALGRIND_STACK_REGISTER(low, high);
}

void checker_remove_stack(unsigned int id)
{
	VALGRIND_STACK_DEREGISTER(id);
}

GREENROOM_RAW_STACK void checker_open(char *low, size_t bytes)
{
	VALGRIND_MAKE_MEM_DEFINED(low, bytes);
}

#else

bool checker_is_valgrind(void)
{
	return false;
}

unsigned int checker_add_stack(const void *low, const void *high)
{
	(void)low, (void)high;
	return 0;
}

void checker_remove_stack(unsigned int id)
{
	(void)id;
}

void checker_open(char *low, size_t bytes)
{
	(void)low, (void)bytes;
}

#endif
