/* SPDX-License-Identifier: MIT */
/* test_text.c - text from outside: cleaned, kept in the dictionary, told in errors. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dictionary.h"
#include "error.h"
#include "utf8.h"

#define BAD "\xef\xbf\xbd"

static void assert_clean(const char *text, size_t bytes, const char *expected)
{
	char out[UTF8_CLEAN_ROOM(64)];

	assert_int_equal(utf8_clean(out, text, bytes), strlen(expected));
	assert_string_equal(out, expected);
}

static void test_clean_text_stays(void **state)
{
	static const char *const texts[] = {
		"",         "plain ~",      "\xc3\xa4\xe2\x82\xac\xf0\x9f\x8e\xad",
		"\xc2\xa0", "\xee\x80\x80", "\xf4\x8f\xbf\xbf"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_clean(texts[i], strlen(texts[i]), texts[i]);
}

static void test_bad_text_is_replaced(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} cases[] = {
		{"a\x1b[31mb", "a" BAD "[31mb"},            /* an escape */
		{"a\nb\tc\x7f", "a" BAD "b" BAD "c" BAD},   /* controls */
		{"\xc2\x9b", BAD},                          /* the 8-bit escape */
		{"\xe2\x80\xae", BAD},                      /* right-to-left override */
		{"\xe2\x81\xa6x\xe2\x81\xa9", BAD "x" BAD}, /* isolates */
		{"\xe2\x80\xa8", BAD},                      /* line separator */
		{"\xff\xfe", BAD BAD},
		{"\xc0\xaf", BAD BAD}, /* overlong */
		{"\xe0\x80\xaf", BAD BAD BAD},
		{"\xed\xa0\x80", BAD BAD BAD},         /* a surrogate */
		{"\xf4\x90\x80\x80", BAD BAD BAD BAD}, /* above the last character */
		{"a\xe2\x82", "a" BAD BAD},            /* cut short */
		{"\xe2\x82z", BAD BAD "z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_clean(cases[i].text, strlen(cases[i].text), cases[i].expected);
	assert_clean("a\0b", 3, "a" BAD "b");
}

static void test_strings(void **state)
{
	struct dictionary *dictionary = dictionary_create();

	(void)state;
	assert_non_null(dictionary);
	assert_string_equal(dictionary_string(dictionary, 0), "");
	assert_string_equal(dictionary_string(dictionary, 7), "");
	assert_string_equal(dictionary_string(dictionary, UINT32_MAX), "");
	assert_int_equal(dictionary_set_string(dictionary, 7, "seven\n", 6), 0);
	assert_string_equal(dictionary_string(dictionary, 7), "seven" BAD);
	assert_string_equal(dictionary_string(dictionary, 6), "");
	assert_int_equal(dictionary_strings(dictionary), 7);
	assert_int_equal(dictionary_set_string(dictionary, 7, "other", 5), -EINVAL);
	assert_int_equal(dictionary_set_string(dictionary, 0, "none", 4), -EINVAL);
	assert_int_equal(dictionary_set_string(dictionary, (1 << 26) + 1, "far", 3), -EINVAL);
	assert_int_equal(dictionary_set_string(dictionary, UINT32_MAX, "far", 3), -EINVAL);
	assert_int_equal(dictionary_set_string(dictionary, 1 << 26, "last", 4), 0);
	assert_string_equal(dictionary_string(dictionary, 1 << 26), "last");
	assert_int_equal(dictionary_strings(dictionary), 1 << 26);
	dictionary_destroy(dictionary);
	dictionary_destroy(NULL);
}

static void test_places(void **state)
{
	struct dictionary *dictionary = dictionary_create();
	struct dictionary_place place = {"run\x1b", "a.c", 12, 0xfff};
	const struct dictionary_place *found;

	(void)state;
	assert_int_equal(dictionary_set_place(dictionary, 3, &place), 0);
	found = dictionary_place(dictionary, 3);
	assert_string_equal(found->function, "run" BAD);
	assert_string_equal(found->file, "a.c");
	assert_int_equal(found->line, 12);
	assert_int_equal(found->address, 0xfff);
	assert_int_equal(dictionary_set_place(dictionary, 3, &place), -EINVAL);
	found = dictionary_place(dictionary, 4);
	assert_string_equal(found->function, "");
	assert_string_equal(found->file, "");
	assert_int_equal(dictionary_places(dictionary), 3);
	assert_int_equal(dictionary_strings(dictionary), 0);
	place = (struct dictionary_place){NULL, NULL, 0, 0};
	assert_int_equal(dictionary_set_place(dictionary, 4, &place), 0);
	assert_string_equal(dictionary_place(dictionary, 4)->file, "");
	dictionary_destroy(dictionary);
}

static void test_errors(void **state)
{
	struct error error;
	char lengthy[600];

	(void)state;
	assert_int_equal(error_set(&error, -EINVAL, EXIT_USAGE, "%s: %d", "a\x1b", 5), -EINVAL);
	assert_int_equal(error.code, EXIT_USAGE);
	assert_string_equal(error.text, "a" BAD ": 5");
	assert_int_equal(error_set(NULL, -EIO, EXIT_IO, "nobody listens"), -EIO);
	assert_int_equal(error_set_file(&error, -ENOENT, "x.db"), -ENOENT);
	assert_string_equal(error.text, "x.db: No such file or directory");
	assert_int_equal(error.code, EXIT_IO);
	error_set_file(&error, -EACCES, "x.db");
	assert_int_equal(error.code, EXIT_PERMISSION);
	/* Cleaning makes it longer than there is room: it is cut between characters. */
	memset(lengthy, '\n', sizeof(lengthy) - 1);
	lengthy[sizeof(lengthy) - 1] = '\0';
	error_set(&error, -EINVAL, EXIT_USAGE, "%s", lengthy);
	assert_in_range(strlen(error.text), 500, sizeof(error.text) - 1);
	assert_int_equal(strlen(error.text) % 3, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean_text_stays),
		cmocka_unit_test(test_bad_text_is_replaced),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
