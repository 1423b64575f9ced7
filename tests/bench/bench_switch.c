/* SPDX-License-Identifier: MIT */
/*
 * bench_switch.c - what a hard switch costs, beside what one would take for its floor: two memcpy of
 * the same bytes and a swap of the registers.
 *
 * Two tasklets yield to each other with a given number of saved bytes (measured, not assumed: the
 * stack is padded until tasklet_saved_bytes says so). The switch alone is timed on the
 * runtime's own slice_switch, the public way through tasklet_yield.
 *
 * Then a deep parent and a small child that it has started, which yield to each other, under both
 * policies of copying; and a thousand tasklets in turn, whose slices are not in the cache any more.
 */
#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "greenroom.h"
#include "tasklet.h"
#include "thread.h"

enum { ROUNDS = 101, COUNT = 20000 };

/* ------------------------------------------------------------------------- the would-be floor */

struct floor {
	char *stack, *slice[2];
	size_t bytes;
};

/* The registers of two contexts that swap on one stack, as the cheapest of switches would. */
__attribute__((noinline)) static void swap_registers(void)
{
	__asm__ volatile("" ::
				 : "memory",
#ifdef __x86_64__
				   "rbx", "r12", "r13", "r14", "r15"
#elif defined __aarch64__
				   "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27",
				   "x28", "d8", "d9", "d10", "d11", "d12", "d13", "d14", "d15"
#endif
	);
}

static void run_floor(void *context, size_t count)
{
	struct floor *floor = context;

	for (size_t i = 0; i < count; i++) {
		memcpy(floor->slice[i & 1], floor->stack, floor->bytes);
		bench_keep(floor->slice[i & 1]);
		swap_registers();
		memcpy(floor->stack, floor->slice[~i & 1], floor->bytes);
		bench_keep(floor->stack);
	}
}

/* ------------------------------------------------------------------------------- the real thing */

struct pair {
	size_t pad;   /* bytes of stack to use up */
	size_t count; /* switches to make, by both together */
	bool raw;     /* slice_switch alone, not through the scheduler */
	struct tasklet *tasklet[2];
	size_t saved; /* bytes, as the second one saw them of the first */
};

static void raw_switches(struct pair *pair, struct tasklet *self, size_t count)
{
	struct thread *thread = thread_self();
	struct tasklet *other = pair->tasklet[self == pair->tasklet[0]];

	for (size_t i = 0; i < count; i++) {
		struct slice_switch *request = &thread->request;

		request->prev = &self->slice;
		request->next = &other->slice;
		thread->current = other;
		slice_switch(request, false);
	}
}

__attribute__((noinline)) static void work(struct pair *pair, struct tasklet *self)
{
	char *pad = alloca(pair->pad + 1);

	bench_keep(pad);
	if (pair->raw) {
		/* Both stand in a yield once, so that each has a slice; then only slices move. */
		tasklet_yield();
		thread_self()->request.prev_ends = false;
		raw_switches(pair, self, pair->count / 2);
	} else {
		for (size_t i = 0; i < pair->count / 2; i++)
			tasklet_yield();
	}
	if (self == pair->tasklet[1])
		pair->saved = tasklet_saved_bytes(pair->tasklet[0]);
	else
		tasklet_yield();
	bench_keep(pad);
}

static int worker(void *argument)
{
	work(argument, scheduler_current());
	return 0;
}

static void run_pair(void *context, size_t count)
{
	struct pair *pair = context;

	pair->count = count;
	tasklet_create(&pair->tasklet[0], "one", worker, pair);
	tasklet_create(&pair->tasklet[1], "two", worker, pair);
	scheduler_run(NULL, NULL);
}

static size_t saved_bytes_with(bool raw, size_t pad)
{
	struct pair pair = {.pad = pad, .raw = raw};

	run_pair(&pair, 8);
	return pair.saved;
}

/* The padding that gives `bytes` of slice, or the least there is. */
static size_t find_pad(bool raw, size_t bytes)
{
	size_t pad = 0;

	while (saved_bytes_with(raw, pad) < bytes)
		pad += 16;
	return pad;
}

