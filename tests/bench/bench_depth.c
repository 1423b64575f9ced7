/* SPDX-License-Identifier: MIT */
/*
 * bench_depth.c - frames against functions: what a switch costs from how deep, as one table. This is
 * where soft switching is a lot faster, and where it is not:
 *
 *     two          two tasklets yield to each other, from the depth given, all in the cache
 *     10,000       the same with 10,000 in turn: whatever belongs to one is cold when it goes on
 *     up and down  two again, but each returns to the top and calls its way down for each switch
 *
 * A level of depth is a call of a function, or frame, with 64 bytes of variables. What a function has
 * saved at a switch is asked from the runtime.
 */
#include <greenroom.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

enum { ROUNDS = 25, CROWD = 10000, SWITCHES = 20000, VARIABLES = 64 };

struct play {
	size_t depth;
	size_t switches; /* that each tasklet makes */
	bool climbs;     /* up and down, for each of them */
	bool soft;
};

/* ------------------------------------------------------------------------------------- frames */

FRAME(soft_level, const struct play *play; size_t depth; size_t left;
      char variables[VARIABLES - 3 * sizeof(size_t)];)
{
	FRAME_BEGIN();
	if (self->depth > 1) {
		FRAME_CALL(soft_level, .play = self->play, .depth = self->depth - 1,
			   .left = self->left);
		FRAME_RETURN(0);
	}
	while (self->left--)
		FRAME_YIELD();
	FRAME_END(0);
}

FRAME(soft_climber, const struct play *play; size_t left;)
{
	FRAME_BEGIN();
	for (self->left = self->play->switches; self->left; self->left--)
		FRAME_CALL(soft_level, .play = self->play, .depth = self->play->depth, .left = 1);
	FRAME_END(0);
}

static void begin_soft(const struct play *play)
{
	struct frame *frame = play->climbs
				      ? frame_new(soft_climber, .play = play)
				      : frame_new(soft_level, .play = play, .depth = play->depth,
						  .left = play->switches);

	if (tasklet_create_frame(NULL, NULL, frame))
		abort();
}

/* ---------------------------------------------------------------------------------- functions */

__attribute__((noinline)) static void hard_level(size_t depth, size_t left)
{
	char variables[VARIABLES];

	bench_keep(variables);
	if (depth > 1)
		hard_level(depth - 1, left);
	else
		while (left--)
			tasklet_yield();
	bench_keep(variables);
}

static int hard_play(void *argument)
{
	const struct play *play = argument;

	if (!play->climbs)
		hard_level(play->depth, play->switches);
	else
		for (size_t left = play->switches; left; left--)
			hard_level(play->depth, 1);
	return 0;
}

static void begin(struct play *play)
{
	if (play->soft)
		begin_soft(play);
	else if (tasklet_create(NULL, NULL, hard_play, play))
		abort();
}

/* ------------------------------------------------------------------------------- the measures */

static void run_pair(void *context, size_t count)
{
	struct play *play = context;

	play->switches = count / 2;
	begin(play);
	begin(play);
	scheduler_run(NULL, NULL);
}

/* The crowd is there and stands in its yields; main takes part, one in 10,001. */
static void run_turns(void *context, size_t count)
{
	(void)context;
	for (size_t turns = count / CROWD; turns; turns--)
		tasklet_yield();
}

/* ns a switch, of soft or hard tasklets, 10,000 of them. */
static void measure_crowd(struct bench_contender *contender, struct play *play)
{
	*contender = (struct bench_contender){.run = run_turns};
	play->switches = ROUNDS + 3;
	for (size_t i = 0; i < CROWD; i++)
		begin(play);
	tasklet_yield();
	bench_measure(contender, 1, ROUNDS, CROWD);
	scheduler_run(NULL, NULL);
}

static size_t saved_from(size_t depth)
{
	struct play play = {.depth = depth, .switches = 1};
	struct tasklet *tasklet;
	size_t bytes;

	if (tasklet_create(&tasklet, NULL, hard_play, &play))
		abort();
	tasklet_yield();
	bytes = tasklet_saved_bytes(tasklet);
	scheduler_run(NULL, NULL);
	return bytes;
}

static void print_cell(const struct bench_contender *pair)
{
	printf(" %7.1f %8.1f %5.1fx |", pair[0].median_ns, pair[1].median_ns,
	       pair[1].median_ns / pair[0].median_ns);
}

static void print_row(size_t depth)
{
	struct play plays[] = {{.depth = depth, .soft = true},
			       {.depth = depth},
			       {.depth = depth, .soft = true, .climbs = true},
			       {.depth = depth, .climbs = true}};
	struct bench_contender pair[4], crowd[2];

	for (size_t i = 0; i < 4; i++)
		pair[i] = (struct bench_contender){.run = run_pair, .context = &plays[i]};
	bench_measure(pair, 2, ROUNDS, SWITCHES);
	bench_measure(pair + 2, 2, ROUNDS, SWITCHES / depth);
	measure_crowd(&crowd[0], &plays[0]);
	measure_crowd(&crowd[1], &plays[1]);
	printf("| %5zu | %6zu |", depth, saved_from(depth));
	print_cell(pair);
	print_cell(crowd);
	print_cell(pair + 2);
	putchar('\n');
	fflush(stdout);
}

int main(void)
{
	static const size_t depths[] = {1, 2, 5, 10, 20, 50, 100};

	printf("ns a switch: soft, hard, hard/soft\n"
	       "| depth |  saved |                   two |                10,000 |           up "
	       "and "
	       "down |\n"
	       "| ----: | -----: | --------------------: | --------------------: | "
	       "--------------------: |\n");
	for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++)
		print_row(depths[i]);
	return 0;
}
