/* SPDX-License-Identifier: MIT */
/*
 * test_exceptions_cxx.cpp - tasklets of C++ throw and catch exceptions while others do the same.
 *
 * Would fail if the state of C++ exceptions (which are being handled, in which order) were one for
 * the whole thread instead of one a tasklet.
 */
#include <greenroom.h>

#include <exception>
#include <stdexcept>
#include <string>

extern "C" {
#include "tap.h"
}

namespace
{

std::string words;

void check_words(const char *expected, const char *name)
{
	tap_is_text(words.c_str(), expected, "%s", name);
	words.clear();
}

int rethrow_own(void *name)
{
	const char *own = static_cast<const char *>(name);

	try {
		try {
			throw std::runtime_error(own);
		} catch (const std::exception &) {
			/* The others handle exceptions of their own now. */
			tasklet_yield();
			throw;
		}
	} catch (const std::exception &error) {
		tasklet_yield();
		words += error.what();
		words += std::string(error.what()) == own ? " " : "? ";
	}
	if (std::current_exception())
		words += "left over ";
	return 0;
}

void test_exceptions()
{
	tasklet_create(nullptr, "a", rethrow_own, const_cast<char *>("a"));
	tasklet_create(nullptr, "b", rethrow_own, const_cast<char *>("b"));
	tasklet_create(nullptr, "c", rethrow_own, const_cast<char *>("c"));
	scheduler_run(nullptr, nullptr);
	check_words("a b c ", "each tasklet handles its own exception");
}

void look_around(struct tasklet *prev, struct tasklet *, void *)
{
	const bool handles = static_cast<bool>(std::current_exception());

	words += tasklet_name(prev);
	words += handles ? "+ " : "- ";
}

void test_callback()
{
	scheduler_set_switch_callback(look_around, nullptr);
	tasklet_create(nullptr, "b", rethrow_own, const_cast<char *>("b"));
	tasklet_yield();
	tasklet_yield();
	tasklet_yield();
	scheduler_set_switch_callback(nullptr, nullptr);
	check_words("main- b+ main- b+ main- b b- ",
		    "a switch callback sees the exception of the one that stops");
}

/* Ends its handling last of all that were begun before. */
int handle_longest(void *)
{
	try {
		throw std::runtime_error("long");
	} catch (const std::exception &error) {
		for (int i = 0; i < 5; i++)
			tasklet_yield();
		words += error.what();
		words += ' ';
	}
	return 0;
}

int handle_nothing(void *)
{
	for (int i = 0; i < 3; i++) {
		if (std::current_exception())
			words += "foreign ";
		tasklet_yield();
	}
	return 0;
}

void test_foreign()
{
	tasklet_create(nullptr, "long", handle_longest, nullptr);
	tasklet_create(nullptr, "none", handle_nothing, nullptr);
	scheduler_run(nullptr, nullptr);
	check_words("long ", "nobody sees another's exception");
}

} // namespace

int main()
{
	test_exceptions();
	test_callback();
	test_foreign();
	return tap_end();
}
