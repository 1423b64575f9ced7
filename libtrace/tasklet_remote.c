/* SPDX-License-Identifier: MIT */
/*
 * tasklet_remote.c - what a thread can do with the tasklets of another: ask that thread, by its inbox,
 * to insert, run or throw into one; take over those of a thread that has ended.
 *
 * Nothing here switches in the calling thread. What can be seen from outside is answered at once (the
 * other thread has ended, the tasklet is not alive); the rest is for the tasklet's own thread to
 * judge, which drops a wish that makes no sense any more.
 */
#include "tasklet_remote.h"

#include <errno.h>

#include "channel.h"
#include "frame.h"
#include "moved.h"
#include "registry.h"
#include "scheduler.h"
#include "tasklet.h"
#include "thread.h"

static uint64_t say_post(struct thread *thread, const struct tasklet *tasklet,
			 enum event_post_request request, int error, struct greenroom_site *site)
{
	uint64_t stamp;

	if (!trace_wanted(thread->ring))
		return 0;
	stamp = trace_stamp(thread->ring);
	trace_emit_at(thread->ring, stamp,
		      event_pack_tasklet_post(
			      (struct event_tasklet_post){.tasklet = tasklet_number(tasklet),
							  .actor = tasklet_number(thread->current),
							  .request = (int)request,
							  .error = (uint32_t)error,
							  .place = thread_place(thread, site)}));
	return stamp;
}

static int post(struct thread *thread, struct tasklet *tasklet, enum inbox_want want, int error,
		enum event_post_request request, struct greenroom_site *site)
{
	uint64_t stamp = say_post(thread, tasklet, request, error, site);

	return inbox_post(tasklet, want, error,
			  (struct inbox_sender){tasklet_number(thread->current), stamp});
}

int tasklet_remote_insert(struct thread *thread, struct tasklet *tasklet, bool run,
			  struct greenroom_site *site)
{
	if (thread_has_ended(tasklet->thread))
		return -ESRCH;
	if (!tasklet_seems_alive(tasklet) || tasklet_seems_blocked(tasklet))
		return -EINVAL;
	return post(thread, tasklet, run ? INBOX_RUN : INBOX_INSERT, 0,
		    run ? EVENT_POST_RUN : EVENT_POST_INSERT, site);
}

/* Takes what a tasklet of a thread that has ended still is away from it. */
static void drop(struct tasklet *tasklet)
{
	struct channel *channel = channel_hold(tasklet);
	struct inbox *inbox = channel ? &tasklet->thread->inbox : inbox_lock_of(tasklet);
	bool runtimes = tasklet->blocked; /* one that waits is still held by the runtime */

	if (tasklet->blocked)
		channel_unlink(tasklet);
	frame_drop_all(tasklet, false);
	tasklet->thread->slab.lent = true; /* to this one, whose pieces the frames are now */
	tasklet_set_alive(tasklet, false);
	pthread_mutex_unlock(&inbox->lock);
	if (channel)
		channel_exit(channel);
	if (runtimes)
		tasklet_unref(tasklet);
}

/* The queue of a shared channel is everybody's: a tasklet that is in one leaves it at once. That and the
 * error are one step, or it might leave another wait for it than the one that the error ends. */
static bool throw_into_queue(struct thread *thread, struct tasklet *tasklet, int error,
			     enum event_post_request request, struct greenroom_site *site)
{
	struct channel *channel = channel_hold_to_say(thread, tasklet);
	struct inbox_sender sender = {.tasklet = tasklet_number(thread->current)};

	if (!channel)
		return false;
	say_post(thread, tasklet, request, error, site);
	channel_remove(channel, tasklet, tasklet->blocked);
	channel_say_leave(thread, tasklet, channel, EVENT_LEAVE_THROWN);
	sender.stamp = channel->stamp;
	tasklet->wanted_error = error;
	inbox_put(&tasklet->thread->inbox, tasklet, INBOX_WOKEN, sender);
	inbox_put(&tasklet->thread->inbox, tasklet, INBOX_THROW, sender);
	channel_let_go(channel, tasklet);
	return true;
}

int tasklet_remote_throw(struct thread *thread, struct tasklet *tasklet, int error,
			 struct greenroom_site *site)
{
	enum event_post_request request = error == -ECANCELED ? EVENT_POST_KILL : EVENT_POST_THROW;

	if (thread_has_ended(tasklet->thread)) {
		if (error != -ECANCELED)
			return -ESRCH;
		if (tasklet->alive)
			drop(tasklet);
		return 0;
	}
	if (!tasklet_seems_alive(tasklet))
		return error == -ECANCELED ? 0 : -ESRCH;
	if (throw_into_queue(thread, tasklet, error, request, site))
		return 0;
	return post(thread, tasklet, INBOX_THROW, error, request, site);
}

