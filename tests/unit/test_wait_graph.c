/* SPDX-License-Identifier: MIT */
/*
 * test_wait_graph.c - who waits for whom, and who can never run again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/wait_graph.h"

static size_t name_tasklet(char *out, size_t size, const void *unused, uint32_t id)
{
	(void)unused;
	return (size_t)snprintf(out, size, "T%u", id);
}

static size_t name_channel(char *out, size_t size, const void *unused, uint32_t id)
{
	(void)unused;
	return (size_t)snprintf(out, size, "C%u", id);
}

static const struct wait_names names = {NULL, name_tasklet, name_channel};

static struct wait_graph *make(const struct wait_input *input)
{
	struct wait_graph *graph;

	assert_int_equal(wait_graph_create(&graph, input), 0);
	return graph;
}

#define MAKE(tasklet, channel_count, use, ...)                                                     \
	make(&(struct wait_input){tasklet, sizeof(tasklet) / sizeof(tasklet[0]) - 1,               \
				  channel_count, use, sizeof(use) / sizeof(use[0]), __VA_ARGS__})

static void assert_sentence(const struct wait_graph *graph, uint32_t group, const char *expected)
{
	char text[512];

	assert_int_equal(wait_graph_sentence(text, sizeof(text), graph, group, &names),
			 strlen(expected));
	assert_string_equal(text, expected);
}

/* T1 is in scheduler_run; T2 waits for what T3 would send, and T3 for T2. T4 waits for T2. */
static const struct wait_tasklet couple[] = {
	{0}, {WAIT_RUN, 0}, {WAIT_TO_RECEIVE, 1}, {WAIT_TO_SEND, 2}, {WAIT_TO_RECEIVE, 3},
};
static const struct wait_use couple_uses[] = {
	{1, 2, WAIT_RECEIVES}, {1, 3, WAIT_SENDS}, {2, 3, WAIT_SENDS},
	{2, 2, WAIT_RECEIVES}, {3, 2, WAIT_SENDS}, {3, 4, WAIT_RECEIVES},
};

static void test_circle(void **unused)
{
	struct wait_graph *graph = MAKE(couple, 3, couple_uses, NULL, false);
	struct wait_group group = wait_graph_group(graph, 1);
	uint32_t waker[2];

	(void)unused;
	assert_int_equal(wait_graph_groups(graph), 1);
	assert_int_equal(wait_graph_worst(graph), WAIT_PARTIAL_DEADLOCK);
	assert_int_equal(group.verdict, WAIT_PARTIAL_DEADLOCK);
	assert_int_equal(group.circle, 2);
	assert_int_equal(group.members, 3);
	assert_int_equal(group.head, 2);
	assert_int_equal(wait_graph_circle_next(graph, 2), 3);
	assert_int_equal(wait_graph_circle_next(graph, 3), 2);
	assert_int_equal(wait_graph_circle_next(graph, 4), 0);
	assert_int_equal(wait_graph_group_of(graph, 1), 0);
	assert_int_equal(wait_graph_group_of(graph, 4), 1);
	assert_int_equal(wait_graph_verdict(graph, 4), WAIT_PARTIAL_DEADLOCK);
	assert_int_equal(wait_graph_wakers(graph, 4, waker, 2), 1);
	assert_int_equal(waker[0], 2);
	assert_sentence(graph, 1,
			"T2 waits for T3 (C1), T3 waits for T2 (C2); nobody else could wake them. "
			"1 more waits for them.");
	wait_graph_destroy(graph);
}

