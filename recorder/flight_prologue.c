/* SPDX-License-Identifier: MIT */
/*
 * flight_prologue.c - a state, told with the events that could have made it.
 *
 * Threads begin with their main tasklet in the chain; everybody is created, and who waits for a time or
 * a descriptor does so. Then those leave the chain who are not in it: callers of scheduler_run from the
 * outermost on, then who waits in a channel, in the order of its queue. At last the chains are filled in
 * their order, and it is said who runs.
 */
#include "flight_prologue.h"

#include <stdbool.h>
#include <stdlib.h>

struct prologue {
	const struct state *state;
	struct event *events;
	size_t count, room;
	bool out_of_memory;
};

static void say(struct prologue *prologue, uint32_t thread, struct event_slot slot)
{
	if (prologue->count == prologue->room) {
		size_t room = prologue->room ? prologue->room * 2 : 1024;
		struct event *grown = realloc(prologue->events, room * sizeof(*grown));

		if (!grown) {
			prologue->out_of_memory = true;
			return;
		}
		prologue->events = grown;
		prologue->room = room;
	}
	prologue->events[prologue->count++] = (struct event){
		.time_ns = state_time_ns(prologue->state),
		.thread = thread,
		.kind = slot.kind,
		.small = slot.small,
		.word = {slot.word[0], slot.word[1], slot.word[2], slot.word[3], slot.word[4]},
	};
}

static bool is_alive(const struct state_thread *thread)
{
	return thread->known && !thread->ended && thread->main;
}

static bool has_thread(const struct prologue *prologue, const struct state_tasklet *tasklet)
{
	return is_alive(state_thread(prologue->state, tasklet->thread));
}

static void say_threads(struct prologue *prologue)
{
	for (uint32_t id = 1; id <= state_threads(prologue->state); id++) {
		const struct state_thread *thread = state_thread(prologue->state, id);

		if (is_alive(thread))
			say(prologue, id,
			    event_pack_thread_start((struct event_thread_start){
				    .main = thread->main,
				    .os_thread = thread->os_thread,
				    .name = state_tasklet(prologue->state, thread->main)->name}));
	}
}

/* No event that could be made up says that somebody waits for the world, but not for what. */
static void say_waiting(struct prologue *prologue, uint32_t id, const struct state_tasklet *tasklet)
{
	say(prologue, tasklet->thread,
	    event_pack_snapshot_tasklet(
		    (struct event_snapshot_tasklet){.tasklet = id,
						    .started = tasklet->started,
						    .name = tasklet->name,
						    .function = tasklet->function,
						    .frames = tasklet->frames,
						    .found = EVENT_FOUND_WAITING}));
}

static void say_tasklets(struct prologue *prologue)
{
	for (uint32_t id = 1; id <= state_tasklets(prologue->state); id++) {
		const struct state_tasklet *tasklet = state_tasklet(prologue->state, id);

		if (tasklet->where == STATE_UNKNOWN || tasklet->where == STATE_ENDED ||
		    !has_thread(prologue, tasklet))
			continue;
		if (tasklet->is_main && tasklet->where == STATE_WAITING)
			say_waiting(prologue, id, tasklet);
		if (tasklet->is_main)
			continue;
		say(prologue, tasklet->thread,
		    event_pack_tasklet_create(
			    (struct event_tasklet_create){.tasklet = id,
							  .creator = tasklet->creator,
							  .name = tasklet->name,
							  .function = tasklet->function,
							  .place = tasklet->created_at}));
		if (tasklet->where == STATE_WAITING)
			say_waiting(prologue, id, tasklet);
	}
}

/* A thread in whose name something is said that belongs to none. */
static uint32_t any_thread(const struct prologue *prologue)
{
	for (uint32_t id = 1; id <= state_threads(prologue->state); id++) {
		if (is_alive(state_thread(prologue->state, id)))
			return id;
	}
	return 0;
}

static void say_channel(struct prologue *prologue, uint32_t id, uint32_t thread)
{
	const struct state_channel *channel = state_channel(prologue->state, id);

	say(prologue, thread,
	    event_pack_channel_create((struct event_channel_create){.channel = id,
								    .creator = channel->creator,
								    .name = channel->name,
								    .size = channel->size,
								    .place = channel->created_at}));
	if (channel->preference != -1 || channel->schedule_all)
		say(prologue, thread,
		    event_pack_channel_prefer(
			    (struct event_channel_prefer){.channel = id,
							  .preference = channel->preference,
							  .schedule_all = channel->schedule_all}));
	if (channel->closing)
		say(prologue, thread,
		    event_pack_channel_close((struct event_channel_close){.channel = id}));
}

