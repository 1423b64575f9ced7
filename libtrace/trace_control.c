/* SPDX-License-Identifier: MIT */
/*
 * trace_control.c - tracing turned on and off for the process, while its threads run.
 *
 * On at the start, when the environment names a segment, or later, as often as somebody attaches. A
 * thread's ring is its own, and so is the state that it has to tell first; so nobody gives it a ring
 * or takes it away. It is *asked*, through its inbox: a ring is offered to it, and it takes it the next
 * time that it looks into its inbox, at a moment when its state is whole (trace_answer). Until then it
 * can have done nothing that is worth a word. When tracing is turned off it is asked again, says what
 * it is saying, and gives the ring back; the segment is unmapped when all have done so. A thread that
 * computes for a long time may hold on to one while the next is on already.
 *
 * A forked child has a segment of its own, from its first event on.
 */
#include "trace_control.h"

#ifndef GREENROOM_NO_HOOKS

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attach.h"
#include "note.h"
#include "registry.h"
#include "snapshot.h"
#include "thread.h"
#include "trace.h"

static pthread_once_t trace_once = PTHREAD_ONCE_INIT;

/* Segments that were turned off, and in which threads may still have rings. The helper's. */
struct retired {
	struct retired *next;
	struct segment_writer *segment;
};

static struct retired *retired;
static uint32_t sessions;

/* A thread without a ring looks for the present segment: that stays until it has one. */
static pthread_mutex_t begin_lock = PTHREAD_MUTEX_INITIALIZER;

/* The calling thread's ring, on or off: the only one that goes on in the child after a fork. */
static _Thread_local struct trace_ring *own_ring;

static void before_fork(void)
{
	attach_before_fork();
	segment_before_fork();
	note_before_fork();
	ring_before_fork();
}

static void after_fork(void)
{
	ring_after_fork();
	note_after_fork();
	attach_after_fork();
}

/* What the forking thread had is told in private memory, now that nothing in it is half done. The
 * child gets its segment with its next event: most children never have one. */
static void after_fork_in_child(void)
{
	struct thread *thread = thread_record;
	uint32_t parent = (uint32_t)getppid();
	struct segment_writer *segment = segment_present();
	bool comes; /* a segment of its own */

	attach_after_fork_in_child();
	if (segment)
		segment->session = ++sessions;
	note_after_fork_in_child();
	pthread_mutex_init(&begin_lock, NULL);
	retired = NULL;
	if (thread)
		thread->trace_offer = NULL;
	comes = segment_after_fork_in_child();
	if (own_ring && (!comes || own_ring->segment != segment)) {
		if (own_ring->owner)
			*own_ring->owner = NULL;
		own_ring = NULL;
	}
	if (thread) /* so that it can be attached to when it uses the runtime again */
		inbox_ask_after_fork(&thread->inbox);
	if (!ring_after_fork_in_child(segment, own_ring, thread ? snapshot_events(thread) : 0))
		return;
	if (thread)
		snapshot_write_forked(thread, parent);
	ring_end_privacy(own_ring);
}

static void start(struct segment_writer *segment)
{
	segment->session = ++sessions;
	segment_begin(segment);
}

static void trace_start(void)
{
	struct segment_writer *segment = segment_open();

	if (pthread_atfork(before_fork, after_fork, after_fork_in_child) != 0 ||
	    (segment && !note_begin(segment)))
		segment_close(segment);
	else if (segment)
		start(segment);
}

__attribute__((destructor)) static void trace_finish(void)
{
	struct segment_writer *segment;

	attach_stop();
	segment = segment_present();
	if (own_ring)
		ring_give(own_ring);
	own_ring = NULL;
	if (segment_is_on(segment))
		segment_finish(segment);
}

/* ----------------------------------------------------------------------------- a thread's ring */

static struct trace_ring *take_ring(struct segment_writer *segment, struct trace_ring **slot)
{
	own_ring = ring_take(segment, (uint32_t)syscall(SYS_gettid));
	if (own_ring)
		ring_own(own_ring, slot);
	return own_ring;
}

static void give_own_ring(void)
{
	if (!own_ring)
		return;
	ring_give(own_ring);
	own_ring = NULL;
	attach_wake();
}

struct trace_ring *trace_thread_attach(struct trace_ring **ring_slot)
{
	struct segment_writer *segment;

	*ring_slot = NULL;
	pthread_once(&trace_once, trace_start);
	segment = segment_get();
	if (segment)
		take_ring(segment, ring_slot);
	return *ring_slot;
}

void trace_thread_detach(struct trace_ring *ring)
{
	if (ring && ring == own_ring)
		give_own_ring();
}

/* Whether the thread has to take its ring itself: nobody has offered it one of this segment. */
static bool is_missed(struct thread *thread, const struct segment_writer *segment)
{
	bool missed;

	pthread_mutex_lock(&thread->inbox.lock);
	missed = thread->trace_session != segment->session;
	thread->trace_session = segment->session;
	pthread_mutex_unlock(&thread->inbox.lock);
	return missed;
}