static void test_deadlock(void **unused)
{
	struct wait_tasklet tasklet[5];
	struct wait_graph *graph;

	(void)unused;
	memcpy(tasklet, couple, sizeof(tasklet));
	tasklet[1] = (struct wait_tasklet){WAIT_PAUSED, 0};
	graph = MAKE(tasklet, 3, couple_uses, NULL, false);
	assert_int_equal(wait_graph_worst(graph), WAIT_DEADLOCK);
	assert_int_equal(wait_graph_verdict(graph, 4), WAIT_DEADLOCK);
	assert_sentence(
		graph, 1,
		"Nobody can run any more, so nobody can wake anybody: T2 waits for T3 (C1), "
		"T3 waits for T2 (C2). 1 more waits for them.");
	wait_graph_destroy(graph);

	/* When all is over, that nobody runs says nothing. */
	graph = MAKE(tasklet, 3, couple_uses, NULL, true);
	assert_int_equal(wait_graph_worst(graph), WAIT_PARTIAL_DEADLOCK);
	wait_graph_destroy(graph);

	/* Two that know nothing of each other are in it together. */
	graph = MAKE(tasklet, 3, (&(struct wait_use[1]){{1, 2, WAIT_RECEIVES}})[0], NULL, false);
	assert_int_equal(wait_graph_groups(graph), 1);
	assert_sentence(graph, 1,
			"Nobody can run any more, so nobody can wake anybody: 3 tasklets wait in "
			"channels.");
	wait_graph_destroy(graph);
}

static void test_orphan(void **unused)
{
	static const struct wait_tasklet tasklet[] = {
		{0},
		{WAIT_READY, 0},
		{WAIT_TO_RECEIVE, 1},
		{WAIT_TO_RECEIVE, 1},
		{WAIT_ABSENT, 0},
		{WAIT_TO_RECEIVE, 2},
		{WAIT_ABSENT, 0},
		{WAIT_TO_SEND, 3},
	};
	static const struct wait_use uses[] = {
		{1, 2, WAIT_RECEIVES}, {1, 3, WAIT_RECEIVES}, {1, 4, WAIT_SENDS},
		{2, 2, WAIT_SENDS},    {2, 5, WAIT_RECEIVES}, {3, 4, WAIT_RECEIVES},
		{3, 6, WAIT_RECEIVES}, {3, 7, WAIT_SENDS},
	};
	struct wait_graph *graph = MAKE(tasklet, 3, uses, NULL, false);
	uint8_t open[4] = {0, 1, 0, 0};

	(void)unused;
	assert_int_equal(wait_graph_groups(graph), 2);
	assert_int_equal(wait_graph_worst(graph), WAIT_ORPHAN);
	assert_sentence(
		graph, 1,
		"T2 and 1 other wait to receive on C1; T4, the only other one known to use it, "
		"is gone. 1 more waits for them.");
	assert_sentence(graph, 2,
			"T7 waits to send on C3; all 2 others that are known to use it are gone.");
	assert_int_equal(wait_graph_group_of(graph, 5), 1);
	wait_graph_destroy(graph);

	/* Somebody else may use the channel, who knows. */
	graph = MAKE(tasklet, 3, uses, open, false);
	assert_int_equal(wait_graph_groups(graph), 1);
	assert_int_equal(wait_graph_verdict(graph, 5), WAIT_GOES_ON);
	wait_graph_destroy(graph);

	graph = MAKE(tasklet, 3, (&(struct wait_use[1]){{1, 2, WAIT_RECEIVES}})[0], NULL, false);
	assert_sentence(graph, 1,
			"T2 and 1 other wait to receive on C1, which nobody else is known to use.");
	wait_graph_destroy(graph);
}

/* Who waits for somebody who comes back by himself is not stuck, over however many links. */
static void test_goes_on(void **unused)
{
	static const enum wait_kind kinds[] = {WAIT_READY, WAIT_WORLD, WAIT_RUN};
	static const struct wait_use uses[] = {
		{1, 1, WAIT_SENDS}, {2, 2, WAIT_RECEIVES}, {2, 4, WAIT_KNOWS}};

	(void)unused;
	for (int i = 0; i < 3; i++) {
		struct wait_tasklet tasklet[] = {{0},
						 {(uint8_t)kinds[i], 0},
						 {WAIT_TO_RECEIVE, 1},
						 {WAIT_TO_SEND, 2},
						 {WAIT_PAUSED, 0}};
		struct wait_graph *graph = MAKE(tasklet, 2, uses, NULL, false);
		uint32_t waker;

		assert_int_equal(wait_graph_worst(graph), WAIT_GOES_ON);
		assert_int_equal(wait_graph_groups(graph), 0);
		assert_int_equal(wait_graph_wakers(graph, 3, &waker, 1), 1);
		assert_int_equal(waker, 2);
		assert_int_equal(wait_graph_wakers(graph, 1, &waker, 1), 0);
		wait_graph_destroy(graph);
	}
}

