/* SPDX-License-Identifier: MIT */
/*
 * wait.c - tasklets that wait for the world: for a time, or for a descriptor.
 *
 * Such a tasklet is in no chain and no queue; a *waiter* says what for. It is a piece of the heap, as
 * the stack of the tasklet is out. While there are any, the thread looks now and then at a switch
 * whether one can go on (THREAD_WAITING), and when nothing is runnable it sleeps until one can, in
 * epoll if a descriptor is among them. Whoever can go on is put at the end of the chain, in the order
 * of the moments, or as the system names the descriptors.
 *
 * Each wait arms its descriptor anew and for one time (EPOLLONESHOT). To leave it armed would save the
 * call, but a descriptor that is closed and opened again as another file is armed no more, and
 * nothing tells.
 */
#include "wait.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "scheduler.h"
#include "tasklet.h"
#include "thread.h"

enum { EVENTS_AT_ONCE = 64, DESCRIPTORS_MIN = 64 };

/* ------------------------------------------------------------------------------ descriptors */

static uint32_t events_wanted(const struct waiter *waiter)
{
	uint32_t events = 0;

	for (; waiter; waiter = waiter->next)
		events |= waiter->events;
	return events;
}

/* Arms a descriptor for all who wait for it. 0, or the error of epoll_ctl. (The bits of poll and epoll
 * are the same on Linux.) */
static int arm(const struct wait_set *set, int descriptor, uint32_t events)
{
	struct epoll_event event = {.events = events | EPOLLONESHOT, .data.fd = descriptor};
	int poll = set->poll - 1;

	if (epoll_ctl(poll, EPOLL_CTL_MOD, descriptor, &event) == 0)
		return 0;
	if (errno == ENOENT && epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) == 0)
		return 0;
	return -errno;
}

static int open_poll(struct wait_set *set)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = -1};
	int poll, alarm;

	if (set->poll)
		return 0;
	poll = epoll_create1(EPOLL_CLOEXEC);
	alarm = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (poll < 0 || alarm < 0 || epoll_ctl(poll, EPOLL_CTL_ADD, alarm, &event)) {
		int error = -errno;

		if (poll >= 0)
			close(poll);
		if (alarm >= 0)
			close(alarm);
		return error;
	}
	set->poll = poll + 1;
	set->alarm = alarm + 1;
	return 0;
}

static int reserve_descriptor(struct wait_set *set, int descriptor)
{
	size_t size = set->descriptors ? set->descriptors : DESCRIPTORS_MIN;
	struct waiter **table;

	if ((size_t)descriptor < set->descriptors)
		return 0;
	while (size <= (size_t)descriptor)
		size *= 2;
	table = realloc(set->by_descriptor, size * sizeof(struct waiter *));
	if (!table)
		return -ENOMEM;
	memset(table + set->descriptors, 0, (size - set->descriptors) * sizeof(struct waiter *));
	set->by_descriptor = table;
	set->descriptors = size;
	return 0;
}

static void link_descriptor(struct wait_set *set, struct waiter *waiter)
{
	struct waiter **end = &set->by_descriptor[waiter->descriptor];

	while (*end)
		end = &(*end)->next;
	waiter->next = NULL;
	*end = waiter;
}

static void unlink_descriptor(struct wait_set *set, struct waiter *waiter)
{
	struct waiter **link = &set->by_descriptor[waiter->descriptor];

	while (*link != waiter)
		link = &(*link)->next;
	*link = waiter->next;
}

/* ------------------------------------------------------------------------------ begin and end */

static enum event_wait_aim aim_of(const struct waiter *waiter)
{
	if (waiter->descriptor < 0)
		return EVENT_AIM_TIME;
	if (waiter->events & POLLIN)
		return waiter->events & POLLOUT ? EVENT_AIM_BOTH : EVENT_AIM_READ;
	return waiter->events & POLLOUT ? EVENT_AIM_WRITE : EVENT_AIM_OTHER;
}

static void say_wait(struct thread *thread, const struct waiter *waiter, uint64_t nanoseconds,
		     struct greenroom_site *site)
{
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring,
			   event_pack_tasklet_wait((struct event_tasklet_wait){
				   .tasklet = tasklet_number(waiter->tasklet),
				   .descriptor = (uint32_t)waiter->descriptor,
				   .aim = (int)aim_of(waiter),
				   .place = thread_place(thread, site),
				   .time = nanoseconds == TASKLET_FOREVER ? 0 : nanoseconds}));
}

void wait_say_snapshot(struct trace_ring *ring, uint64_t stamp, const struct tasklet *tasklet)
{
	const struct waiter *waiter = tasklet->waiter;
	uint64_t now = clock_monotonic_ns(), due = waiter->timer.place ? waiter->timer.due : 0;

	trace_emit_at(ring, stamp,
		      event_pack_snapshot_wait((struct event_snapshot_wait){
			      .tasklet = tasklet_number(tasklet),
			      .aim = (int)aim_of(waiter),
			      .descriptor = (uint32_t)waiter->descriptor,
			      .time = due > now ? due - now
				      : due     ? 1
						: 0}));
}

