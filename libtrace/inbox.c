/* SPDX-License-Identifier: MIT */
/* inbox.c - what other threads want of a thread's tasklets, and how a thread sleeps. */
#include "inbox.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "channel.h"
#include "clock.h"
#include "lock.h"
#include "registry.h"
#include "scheduler.h"
#include "tasklet.h"
#include "thread.h"

/* A partner that runs at this moment answers within a microsecond or two: that is waited for without
 * sleeping, since to sleep and to be woken takes ten times as long. */
enum { SPINS = 256 };

/* One tasklet out of the inbox, and what was wanted of it. */
struct message {
	struct tasklet *tasklet;
	unsigned int want;
	int error;
	uint32_t sender;
};

int inbox_init(struct inbox *inbox)
{
	return lock_init(&inbox->lock);
}

void inbox_term(struct inbox *inbox)
{
	pthread_mutex_destroy(&inbox->lock);
}

struct inbox *inbox_lock_of(const struct tasklet *tasklet)
{
	for (;;) {
		struct thread *thread = __atomic_load_n(&tasklet->thread, __ATOMIC_ACQUIRE);

		pthread_mutex_lock(&thread->inbox.lock);
		if (__atomic_load_n(&tasklet->thread, __ATOMIC_RELAXED) == thread)
			return &thread->inbox;
		pthread_mutex_unlock(&thread->inbox.lock); /* it has just moved */
	}
}

/* The lock is held. */
static void append(struct inbox *inbox, struct tasklet *tasklet)
{
	tasklet->inbox_next = NULL;
	if (inbox->last)
		inbox->last->inbox_next = tasklet;
	else
		inbox->first = tasklet;
	inbox->last = tasklet;
}

/* Whether anything is in it that the thread has to see. The lock is held. */
static bool is_empty(const struct inbox *inbox)
{
	return !inbox->first && !inbox_is_asked(inbox);
}

static void say_waiting(struct inbox *inbox)
{
	atomic_store_explicit(&inbox->waiting, !is_empty(inbox), memory_order_relaxed);
}

/* The lock is held. The waking itself is left to inbox_unlock. */
static void wake(struct inbox *inbox)
{
	uint64_t one = 1;

	if (atomic_load_explicit(&inbox->sleeps, memory_order_relaxed)) {
		if (atomic_exchange(&inbox->sleeps, INBOX_AWAKE) == INBOX_ASLEEP)
			registry_awake();
		inbox->rings = true;
	}
	if (inbox->alarm && write(inbox->alarm - 1, &one, sizeof(one)) < 0)
		return; /* it rings already */
}

/* The thread may run, end and take its inbox with it before the call is made: the kernel wakes by the
 * address, whatever is there then. */