/* Forks are tasklets that are received and given back, in one channel each: those who go the
 * opposite way stand in the same queue and can't help. */
static void test_philosophers(void **unused)
{
	struct wait_tasklet tasklet[12] = {{0}, {WAIT_RUN, 0}};
	struct wait_use use[15];
	struct wait_graph *graph;
	uint32_t id = 2;

	(void)unused;
	for (uint32_t i = 0; i < 5; i++) {
		uint32_t left = 1 + i, right = 1 + (i + 1) % 5;

		tasklet[2 + i] = (struct wait_tasklet){WAIT_TO_RECEIVE, right};
		tasklet[7 + i] = (struct wait_tasklet){WAIT_TO_RECEIVE, left};
		use[i] = (struct wait_use){left, 2 + i, WAIT_RECEIVES};
		use[5 + i] = (struct wait_use){right, 2 + i, WAIT_RECEIVES};
		use[10 + i] = (struct wait_use){left, 7 + i, WAIT_SENDS | WAIT_RECEIVES};
	}
	graph = MAKE(tasklet, 5, use, NULL, false);
	assert_int_equal(wait_graph_groups(graph), 1);
	assert_int_equal(wait_graph_group(graph, 1).circle, 5);
	assert_int_equal(wait_graph_group(graph, 1).members, 10);
	for (int i = 0; i < 5; i++)
		id = wait_graph_circle_next(graph, id);
	assert_int_equal(id, 2);
	assert_sentence(graph, 1,
			"T2 waits for T3 (C2), T3 waits for T4 (C3), T4 waits for T5 (C4), "
			"T5 waits for T6 (C5), T6 waits for T2 (C1); nobody else could wake them. "
			"5 more wait for them.");
	wait_graph_destroy(graph);
}

/* Numbers from a stranger's process. */
static void test_hostile(void **unused)
{
	static const struct wait_tasklet tasklet[] = {
		{0}, {WAIT_TO_SEND, UINT32_MAX}, {99, 7}, {WAIT_TO_RECEIVE, 0}};
	static const struct wait_use uses[] = {
		{UINT32_MAX, 1, 7}, {1, UINT32_MAX, 7}, {0, 0, 7}, {1, 1, 7}, {2, 1, 7}};
	struct wait_graph *graph = MAKE(tasklet, 1, uses, NULL, false);
	uint32_t one;
	char small[8];

	(void)unused;
	assert_int_equal(wait_graph_worst(graph), WAIT_DEADLOCK);
	assert_int_equal(wait_graph_group(graph, 1).members, 2);
	assert_int_equal(wait_graph_group(graph, 2).members, 0);
	assert_int_equal(wait_graph_gone(graph, 77, &one), 0);
	assert_int_equal(wait_graph_sentence(small, sizeof(small), graph, 1, &names), 7);
	assert_string_equal(small, "Nobody ");
	assert_int_equal(wait_graph_sentence(small, sizeof(small), graph, 9, &names), 0);
	wait_graph_destroy(graph);
}

/* ---------------------------------------------------------------------------------------------
 * Random graphs, beside the definitions
 */

enum { RANDOM_TASKLETS = 9, RANDOM_CHANNELS = 5, RANDOM_USES = 12, RANDOM_GRAPHS = 20000 };

static bool could_wake(const struct wait_input *input, const struct wait_use *use, uint32_t id)
{
	const struct wait_tasklet *user = &input->tasklet[use->tasklet];
	bool same = user->kind >= WAIT_TO_SEND && user->channel == input->tasklet[id].channel;

	return use->channel == input->tasklet[id].channel && user->kind != WAIT_ABSENT && !same;
}

static void find_runners(const struct wait_input *input, bool *runs)
{
	bool changed = true;

	for (uint32_t id = 1; id <= input->tasklets; id++)
		runs[id] = input->tasklet[id].kind >= WAIT_READY &&
			   input->tasklet[id].kind <= WAIT_RUN;
	while (changed) {
		changed = false;
		for (uint32_t id = 1; id <= input->tasklets; id++)
			for (size_t i = 0; i < input->uses && !runs[id]; i++)
				if (input->tasklet[id].kind >= WAIT_TO_SEND &&
				    runs[input->use[i].tasklet] &&
				    could_wake(input, &input->use[i], id))
					runs[id] = changed = true;
	}
}