static void say_ready(struct thread *thread, const struct tasklet *tasklet,
		      enum event_wait_end cause, uint32_t events)
{
	if (trace_wanted(thread->ring))
		trace_emit(thread->ring, event_pack_tasklet_ready((struct event_tasklet_ready){
						 .tasklet = tasklet_number(tasklet),
						 .cause = (int)cause,
						 .events = events}));
}

/* Takes a waiter out of everything and frees it. */
static void end_wait(struct thread *thread, struct waiter *waiter)
{
	struct wait_set *set = &thread->waits;

	if (waiter->timer.place)
		timer_remove(&set->timers, &waiter->timer);
	if (waiter->descriptor >= 0)
		unlink_descriptor(set, waiter);
	waiter->tasklet->waiter = NULL;
	tasklet_set_blocked(waiter->tasklet, 0);
	slab_free(&thread->slab, waiter, sizeof(*waiter));
	if (--set->count == 0)
		thread->divert &= (uint8_t)~THREAD_WAITING;
}

void wait_cancel(struct tasklet *tasklet, enum event_wait_end cause)
{
	struct thread *thread = tasklet->thread;

	end_wait(thread, tasklet->waiter);
	say_ready(thread, tasklet, cause, 0);
}

/* `result` is what its call returns. */
static void make_ready(struct thread *thread, struct waiter *waiter, enum event_wait_end cause,
		       int result)
{
	struct tasklet *tasklet = waiter->tasklet;

	end_wait(thread, waiter);
	say_ready(thread, tasklet, cause, result > 0 ? (uint32_t)result : 0);
	tasklet_give_error(tasklet, result, 0);
	tasklet_append(tasklet, EVENT_INSERT_READY, NULL);
}

/* What has to be there before anything changes. */
static int prepare(struct thread *thread, int descriptor, uint64_t nanoseconds)
{
	int error = scheduler_prepare(thread);

	if (!error && thread->current->block_trap)
		error = -EWOULDBLOCK;
	if (!error)
		error = scheduler_trapped(thread);
	if (!error && nanoseconds != TASKLET_FOREVER)
		error = timer_reserve(&thread->waits.timers);
	if (!error && descriptor >= 0)
		error = open_poll(&thread->waits);
	if (!error && descriptor >= 0)
		error = reserve_descriptor(&thread->waits, descriptor);
	return error;
}

static uint64_t moment_after(uint64_t nanoseconds)
{
	uint64_t now = clock_monotonic_ns();

	return nanoseconds > UINT64_MAX - now ? UINT64_MAX : now + nanoseconds;
}

/* Enters the current tasklet; it has not left the chain yet. A regular file, which epoll refuses, is
 * always ready. */
static int begin_wait(struct thread *thread, struct waiter *waiter, uint64_t nanoseconds)
{
	struct wait_set *set = &thread->waits;
	int error;

	if (waiter->descriptor >= 0) {
		error = arm(set, waiter->descriptor,
			    waiter->events | events_wanted(set->by_descriptor[waiter->descriptor]));
		if (error == -EPERM)
			return (int)(waiter->events & (POLLIN | POLLOUT));
		if (error)
			return error;
		link_descriptor(set, waiter);
	}
	if (nanoseconds != TASKLET_FOREVER)
		timer_add(&set->timers, &waiter->timer, moment_after(nanoseconds));
	set->count++;
	thread->divert |= THREAD_WAITING;
	return 0;
}

static int wait_for(int descriptor, uint32_t events, uint64_t nanoseconds,
		    struct greenroom_site *site)
{
	struct thread *thread = thread_self();
	struct scheduler_stop stop = {EVENT_SWITCH_WAIT, 0, site};
	struct tasklet *current;
	struct waiter *waiter;
	int error;

	if (!thread)
		return -ENOMEM;
	error = prepare(thread, descriptor, nanoseconds);
	if (error)
		return error;
	waiter = slab_allocate(&thread->slab, sizeof(*waiter));
	if (!waiter)
		return -ENOMEM;
	current = thread->current;
	*waiter = (struct waiter){.tasklet = current, .descriptor = descriptor, .events = events};
	error = begin_wait(thread, waiter, nanoseconds);
	if (error) {
		slab_free(&thread->slab, waiter, sizeof(*waiter));
		return error;
	}
	current->waiter = waiter;
	tasklet_set_blocked(current, TASKLET_WAITS);
	chain_unlink(&thread->chain, current);
	say_wait(thread, waiter, nanoseconds, site);
	return tasklet_obey(scheduler_leave(thread, 0, stop));
}

GREENROOM_API int tasklet_sleep_at(uint64_t nanoseconds, struct greenroom_site *site)
{
	if (!nanoseconds)
		return tasklet_yield_at(site);
	return wait_for(-1, 0, nanoseconds - (nanoseconds == TASKLET_FOREVER), site);
}

GREENROOM_API int tasklet_wait_fd_at(int descriptor, unsigned int events, uint64_t nanoseconds,
				     struct greenroom_site *site)
{
	if (descriptor < 0)
		return -EBADF;
	if (!events || events & ~(unsigned int)(POLLIN | POLLOUT | POLLPRI | POLLRDHUP))
		return -EINVAL;
	return wait_for(descriptor, events, nanoseconds, site);
}

