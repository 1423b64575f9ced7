/* SPDX-License-Identifier: MIT */
/*
 * test_watchdog.c - budgets of scheduler_run, in ticks and in time, hard and soft.
 *
 * Would fail if a starving loop were not stopped, or one that gives way were; if the one who is
 * stopped were not told, or could not go on.
 */
#include <errno.h>
#include <greenroom.h>
#include <string.h>
#include <time.h>

#include "noted.h"
#include "tap.h"

/* -------------------------------------------------------------------------------------- hard */

static void test_starving(void)
{
	struct tasklet *a = spawn("a", say_and_check);

	spawn("b", say_and_check);
	tap_is(run_ticks(0, BUDGET), 0, "a starving loop is no error");
	tap_is(result.reason, RUN_INTERRUPTED, "... and the reason says that it was stopped");
	tap_ok(result.interrupted == a, "... it");
	tap_is((long long)result.tasklet, (long long)tasklet_id(a), "... also by its id");
	tap_is(tasklet_state(a), TASKLET_PAUSED, "it is paused");
	tap_is((long long)scheduler_count(), 2, "the other is runnable");
	tap_is(tasklet_insert(a), 0, "it may be inserted again");
	tap_is(run_to_end(), 0, "and goes on");
	check_log("ab..", "behind the other");
}

static int check_as_told(void *count)
{
	return check_often(*(int *)count);
}

static void test_edge(void)
{
	int count = BUDGET;

	tasklet_create(NULL, NULL, check_as_told, &count);
	tap_is(run_ticks(0, BUDGET), 0, "as many ticks as the budget has");
	tap_is(result.reason, RUN_EMPTY, "... are allowed");
	count++;
	tasklet_create(NULL, NULL, check_as_told, &count);
	run_ticks(0, BUDGET);
	tap_is(result.reason, RUN_INTERRUPTED, "one more is not");
	tasklet_kill(result.interrupted);
	tap_is((long long)scheduler_count(), 1, "and the tasklet may be killed");
}

static void test_no_budget(void)
{
	spawn("a", say_and_check);
	tap_is(run_ticks(RUN_TOTAL | RUN_IGNORE_NESTING, 0), 0, "flags without a budget");
	tap_is(result.reason, RUN_EMPTY, "... mean nothing");
	tap_ok(!result.interrupted, "... and nobody is stopped");
	tap_is(tasklet_check(), 0, "a checkpoint without a watchdog");
	check_log("a.", "the loop came to its end");
}

static void test_turns(void)
{
	spawn("a", say_and_yield);
	spawn("b", say_and_yield);
	run_ticks(0, BUDGET);
	tap_is(result.reason, RUN_EMPTY, "who yields has a new budget each turn");
	check_log("ab", "so both came to their ends");
	spawn("a", say_and_yield);
	run_ticks(0, BUDGET);
	tap_is(result.reason, RUN_INTERRUPTED, "one that is alone yields to nobody");
	tap_ok(result.interrupted != NULL, "... and is stopped");
	tasklet_kill(result.interrupted);
	check_log("", "before its end");
}

static void test_total(void)
{
	spawn("a", say_and_yield);
	spawn("b", say_and_yield);
	run_ticks(RUN_TOTAL, BUDGET);
	tap_is(result.reason, RUN_INTERRUPTED, "a budget for the whole run");
	tap_is((long long)scheduler_count(), 2, "... of two one is stopped");
	tap_is(tasklet_insert(result.interrupted), 0, "... and is paused");
	run_to_end();
	tap_is((long long)log_length(), 2, "both come to their ends later");
	clear_log();
}

static int send_for_ever(void *channel)
{
	int error = 0;

	while (!error)
		error = channel_send(channel, NULL);
	return error;
}

static int receive_for_ever(void *channel)
{
	int error = 0;

	while (!error)
		error = channel_receive(channel, NULL);
	return error;
}

