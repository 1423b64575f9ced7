/* SPDX-License-Identifier: MIT */
/*
 * snapshot.c - what is there when recording begins: channels, tasklets, callers, queues, the chain.
 *
 * A thread tells of what is its own, at a moment of its own. A shared channel is told of by whoever
 * comes to it first, under its lock, queue and all; from then on every event of it is in the trace,
 * for nobody gets past that lock without having seen that it has been asked to record. So a thread
 * need not say which of its tasklets wait in a shared channel: another may have met one and said so,
 * without its knowing yet.
 *
 * After a fork there is no log for new names: they have got their numbers before.
 */
#include "snapshot.h"

#ifndef GREENROOM_NO_HOOKS

#include <unistd.h>

#include "channel_list.h"
#include "frame.h"
#include "moved.h"
#include "note.h"
#include "wait.h"

/* ----------------------------------------------------------------------------------- channels */

static int condition_of(const struct channel *channel)
{
	return (channel->closing ? EVENT_CONDITION_CLOSED : 0) |
	       (channel->schedule_all ? EVENT_CONDITION_YIELDS : 0) |
	       (channel_is_shared(channel) ? EVENT_CONDITION_SHARED : 0);
}

static void say_channel(struct trace_ring *ring, uint64_t stamp, const struct channel *channel)
{
	trace_emit_at(ring, stamp,
		      event_pack_snapshot_channel((struct event_snapshot_channel){
			      .channel = channel_number(channel),
			      .condition = (uint32_t)condition_of(channel),
			      .name = note_string(channel->name),
			      .size = (uint32_t)channel->size,
			      .preference = channel->preference}));
}

static void say_queue(struct trace_ring *ring, uint64_t stamp, const struct channel *channel)
{
	int direction = channel->balance > 0 ? 1 : -1;
	int balance = 0;

	for (const struct tasklet *tasklet = channel->first; tasklet; tasklet = tasklet->next) {
		balance += direction;
		trace_emit_at(ring, stamp,
			      event_pack_snapshot_queue((struct event_snapshot_queue){
				      .tasklet = tasklet_number(tasklet),
				      .balance = (uint32_t)balance,
				      .channel = channel_number(channel),
				      .direction = direction}));
	}
}

void snapshot_say_shared(struct thread *thread, struct channel *channel)
{
	uint32_t session = ring_session(thread->ring);
	uint64_t stamp;

	if (channel->told == session)
		return;
	channel->told = session;
	stamp = channel_stamp(channel, thread->ring);
	say_channel(thread->ring, stamp, channel);
	say_queue(thread->ring, stamp, channel);
}

/* What follows is said later than what has been said of it. */
static void meet_shared(struct channel *channel, void *context)
{
	struct thread *thread = context;

	pthread_mutex_lock(&channel->lock);
	snapshot_say_shared(thread, channel);
	trace_follow(thread->ring, channel->stamp);
	pthread_mutex_unlock(&channel->lock);
}

/* ----------------------------------------------------------------------------------- tasklets */

static enum event_found found(const struct thread *thread, const struct tasklet *tasklet)
{
	if (tasklet->blocked == TASKLET_WAITS)
		return EVENT_FOUND_WAITING;
	if (tasklet->blocked)
		return tasklet->waits_shared ? EVENT_FOUND_SHARED : EVENT_FOUND_CHANNEL;
	if (tasklet_is_linked(tasklet))
		return EVENT_FOUND_CHAIN;
	/* The current one may be about to end: that will be said. */
	return tasklet->alive || tasklet == thread->current ? EVENT_FOUND_PAUSED : EVENT_FOUND_NEW;
}

/* The function that a tasklet runs, as a number; it is kept for what will be said of it later. */
static uint32_t function_of(struct tasklet *tasklet)
{
	const void *function = (const void *)tasklet->run;

	for (const struct frame *frame = tasklet->frame; frame && !tasklet->run;
	     frame = frame->caller)
		function = (const void *)frame->step;
	if (function)
		tasklet->function_place = note_code((uintptr_t)function, true);
	return tasklet->function_place;
}

static void say_slice(struct trace_ring *ring, uint64_t stamp, const struct tasklet *tasklet)
{
	struct slice_extent extent = slice_extent(&tasklet->slice);

	trace_emit_at(ring, stamp,
		      event_pack_snapshot_slice(
			      (struct event_snapshot_slice){.tasklet = tasklet_number(tasklet),
							    .bytes = extent.bytes,
							    .kept = extent.kept,
							    .address = extent.low}));
}

