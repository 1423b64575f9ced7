/* SPDX-License-Identifier: MIT */
/*
 * test_rounding.c - each tasklet has a rounding mode of its own.
 *
 * Would fail if the floating point control word were not kept with the slice, or were that of
 * whoever happened to create or to start the tasklet.
 */
#include <fenv.h>
#include <greenroom.h>

#include "tap.h"

static const int modes[] = {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO, FE_TONEAREST};

/* One third, which no binary number is: up and down differ. */
static double third(void)
{
	volatile double one = 1, three = 3;

	return one / three;
}

static int first_mode[4];
static bool kept[4];
static double thirds[4];

static int round_its_own_way(void *argument)
{
	const int *mode = argument;
	int i = (int)(mode - modes);

	first_mode[i] = fegetround();
	fesetround(*mode);
	kept[i] = true;
	for (int round = 0; round < 5; round++) {
		tasklet_yield();
		kept[i] &= fegetround() == *mode;
		thirds[i] = third();
	}
	return 0;
}

int main(void)
{
	int mains;

	fesetround(FE_UPWARD);
	for (int i = 0; i < 4; i++)
		tasklet_create(NULL, NULL, round_its_own_way, (void *)&modes[i]);
	scheduler_run(NULL, NULL);
	mains = fegetround();
	fesetround(FE_TONEAREST);

	tap_is(mains, FE_UPWARD, "main keeps its mode");
	for (int i = 0; i < 4; i++) {
		tap_is(first_mode[i], FE_TONEAREST, "tasklet %d begins with the usual mode", i);
		tap_ok(kept[i], "tasklet %d keeps its mode over switches", i);
	}
	tap_ok(thirds[0] > thirds[1], "up is more than down");
	tap_ok(thirds[1] == thirds[2], "down is towards zero");
	return tap_end();
}
