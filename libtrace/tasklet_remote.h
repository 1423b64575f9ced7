/* SPDX-License-Identifier: MIT */
/* tasklet_remote.h - what a thread can do with the tasklets of another. */
#ifndef GREENROOM_TASKLET_REMOTE_H
#define GREENROOM_TASKLET_REMOTE_H

#include <stdbool.h>

#include "tasklet.h"
#include "thread.h"

/* `thread` is the calling one, to which the tasklet does not belong. The errors are those of
 * tasklet_insert, tasklet_run (`run`) and tasklet_throw. */
int tasklet_remote_insert(struct thread *thread, struct tasklet *tasklet, bool run,
			  struct greenroom_site *site);
int tasklet_remote_throw(struct thread *thread, struct tasklet *tasklet, int error,
			 struct greenroom_site *site);

#endif
