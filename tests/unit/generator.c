/* SPDX-License-Identifier: MIT */
/*
 * generator.c - the simulator's rows, its events, and the steps that operations share.
 */
#include "generator.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generator_core.h"

uint32_t generator_random(uint64_t *seed, uint32_t bound)
{
	/* Steele, Lea and Flood's splitmix, upper half. */
	uint64_t value = *seed += UINT64_C(0x9e3779b97f4a7c15);

	value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)(((value >> 32) * bound) >> 32);
}

uint32_t sim_random(struct generator *generator, uint32_t bound)
{
	return generator_random(&generator->seed, bound);
}

uint32_t sim_place(struct generator *generator)
{
	return sim_random(generator, GENERATOR_PLACES + 1);
}

void *sim_allocate(void *old, size_t bytes)
{
	void *memory = realloc(old, bytes);

	if (!memory)
		abort();
	return memory;
}

void sim_row_insert(struct sim_row *row, uint32_t at, uint32_t id)
{
	if (row->count == row->capacity) {
		row->capacity = row->capacity ? 2 * row->capacity : 8;
		row->id = sim_allocate(row->id, row->capacity * sizeof(*row->id));
	}
	memmove(row->id + at + 1, row->id + at, (row->count - at) * sizeof(*row->id));
	row->id[at] = id;
	row->count++;
}

void sim_row_append(struct sim_row *row, uint32_t id)
{
	sim_row_insert(row, row->count, id);
}

void sim_row_remove(struct sim_row *row, uint32_t id)
{
	for (uint32_t i = 0; i < row->count; i++) {
		if (row->id[i] != id)
			continue;
		row->count--;
		memmove(row->id + i, row->id + i + 1, (row->count - i) * sizeof(*row->id));
		return;
	}
	abort();
}

void sim_tell(struct generator *generator, uint32_t thread, struct event_slot slot)
{
	struct event *event;

	if (generator->waiting_count == generator->waiting_capacity) {
		generator->waiting_capacity = 2 * generator->waiting_capacity + 64;
		generator->waiting =
			sim_allocate(generator->waiting,
				     generator->waiting_capacity * sizeof(*generator->waiting));
	}
	event = &generator->waiting[generator->waiting_count++];
	memset(event, 0, sizeof(*event));
	event->seq = ++generator->seq;
	event->time_ns = generator->time_ns += sim_random(generator, 3000);
	event->thread = thread;
	event->kind = slot.kind;
	event->small = slot.small;
	memcpy(event->word, slot.word, sizeof(event->word));
}

/* ---------------------------------------------------------------------------------------------
 * Steps
 */

/* At a place of the chain other than the first, or at its end. */
static void insert_at(struct generator *generator, uint32_t id, uint32_t at,
		      enum event_insert_cause cause)
{
	struct sim_thread *thread = sim_thread(generator);
	uint32_t successor = at < thread->chain.count ? thread->chain.id[at] : 0;
	uint32_t actor = cause == EVENT_INSERT_WOKEN ? 0
			 : thread->chain.count       ? thread->chain.id[0]
						     : id;

	sim_row_insert(&thread->chain, at, id);
	generator->tasklet[id].where = SIM_CHAIN;
	sim_tell(generator, generator->now,
		 event_pack_tasklet_insert(
			 (struct event_tasklet_insert){.tasklet = id,
						       .actor = actor,
						       .cause = (int)cause,
						       .place = sim_place(generator),
						       .successor = successor}));
}

void sim_insert(struct generator *generator, uint32_t id, enum event_insert_cause cause)
{
	insert_at(generator, id, sim_thread(generator)->chain.count, cause);
}

void sim_insert_before(struct generator *generator, uint32_t id, enum event_insert_cause cause)
{
	uint32_t count = sim_thread(generator)->chain.count;

	insert_at(generator, id, count > 1 ? 1 + sim_random(generator, count - 1) : count, cause);
}

