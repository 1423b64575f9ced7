/* SPDX-License-Identifier: MIT */
/*
 * test_order.c - who runs after whom: the rules of the chain, one by one, told by who notes a letter
 * and by what stands in the chain.
 *
 * Would fail if an operation put somebody into another place than the rule says, or went on with
 * another. Tasklets have names of one letter; main is "m".
 */
#include <errno.h>
#include <greenroom.h>

#include "noted.h"
#include "tap.h"

static struct tasklet *a, *b, *c;
static struct channel *channel;

static int pause_and_say(void *unused)
{
	int error;

	(void)unused;
	note_self();
	error = tasklet_pause();
	note_self();
	return error;
}

static void spawn_three(tasklet_fn *run)
{
	a = spawn("a", run);
	b = spawn("b", run);
	c = spawn("c", run);
}

/* ------------------------------------------------------------------------------ run and switch */

static void test_bind(void)
{
	tasklet_new(&a, "a");
	tap_is(tasklet_state(a), TASKLET_NEW, "a new tasklet");
	tap_is(tasklet_bind(a, say, NULL), 0, "... is bound");
	tap_is(tasklet_state(a), TASKLET_PAUSED, "... and paused then");
	note_chain();
	run_to_end();
	check_log("[m]", "... so that it does not run");
	tasklet_insert(a);
	note_chain();
	run_to_end();
	check_log("[ma]a", "... before it is inserted");
	tap_is(tasklet_insert(a), -EINVAL, "after its end it cannot be inserted");
	tap_is(tasklet_bind(a, say, NULL), 0, "... but be bound again");
	tasklet_insert(a);
	run_to_end();
	check_log("a", "... and run");
	tasklet_unref(a);
}

static void test_run_in_chain(void)
{
	spawn_three(say_twice);
	tasklet_run(b);
	note_chain();
	check_log("bc[mabc]",
		  "run: those before the target are passed over, and keep their places");
	run_to_end();
	check_log("abca", "... to run when it is their turn");
}

static void test_run_paused(void)
{
	spawn_three(say_twice);
	tasklet_remove(b);
	tasklet_run(b);
	note_chain();
	check_log("b[macb]", "run of a paused one: it yields to the caller");
	tasklet_remove(b);
	tasklet_run(b);
	note_chain();
	check_log("b[mac]", "... and ends to the caller");
	run_to_end();
	check_log("acac", "... before the others");
}

static int switch_to_c(void *unused)
{
	(void)unused;
	note_self();
	tasklet_switch(c);
	note_self();
	return 0;
}

static void test_switch(void)
{
	a = spawn("a", switch_to_c);
	b = spawn("b", say_twice);
	c = spawn("c", say_twice);
	run_to_end();
	check_log("acbcb", "switch: the target runs, and the caller is out of the chain");
	tap_is(tasklet_state(a), TASKLET_PAUSED, "... paused");
	tasklet_switch(a);
	check_log("a", "main switches to the last: it goes on when nothing is runnable");
}

/* ------------------------------------------------------------------------------------ run stack */

static int run_inside(void *unused)
{
	int error;

	(void)unused;
	note_self();
	error = scheduler_run(NULL, NULL);
	note_self();
	return error;
}

static void test_nested_runs(void)
{
	a = spawn("a", run_inside);
	b = spawn("b", run_inside);
	c = spawn("c", say_twice);
	run_to_end();
	note("m");
	check_log("abccbam", "runs within runs return from the innermost outwards");
}

static int receive(void *unused)
{
	int error;

	(void)unused;
	note_self();
	error = channel_receive(channel, NULL);
	note(error ? "!" : ".");
	note_self();
	return error;
}

static void test_nested_run_with_waiting(void)
{
	a = spawn("a", run_inside);
	b = spawn("b", receive);
	run_to_end();
	note("m");
	check_log("abam", "the last one waits: the innermost run returns, then the outer one");
	tap_is(channel_balance(channel), -1, "... and the one that waits goes on waiting");
	tasklet_kill(b);
	clear_log();
}

/* --------------------------------------------------------------------------------------- errors */

static int fail(void *unused)
{
	(void)unused;
	note_self();
	return -EIO;
}

static int end_silently(void *unused)
{
	(void)unused;
	note_self();
	return -ECANCELED;
}

static void test_error_is_first(void)
{
	a = spawn("a", say_twice);
	b = spawn("b", fail);
	c = spawn("c", say);
	tap_is(run_to_end(), -EIO, "an uncaught error ends the run");
	note_chain();
	check_log("ab[mca]", "... at once: those in the chain stay there");
	run_to_end();
	check_log("ca", "... and run later");
	a = spawn("a", end_silently);
	b = spawn("b", say);
	tap_is(run_to_end(), 0, "-ECANCELED ends a tasklet alone");
	check_log("ab", "... and the next one goes on");
}