/* Nobody yields or checks: at the first switch beyond the budget the next one is stopped. */
static void test_total_at_switch(enum channel_preference preference, const char *name)
{
	struct tasklet *sender, *receiver;
	struct channel *channel;

	channel_create(&channel, NULL, 0);
	channel_set_preference(channel, preference);
	tasklet_create(&receiver, NULL, receive_for_ever, channel);
	tasklet_create(&sender, NULL, send_for_ever, channel);
	run_ticks(RUN_TOTAL, BUDGET);
	tap_is(result.reason, RUN_INTERRUPTED, "%s: two that only talk are stopped", name);
	tap_ok(result.interrupted == sender || result.interrupted == receiver, "... one of them");
	tap_is(tasklet_state(result.interrupted), TASKLET_PAUSED, "... and is paused");
	tasklet_insert(result.interrupted);
	run_ticks(RUN_TOTAL, BUDGET);
	tap_is(result.reason, RUN_INTERRUPTED, "... they go on talking");
	tasklet_kill(sender);
	tasklet_kill(receiver);
	tap_is(channel_destroy(channel), 0, "... and can be ended");
}

static int throw_eio(void *target)
{
	tasklet_throw_pending(*(struct tasklet **)target, -EIO);
	return 0;
}

static void test_error(void)
{
	struct tasklet *a = spawn("a", say_and_check);

	tasklet_ref(a);
	run_ticks(0, BUDGET);
	tasklet_create(NULL, NULL, throw_eio, &a);
	tap_is(run_to_end(), -EIO, "an error thrown into a stopped tasklet");
	check_log("a!", "comes out of its checkpoint");
	tap_ok(!tasklet_is_alive(a), "and ends it here");
	tasklet_unref(a);
}

static int insert_main_and_check(void *unused)
{
	(void)unused;
	tasklet_insert(scheduler_main());
	return say_and_check("a");
}

/* Main has its place in the chain already, behind a tasklet that would never give way. */
static void test_caller_inserted(void)
{
	tasklet_create(NULL, NULL, insert_main_and_check, NULL);
	run_ticks(0, BUDGET);
	tap_is(result.reason, RUN_INTERRUPTED, "the caller was runnable, and is run in time");
	tap_ok(result.interrupted != NULL, "... another is stopped");
	tasklet_insert(result.interrupted);
	run_to_end();
	check_log("a.", "... and can go on");
}

/* ------------------------------------------------------------------------------------- time */

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int check_for_ever(void *unused)
{
	(void)unused;
	while (tasklet_check() == 0)
		continue;
	return 0;
}

static int yield_for_ever(void *unused)
{
	(void)unused;
	while (tasklet_yield() == 0)
		continue;
	return 0;
}

static void test_time(void)
{
	struct run_options options = {.nanoseconds = 20000000};
	struct tasklet *a, *b;
	int64_t began = now_ms();

	tasklet_create(&a, NULL, check_for_ever, NULL);
	scheduler_run(&options, &result);
	tap_is(result.reason, RUN_INTERRUPTED, "time: a starving loop is stopped");
	tap_ok(result.interrupted == a, "... it");
	tap_ok(now_ms() - began >= 19, "... not before its time");
	tasklet_kill(a);
	options.flags = RUN_TOTAL;
	tasklet_create(&a, NULL, yield_for_ever, NULL);
	tasklet_create(&b, NULL, yield_for_ever, NULL);
	scheduler_run(&options, &result);
	tap_is(result.reason, RUN_INTERRUPTED, "time: the whole run has an end");
	tasklet_kill(a);
	tasklet_kill(b);
}

/* ------------------------------------------------------------------------------------- soft */

static int check_then_yield(void *name)
{
	check_often(2 * BUDGET);
	note(name);
	tasklet_yield();
	note(name);
	return 0;
}

