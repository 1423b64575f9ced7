/* SPDX-License-Identifier: MIT */
/*
 * test_dump.c - a process is read while its tasklets switch as fast as they can: what is shown of each
 * must be as it was at one moment.
 *
 * The tasklets of tests/cli/dumped stop by turns in two ways that leave stacks of one shape behind, and
 * each of their calls holds a canary with the number of the round. So the canaries of a stack that was
 * put together from two moments disagree.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* After those that it needs. */
#include <cmocka.h>

#include "dump.h"

#define CANARY UINT64_C(0xca9a81e5ca9a81e5)

enum { WORKERS = 1000, CALLS = 4, SHORT_DUMPS = 20, LONG_DUMPS = 1000 };

struct program {
	pid_t process;
	int input;
};

static struct program start(const char *how, int count, const char *slices)
{
	struct program program;
	char path[4096], number[16], word[8] = "";
	int out[2];

	snprintf(path, sizeof(path), "%s/tests/cli/dumped", getenv("abs_top_builddir"));
	snprintf(number, sizeof(number), "%d", count);
	assert_int_equal(pipe(out), 0);
	program.process = fork();
	assert_true(program.process >= 0);
	if (program.process == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* also when a test fails */
		dup2(out[1], STDOUT_FILENO);
		close(out[0]);
		setenv("GREENROOM_SLICES", slices, 1);
		execl(path, path, how, number, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	program.input = out[0];
	assert_int_equal(read(program.input, word, 6), 6);
	assert_string_equal(word, "ready\n");
	return program;
}

static void stop(struct program program)
{
	kill(program.process, SIGKILL);
	waitpid(program.process, NULL, 0);
	close(program.input);
}

static int dumps(void)
{
	const char *is_long = getenv("GREENROOM_LONG");

	return is_long && *is_long ? LONG_DUMPS : SHORT_DUMPS;
}

static struct dump *take(struct target *target)
{
	struct error error;
	struct dump *dump;

	assert_int_equal(dump_create(&dump, target, &error), 0);
	return dump;
}

/* How many calls of a worker there are; the canaries have to be of one worker and one round. */
static int count_canaries(const struct dump_tasklet *tasklet)
{
	uint64_t first[4] = {0}, one[4];
	unsigned int depths = 0;
	int count = 0;

	for (size_t at = 0; at + sizeof(one) <= tasklet->bytes; at += sizeof(*one)) {
		memcpy(one, tasklet->memory + at, sizeof(one));
		if (one[0] != CANARY)
			continue;
		if (!count)
			memcpy(first, one, sizeof(one));
		assert_int_equal(one[1], first[1]);
		assert_int_equal(one[2], first[2]);
		assert_true(one[3] < CALLS);
		depths |= 1U << one[3];
		count++;
	}
	if (count)
		assert_int_equal(depths, (1U << CALLS) - 1);
	return count;
}

static int count_calls(const struct dump_tasklet *tasklet)
{
	int count = 0;

	for (size_t i = 0; i < tasklet->calls; i++)
		for (size_t k = 0; k < tasklet->call[i].places; k++) {
			const char *function = tasklet->call[i].place[k].function;

			count += strcmp(function, "work_below") == 0 ||
				 strcmp(function, "work_above") == 0;
		}
	return count;
}

/* Whether what is told of a worker is whole. */
static bool is_whole_hard(const struct dump_tasklet *tasklet)
{
	assert_true(count_canaries(tasklet) >= CALLS);
	return count_calls(tasklet) == CALLS;
}

/* It stands in a step, called at once or by a stride: each frame goes on where it called the next. */
static bool is_whole_soft(const struct dump_tasklet *tasklet)
{
	static unsigned int lines[2];
	const struct dump_call *call = tasklet->call;
	size_t calls = tasklet->calls;

	assert_true(calls == 2 || calls == 3);
	assert_string_equal(call[0].place->function, "soft_step_step");
	if (calls == 3)
		assert_string_equal(call[1].place->function, "soft_stride_step");
	assert_string_equal(call[calls - 1].place->function, "soft_work_step");
	if (!lines[calls - 2])
		lines[calls - 2] = call[calls - 1].resume;
	assert_int_equal(call[calls - 1].resume, lines[calls - 2]);
	assert_int_not_equal(lines[0], lines[1]);
	return true;
}

static int compare(const void *left, const void *right)
{
	const uint64_t *one = left, *other = right;

	return (*one > *other) - (*one < *other);
}

/* Dumps a busy program again and again. */
static void look_often(const char *how, int workers, const char *slices,
		       bool is_whole(const struct dump_tasklet *))
{
	struct program program = start(how, workers, slices);
	uint64_t reading[LONG_DUMPS], moves = 0;
	size_t whole = 0, all = 0;
	struct target *target;
	struct error error;
	uint32_t before = 0;

	assert_int_equal(target_open_process(&target, program.process, &error), 0);
	for (int i = 0; i < dumps(); i++) {
		struct dump *dump = take(target);

		assert_false(dump->is_short);
		assert_int_equal(dump->tasklets, workers + 1);
		for (size_t k = 1; k < dump->tasklets; k++) {
			const struct dump_tasklet *tasklet = &dump->tasklet[k];

			if (tasklet->state == DUMP_NEW) /* at the beginning */
				continue;
			all++;
			if (tasklet->stack == DUMP_STACK_SAVED || tasklet->is_soft)
				whole += is_whole(tasklet);
		}
		moves += dump->tasklet[1].generation != before;
		before = dump->tasklet[1].generation;
		reading[i] = dump->reading_ns;
		dump_destroy(dump);
	}
	target_close(target);
	stop(program);
	qsort(reading, (size_t)dumps(), sizeof(*reading), compare);
	print_message(
		"# %s, %s: %d tasklets read in %.1f ms (median of %d), %.2f %% of them whole\n",
		how, slices, workers, (double)reading[dumps() / 2] / 1e6, dumps(),
		100.0 * (double)whole / (double)all);
	assert_true(moves * 2 > (uint64_t)dumps()); /* others may need the processors, too */
	assert_true(whole * 100 >= all * 95);
}

static void reads_whole_slices(void **unused)
{
	(void)unused;
	look_often("busy", WORKERS, "whole", is_whole_hard);
}

static void reads_slices_in_place(void **unused)
{
	(void)unused;
	look_often("busy", WORKERS, "overlap", is_whole_hard);
}

static void reads_frames(void **unused)
{
	(void)unused;
	look_often("soft", WORKERS, "whole", is_whole_soft);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_whole_slices),
		cmocka_unit_test(reads_slices_in_place),
		cmocka_unit_test(reads_frames),
	};

	if (!getenv("abs_top_builddir")) {
		fprintf(stderr, "run by make check\n");
		return 99;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