static void test_error_to_queued_main(void)
{
	a = spawn("a", fail);
	b = spawn("b", say_twice);
	tap_is(tasklet_yield(), -EIO, "main in the chain gets the error out of its yield");
	note_chain();
	check_log("a[mb]", "... before those that stand before it");
	run_to_end();
	check_log("bb", "... who run later");
}

static int throw_into_a(void *unused)
{
	(void)unused;
	note_self();
	tasklet_throw(a, -EIO);
	note_self();
	return 0;
}

static void test_throw(void)
{
	a = spawn("a", pause_and_say);
	run_to_end();
	b = spawn("b", throw_into_a);
	c = spawn("c", say);
	tap_is(run_to_end(), -EIO, "a throw into one that is paused, not caught");
	note_chain();
	check_log("aba[mbc]",
		  "... goes to main; the thrower stands in the chain, before the others");
	run_to_end();
	check_log("bc", "... and goes on");
	a = spawn("a", say);
	tap_is(tasklet_throw(a, -EIO), -EIO, "a throw into one that never ran ends it");
	check_log("", "... its function never runs");
	a = spawn("a", say);
	tap_is(tasklet_throw_pending(a, -EIO), 0, "a pending throw into one that never ran");
	tap_is(tasklet_throw_pending(a, -ENOENT), 0, "... a second one replaces it");
	tap_is(run_to_end(), -ENOENT, "... and comes when its turn comes");
	check_log("", "... its function never runs");
}

/* ---------------------------------------------------------------------------------------- kills */

static void test_kill_paused(void)
{
	a = spawn("a", pause_and_say);
	run_to_end();
	b = spawn("b", say);
	c = spawn("c", say);
	tasklet_kill(a);
	note_chain();
	check_log("a[mbc]", "killed while paused: the killer goes on before the others");
	run_to_end();
	clear_log();
}

static void test_kill_queued(void)
{
	spawn_three(say_twice);
	tasklet_yield();
	check_log("abc", "(each has run once)");
	tasklet_kill(b);
	note_chain();
	check_log("c[ma]", "killed in the chain: the one after it goes on, the killer later");
	run_to_end();
	check_log("a", "... and those passed over, too");
}

static void test_kill_pending(void)
{
	a = tasklet_ref(spawn("a", receive));
	b = spawn("b", say);
	tasklet_yield();
	c = spawn("c", say);
	tap_is(tasklet_kill_pending(a), 0, "a pending kill of one that waits");
	note_chain();
	check_log("ab[mca]", "... takes it out of its channel, to the end of the chain");
	tap_is(channel_balance(channel), 0, "... (nobody waits any more)");
	run_to_end();
	check_log("c", "... where it dies in its turn");
	tap_ok(!tasklet_is_alive(a), "... and is gone then");
	tasklet_unref(a);
}

static int survive(void *unused)
{
	(void)unused;
	tasklet_set_cancel(scheduler_current(), TASKLET_CANCEL_RETURN);
	while (tasklet_pause() == -ECANCELED) {
		note_self();
		tasklet_yield();
		note_self();
	}
	return 0;
}

static void test_kill_survivor(void)
{
	a = spawn("a", survive);
	run_to_end();
	b = spawn("b", say);
	tap_is(tasklet_kill(a), 0, "kill returns when control comes back to the killer");
	note_chain();
	check_log("a[mba]", "... also when the victim has lived on");
	run_to_end();
	check_log("ba", "... which goes on in its turn");
	tasklet_insert(a);
	run_to_end();
}

/* ------------------------------------------------------------------------------------- callback */

static void look_at_switch(struct tasklet *prev, struct tasklet *next, void *unused)
{
	(void)unused;
	note(letter(prev));
	note(tasklet_is_alive(prev) ? ">" : "+");
	note(next ? letter(next) : "?");
	note(scheduler_current() == prev ? " " : "!");
}

static void test_callback(void)
{
	a = spawn("a", pause_and_say);
	b = spawn("b", say);
	scheduler_set_switch_callback(look_at_switch, NULL);
	run_to_end();
	scheduler_set_switch_callback(NULL, NULL);
	check_log("m>a aa>b bb+m ", "the callback sees every switch, also from one that has ended");
	tasklet_kill(a);
	clear_log();
}

int main(void)
{
	channel_create(&channel, NULL, 0);
	test_bind();
	test_run_in_chain();
	test_run_paused();
	test_switch();
	test_nested_runs();
	test_nested_run_with_waiting();
	test_error_is_first();
	test_error_to_queued_main();
	test_throw();
	test_kill_paused();
	test_kill_queued();
	test_kill_pending();
	test_kill_survivor();
	test_callback();
	tap_is(channel_destroy(channel), 0, "at last nobody waits");
	tap_is((long long)scheduler_count(), 1, "... and only main is there");
	return tap_end();
}