void sim_leave_channel(struct generator *generator, uint32_t id, enum event_leave_cause cause)
{
	struct sim_tasklet *tasklet = &generator->tasklet[id];
	struct sim_channel *channel = &generator->channel[tasklet->channel];

	sim_row_remove(&channel->queue, id);
	tasklet->where = SIM_PAUSED;
	tasklet->channel = 0;
	sim_tell(generator, generator->now,
		 event_pack_channel_leave((struct event_channel_leave){
			 .tasklet = id,
			 .balance = (uint32_t)(channel->direction * (int)channel->queue.count),
			 .channel = channel->id,
			 .cause = (int)cause}));
}

uint32_t sim_watchdog(struct generator *generator)
{
	struct sim_thread *thread = sim_thread(generator);

	return thread->callers.count ? thread->callers.id[thread->callers.count - 1] : thread->main;
}

bool sim_may_leave(struct generator *generator)
{
	uint32_t watchdog = sim_watchdog(generator);

	return sim_thread(generator)->chain.count > 1 ||
	       (watchdog != sim_current(generator) &&
		generator->tasklet[watchdog].where == SIM_PAUSED);
}

/* What happens on the stack when `prev` makes room for `next`; prev 0: it has ended. */
static void sim_exchange(struct generator *generator, uint32_t prev, uint32_t next)
{
	struct sim_tasklet *in = &generator->tasklet[next];
	uint32_t bytes = 16 * (1 + sim_random(generator, 200));

	if (prev && sim_random(generator, 8)) {
		generator->tasklet[prev].saved = bytes;
		sim_tell(generator, generator->now,
			 event_pack_slice_save(
				 (struct event_slice_save){.tasklet = prev,
							   .bytes = bytes,
							   .address = GENERATOR_BASE - bytes}));
	}
	if (in->saved) {
		sim_tell(generator, generator->now,
			 event_pack_slice_restore((struct event_slice_restore){
				 .tasklet = next,
				 .bytes = in->saved,
				 .address = GENERATOR_BASE - in->saved}));
		in->saved = 0;
	}
}

/* `id` is the outermost caller that returns: those inside it have to return too. */
static void sim_end_run(struct generator *generator, uint32_t id, int error)
{
	struct sim_thread *thread = sim_thread(generator);
	uint32_t inner = 0;

	while (generator->tasklet[id].run_depth) {
		inner = thread->callers.id[--thread->callers.count];
		generator->tasklet[inner].run_depth = 0;
		if (inner != id && generator->tasklet[inner].where == SIM_PAUSED)
			sim_insert(generator, inner, EVENT_INSERT_RELEASED);
	}
	sim_tell(generator, generator->now,
		 event_pack_scheduler_leave((struct event_scheduler_leave){
			 .tasklet = id,
			 .failed = 0,
			 .reason = error ? EVENT_REASON_WOKEN : EVENT_REASON_EMPTY,
			 .error = (uint32_t)error}));
}

void sim_switch(struct generator *generator, uint32_t prev, uint32_t next,
		enum event_switch_cause cause, uint32_t channel)
{
	struct sim_row *chain = &sim_thread(generator)->chain;
	struct sim_tasklet *tasklet = &generator->tasklet[next];
	int error = tasklet->error;

	while (chain->id[0] != next) {
		uint32_t first = chain->id[0];

		sim_row_remove(chain, first);
		sim_row_append(chain, first);
	}
	sim_tell(generator, generator->now,
		 event_pack_tasklet_switch(
			 (struct event_tasklet_switch){.prev = prev,
						       .next = next,
						       .cause = (int)cause,
						       .mode = EVENT_MODE_HARD_HARD,
						       .channel = channel,
						       .place = sim_place(generator)}));
	sim_exchange(generator, generator->tasklet[prev].where == SIM_ENDED ? 0 : prev, next);
	tasklet->error = 0;
	if (!tasklet->started) {
		tasklet->started = true;
		sim_tell(generator, generator->now,
			 event_pack_tasklet_start((struct event_tasklet_start){
				 .tasklet = next,
				 .function = 1 + sim_random(generator, GENERATOR_PLACES),
				 .base = GENERATOR_BASE}));
	}
	if (tasklet->run_depth)
		sim_end_run(generator, next, error);
}

