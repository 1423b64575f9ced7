/* SPDX-License-Identifier: MIT */
/* test_child.c - starting programs, and learning how they ended. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "child.h"

static int run(const char *script)
{
	char *argv[] = {"sh", "-c", (char *)(uintptr_t)script, NULL};
	struct child child;
	struct error error;

	assert_int_equal(child_start(&child, argv, "WORD", "set by record", &error), 0);
	assert_false(child.ended);
	child_wait(&child);
	assert_true(child_has_ended(&child));
	return child_exit_code(&child);
}

static void test_exit_codes(void **state)
{
	(void)state;
	assert_int_equal(run("exit 0"), 0);
	assert_int_equal(run("exit 3"), 3);
	assert_int_equal(run("exit 255"), 255);
	assert_int_equal(run("kill -KILL $$"), 128 + 9);
	assert_int_equal(run("kill -TERM $$"), 128 + 15);
}

static void test_environment(void **state)
{
	(void)state;
	assert_int_equal(run("test \"$WORD\" = 'set by record'"), 0);
	assert_null(getenv("WORD")); /* the child's alone */
}

static void test_programs_that_cannot_start(void **state)
{
	char *missing[] = {"/no/such/program", NULL};
	char *plain[] = {"/etc/passwd", NULL};
	struct child child;
	struct error error;
	int result;

	(void)state;
	result = child_start(&child, missing, "WORD", "", &error);
	assert_int_equal(result, -ENOENT);
	assert_string_equal(error.text, "/no/such/program: No such file or directory");
	assert_int_equal(child_start_code(result), 127);
	assert_true(child.ended); /* nothing is left to wait for */
	result = child_start(&child, plain, "WORD", "", &error);
	assert_int_equal(result, -EACCES);
	assert_int_equal(child_start_code(result), 126);
}

static void test_finding(void **state)
{
	struct error error;
	char *old = strdup(getenv("PATH"));

	(void)state;
	assert_int_equal(child_find("sh", &error), 0);
	assert_int_equal(child_find("/bin/sh", &error), 0);
	assert_int_equal(child_find("no-such-program", &error), -ENOENT);
	assert_string_equal(error.text, "no-such-program: No such file or directory");
	assert_int_equal(child_find("", &error), -ENOENT);
	assert_int_equal(child_find("/", &error), -EACCES);
	assert_int_equal(child_find("/etc/passwd", &error), -EACCES);
	setenv("PATH", "/etc", 1);
	assert_int_equal(child_find("passwd", &error), -EACCES);
	setenv("PATH", "/etc::/bin", 1); /* an empty folder is this one */
	assert_int_equal(child_find("sh", &error), 0);
	setenv("PATH", "", 1);
	assert_int_equal(child_find("sh", &error), -ENOENT);
	setenv("PATH", old, 1);
	free(old);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exit_codes),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_programs_that_cannot_start),
		cmocka_unit_test(test_finding),
	};

	child_ignore_signals();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