static void check(const struct wait_input *input)
{
	struct wait_graph *graph = make(input);
	bool runs[RANDOM_TASKLETS + 1] = {false};
	uint32_t members = 0;

	find_runners(input, runs);
	for (uint32_t id = 1; id <= input->tasklets; id++) {
		uint32_t next = wait_graph_circle_next(graph, id), waker[RANDOM_USES];
		bool stuck = input->tasklet[id].kind >= WAIT_TO_SEND && !runs[id];
		uint32_t wakers = wait_graph_wakers(graph, id, waker, RANDOM_USES);

		assert_int_equal(wait_graph_group_of(graph, id) != 0, stuck);
		assert_int_equal(wait_graph_verdict(graph, id) != WAIT_GOES_ON, stuck);
		for (uint32_t i = 0; stuck && i < wakers; i++)
			assert_int_equal(wait_graph_group_of(graph, waker[i]),
					 wait_graph_group_of(graph, id));
		if (!next)
			continue;
		for (uint32_t i = 0; i < wakers && next; i++)
			if (waker[i] == next)
				next = 0;
		assert_int_equal(next, 0);
		next = wait_graph_circle_next(graph, id);
		for (uint32_t i = 1; next != id && i < input->tasklets; i++)
			next = wait_graph_circle_next(graph, next);
		assert_int_equal(next, id);
	}
	for (uint32_t group = 1; group <= wait_graph_groups(graph); group++) {
		struct wait_group told = wait_graph_group(graph, group);

		assert_int_equal(wait_graph_group_of(graph, told.head), group);
		assert_int_equal(told.circle != 0, wait_graph_circle_next(graph, told.head) != 0);
		if (told.verdict != WAIT_DEADLOCK)
			assert_int_equal(told.verdict == WAIT_PARTIAL_DEADLOCK, told.circle != 0);
		members += told.members;
	}
	for (uint32_t id = 1; id <= input->tasklets; id++)
		members -= wait_graph_group_of(graph, id) != 0;
	assert_int_equal(members, 0);
	wait_graph_destroy(graph);
}

static void test_random(void **unused)
{
	(void)unused;
	srandom(5);
	for (int round = 0; round < RANDOM_GRAPHS; round++) {
		struct wait_tasklet tasklet[RANDOM_TASKLETS + 1] = {{0}};
		struct wait_use use[RANDOM_USES];
		uint8_t direction[RANDOM_CHANNELS + 1];

		for (int i = 0; i <= RANDOM_CHANNELS; i++)
			direction[i] = random() % 2 ? WAIT_TO_SEND : WAIT_TO_RECEIVE;
		for (int i = 1; i <= RANDOM_TASKLETS; i++) {
			uint32_t channel = 1 + (uint32_t)random() % RANDOM_CHANNELS;

			tasklet[i].kind = (uint8_t)(random() % 12);
			if (tasklet[i].kind == WAIT_PAUSED)
				tasklet[i].kind = WAIT_ABSENT;
			if (tasklet[i].kind >= WAIT_TO_SEND)
				tasklet[i] = (struct wait_tasklet){direction[channel], channel};
		}
		for (int i = 0; i < RANDOM_USES; i++)
			use[i] = (struct wait_use){1 + (uint32_t)random() % RANDOM_CHANNELS,
						   1 + (uint32_t)random() % RANDOM_TASKLETS,
						   (uint8_t)(1 + random() % 7)};
		check(&(struct wait_input){tasklet, RANDOM_TASKLETS, RANDOM_CHANNELS, use,
					   RANDOM_USES, NULL, random() % 4 == 0});
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_circle),       cmocka_unit_test(test_deadlock),
		cmocka_unit_test(test_orphan),       cmocka_unit_test(test_goes_on),
		cmocka_unit_test(test_philosophers), cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests_name("wait_graph", tests, NULL, NULL);
}