static void say_tasklet(struct thread *thread, uint64_t stamp, struct tasklet *tasklet)
{
	enum event_found where = found(thread, tasklet);

	trace_emit_at(thread->ring, stamp,
		      event_pack_snapshot_tasklet(
			      (struct event_snapshot_tasklet){.tasklet = tasklet_number(tasklet),
							      .started = tasklet->started,
							      .name = note_string(tasklet->name),
							      .function = function_of(tasklet),
							      .frames = frame_depth(tasklet->frame),
							      .found = (int)where}));
	if (tasklet != thread->current && tasklet->slice.sp && tasklet->slice.bytes)
		say_slice(thread->ring, stamp, tasklet);
	if (where == EVENT_FOUND_WAITING)
		wait_say_snapshot(thread->ring, stamp, tasklet);
}

struct telling {
	struct thread *thread;
	uint64_t stamp;
};

/* One of the thread's that is not in the chain. */
static void visit_tasklet(void *piece, void *context)
{
	const struct telling *telling = context;
	struct tasklet *tasklet = piece;

	if (!tasklet->id || __atomic_load_n(&tasklet->thread, __ATOMIC_ACQUIRE) != telling->thread)
		return;
	if (found(telling->thread, tasklet) != EVENT_FOUND_CHAIN)
		say_tasklet(telling->thread, telling->stamp, tasklet);
}

static void say_chain(struct thread *thread, uint64_t stamp)
{
	struct tasklet *tasklet = thread->chain.first;

	for (size_t i = 0; i < thread->chain.count; i++, tasklet = tasklet->next)
		say_tasklet(thread, stamp, tasklet);
}

/* The callers from the outermost on. */
static void say_callers(struct trace_ring *ring, uint64_t stamp, const struct tasklet *caller)
{
	if (!caller)
		return;
	say_callers(ring, stamp, caller->run_below);
	trace_emit_at(ring, stamp,
		      event_pack_snapshot_caller((struct event_snapshot_caller){
			      .tasklet = tasklet_number(caller), .depth = caller->run_depth}));
}

/* --------------------------------------------------------------------------------- all of it */

void snapshot_announce(struct trace_ring *ring, const struct thread *thread)
{
	trace_emit(ring,
		   event_pack_snapshot_thread((struct event_snapshot_thread){
			   .main = tasklet_number(thread->main), .os_thread = thread->os_thread}));
}

static void say_end(struct thread *thread, uint64_t stamp)
{
	trace_emit_at(thread->ring, stamp,
		      event_pack_snapshot_end((struct event_snapshot_end){
			      .main = tasklet_number(thread->main),
			      .running = tasklet_number(thread->current),
			      .tasklets = (uint32_t)thread->tasklets + 1}));
	if (thread->asleep)
		trace_emit_at(thread->ring, stamp,
			      event_pack_thread_sleep((struct event_thread_sleep){
				      .tasklet = tasklet_number(thread->current)}));
}

static void say_all(struct thread *thread)
{
	struct trace_ring *ring = thread->ring;
	struct telling telling = {thread, trace_stamp(ring)};

	for (const struct channel *channel = thread->channels; channel;
	     channel = channel->list_next)
		say_channel(ring, telling.stamp, channel);
	slab_each(&thread->tasklet_slab, sizeof(struct tasklet), visit_tasklet, &telling);
	moved_each(visit_tasklet, &telling);
	say_chain(thread, telling.stamp);
	say_callers(ring, telling.stamp, thread->run_top);
	for (const struct channel *channel = thread->channels; channel;
	     channel = channel->list_next)
		say_queue(ring, telling.stamp, channel);
	say_end(thread, telling.stamp);
}

/* Half a state is worse than a moment's delay: nothing of it is dropped. */
void snapshot_write(struct thread *thread)
{
	bool drops = ring_set_dropping(thread->ring, false);

	channel_each_shared(meet_shared, thread);
	say_all(thread);
	if (thread->ring)
		ring_set_dropping(thread->ring, drops);
}

void snapshot_write_forked(struct thread *thread, uint32_t parent)
{
	uint64_t stamp = trace_stamp(thread->ring);

	trace_emit_at(thread->ring, stamp,
		      event_pack_thread_start((
			      struct event_thread_start){.main = tasklet_number(thread->main),
							 .os_thread = thread->os_thread,
							 .name = note_string(thread->main->name)}));
	trace_emit_at(thread->ring, stamp,
		      event_pack_process_fork((struct event_process_fork){
			      .process = (uint32_t)getpid(),
			      .parent = parent,
			      .tasklets = (uint32_t)thread->tasklets + 1}));
	say_all(thread);
}

static void count_tasklet(void *piece, void *count)
{
	const struct tasklet *tasklet = piece;

	if (tasklet->id)
		*(size_t *)count +=
			4; /* itself, its slice, what it waits for, its place in a queue */
}

size_t snapshot_events(const struct thread *thread)
{
	size_t count = 4;

	slab_each(&thread->tasklet_slab, sizeof(struct tasklet), count_tasklet, &count);
	moved_each(count_tasklet, &count);
	for (const struct channel *channel = thread->channels; channel;
	     channel = channel->list_next)
		count++;
	return count + (thread->run_top ? thread->run_top->run_depth : 0) + thread->chain.count;
}

#endif