void sim_go_on(struct generator *generator, uint32_t prev, enum event_switch_cause cause,
	       uint32_t channel)
{
	struct sim_thread *thread = sim_thread(generator);

	if (!thread->chain.count)
		sim_insert(generator, sim_watchdog(generator), EVENT_INSERT_REVIVED);
	sim_switch(generator, prev, thread->chain.id[0], cause, channel);
}

/* ---------------------------------------------------------------------------------------------
 * Beginning, end, and what tests see
 */

uint32_t sim_add_tasklet(struct generator *generator, uint32_t thread)
{
	uint32_t id = ++generator->tasklets;

	if (id >= generator->tasklet_capacity) {
		generator->tasklet_capacity = 2 * generator->tasklet_capacity + 64;
		generator->tasklet =
			sim_allocate(generator->tasklet,
				     generator->tasklet_capacity * sizeof(*generator->tasklet));
	}
	generator->tasklet[id] = (struct sim_tasklet){.id = id, .thread = thread};
	sim_row_append(&generator->thread[thread].members, id);
	return id;
}

void sim_begin_thread(struct generator *generator, uint32_t number)
{
	struct sim_thread *thread = &generator->thread[number];
	uint32_t main = sim_add_tasklet(generator, number);

	thread->main = main;
	generator->tasklet[main].is_main = true;
	generator->tasklet[main].started = true;
	generator->tasklet[main].where = SIM_CHAIN;
	sim_row_append(&thread->chain, main);
	sim_tell(generator, number,
		 event_pack_thread_start((struct event_thread_start){
			 .main = main, .os_thread = 1000 + number, .name = 1}));
}

struct generator *generator_create(const struct generator_options *options)
{
	struct generator *generator = sim_allocate(NULL, sizeof(*generator));

	memset(generator, 0, sizeof(*generator));
	generator->options = *options;
	generator->seed = options->seed;
	return generator;
}

void generator_destroy(struct generator *generator)
{
	if (!generator)
		return;
	for (uint32_t id = 1; id <= generator->channels; id++)
		free(generator->channel[id].queue.id);
	for (int i = 0; i <= GENERATOR_THREADS_MAX; i++) {
		free(generator->thread[i].chain.id);
		free(generator->thread[i].callers.id);
		free(generator->thread[i].members.id);
	}
	free(generator->tasklet);
	free(generator->channel);
	free(generator->waiting);
	free(generator);
}

void generator_next(struct generator *generator, struct event *out)
{
	while (generator->waiting_first == generator->waiting_count) {
		generator->waiting_first = 0;
		generator->waiting_count = 0;
		generator->now = 1 + sim_random(generator, generator->options.threads);
		if (!sim_thread(generator)->main)
			sim_begin_thread(generator, generator->now);
		else
			sim_operate(generator);
	}
	*out = generator->waiting[generator->waiting_first++];
}

struct event *generator_events(const struct generator_options *options, size_t count)
{
	struct generator *generator = generator_create(options);
	struct event *events = sim_allocate(NULL, (count + 1) * sizeof(*events));

	for (size_t i = 0; i < count; i++)
		generator_next(generator, &events[i]);
	generator_destroy(generator);
	return events;
}

struct dictionary *generator_dictionary(void)
{
	struct dictionary *dictionary = dictionary_create();
	char text[32];

	if (!dictionary)
		abort();
	for (uint32_t id = 1; id <= GENERATOR_NAMES; id++) {
		int length = snprintf(text, sizeof(text), "name%u", id);

		dictionary_set_string(dictionary, id, text, (size_t)length);
	}
	for (uint32_t id = 1; id <= GENERATOR_PLACES; id++) {
		struct dictionary_place place = {
			.function = text, .file = "src/made_up.c", .line = 100 + id};

		snprintf(text, sizeof(text), "function%u", id);
		dictionary_set_place(dictionary, id, &place);
	}
	return dictionary;
}
