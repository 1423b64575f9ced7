/* SPDX-License-Identifier: MIT */
/*
 * test_kill.c - a killed tasklet unwinds its stack and runs its cleanup handlers.
 *
 * Would fail if a handler were skipped, run twice or in the wrong order, or saw other values than
 * its frame had; if the unwinding stopped at a frame of libc, or could not be interrupted by a
 * switch; if a tasklet that never ran were started for it; if main were unwound.
 */
#include <errno.h>
#include <greenroom.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

/* What happened, a word each. */
static char words[512];

static void note(const char *word)
{
	size_t length = strlen(words);

	snprintf(words + length, sizeof(words) - length, "%s%s", length ? " " : "", word);
}

static void check_words(const char *expected, const char *name)
{
	tap_is_text(words, expected, "%s", name);
	words[0] = '\0';
}

static void clean_up(const char **word)
{
	note(*word);
}

#define CLEANUP __attribute__((cleanup(clean_up))) const char *

static struct tasklet *start(tasklet_fn *run, void *argument)
{
	struct tasklet *tasklet;

	tasklet_create(&tasklet, "victim", run, argument);
	tasklet_ref(tasklet);
	scheduler_run(NULL, NULL);
	return tasklet;
}

/* ---------------------------------------------------------------------- nested handlers */

__attribute__((noinline)) static int innermost(void)
{
	CLEANUP third = "third";

	note("down");
	tasklet_pause();
	note("back");
	return third[0] == 0;
}

__attribute__((noinline)) static int middle(void)
{
	CLEANUP second = "second";
	int result = innermost();

	return result + (second[0] == 0);
}

static int nest(void *unused)
{
	CLEANUP first = "first";
	int result = middle();

	(void)unused;
	return result + (first[0] == 0);
}

static void test_order(void)
{
	struct tasklet *victim = start(nest, NULL);

	tap_is(tasklet_kill(victim), 0, "kill returns 0");
	tap_ok(!tasklet_is_alive(victim), "the killed tasklet is not alive");
	tap_is(tasklet_state(victim), TASKLET_NEW, "it may be bound again");
	check_words("down third second first", "handlers run from the inside out");
	tap_is(tasklet_kill(victim), 0, "killing it once more is nothing");
	tasklet_bind(victim, nest, NULL);
	tasklet_insert(victim);
	scheduler_run(NULL, NULL);
	tasklet_insert(victim);
	scheduler_run(NULL, NULL);
	check_words("down back third second first", "bound again it lives as before");
	tasklet_unref(victim);
}

/* ----------------------------------------------------------------- through libc's frames */

static int compare_and_pause(const void *left, const void *right)
{
	CLEANUP guard = "comparison";

	tasklet_pause();
	return guard[0] + *(const int *)left - *(const int *)right;
}

static int sort(void *unused)
{
	CLEANUP guard = "sorter";
	int numbers[] = {3, 1, 2};

	(void)unused;
	qsort(numbers, 3, sizeof(numbers[0]), compare_and_pause);
	return guard[0] == 0;
}

static void test_through_libc(void)
{
	struct tasklet *victim = start(sort, NULL);

	tasklet_kill(victim);
	check_words("comparison sorter", "the unwinding passes qsort");
	tasklet_unref(victim);
}

/* -------------------------------------------------------------------- blocked, in a run */

static struct channel *channel;

static int receive(void *unused)
{
	CLEANUP guard = "left";
	int value;

	(void)unused;
	channel_receive(channel, &value);
	return guard[0] == 0;
}

static int run_inside(void *unused)
{
	CLEANUP guard = "runner";

	(void)unused;
	scheduler_run(NULL, NULL);
	return guard[0] == 0;
}

static int fail(void *unused)
{
	(void)unused;
	return -EIO;
}

static int yield_once(void *unused)
{
	(void)unused;
	tasklet_yield();
	return 0;
}

static void test_blocked(void)
{
	struct tasklet *victim;

	channel_create(&channel, "c", sizeof(int));
	victim = start(receive, NULL);
	tap_is(channel_balance(channel), -1, "the victim waits");
	tasklet_kill(victim);
	tap_is(channel_balance(channel), 0, "killed, it has left its channel");
	tap_is(channel_destroy(channel), 0, "which can be destroyed");
	check_words("left", "its handler has run");
	tasklet_unref(victim);
}

/* Killed in the middle of its scheduler_run, a tasklet is no longer the one who gets errors. */
static void test_runner(void)
{
	struct tasklet *runner;

	tasklet_create(&runner, "runner", run_inside, NULL);
	tasklet_create(NULL, "keeps the chain busy", yield_once, NULL);
	tasklet_yield();
	tasklet_kill(runner);
	check_words("runner", "a caller of scheduler_run can be killed");
	tasklet_create(NULL, "failing", fail, NULL);
	tap_is(scheduler_run(NULL, NULL), -EIO, "main gets the errors then");
}

/* ----------------------------------------------------------------------- never started */

static int note_started(void *unused)
{
	CLEANUP guard = "ended";

	(void)unused;
	note("started");
	return guard[0] == 0;
}

static void test_never_started(void)
{
	struct tasklet *victim;

	tasklet_create(&victim, "victim", note_started, NULL);
	tasklet_ref(victim);
	tap_is(tasklet_kill(victim), 0, "one that never ran can be killed");
	tap_ok(!tasklet_is_alive(victim), "it is not alive");
	tap_is((long long)scheduler_count(), 1, "it has left the chain");
	tasklet_bind(victim, note_started, NULL);
	tasklet_kill_pending(victim);
	tap_ok(tasklet_is_alive(victim), "a pending kill waits for its turn");
	scheduler_run(NULL, NULL);
	tap_ok(!tasklet_is_alive(victim), "which comes");
	check_words("", "its function never ran");
	tasklet_unref(victim);
}