static void compare_at(size_t bytes)
{
	struct floor floor = {0};
	struct pair raw = {.raw = true, .pad = find_pad(true, bytes)};
	struct pair yield = {.pad = find_pad(false, bytes)};
	struct bench_contender contenders[] = {
		{.name = "two memcpy and a register swap", .run = run_floor, .context = &floor},
		{.name = "slice_switch", .run = run_pair, .context = &raw},
		{.name = "tasklet_yield", .run = run_pair, .context = &yield},
	};
	char title[128];

	bytes = saved_bytes_with(false, yield.pad);
	floor.bytes = bytes;
	floor.stack = aligned_alloc(64, bytes + 64);
	floor.slice[0] = aligned_alloc(64, bytes + 64);
	floor.slice[1] = aligned_alloc(64, bytes + 64);
	memset(floor.stack, 1, bytes);
	memset(floor.slice[0], 1, bytes);
	memset(floor.slice[1], 1, bytes);
	bench_measure(contenders, 3, ROUNDS, bytes > 8192 ? COUNT / 4 : COUNT);
	snprintf(title, sizeof(title),
		 "hard switch, %zu bytes saved (slice_switch %zu, tasklet_yield %zu)", bytes,
		 saved_bytes_with(true, raw.pad), saved_bytes_with(false, yield.pad));
	bench_print(title, contenders, 3);
	free(floor.stack);
	free(floor.slice[0]);
	free(floor.slice[1]);
}

/* ------------------------------------------------------------------ a deep parent, a small child */

struct family {
	enum scheduler_slices slices;
	size_t pad; /* bytes of the parent's stack */
	size_t count;
	size_t saved; /* bytes of the parent, as the child saw them */
	struct tasklet *parent;
};

static int be_child(void *argument)
{
	struct family *family = argument;

	family->saved = tasklet_saved_bytes(family->parent);
	for (size_t i = 0; i < family->count / 2; i++)
		tasklet_yield();
	return 0;
}

static int be_parent(void *argument)
{
	struct family *family = argument;
	char *pad = alloca(family->pad);

	bench_keep(pad);
	tasklet_create(NULL, "child", be_child, family);
	for (size_t i = 0; i < family->count / 2; i++)
		tasklet_yield();
	bench_keep(pad);
	return 0;
}

static void run_family(void *context, size_t count)
{
	struct family *family = context;

	family->count = count;
	scheduler_set_slices(family->slices);
	tasklet_create(&family->parent, "parent", be_parent, family);
	scheduler_run(NULL, NULL);
	scheduler_set_slices(SLICES_WHOLE);
}

static void compare_policies(size_t pad)
{
	struct family whole = {.slices = SLICES_WHOLE, .pad = pad};
	struct family overlap = {.slices = SLICES_OVERLAP, .pad = pad};
	struct bench_contender contenders[] = {
		{.name = "whole slice", .run = run_family, .context = &whole},
		{.name = "overlap only", .run = run_family, .context = &overlap},
	};
	char title[128];

	bench_measure(contenders, 2, ROUNDS, pad > 8192 ? COUNT / 4 : COUNT);
	snprintf(title, sizeof(title),
		 "a yield between a parent and its child (saved of the parent: %zu and %zu bytes)",
		 whole.saved, overlap.saved);
	bench_print(title, contenders, 2);
}

/* ------------------------------------------------------------------------- cold slices, in turn */

enum { CROWD = 1000 };

struct crowd {
	enum scheduler_slices slices;
	size_t pad, turns;
};

static int take_turns(void *argument)
{
	struct crowd *crowd = argument;
	char *pad = alloca(crowd->pad + 1);

	bench_keep(pad);
	for (size_t i = 0; i < crowd->turns; i++)
		tasklet_yield();
	return 0;
}

static void run_crowd(void *context, size_t count)
{
	struct crowd *crowd = context;

	crowd->turns = count / CROWD;
	scheduler_set_slices(crowd->slices);
	for (int i = 0; i < CROWD; i++)
		tasklet_create(NULL, NULL, take_turns, crowd);
	scheduler_run(NULL, NULL);
	scheduler_set_slices(SLICES_WHOLE);
}

static void measure_crowd(size_t bytes)
{
	struct crowd whole = {.slices = SLICES_WHOLE, .pad = bytes - 256};
	struct crowd overlap = {.slices = SLICES_OVERLAP, .pad = bytes - 256};
	struct bench_contender contenders[] = {
		{.name = "whole slice", .run = run_crowd, .context = &whole},
		{.name = "overlap only", .run = run_crowd, .context = &overlap},
	};
	char title[128];

	bench_measure(contenders, 2, ROUNDS / 5, 20 * COUNT);
	snprintf(title, sizeof(title), "a thousand tasklets in turn, some %zu bytes each", bytes);
	bench_print(title, contenders, 2);
}

int main(void)
{
	static const size_t sizes[] = {256, 1024, 4096, 16384, 65536};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		compare_at(sizes[i]);
	for (size_t i = 1; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		compare_policies(sizes[i]);
	for (size_t i = 0; i < 3; i++)
		measure_crowd(sizes[i]);
	return 0;
}
