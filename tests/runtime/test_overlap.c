/* SPDX-License-Identifier: MIT */
/*
 * test_overlap.c - the policy that copies only what the next tasklet may overwrite.
 *
 * Would fail if a tasklet that was started on top of another made that one be copied; if too little
 * were saved, or to the wrong place in the copy, when a stack goes to the heap in pieces; if a
 * piece were saved again when it is there already; if the list of those in place held one that has
 * ended, or lost one; if tasklets piled up until the stack is full.
 */
#include <alloca.h>
#include <errno.h>
#include <greenroom.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

enum { DEEP = 16384 };

static int wrong;

static void expect(bool right)
{
	if (!right)
		wrong++;
}

/* ---------------------------------------------------------------------------------- who may */

static int yield_once(void *unused)
{
	(void)unused;
	return tasklet_yield();
}

static int set_as_tasklet(void *result)
{
	*(int *)result = scheduler_set_slices(SLICES_WHOLE);
	return 0;
}

static int result_in_callback;

static void set_in_callback(struct tasklet *prev, struct tasklet *next, void *unused)
{
	(void)prev, (void)next, (void)unused;
	result_in_callback = scheduler_set_slices(SLICES_WHOLE);
}

static void test_setting(void)
{
	int result = 0;

	tap_is(scheduler_set_slices((enum scheduler_slices)2), -EINVAL, "there are two policies");
	tasklet_create(NULL, NULL, yield_once, NULL);
	tap_is(scheduler_set_slices(SLICES_OVERLAP), 0,
	       "a tasklet that has not started is no matter");
	tasklet_yield();
	tap_is(scheduler_set_slices(SLICES_WHOLE), -EBUSY, "one that has started is");
	scheduler_set_switch_callback(set_in_callback, NULL);
	scheduler_run(NULL, NULL);
	scheduler_set_switch_callback(NULL, NULL);
	tap_is(result_in_callback, -EBUSY, "not in a callback");
	tasklet_create(NULL, NULL, set_as_tasklet, &result);
	scheduler_run(NULL, NULL);
	tap_is(result, -EBUSY, "nor from a tasklet");
	tap_is(scheduler_set_slices(SLICES_WHOLE), 0, "when all have ended it may be changed");
	tap_is(scheduler_set_slices(SLICES_OVERLAP), 0, "and changed back");
}

/* ---------------------------------------------------------------------------- what is copied */

/* Calls `function` with `bytes` more on the stack, and looks after them. */
__attribute__((noinline)) static void call_deeper(size_t bytes, void (*function)(void))
{
	unsigned char *memory = alloca(bytes);

	memset(memory, 0x5a, bytes);
	function();
	for (size_t i = 0; i < bytes; i++)
		expect(memory[i] == 0x5a);
}

static struct tasklet *parent, *child, *grandchild, *stranger;

/* What had been saved of the parent, as each of the others saw it when it went on. */
static size_t seen_by_child, seen_by_grandchild, seen_by_stranger, of_child;

static int be_child(void *unused)
{
	(void)unused;
	tasklet_pause();
	seen_by_child = tasklet_saved_bytes(parent);
	tasklet_run(stranger);
	return 0;
}

static int be_grandchild(void *unused)
{
	(void)unused;
	seen_by_grandchild = tasklet_saved_bytes(parent);
	tasklet_run(child);
	return 0;
}

static int be_stranger(void *unused)
{
	(void)unused;
	tasklet_pause();
	seen_by_stranger = tasklet_saved_bytes(parent);
	return 0;
}

static void start_grandchild(void)
{
	of_child = tasklet_saved_bytes(child);
	tasklet_run(grandchild);
}

static void start_child(void)
{
	tasklet_run(child);
	call_deeper(DEEP, start_grandchild);
}

static int be_parent(void *unused)
{
	(void)unused;
	call_deeper(DEEP, start_child);
	return 0;
}

static struct tasklet *paused(tasklet_fn *run)
{
	struct tasklet *tasklet;

	tasklet_new(&tasklet, NULL);
	tasklet_bind(tasklet, run, NULL);
	return tasklet;
}

/* The parent starts the child under DEEP bytes of its stack, and the grandchild under twice that.
 * When the grandchild goes over to the child, what the parent has below the child's base must go; when
 * the stranger goes on, who was started by main and so begins above them all, the rest. */
