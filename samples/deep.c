/* SPDX-License-Identifier: MIT */
/*
 * deep.c - a tasklet that stops deep down in its calls: what a switch has to copy.
 *
 * When a tasklet stops, every call that is still going on has a frame on the C stack. Those bytes
 * must be kept, so they are copied to the heap, and back before it goes on. The deeper it is, the
 * more there is to copy: each level adds the same number of bytes.
 *
 *     deep [depth]
 */
#include <greenroom.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Goes down `depth` levels, stops there, and adds up on the way back what each level had kept in
 * its local variables. Returns the sum, or an error.
 *
 * The attribute keeps the compiler from melting several levels into one, so that each has exactly
 * one frame; `volatile` from keeping the numbers anywhere but on the stack. */
__attribute__((noinline)) static int descend(int depth)
{
	volatile int kept[8];
	int below;

	for (int i = 0; i < 8; i++)
		kept[i] = depth;
	below = depth > 0 ? descend(depth - 1) : tasklet_pause();
	if (below < 0)
		return below;
	return below + kept[depth % 8];
}

static int dive(void *argument)
{
	int depth = *(int *)argument;
	int sum = descend(depth);

	if (sum < 0)
		return sum;
	printf("back from depth %d: 0 + 1 + ... + %d = %d\n", depth, depth, sum);
	return 0;
}

int main(int argc, char **argv)
{
	int depth = argc > 1 ? atoi(argv[1]) : 10;
	struct tasklet *diver;
	int error = tasklet_create(&diver, "diver", dive, &depth);

	/* Runs the diver until it pauses at the bottom: then nothing is runnable. */
	if (!error)
		error = scheduler_run(NULL, NULL);
	if (!error) {
		printf("depth %d: %zu bytes saved\n", depth, tasklet_saved_bytes(diver));
		error = tasklet_insert(diver);
	}
	if (!error)
		error = scheduler_run(NULL, NULL);
	if (error) {
		fprintf(stderr, "deep: %s\n", strerror(-error));
		return 1;
	}
	return 0;
}
