/* SPDX-License-Identifier: MIT */
/*
 * setting.c - what the environment chooses, and the program can choose over it: how tasklets are
 * switched, what is copied.
 *
 *     GREENROOM_SWITCH=hard             frames are switched hard too
 *     GREENROOM_SLICES=whole|overlap    the policy of copying
 *
 * The environment is read when a thread first uses the runtime.
 */
#include "setting.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "thread.h"

static enum scheduler_slices chosen_slices(void)
{
	static atomic_flag said = ATOMIC_FLAG_INIT;
	const char *setting = getenv("GREENROOM_SLICES");

	if (!setting || strcmp(setting, "whole") == 0)
		return SLICES_WHOLE;
	if (strcmp(setting, "overlap") == 0)
		return SLICES_OVERLAP;
	if (!atomic_flag_test_and_set(&said))
		fprintf(stderr,
			"greenroom: GREENROOM_SLICES=%s is neither whole nor overlap: taken for "
			"whole\n",
			setting);
	return SLICES_WHOLE;
}

void setting_apply(struct thread *thread)
{
	const char *how = getenv("GREENROOM_SWITCH");

	thread->force_hard = how && strcmp(how, "hard") == 0;
	thread_set_long_way(thread);
	slice_set_policy(&thread->stack, chosen_slices());
}

GREENROOM_API int scheduler_set_slices(enum scheduler_slices slices)
{
	struct thread *thread = thread_self();

	if (!thread)
		return -ENOMEM;
	if (slices != SLICES_WHOLE && slices != SLICES_OVERLAP)
		return -EINVAL;
	if (thread->divert & THREAD_BUSY)
		return -EBUSY;
	return slice_set_policy(&thread->stack, slices);
}