void trace_thread_begin(struct thread *thread)
{
	struct segment_writer *segment;

	pthread_once(&trace_once, trace_start);
	attach_start();
	pthread_mutex_lock(&begin_lock);
	segment = segment_get();
	if (segment && !atomic_load(&segment->ends) && is_missed(thread, segment))
		take_ring(segment, &thread->ring);
	pthread_mutex_unlock(&begin_lock);
}

void trace_thread_end(struct thread *thread)
{
	struct trace_ring *offer;

	pthread_mutex_lock(&thread->inbox.lock);
	offer = thread->trace_offer;
	thread->trace_offer = NULL;
	pthread_mutex_unlock(&thread->inbox.lock);
	if (offer)
		ring_give(offer);
	give_own_ring();
	thread->ring = NULL;
}

/* Whether a thread may have a ring of it. */
static bool is_open(const struct segment_writer *segment)
{
	return segment_is_on(segment) && !atomic_load(&segment->ends);
}

void trace_answer(struct thread *thread)
{
	struct trace_ring *offer;

	if (!inbox_is_asked(&thread->inbox))
		return;
	pthread_mutex_lock(&thread->inbox.lock);
	atomic_store(&thread->inbox.asked, false);
	offer = thread->trace_offer;
	thread->trace_offer = NULL;
	inbox_unlock(&thread->inbox);
	attach_start(); /* after a fork */
	if (own_ring && !own_ring->is_private && !is_open(own_ring->segment)) {
		give_own_ring();
		thread->ring = NULL;
	}
	if (offer) {
		own_ring = offer;
		ring_own(offer, &thread->ring);
		snapshot_write(thread);
	}
	thread_set_watched(thread);
}

/* ------------------------------------------------------------------------------- on and off */

static void offer_ring(struct thread *thread, void *context)
{
	struct segment_writer *segment = context;
	struct trace_ring *ring;
	bool closed;

	if (!is_missed(thread, segment))
		return;
	ring = ring_take(segment, thread->os_thread);
	if (!ring)
		return;
	snapshot_announce(ring, thread);
	pthread_mutex_lock(&thread->inbox.lock);
	closed = thread->inbox.closed;
	if (!closed)
		thread->trace_offer = ring;
	pthread_mutex_unlock(&thread->inbox.lock);
	if (closed)
		ring_give(ring);
	else
		inbox_ask(&thread->inbox);
}

static void take_offer_back(struct thread *thread, void *context)
{
	struct trace_ring *offer = NULL;

	pthread_mutex_lock(&thread->inbox.lock);
	if (thread->trace_offer && thread->trace_offer->segment == context) {
		offer = thread->trace_offer;
		thread->trace_offer = NULL;
	}
	pthread_mutex_unlock(&thread->inbox.lock);
	if (offer)
		ring_give(offer);
	inbox_ask(&thread->inbox);
}

/* Nobody may write into it any more. */
static void shut(struct segment_writer *segment)
{
	segment_turn_off(segment);
	note_end(segment);
	pthread_mutex_lock(&begin_lock);
	segment_forget_present(segment);
	pthread_mutex_unlock(&begin_lock);
}

struct segment_writer *trace_recording(void)
{
	struct segment_writer *segment = segment_get();

	return segment && is_open(segment) ? segment : NULL;
}

int trace_turn_on(struct segment_writer *segment)
{
	struct segment_writer *last = segment_present();

	if (last && !atomic_load(&last->ends)) /* its recorder is gone */
		trace_turn_off();
	if (last)
		shut(last);
	if (!note_begin(segment)) {
		segment_close(segment);
		return -ENOMEM;
	}
	start(segment);
	registry_each(offer_ring, segment);
	return 0;
}

void trace_turn_off(void)
{
	struct segment_writer *segment = segment_present();
	struct retired *entry;

	if (!segment)
		return;
	pthread_mutex_lock(&begin_lock);
	atomic_store(&segment->ends, true);
	pthread_mutex_unlock(&begin_lock);
	if (!segment_recorder_lives(segment))
		segment_turn_off(segment);
	registry_each(take_offer_back, segment);
	entry = malloc(sizeof(*entry));
	if (!entry)
		return; /* it stays mapped */
	*entry = (struct retired){retired, segment};
	retired = entry;
}

bool trace_settle(void)
{
	struct retired **link = &retired;

	while (*link) {
		struct retired *entry = *link;

		if (!ring_forget_all(entry->segment)) {
			link = &entry->next;
			continue;
		}
		segment_finish(entry->segment);
		shut(entry->segment);
		segment_close(entry->segment);
		*link = entry->next;
		free(entry);
	}
	return !retired;
}

#endif
