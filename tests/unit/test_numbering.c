/* SPDX-License-Identifier: MIT */
/* test_numbering.c - numbers of processes as numbers of the trace, when they may be anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "numbering.h"

static uint32_t tasklet(struct numbering *numbering, int process, uint32_t own)
{
	return numbering_find(numbering, process, NUMBERING_TASKLETS, own);
}

static void small_numbers_stay_what_they_are(void **state)
{
	struct numbering *numbering = numbering_create();

	(void)state;
	numbering_expect_any(numbering);
	assert_int_equal(tasklet(numbering, 0, 0), 0);
	assert_int_equal(tasklet(numbering, 0, 1), 1);
	assert_int_equal(tasklet(numbering, 0, 32767), 32767);
	numbering_destroy(numbering);
}

/* A state takes no number far above those before it. */
static void large_numbers_become_the_next_ones(void **state)
{
	struct numbering *numbering = numbering_create();
	uint32_t last = UINT32_MAX;

	(void)state;
	numbering_expect_any(numbering);
	assert_int_equal(tasklet(numbering, 0, last), 32768);
	assert_int_equal(tasklet(numbering, 0, 1000000), 32769);
	assert_int_equal(tasklet(numbering, 0, 32768), 32770);
	assert_int_equal(tasklet(numbering, 0, last), 32768);
	for (uint32_t i = 0; i < 10000; i++)
		assert_int_equal(tasklet(numbering, 0, 2000000000 + 997 * i), 32771 + i);
	assert_int_equal(tasklet(numbering, 0, 1000000), 32769);
	numbering_destroy(numbering);
}

static void sorts_and_processes_do_not_meet(void **state)
{
	struct numbering *numbering = numbering_create();
	int child;

	(void)state;
	numbering_expect_any(numbering);
	child = numbering_add_process(numbering);
	assert_int_equal(child, 1);
	assert_int_equal(tasklet(numbering, 0, 1000000), 32768);
	assert_int_equal(numbering_find(numbering, 0, NUMBERING_CHANNELS, 1000000), 32768);
	assert_int_not_equal(tasklet(numbering, child, 1), 1);
	assert_int_not_equal(tasklet(numbering, child, 1000000), 32768);
	/* Each process takes its numbers by the block. */
	assert_int_equal(tasklet(numbering, child, 1000000), tasklet(numbering, child, 1) + 1);
	numbering_destroy(numbering);
}

static void events_are_translated(void **state)
{
	struct numbering *numbering = numbering_create();
	struct event event = {.kind = EVENT_tasklet_switch, .word = {5000000, 7}};

	(void)state;
	numbering_expect_any(numbering);
	numbering_translate(numbering, 0, &event, 1);
	assert_int_equal(event.word[0], 32768);
	assert_int_equal(event.word[1], 7);
	numbering_destroy(numbering);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_numbers_stay_what_they_are),
		cmocka_unit_test(large_numbers_become_the_next_ones),
		cmocka_unit_test(sorts_and_processes_do_not_meet),
		cmocka_unit_test(events_are_translated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
