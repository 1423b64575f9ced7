/* SPDX-License-Identifier: MIT */
/*
 * test_run.c - why scheduler_run has returned, and how uncaught errors find their way.
 *
 * Would fail if a tasklet's error could be mistaken for one of scheduler_run itself, or if an error
 * went to another than the innermost caller, or were lost.
 */
#include <errno.h>
#include <greenroom.h>

#include "tap.h"

static struct run_result result;

static void check_result(int error, enum run_reason reason, uint64_t tasklet, int reported,
			 const char *name)
{
	tap_is(error, reported, "%s: what it returns", name);
	tap_is(result.reason, reason, "... the reason");
	tap_is((long long)result.tasklet, (long long)tasklet, "... whose error");
	tap_is(result.error, reported, "... which error");
}

static int return_error(void *error)
{
	return *(int *)error;
}

static int pause_once(void *unused)
{
	(void)unused;
	return tasklet_pause();
}

static int insert_main(void *unused)
{
	(void)unused;
	tasklet_insert(scheduler_main());
	return tasklet_yield();
}

static int throw_into_main(void *unused)
{
	(void)unused;
	return tasklet_throw(scheduler_main(), -EIO);
}

static void test_reasons(void)
{
	struct tasklet *tasklet;
	int error = -EPERM;
	uint64_t id;

	check_result(scheduler_run(NULL, &result), RUN_EMPTY, 0, 0, "nothing to run");
	tasklet_create(&tasklet, NULL, pause_once, NULL);
	check_result(scheduler_run(NULL, &result), RUN_EMPTY, 0, 0, "the last one pauses");
	tasklet_kill(tasklet);

	tasklet_create(&tasklet, NULL, return_error, &error);
	id = tasklet_id(tasklet);
	check_result(scheduler_run(NULL, &result), RUN_ERROR, id, -EPERM, "an uncaught error");

	tasklet_create(NULL, NULL, insert_main, NULL);
	check_result(scheduler_run(NULL, &result), RUN_WOKEN, 0, 0, "main is inserted");
	check_result(scheduler_run(NULL, &result), RUN_EMPTY, 0, 0, "the other ends");

	tasklet_create(NULL, NULL, throw_into_main, NULL);
	check_result(scheduler_run(NULL, &result), RUN_WOKEN, 0, -EIO, "an error is thrown");
	check_result(scheduler_run(NULL, &result), RUN_EMPTY, 0, 0, "the other ends");
}

static void test_results_of_functions(void)
{
	int positive = 7, canceled = -ECANCELED, none = 0;

	tasklet_create(NULL, NULL, return_error, &positive);
	tap_is(scheduler_run(NULL, NULL), -EINVAL, "a positive return counts as -EINVAL");
	tasklet_create(NULL, NULL, return_error, &canceled);
	tap_is(scheduler_run(NULL, NULL), 0, "-ECANCELED is a silent end");
	tasklet_create(NULL, NULL, return_error, &none);
	tap_is(scheduler_run(NULL, NULL), 0, "0 is no error");
}

static void test_trap(void)
{
	int none = 0;

	tasklet_create(NULL, NULL, return_error, &none);
	scheduler_switch_trap(1);
	tap_is(scheduler_run(NULL, &result), -EPERM, "under a switch trap nothing runs");
	tap_is((long long)scheduler_count(), 2, "and nothing has changed");
	scheduler_switch_trap(-1);
	tap_is(scheduler_run(NULL, NULL), 0, "without it, all does");
}

static void test_options(void)
{
	struct run_options good = {0}, bad = {.flags = 1u << 31};

	tap_is(scheduler_run(&good, NULL), 0, "options may be given");
	tap_is(scheduler_run(&bad, NULL), -EINVAL, "unknown flags are refused");
}

/* ------------------------------------------------------------------------------- nested */

static int inner_error;
static struct run_result inner_result;

static int run_inside(void *unused)
{
	(void)unused;
	inner_error = scheduler_run(NULL, &inner_result);
	return 0;
}

static void test_nested(void)
{
	int error = -EIO;

	tasklet_create(NULL, NULL, run_inside, NULL);
	tasklet_create(NULL, NULL, return_error, &error);
	check_result(scheduler_run(NULL, &result), RUN_EMPTY, 0, 0, "the outer run");
	tap_is(inner_error, -EIO, "the inner run got the error");
	tap_is(inner_result.reason, RUN_ERROR, "and says so");
}

/* ------------------------------------------------------------------------ error handler */

static int handled;
static const struct tasklet *handled_tasklet, *current_in_handler;

static int handle(struct tasklet *tasklet, int error, void *context)
{
	handled = error;
	handled_tasklet = tasklet;
	current_in_handler = scheduler_current();
	return *(int *)context;
}

static void test_error_handler(void)
{
	int error = -EIO, canceled = -ECANCELED, next = 0;
	struct tasklet *tasklet;

	scheduler_set_error_handler(handle, &next);
	tasklet_create(&tasklet, NULL, return_error, &error);
	tap_is(scheduler_run(NULL, NULL), 0, "an error that is dealt with goes nowhere");
	tap_is(handled, -EIO, "the handler got it");
	tap_ok(handled_tasklet == tasklet && current_in_handler == tasklet,
	       "in the tasklet that failed");
	next = -ENOENT;
	tasklet_create(NULL, NULL, return_error, &error);
	tap_is(scheduler_run(NULL, NULL), -ENOENT, "the handler may hand on another");
	handled = 0;
	tasklet_create(NULL, NULL, return_error, &canceled);
	tap_is(scheduler_run(NULL, NULL), 0, "a silent end stays silent");
	tap_is(handled, 0, "the handler is not asked");
	tap_ok(scheduler_set_error_handler(NULL, NULL) == handle, "the old handler comes back");
}

int main(void)
{
	test_reasons();
	test_results_of_functions();
	test_trap();
	test_options();
	test_nested();
	test_error_handler();
	return tap_end();
}