/* ------------------------------------------------------------------------------------- moving */

struct move {
	struct tasklet *tasklet;
	struct greenroom_site *site;
	int error;
};

static uint64_t say_move(struct thread *thread, const struct tasklet *tasklet,
			 const struct thread *to, struct greenroom_site *site)
{
	uint64_t stamp;

	if (!trace_wanted(thread->ring))
		return 0;
	stamp = trace_stamp(thread->ring);
	trace_emit_at(thread->ring, stamp,
		      event_pack_tasklet_move(
			      (struct event_tasklet_move){.tasklet = tasklet_number(tasklet),
							  .actor = tasklet_number(thread->current),
							  .main = tasklet_number(to->main),
							  .place = thread_place(thread, site)}));
	return stamp;
}

/* The thread it belongs to, and the channel in which it may wait, are locked. */
static void change_thread(struct tasklet *tasklet, struct thread *to, struct greenroom_site *site)
{
	struct thread *thread = thread_record;
	struct thread *from = tasklet->thread;
	uint64_t stamp = say_move(thread, tasklet, to, site);

	if (thread_has_ended(from) && tasklet->alive && !tasklet->blocked)
		tasklet_ref(tasklet); /* the runtime's, which went with the thread */
	from->handles--;
	from->tasklets -= tasklet->alive;
	from->slab.lent = from->tasklet_slab.lent = true;
	__atomic_store_n(&tasklet->thread, to, __ATOMIC_RELEASE);
	moved_add(tasklet);
	pthread_mutex_lock(&to->inbox.lock);
	inbox_put(&to->inbox, tasklet, INBOX_ADOPT,
		  (struct inbox_sender){tasklet_number(thread->current), stamp});
	inbox_unlock(&to->inbox);
}

/* Called with the thread that the tasklet is to belong to, the registry being locked: so there is never
 * but one who locks two inboxes. */
static void move_to(struct thread *to, void *context)
{
	struct move *move = context;
	struct tasklet *tasklet = move->tasklet;
	struct channel *channel = channel_hold(tasklet);
	struct inbox *inbox = channel ? &tasklet->thread->inbox : inbox_lock_of(tasklet);

	if (tasklet->wanted || (tasklet->blocked && !channel))
		move->error = -EINVAL; /* it is about to be runnable */
	else
		change_thread(tasklet, to, move->site);
	pthread_mutex_unlock(&inbox->lock);
	if (channel)
		channel_exit(channel);
}

static int may_move(const struct thread *thread, const struct tasklet *tasklet)
{
	if (tasklet->thread != thread && !thread_has_ended(tasklet->thread))
		return -EXDEV;
	if (tasklet->is_main || tasklet->slice.sp || tasklet->nesting || tasklet == thread->current)
		return -EINVAL;
	if (tasklet->in_run)
		return -EINVAL;
	if (tasklet_is_linked(tasklet) && !tasklet->blocked)
		return -EINVAL;
	if (tasklet->blocked == TASKLET_WAITS)
		return -EINVAL;
	if (tasklet->blocked && !channel_is_shared(tasklet->channel))
		return -EXDEV;
	return 0;
}

GREENROOM_API int tasklet_bind_thread_at(struct tasklet *tasklet, uint64_t number,
					 struct greenroom_site *site)
{
	struct thread *thread = thread_self();
	struct move move;
	int error;

	if (!thread)
		return -ENOMEM;
	scheduler_look(thread);
	error = may_move(thread, tasklet);
	if (error)
		return error;
	if (!number)
		number = thread->number;
	if (tasklet->thread == thread && number == thread->number)
		return 0;
	move = (struct move){.tasklet = tasklet, .site = site};
	return registry_visit(number, move_to, &move) ? move.error : -ESRCH;
}

/* -------------------------------------------------------------------------------- questions */

GREENROOM_API uint64_t tasklet_thread(const struct tasklet *tasklet)
{
	const struct thread *thread = __atomic_load_n(&tasklet->thread, __ATOMIC_ACQUIRE);

	return thread_has_ended(thread) ? 0 : thread->number;
}

GREENROOM_API uint64_t scheduler_thread(void)
{
	struct thread *thread = thread_self();

	return thread ? thread->number : 0;
}

static __attribute__((no_sanitize("thread"))) void read_info(struct thread *thread, void *context)
{
	struct thread_info *info = context;

	pthread_mutex_lock(&thread->inbox.lock);
	*info = (struct thread_info){.main = thread->main->id,
				     .count = thread->chain.count,
				     .asleep = atomic_load(&thread->inbox.sleeps) == INBOX_ASLEEP};
	pthread_mutex_unlock(&thread->inbox.lock);
}

GREENROOM_API int scheduler_thread_info(uint64_t thread, struct thread_info *out)
{
	return registry_visit(thread, read_info, out) ? 0 : -ESRCH;
}
