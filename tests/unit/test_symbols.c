/* SPDX-License-Identifier: MIT */
/* test_symbols.c - this test's own functions, found again by their addresses. */
#include <link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "symbols.h"

static uint64_t returned_to;

__attribute__((noinline)) static void remember_caller(void)
{
	returned_to = (uint64_t)(uintptr_t)__builtin_return_address(0);
}

static int call_line;

__attribute__((noinline)) static void call_it(void)
{
	call_line = __LINE__ + 1;
	remember_caller();
	__asm__ volatile("" ::: "memory"); /* no tail call */
}

static int find_base(struct dl_phdr_info *info, size_t bytes, void *base)
{
	(void)bytes;
	*(uint64_t *)base = info->dlpi_addr;
	return 1; /* the first is the program */
}

static struct symbols *own_symbols(void)
{
	struct symbols *symbols = symbols_create();
	uint64_t base = 0;

	dl_iterate_phdr(find_base, &base);
	symbols_add_module(symbols, base, "/proc/self/exe");
	return symbols;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

static void test_return_address(void **state)
{
	struct symbols *symbols = own_symbols();
	struct dictionary_place place;

	(void)state;
	call_it();
	place = symbols_find(symbols, returned_to, false);
	assert_string_equal(place.function, "call_it");
	assert_true(ends_with(place.file, "test_symbols.c"));
	assert_int_equal(place.line, call_line);
	assert_int_equal(place.address, returned_to);
	symbols_destroy(symbols);
}

static void test_function_start(void **state)
{
	struct symbols *symbols = own_symbols();
	struct dictionary_place place;

	(void)state;
	place = symbols_find(symbols, (uint64_t)(uintptr_t)call_it, true);
	assert_string_equal(place.function, "call_it");
	assert_true(ends_with(place.file, "test_symbols.c"));
	assert_in_range(place.line, call_line - 5, call_line);
	symbols_destroy(symbols);
}

static void test_unknown_addresses(void **state)
{
	struct symbols *symbols = own_symbols();
	static const uint64_t addresses[] = {0, 1, UINT64_MAX, UINT64_MAX / 2};

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct dictionary_place place = symbols_find(symbols, addresses[i], false);

		assert_string_equal(place.function, "");
		assert_string_equal(place.file, "");
		assert_int_equal(place.line, 0);
	}
	symbols_destroy(symbols);
}

/* The paths come from the traced program: whatever they name, nothing is waited for. */
static void test_strange_modules(void **state)
{
	struct symbols *symbols = symbols_create();
	char folder[] = "/tmp/greenroom-test-XXXXXX";
	char fifo[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(fifo, sizeof(fifo), "%s/fifo", folder);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	symbols_add_module(symbols, 0x1000, fifo);
	symbols_add_module(symbols, 0x1000, folder);
	symbols_add_module(symbols, 0x1000, "/dev/zero");
	symbols_add_module(symbols, 0x1000, "/etc/passwd");
	symbols_add_module(symbols, 0x1000, "/no/such/file");
	symbols_add_module(symbols, 0x1000, "");
	assert_string_equal(symbols_find(symbols, 0x1234, false).function, "");
	unlink(fifo);
	rmdir(folder);
	symbols_destroy(symbols);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_return_address),
		cmocka_unit_test(test_function_start),
		cmocka_unit_test(test_unknown_addresses),
		cmocka_unit_test(test_strange_modules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