/* --------------------------------------------------------------------------- survivors */

static enum tasklet_cancel old_choice;

static int survive(void *unused)
{
	CLEANUP guard = "gone";
	int error;

	(void)unused;
	tasklet_set_cancel(scheduler_current(), TASKLET_CANCEL_RETURN);
	error = tasklet_pause();
	note(error == -ECANCELED ? "survived" : "?");
	old_choice = tasklet_set_cancel(scheduler_current(), TASKLET_CANCEL_UNWIND);
	tasklet_pause();
	note("?");
	return guard[0] == 0;
}

static int kill_itself(void *unused)
{
	CLEANUP guard = "itself";

	(void)unused;
	tasklet_kill(scheduler_current());
	note("?");
	return guard[0] == 0;
}

static int return_canceled(void *unused)
{
	(void)unused;
	return -ECANCELED;
}

static void test_survivors(void)
{
	struct tasklet *victim = start(survive, NULL);

	tasklet_kill(victim);
	tap_ok(tasklet_is_alive(victim), "a kill that is returned can be survived");
	tasklet_kill(victim);
	tap_ok(!tasklet_is_alive(victim), "one that unwinds can't");
	tap_is(old_choice, TASKLET_CANCEL_RETURN, "to choose anew returns the old choice");
	check_words("survived gone", "the handler has run the second time only");
	tasklet_unref(victim);
	tasklet_unref(start(kill_itself, NULL));
	check_words("itself", "a tasklet can kill itself");
	tasklet_create(NULL, "canceled", return_canceled, NULL);
	tap_is(scheduler_run(NULL, NULL), 0, "to return -ECANCELED is a silent end");
}

/* --------------------------------------------------------------- switching in a handler */

static void yield_in_handler(const char **word)
{
	note(*word);
	tasklet_yield();
	note(*word);
}

static int clean_up_slowly(void *name)
{
	__attribute__((cleanup(yield_in_handler))) const char *outer = name;
	__attribute__((cleanup(yield_in_handler))) const char *inner = name;

	tasklet_pause();
	return outer != inner;
}

/* The two are unwound at the same time, a handler of the one and a handler of the other. */
static void test_interleaved(void)
{
	struct tasklet *a = start(clean_up_slowly, "a");
	struct tasklet *b = start(clean_up_slowly, "b");

	tasklet_kill_pending(a);
	tasklet_kill_pending(b);
	scheduler_run(NULL, NULL);
	check_words("a b a a b b a b", "two unwindings take turns");
	tap_ok(!tasklet_is_alive(a) && !tasklet_is_alive(b), "both end");
	tasklet_unref(a);
	tasklet_unref(b);
}

static void pause_in_handler(const char **word)
{
	note(*word);
	note(tasklet_pause() == -ECANCELED ? "canceled" : "?");
}

static int die_twice(void *unused)
{
	CLEANUP outer = "outer";
	__attribute__((cleanup(pause_in_handler))) const char *inner = "inner";

	(void)unused;
	tasklet_pause();
	return outer == inner;
}

static void test_killed_in_handler(void)
{
	struct tasklet *victim = start(die_twice, NULL);

	tasklet_kill(victim);
	tap_ok(tasklet_is_alive(victim), "a victim may wait in a handler");
	tasklet_kill(victim);
	tap_ok(!tasklet_is_alive(victim), "and a second kill ends it");
	check_words("inner canceled outer", "the handler's call returns the second kill");
	tasklet_unref(victim);
}

/* --------------------------------------------------------------------------------- main */

static int kill_main(void *unused)
{
	(void)unused;
	tasklet_kill(scheduler_main());
	note("killer");
	return 0;
}

static void test_main(void)
{
	struct run_result result;
	int error;

	{
		CLEANUP guard = "main";

		tasklet_create(NULL, "killer", kill_main, NULL);
		error = scheduler_run(NULL, &result);
		note(guard[0] == 'm' ? "still" : "?");
	}
	tap_is(error, -ECANCELED, "a kill of main is an error that its call returns");
	tap_is(result.error, -ECANCELED, "which the result shows");
	tap_is(result.reason, RUN_WOKEN, "as thrown, not as anybody's end");
	tap_is(tasklet_kill(scheduler_main()), -ECANCELED, "also when main kills itself");
	scheduler_run(NULL, NULL);
	check_words("still main killer", "main is never unwound");
}

/* -------------------------------------------------------------------------------- many */

static int handled;

static void count_handler(int *unused)
{
	(void)unused;
	handled++;
}

__attribute__((noinline)) static int pause_below(int depth)
{
	__attribute__((cleanup(count_handler))) int guard = depth;

	if (depth > 0)
		return pause_below(depth - 1) + guard;
	return tasklet_pause() + guard;
}

static int pause_at(void *depth)
{
	return pause_below((int)(intptr_t)depth) ? 0 : -EIO;
}

static void test_deep(void)
{
	struct tasklet *victims[20];

	handled = 0;
	for (intptr_t i = 0; i < 20; i++)
		victims[i] = start(pause_at, (void *)(i * 5));
	for (int i = 0; i < 20; i++) {
		tasklet_kill(victims[i]);
		tasklet_unref(victims[i]);
	}
	tap_is(handled, 20 + 5 * 190, "every frame of every depth is unwound once");
}

int main(void)
{
	test_order();
	test_through_libc();
	test_blocked();
	test_runner();
	test_never_started();
	test_survivors();
	test_interleaved();
	test_killed_in_handler();
	test_main();
	test_deep();
	return tap_end();
}