static void say_insert(struct prologue *prologue, uint32_t id)
{
	say(prologue, state_tasklet(prologue->state, id)->thread,
	    event_pack_tasklet_insert(
		    (struct event_tasklet_insert){.tasklet = id, .cause = EVENT_INSERT_CREATED}));
}

/* The callers from the outermost on. */
static void say_callers(struct prologue *prologue, uint32_t id)
{
	const struct state_tasklet *caller = state_tasklet(prologue->state, id);

	if (caller->run_depth > 1)
		say_callers(prologue, caller->run_below);
	if (!caller->is_main)
		say_insert(prologue, id);
	say(prologue, caller->thread,
	    event_pack_scheduler_enter(
		    (struct event_scheduler_enter){.tasklet = id, .depth = caller->run_depth}));
}

static void say_queue(struct prologue *prologue, const struct state_channel *channel,
		      uint32_t channel_id)
{
	int32_t balance = 0;

	for (uint32_t id = channel->first; id;) {
		const struct state_tasklet *tasklet = state_tasklet(prologue->state, id);
		int direction = tasklet->where == STATE_SENDING ? 1 : -1;

		if (!tasklet->is_main || tasklet->run_depth)
			say_insert(prologue, id);
		balance += direction;
		say(prologue, tasklet->thread,
		    event_pack_channel_block(
			    (struct event_channel_block){.tasklet = id,
							 .balance = (uint32_t)balance,
							 .channel = channel_id,
							 .direction = direction,
							 .place = tasklet->stopped_at}));
		id = tasklet->next;
	}
}

/* The main tasklet may stand anywhere in the chain, or be paused. */
static void say_chain(struct prologue *prologue, uint32_t thread_id)
{
	const struct state_thread *thread = state_thread(prologue->state, thread_id);
	const struct state_tasklet *main = state_tasklet(prologue->state, thread->main);
	uint32_t id = thread->first;

	if (!main->run_depth && !main->channel && main->where != STATE_WAITING)
		say(prologue, thread_id,
		    event_pack_tasklet_remove(
			    (struct event_tasklet_remove){.tasklet = thread->main}));
	for (uint32_t i = 0; i < thread->count; i++) {
		say_insert(prologue, id);
		id = state_tasklet(prologue->state, id)->next;
	}
	/* It need not be in the chain: it may have just left it. */
	if (thread->running && thread->running != thread->main)
		say(prologue, thread_id,
		    event_pack_snapshot_end((struct event_snapshot_end){
			    .main = thread->main, .running = thread->running}));
}

static void say_all(struct prologue *prologue)
{
	const struct state *state = prologue->state;
	uint32_t thread = any_thread(prologue);

	say_threads(prologue);
	say_tasklets(prologue);
	for (uint32_t id = 1; id <= state_channels(state); id++) {
		if (state_channel(state, id)->known && !state_channel(state, id)->destroyed)
			say_channel(prologue, id, thread);
	}
	for (uint32_t id = 1; id <= state_threads(state); id++) {
		if (is_alive(state_thread(state, id)) && state_thread(state, id)->run_top)
			say_callers(prologue, state_thread(state, id)->run_top);
	}
	for (uint32_t id = 1; id <= state_channels(state); id++)
		say_queue(prologue, state_channel(state, id), id);
	for (uint32_t id = 1; id <= state_threads(state); id++) {
		if (is_alive(state_thread(state, id)))
			say_chain(prologue, id);
	}
}

struct event *flight_prologue(const struct state *state, size_t *count)
{
	struct prologue prologue = {.state = state};

	prologue.room = 1024;
	prologue.events = malloc(prologue.room * sizeof(*prologue.events));
	if (!prologue.events)
		return NULL;
	if (any_thread(&prologue))
		say_all(&prologue);
	if (prologue.out_of_memory) {
		free(prologue.events);
		return NULL;
	}
	*count = prologue.count;
	return prologue.events;
}
