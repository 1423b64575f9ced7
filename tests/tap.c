/* SPDX-License-Identifier: MIT */
/*
 * tap.c - the lines of the Test Anything Protocol.
 */
#include "tap.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int checks;
static int failures;

static void print_check(bool passed, const char *format, va_list arguments)
{
	checks++;
	if (!passed)
		failures++;
	printf("%sok %d - ", passed ? "" : "not ", checks);
	vprintf(format, arguments);
	putchar('\n');
	fflush(stdout);
}

bool tap_ok(bool passed, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_check(passed, format, arguments);
	va_end(arguments);
	return passed;
}

bool tap_is(long long got, long long expected, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_check(got == expected, format, arguments);
	va_end(arguments);
	if (got != expected)
		tap_note("got %lld, expected %lld", got, expected);
	return got == expected;
}

bool tap_is_text(const char *got, const char *expected, const char *format, ...)
{
	bool same = got && expected ? !strcmp(got, expected) : got == expected;
	va_list arguments;

	va_start(arguments, format);
	print_check(same, format, arguments);
	va_end(arguments);
	if (!same)
		tap_note("got \"%s\", expected \"%s\"", got ? got : "(null)",
			 expected ? expected : "(null)");
	return same;
}

void tap_skip(int count, const char *reason)
{
	for (int i = 0; i < count; i++)
		printf("ok %d # SKIP %s\n", ++checks, reason);
	fflush(stdout);
}

void tap_note(const char *format, ...)
{
	va_list arguments;

	fputs("# ", stdout);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	fflush(stdout);
}

int tap_skip_all(const char *reason)
{
	printf("1..0 # SKIP %s\n", reason);
	return 0;
}

int tap_end(void)
{
	printf("1..%d\n", checks);
	fflush(stdout);
	return failures ? 1 : 0;
}