static void test_pieces(void)
{
	wrong = 0;
	parent = paused(be_parent);
	child = paused(be_child);
	grandchild = paused(be_grandchild);
	stranger = paused(be_stranger);
	tasklet_run(stranger);
	tasklet_run(parent);
	scheduler_run(NULL, NULL);
	tap_ok(of_child > 0 && of_child < DEEP / 4,
	       "a child is saved when its parent goes on (%zu)", of_child);
	tap_is((long long)seen_by_grandchild, 0,
	       "of a parent nothing, when one starts on top of it");
	tap_ok(seen_by_child > DEEP * 3 / 4 && seen_by_child < DEEP * 5 / 4,
	       "what it has below its older child's base, when that one goes on (%zu)",
	       seen_by_child);
	tap_ok(seen_by_stranger > 2 * DEEP * 3 / 4 && seen_by_stranger < 2 * DEEP * 5 / 4,
	       "and the rest, when one goes on that begins above it (%zu)", seen_by_stranger);
	tap_is(wrong, 0, "all of it comes back");
	tasklet_unref(parent);
	tasklet_unref(child);
	tasklet_unref(grandchild);
	tasklet_unref(stranger);
}

/* ------------------------------------------------------------------------ anything that goes */

enum { ACTORS = 40, STEPS = 20000, ABOVE = 12 };

static struct tasklet *actors[ACTORS];
static unsigned int random_state, steps, started, killed;

static unsigned int pick(unsigned int below)
{
	random_state = random_state * 1103515245 + 12345;
	return (random_state >> 16) % below;
}

struct level {
	struct level *above, *self;
	uint32_t mark;
	volatile uint32_t filling[32];
};

static void check_levels(const struct level *level)
{
	for (; level; level = level->above) {
		expect(level->self == level);
		for (uint32_t i = 0; i < 32; i++)
			expect(level->filling[i] == level->mark + i);
	}
}

/* Goes somewhere else: to somebody of whom nothing is known, who may not have started. */
static void wander(void)
{
	struct tasklet *target = actors[pick(ACTORS)];

	if (++steps > STEPS)
		return;
	if (target != scheduler_current() && pick(16) == 0) {
		killed++;
		tasklet_kill_pending(target);
	} else if (target) {
		tasklet_run(target);
	}
}

static void count_end(void *unused)
{
	(void)unused;
	started--;
}

__attribute__((noinline)) static void descend(struct level *above, int depth)
{
	struct level level = {.above = above, .self = &level, .mark = pick(1u << 30)};

	for (uint32_t i = 0; i < 32; i++)
		level.filling[i] = level.mark + i;
	wander();
	check_levels(&level);
	while (depth > 0 && pick(3))
		descend(&level, depth - 1);
	wander();
	check_levels(&level);
}

static int act(void *unused)
{
	__attribute__((cleanup(count_end))) int here = 0;

	(void)unused, (void)here;
	started++;
	descend(NULL, ABOVE);
	return 0;
}

static void test_anything(unsigned int seed)
{
	random_state = seed;
	steps = started = killed = 0;
	wrong = 0;
	while (steps < STEPS) {
		for (int i = 0; i < ACTORS; i++) {
			if (!actors[i])
				actors[i] = paused(act);
			else if (!tasklet_is_alive(actors[i]))
				tasklet_bind(actors[i], act, NULL);
		}
		descend(NULL, 3);
	}
	for (int i = 0; i < ACTORS; i++) {
		tasklet_kill(actors[i]);
		tasklet_unref(actors[i]);
		actors[i] = NULL;
	}
	tap_is(wrong, 0, "every byte of every stack is there (seed %u, %u killed)", seed, killed);
	tap_is(started, 0, "and all that started have ended");
}

/* ----------------------------------------------------------------------------- a high pile */

enum { MANY = 20000 };

static int failed;

static int yield_twice(void *number)
{
	volatile intptr_t kept = (intptr_t)number;
	char filling[1024];

	*(volatile char *)filling = 0;
	for (int i = 0; i < 2; i++)
		failed += tasklet_yield() != 0;
	expect(kept == (intptr_t)number);
	return 0;
}

static void test_pile(void)
{
	wrong = 0;
	for (intptr_t i = 0; i < MANY; i++)
		tasklet_create(NULL, NULL, yield_twice, (void *)i);
	scheduler_run(NULL, NULL);
	tap_is(failed, 0, "%d tasklets, each started on top of the one before, find room", MANY);
	tap_is(wrong, 0, "and go on as they were");
}

int main(void)
{
	test_setting();
	test_pieces();
	for (unsigned int seed = 1; seed <= 5; seed++)
		test_anything(seed);
	test_pile();
	return tap_end();
}
