/* SPDX-License-Identifier: MIT */
/*
 * snapshot.c - a chain and a stack of callers, told with the events that could have made them.
 *
 * The main tasklet is there first, and runs. Callers of scheduler_run leave the chain one after the
 * other; then the tasklets of the chain come in its order; at last the one that runs is switched to.
 * Names have got their numbers before the fork: there is no log to put new ones in.
 */
#include "snapshot.h"

#ifndef GREENROOM_NO_HOOKS

#include <sys/syscall.h>
#include <unistd.h>

#include "note.h"

size_t snapshot_events(const struct thread *thread)
{
	size_t callers = thread->run_top ? thread->run_top->run_depth : 0;

	return 4 + 2 * thread->chain.count + 3 * callers;
}

static size_t count_tasklets(const struct thread *thread)
{
	size_t count = thread->chain.count;

	for (const struct tasklet *caller = thread->run_top; caller; caller = caller->run_below)
		count += !tasklet_is_linked(caller);
	return count;
}

static void say_thread(struct thread *thread, uint64_t stamp, uint32_t parent)
{
	trace_emit_at(thread->ring, stamp,
		      event_pack_thread_start((
			      struct event_thread_start){.main = tasklet_number(thread->main),
							 .os_thread = (uint32_t)syscall(SYS_gettid),
							 .name = note_string(thread->main->name)}));
	trace_emit_at(thread->ring, stamp,
		      event_pack_process_fork((struct event_process_fork){
			      .process = (uint32_t)getpid(),
			      .parent = parent,
			      .tasklets = (uint32_t)count_tasklets(thread)}));
}

static void say_tasklet(struct thread *thread, uint64_t stamp, const struct tasklet *tasklet)
{
	if (tasklet->is_main)
		return;
	trace_emit_at(thread->ring, stamp,
		      event_pack_tasklet_create(
			      (struct event_tasklet_create){.tasklet = tasklet_number(tasklet),
							    .name = note_string(tasklet->name),
							    .function = tasklet->function_place}));
}

static void say_insert(struct thread *thread, uint64_t stamp, const struct tasklet *tasklet)
{
	trace_emit_at(thread->ring, stamp,
		      event_pack_tasklet_insert((struct event_tasklet_insert){
			      .tasklet = tasklet_number(tasklet), .cause = EVENT_INSERT_CREATED}));
}

/* The callers from the outermost on. */
static void say_callers(struct thread *thread, uint64_t stamp, const struct tasklet *caller)
{
	if (!caller)
		return;
	say_callers(thread, stamp, caller->run_below);
	say_tasklet(thread, stamp, caller);
	if (!caller->is_main)
		say_insert(thread, stamp, caller);
	trace_emit_at(thread->ring, stamp,
		      event_pack_scheduler_enter((struct event_scheduler_enter){
			      .tasklet = tasklet_number(caller), .depth = caller->run_depth}));
}

static void say_chain(struct thread *thread, uint64_t stamp)
{
	const struct tasklet *tasklet = thread->chain.first;

	if (!thread->main->in_run) /* so that it comes into the chain at its place */
		trace_emit_at(thread->ring, stamp,
			      event_pack_tasklet_remove((struct event_tasklet_remove){
				      .tasklet = tasklet_number(thread->main)}));
	for (size_t i = 0; i < thread->chain.count; i++, tasklet = tasklet->next) {
		if (!tasklet->in_run)
			say_tasklet(thread, stamp, tasklet);
		say_insert(thread, stamp, tasklet);
	}
}

void snapshot_write(struct thread *thread, uint32_t parent)
{
	uint64_t stamp = trace_stamp(thread->ring);

	say_thread(thread, stamp, parent);
	say_callers(thread, stamp, thread->run_top);
	say_chain(thread, stamp);
	if (thread->current != thread->main)
		trace_emit_at(thread->ring, stamp,
			      event_pack_tasklet_switch((struct event_tasklet_switch){
				      .prev = tasklet_number(thread->main),
				      .next = tasklet_number(thread->current),
				      .cause = EVENT_SWITCH_SCHEDULER,
				      .mode = EVENT_MODE_HARD_HARD}));
}

#endif