static void test_soft(void)
{
	struct tasklet *a = spawn("a", check_then_yield);

	spawn("b", check_then_yield);
	tap_is(run_ticks(RUN_SOFT, BUDGET), 0, "a soft watchdog");
	tap_is(result.reason, RUN_INTERRUPTED, "... ends the run");
	tap_ok(!result.interrupted, "... and stops nobody");
	check_log("a", "... once the tasklet has given way by itself");
	tap_is(tasklet_state(a), TASKLET_RUNNABLE, "... which stays in the chain");
	tap_ok(tasklet_next(scheduler_current()) != a, "... at its end");
	run_to_end();
	check_log("bab", "all go on");
}

static void test_soft_alone(void)
{
	spawn("a", check_then_yield);
	run_ticks(RUN_SOFT, BUDGET);
	tap_is(result.reason, RUN_INTERRUPTED, "soft: a tasklet that is alone gives way, too");
	check_log("a", "... in its yield");
	run_to_end();
	check_log("a", "... and goes on");
}

static int check_then_end(void *name)
{
	check_often(2 * BUDGET);
	note(name);
	return 0;
}

static void test_soft_end(void)
{
	spawn("a", check_then_end);
	spawn("b", say_and_yield);
	run_ticks(RUN_SOFT, BUDGET);
	tap_is(result.reason, RUN_INTERRUPTED, "soft: the end of a tasklet is a switch, too");
	check_log("a", "... the next has not run");
	run_to_end();
	check_log("b", "... and does so later");
}

static int insert_main_and_yield(void *name)
{
	tasklet_insert(scheduler_main());
	return check_then_yield(name);
}

/* Main has its place in the chain already: it keeps it. */
static void test_soft_inserted(void)
{
	spawn("a", insert_main_and_yield);
	spawn("b", say_and_yield);
	run_ticks(RUN_SOFT, BUDGET);
	tap_is(result.reason, RUN_WOKEN, "soft: a caller that is runnable already");
	check_log("a", "... goes on in its turn");
	tap_ok(tasklet_next(scheduler_current()) != NULL, "... and has left nobody out");
	note_chain();
	check_log("[mab]", "... the chain says which");
	run_to_end();
	clear_log();
}

static int check_then_send(void *channel)
{
	check_often(2 * BUDGET);
	note("s");
	channel_send(channel, NULL);
	note("S");
	return 0;
}

static int receive_then_yield(void *channel)
{
	channel_receive(channel, NULL);
	note("r");
	tasklet_yield();
	note("R");
	return 0;
}

static void test_soft_rendezvous(bool schedule_all, const char *expected, const char *name)
{
	struct channel *channel;

	channel_create(&channel, NULL, 0);
	channel_set_schedule_all(channel, schedule_all);
	tasklet_create(NULL, NULL, receive_then_yield, channel);
	tasklet_create(NULL, NULL, check_then_send, channel);
	run_ticks(RUN_SOFT, BUDGET);
	tap_is(result.reason, RUN_INTERRUPTED, "%s: the run ends", name);
	check_log(expected, name);
	run_to_end();
	clear_log();
	channel_destroy(channel);
}

int main(void)
{
	test_starving();
	test_edge();
	test_no_budget();
	test_turns();
	test_total();
	test_total_at_switch(CHANNEL_PREFER_RECEIVER, "receiver first");
	test_total_at_switch(CHANNEL_PREFER_SENDER, "sender first");
	test_total_at_switch(CHANNEL_PREFER_NONE, "caller first");
	test_error();
	test_caller_inserted();
	test_time();
	test_soft();
	test_soft_alone();
	test_soft_end();
	test_soft_inserted();
	test_soft_rendezvous(false, "sr",
			     "soft, a rendezvous is not the moment, the next switch is");
	test_soft_rendezvous(true, "s", "soft, with schedule_all it is the moment");
	tap_is((long long)scheduler_count(), 1, "at last only main is there");
	return tap_end();
}