/* ------------------------------------------------------------------------------ looking */

static void look_at_timers(struct thread *thread)
{
	struct timer *timer = timer_first(&thread->waits.timers);
	uint64_t now = timer ? clock_monotonic_ns() : 0;

	for (; timer && timer->due <= now; timer = timer_first(&thread->waits.timers)) {
		struct waiter *waiter = (struct waiter *)timer;

		make_ready(thread, waiter, EVENT_WAIT_TIME,
			   waiter->descriptor < 0 ? 0 : -ETIMEDOUT);
	}
}

/* All who wait for what has happened; for the others the descriptor is armed again. */
static void look_at_descriptor(struct thread *thread, int descriptor, uint32_t events)
{
	struct wait_set *set = &thread->waits;
	struct waiter *waiter = set->by_descriptor[descriptor];

	while (waiter) {
		struct waiter *next = waiter->next;
		uint32_t met = events & (waiter->events | POLLERR | POLLHUP);

		if (met)
			make_ready(thread, waiter, EVENT_WAIT_DESCRIPTOR, (int)met);
		waiter = next;
	}
	if (set->by_descriptor[descriptor])
		arm(set, descriptor, events_wanted(set->by_descriptor[descriptor]));
}

static void silence_alarm(const struct wait_set *set)
{
	uint64_t rings;
	ssize_t unused = read(set->alarm - 1, &rings, sizeof(rings));

	(void)unused;
}

static void take_events(struct thread *thread, const struct epoll_event *events, int count)
{
	for (int i = 0; i < count; i++) {
		if (events[i].data.fd < 0)
			silence_alarm(&thread->waits);
		else
			look_at_descriptor(thread, events[i].data.fd, events[i].events);
	}
}

static void look_at_descriptors(struct thread *thread)
{
	struct epoll_event events[EVENTS_AT_ONCE];

	if (thread->waits.poll)
		take_events(thread, events,
			    epoll_wait(thread->waits.poll - 1, events, EVENTS_AT_ONCE, 0));
}

void wait_look(struct thread *thread)
{
	look_at_descriptors(thread);
	look_at_timers(thread);
}

/* ------------------------------------------------------------------------------ sleeping */

/* Until the first timer; not less than that, so that nothing turns in circles. */
static bool time_left(const struct wait_set *set, struct timespec *left)
{
	const struct timer *first = timer_first(&set->timers);
	uint64_t now;

	if (!first)
		return false;
	now = clock_monotonic_ns();
	*left = clock_timespec(first->due > now ? first->due - now : 0);
	return true;
}

/* epoll_pwait2 is younger than the kernels and emulators that this may run on. */
static int poll_until(int poll, struct epoll_event *events, const struct timespec *left)
{
	static _Atomic bool is_missing;
	int milliseconds = -1;

	if (!is_missing) {
		int count = epoll_pwait2(poll, events, EVENTS_AT_ONCE, left, NULL);

		if (count >= 0 || errno != ENOSYS)
			return count;
		is_missing = true;
	}
	if (left && left->tv_sec < INT32_MAX / 2000)
		milliseconds = (int)left->tv_sec * 1000 + (int)((left->tv_nsec + 999999) / 1000000);
	else if (left)
		milliseconds = INT32_MAX;
	return epoll_wait(poll, events, EVENTS_AT_ONCE, milliseconds);
}

void wait_sleep(struct thread *thread)
{
	struct wait_set *set = &thread->waits;
	struct epoll_event events[EVENTS_AT_ONCE];
	struct timespec left;
	bool limited = time_left(set, &left);
	int count;

	if (!set->poll) {
		inbox_doze(&thread->inbox, timer_first(&set->timers)->due);
	} else if (inbox_begin_poll(&thread->inbox, set->alarm - 1)) {
		count = poll_until(set->poll - 1, events, limited ? &left : NULL);
		inbox_end_poll(&thread->inbox);
		take_events(thread, events, count);
	}
	look_at_timers(thread);
}

/* ------------------------------------------------------------------------------ fork and end */

static void close_poll(struct wait_set *set)
{
	if (set->poll) {
		close(set->poll - 1);
		close(set->alarm - 1);
	}
	set->poll = set->alarm = 0;
}

/* What cannot be armed in the child is reported as an error of the descriptor. */
void wait_after_fork(struct thread *thread)
{
	struct wait_set *set = &thread->waits;
	bool polled = set->poll != 0;

	close_poll(set);
	if (!polled || open_poll(set))
		return;
	for (size_t i = 0; i < set->descriptors; i++)
		if (set->by_descriptor[i] &&
		    arm(set, (int)i, events_wanted(set->by_descriptor[i])) != 0)
			look_at_descriptor(thread, (int)i, POLLERR);
}

void wait_term(struct wait_set *set)
{
	close_poll(set);
	timer_term(&set->timers);
	free(set->by_descriptor);
	*set = (struct wait_set){0};
}
