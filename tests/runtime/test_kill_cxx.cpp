/* SPDX-License-Identifier: MIT */
/*
 * test_kill_cxx.cpp - the destructors of a killed tasklet of C++ run.
 *
 * Would fail if a destructor were skipped or run twice, or if a catch-all stopped the unwinding.
 */
#include <greenroom.h>

#include <string>

extern "C" {
#include "tap.h"
}

namespace
{

std::string words;

class Guard
{
public:
	explicit Guard(const char *text) : word(text)
	{
	}
	~Guard()
	{
		words += word;
		words += ' ';
	}

private:
	std::string word;
};

void check_words(const char *expected, const char *name)
{
	tap_is_text(words.c_str(), expected, "%s", name);
	words.clear();
}

struct tasklet *start(tasklet_fn *run)
{
	struct tasklet *tasklet;

	tasklet_create(&tasklet, "victim", run, nullptr);
	tasklet_ref(tasklet);
	scheduler_run(nullptr, nullptr);
	return tasklet;
}

void pause_guarded()
{
	Guard guard("inner");

	tasklet_pause();
	words += "? ";
}

int nest(void *)
{
	Guard guard("outer");

	pause_guarded();
	return 0;
}

void test_destructors()
{
	struct tasklet *victim = start(nest);

	tasklet_kill(victim);
	check_words("inner outer ", "destructors run from the inside out");
	tap_ok(!tasklet_is_alive(victim), "the tasklet has ended");
	tasklet_unref(victim);
}

/* A catch-all sees the forced unwinding pass, and must let it. */
int catch_all(void *)
{
	Guard guard("outer");

	try {
		pause_guarded();
	} catch (...) {
		words += "passing ";
		throw;
	}
	return 0;
}

void test_catch_all()
{
	struct tasklet *victim = start(catch_all);

	tasklet_kill(victim);
	check_words("inner passing outer ", "a catch-all lets a kill pass");
	tap_ok(!tasklet_is_alive(victim), "the tasklet has ended");
	tasklet_unref(victim);
}

} // namespace

int main()
{
	test_destructors();
	test_catch_all();
	return tap_end();
}