void inbox_unlock(struct inbox *inbox)
{
	bool rings = inbox->rings;

	inbox->rings = false;
	/* Last of all: the thread may be waiting for just that, and wants the lock then. */
	say_waiting(inbox);
	pthread_mutex_unlock(&inbox->lock);
	if (rings)
		syscall(SYS_futex, &inbox->sleeps, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void inbox_put(struct inbox *inbox, struct tasklet *tasklet, enum inbox_want want,
	       struct inbox_sender sender)
{
	if (!tasklet->wanted)
		append(inbox, tasklet);
	tasklet->wanted |= (uint8_t)want;
	tasklet->wanted_by = sender.tasklet;
	if (inbox->stamp < sender.stamp)
		inbox->stamp = sender.stamp;
	wake(inbox);
}

int inbox_post(struct tasklet *tasklet, enum inbox_want want, int error, struct inbox_sender sender)
{
	struct inbox *inbox = inbox_lock_of(tasklet);
	int result = inbox->closed ? -ESRCH : 0;

	if (!result) {
		if (want == INBOX_THROW)
			tasklet->wanted_error = error;
		inbox_put(inbox, tasklet, want, sender);
	}
	inbox_unlock(inbox);
	return result;
}

void inbox_disturb(struct inbox *inbox)
{
	pthread_mutex_lock(&inbox->lock);
	wake(inbox);
	inbox_unlock(inbox);
}

void inbox_ask(struct inbox *inbox)
{
	pthread_mutex_lock(&inbox->lock);
	atomic_store(&inbox->asked, true);
	wake(inbox);
	inbox_unlock(inbox);
}

void inbox_ask_after_fork(struct inbox *inbox)
{
	atomic_store(&inbox->asked, true);
	say_waiting(inbox);
}

static struct tasklet *pop(struct inbox *inbox)
{
	struct tasklet *tasklet = inbox->first;

	inbox->first = tasklet->inbox_next;
	if (!inbox->first)
		inbox->last = NULL;
	return tasklet;
}

/* Takes the oldest of the *left messages; no tasklet: there is none. An error for the tasklet that runs
 * goes back to the end, unless it has stopped. */
static struct message take(struct thread *thread, bool stopped, size_t *left)
{
	struct inbox *inbox = &thread->inbox;
	struct message message = {0};

	pthread_mutex_lock(&inbox->lock);
	while (inbox->first && *left && !message.tasklet) {
		struct tasklet *tasklet = pop(inbox);

		--*left;
		if (!stopped && tasklet == thread->current && tasklet->wanted & INBOX_THROW) {
			append(inbox, tasklet);
			continue;
		}
		message = (struct message){tasklet, tasklet->wanted, tasklet->wanted_error,
					   tasklet->wanted_by};
		tasklet->wanted = 0;
		if (message.want & INBOX_WOKEN) {
			tasklet->channel = NULL;
			tasklet_set_blocked(tasklet, 0);
			tasklet->waits_shared = false;
		}
	}
	say_waiting(inbox);
	trace_follow(thread->ring, inbox->stamp);
	pthread_mutex_unlock(&inbox->lock);
	return message;
}

/* Puts a tasklet that another thread wants to run next after the one that runs; does none run, first
 * of all. */
static void put_next(struct thread *thread, const struct message *message)
{
	struct tasklet *tasklet = message->tasklet;
	struct tasklet *first = thread->chain.first;

	if (first && first == thread->current) {
		struct tasklet *second = first->next;

		chain_insert_after(&thread->chain, first, tasklet);
		tasklet_say_insert(tasklet, message->sender, second, EVENT_INSERT_AFTER, NULL);
	} else {
		chain_append(&thread->chain, tasklet);
		thread->chain.first = tasklet;
		tasklet_say_insert(tasklet, message->sender, NULL, EVENT_INSERT_FIRST, NULL);
	}
}

static void carry_out(struct thread *thread, const struct message *message)
{
	struct tasklet *tasklet = message->tasklet;

	if (message->want & INBOX_ADOPT) {
		thread->handles++;
		thread->tasklets += tasklet->alive;
	}
	if (message->want & INBOX_WOKEN) {
		chain_append(&thread->chain, tasklet);
		tasklet_say_insert(tasklet, message->sender, NULL, EVENT_INSERT_WOKEN, NULL);
	}
	if (message->want & INBOX_THROW && tasklet->alive)
		tasklet_take_throw(tasklet, message->error, message->sender);
	if (message->want & (INBOX_INSERT | INBOX_RUN) && tasklet->alive &&
	    !tasklet_is_linked(tasklet)) {
		if (message->want & INBOX_RUN) {
			put_next(thread, message);
		} else {
			chain_append(&thread->chain, tasklet);
			tasklet_say_insert(tasklet, message->sender, NULL, EVENT_INSERT_CALLED,
					   NULL);
		}
	}
	if (message->want & INBOX_FREE)
		tasklet_free(tasklet);
}

/* What goes back must not be looked at twice. */
static size_t count_messages(struct inbox *inbox)
{
	size_t count = 0;

	pthread_mutex_lock(&inbox->lock);
	for (const struct tasklet *tasklet = inbox->first; tasklet; tasklet = tasklet->inbox_next)
		count++;
	pthread_mutex_unlock(&inbox->lock);
	return count;
}

void inbox_empty(struct thread *thread, bool stopped)
{
	size_t left = stopped ? SIZE_MAX : count_messages(&thread->inbox);

	while (left && inbox_is_waiting(&thread->inbox)) {
		struct message message = take(thread, stopped, &left);

		if (!message.tasklet)
			break;
		carry_out(thread, &message);
	}
}

static bool comes_soon(const struct inbox *inbox)
{
	for (int i = 0; i < SPINS; i++) {
		if (inbox_is_waiting(inbox))
			return true;
		cpu_relax();
	}
	return false;
}

/* Waits until the word is not that any more, or until a moment of CLOCK_MONOTONIC (NULL: none); may
 * return for no reason. Whether it is in time. */
static bool wait_for_change(_Atomic uint32_t *word, uint32_t value, const struct timespec *until)
{
	return syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, value, until, NULL,
		       FUTEX_BITSET_MATCH_ANY) == 0 ||
	       errno != ETIMEDOUT;
}

bool inbox_sleep(struct thread *thread)
{
	struct inbox *inbox = &thread->inbox;
	bool may = true;

	if (registry_has_others() && comes_soon(inbox))
		return true;
	/* Counted under the lock, so that whoever wakes the thread finds it counted. */
	pthread_mutex_lock(&inbox->lock);
	if (is_empty(inbox)) {
		may = registry_fall_asleep();
		atomic_store(&inbox->sleeps, may ? INBOX_ASLEEP : INBOX_AWAKE);
	}
	pthread_mutex_unlock(&inbox->lock);
	while (atomic_load(&inbox->sleeps))
		wait_for_change(&inbox->sleeps, INBOX_ASLEEP, NULL);
	return may;
}

void inbox_doze(struct inbox *inbox, uint64_t due)
{
	struct timespec until = clock_timespec(due);

	pthread_mutex_lock(&inbox->lock);
	if (is_empty(inbox))
		atomic_store(&inbox->sleeps, INBOX_DOZES);
	pthread_mutex_unlock(&inbox->lock);
	while (atomic_load(&inbox->sleeps) && wait_for_change(&inbox->sleeps, INBOX_DOZES, &until))
		;
	atomic_store(&inbox->sleeps, INBOX_AWAKE);
}

bool inbox_begin_poll(struct inbox *inbox, int alarm)
{
	bool empty;

	pthread_mutex_lock(&inbox->lock);
	empty = is_empty(inbox);
	if (empty)
		inbox->alarm = alarm + 1;
	pthread_mutex_unlock(&inbox->lock);
	return empty;
}

void inbox_end_poll(struct inbox *inbox)
{
	pthread_mutex_lock(&inbox->lock);
	inbox->alarm = 0;
	pthread_mutex_unlock(&inbox->lock);
}
