/* SPDX-License-Identifier: MIT */
/*
 * generator_operations.c - what a tasklet of the simulator may do.
 */
#include <errno.h>
#include <string.h>

#include "generator_core.h"

/* A random member of the thread that acts, the current one included. */
static uint32_t any_member(struct generator *generator)
{
	struct sim_row *members = &sim_thread(generator)->members;

	return members->id[sim_random(generator, members->count)];
}

static void operate_create(struct generator *generator)
{
	uint32_t current = sim_current(generator), id;
	bool bound = sim_random(generator, 8) != 0;

	if (sim_thread(generator)->members.count > generator->options.tasklets)
		return;
	id = sim_add_tasklet(generator, generator->now);
	generator->tasklet[id].where = bound ? SIM_PAUSED : SIM_NEW;
	sim_tell(generator, generator->now,
		 event_pack_tasklet_create((struct event_tasklet_create){
			 .tasklet = id,
			 .creator = current,
			 .name = sim_random(generator, GENERATOR_NAMES + 1),
			 .function = bound ? 1 + sim_random(generator, GENERATOR_PLACES) : 0,
			 .place = sim_place(generator)}));
	if (bound)
		sim_insert(generator, id, EVENT_INSERT_CREATED);
}

static void operate_bind(struct generator *generator)
{
	uint32_t id = any_member(generator);
	struct sim_tasklet *tasklet = &generator->tasklet[id];

	if (tasklet->where != SIM_NEW)
		return;
	tasklet->where = SIM_PAUSED;
	sim_tell(generator, generator->now,
		 event_pack_tasklet_bind((struct event_tasklet_bind){
			 .tasklet = id,
			 .actor = sim_current(generator),
			 .function = 1 + sim_random(generator, GENERATOR_PLACES),
			 .place = sim_place(generator)}));
}

static void operate_insert(struct generator *generator)
{
	uint32_t id = any_member(generator);

	if (generator->tasklet[id].where != SIM_PAUSED)
		return;
	if (sim_random(generator, 4) == 0)
		sim_insert_before(generator, id, EVENT_INSERT_INTERRUPT);
	else
		sim_insert(generator, id, EVENT_INSERT_CALLED);
}

static void remove_from_chain(struct generator *generator, uint32_t id,
			      enum event_remove_cause cause)
{
	uint32_t current = sim_current(generator);

	sim_row_remove(&sim_thread(generator)->chain, id);
	generator->tasklet[id].where = SIM_PAUSED;
	sim_tell(generator, generator->now,
		 event_pack_tasklet_remove(
			 (struct event_tasklet_remove){.tasklet = id,
						       .actor = current,
						       .cause = (int)cause,
						       .place = sim_place(generator)}));
}

static void operate_remove(struct generator *generator)
{
	uint32_t id = any_member(generator);

	if (generator->tasklet[id].where == SIM_CHAIN && id != sim_current(generator))
		remove_from_chain(generator, id, EVENT_REMOVE_CALLED);
}

static void operate_yield(struct generator *generator)
{
	struct sim_row *chain = &sim_thread(generator)->chain;

	if (chain->count > 1)
		sim_switch(generator, chain->id[0], chain->id[1], EVENT_SWITCH_YIELD, 0);
}

static void operate_pause(struct generator *generator)
{
	uint32_t current = sim_current(generator);

	if (!sim_may_leave(generator))
		return;
	remove_from_chain(generator, current, EVENT_REMOVE_PAUSED);
	sim_go_on(generator, current, EVENT_SWITCH_PAUSE, 0);
}

/* tasklet_run, or tasklet_switch. */
static void operate_run(struct generator *generator, bool leaves)
{
	uint32_t current = sim_current(generator), id = any_member(generator);
	enum sim_where where = generator->tasklet[id].where;

	if (id == current || (where != SIM_CHAIN && where != SIM_PAUSED))
		return;
	if (where == SIM_PAUSED)
		sim_insert(generator, id, EVENT_INSERT_RUN);
	if (leaves)
		remove_from_chain(generator, current, EVENT_REMOVE_SWITCHED);
	sim_switch(generator, current, id, leaves ? EVENT_SWITCH_SWITCH : EVENT_SWITCH_RUN, 0);
}

static void operate_throw(struct generator *generator)
{
	uint32_t current = sim_current(generator), id = any_member(generator);
	struct sim_tasklet *tasklet = &generator->tasklet[id];
	bool pending = sim_random(generator, 2) != 0;

	if (id == current || tasklet->where == SIM_NEW)
		return;
	tasklet->error = sim_random(generator, 2) ? -ECANCELED : -EPROTO;
	sim_tell(generator, generator->now,
		 event_pack_tasklet_throw(
			 (struct event_tasklet_throw){.target = id,
						      .actor = current,
						      .pending = pending,
						      .error = (uint32_t)tasklet->error,
						      .place = sim_place(generator)}));
	if (tasklet->where == SIM_QUEUE)
		sim_leave_channel(generator, id, EVENT_LEAVE_THROWN);
	if (tasklet->where == SIM_PAUSED)
		sim_insert(generator, id, EVENT_INSERT_THROWN);
	if (!pending)
		sim_switch(generator, current, id, EVENT_SWITCH_THROW, 0);
}

static void operate_scheduler_run(struct generator *generator)
{
	struct sim_thread *thread = sim_thread(generator);
	uint32_t current = sim_current(generator);

	if (thread->chain.count < 2)
		return;
	sim_row_remove(&thread->chain, current);
	sim_row_append(&thread->callers, current);
	generator->tasklet[current].where = SIM_PAUSED;
	generator->tasklet[current].run_depth = thread->callers.count;
	sim_tell(generator, generator->now,
		 event_pack_scheduler_enter(
			 (struct event_scheduler_enter){.tasklet = current,
							.depth = thread->callers.count,
							.place = sim_place(generator)}));
	sim_go_on(generator, current, EVENT_SWITCH_SCHEDULER, 0);
}

/* The current tasklet ends. Its error, or -EDEADLK if nothing else could run, goes to the watchdog. */
static void operate_end(struct generator *generator)
{
	struct sim_thread *thread = sim_thread(generator);
	uint32_t current = sim_current(generator), watchdog = sim_watchdog(generator);
	struct sim_tasklet *heir = &generator->tasklet[watchdog];
	bool alone = thread->chain.count == 1 && heir->where == SIM_QUEUE;
	int error = sim_random(generator, 6) ? 0 : -EIO;
	bool inherits = error || alone;

	if (current == watchdog || generator->tasklet[current].is_main)
		return;
	if (alone && !error)
		error = -EDEADLK;
	sim_row_remove(&thread->chain, current);
	sim_row_remove(&thread->members, current);
	generator->tasklet[current].where = SIM_ENDED;
	if (inherits)
		heir->error = error;
	sim_tell(generator, generator->now,
		 event_pack_tasklet_end((struct event_tasklet_end){
			 .tasklet = current,
			 .heir = inherits ? watchdog : 0,
			 .cause = error == -EIO ? EVENT_END_ERROR : EVENT_END_RETURNED,
			 .error = (uint32_t)error}));
	if (!inherits) {
		sim_go_on(generator, current, EVENT_SWITCH_END, 0);
		return;
	}
	if (heir->where == SIM_QUEUE)
		sim_leave_channel(generator, watchdog, EVENT_LEAVE_ERROR);
	if (heir->where == SIM_PAUSED)
		sim_insert(generator, watchdog, EVENT_INSERT_ERROR);
	sim_switch(generator, current, watchdog, EVENT_SWITCH_ERROR, 0);
}

static void operate_mark(struct generator *generator)
{
	static const char words[] = "the quick brown fox jumps over the lazy dog";
	uint32_t length = 1 + sim_random(generator, sizeof(words) - 1);

	sim_tell(generator, generator->now,
		 event_pack_trace_mark((struct event_trace_mark){.tasklet = sim_current(generator),
								 .length = length,
								 .place = sim_place(generator)}));
	for (uint32_t at = 0; at < length; at += EVENT_TEXT_BYTES) {
		uint32_t piece = length - at < EVENT_TEXT_BYTES ? length - at : EVENT_TEXT_BYTES;
		struct event_slot slot = {.kind = EVENT_trace_text, .small = (uint16_t)piece};

		memcpy(slot.word, words + at, piece);
		sim_tell(generator, generator->now, slot);
	}
}

void sim_operate(struct generator *generator)
{
	uint32_t dice = sim_random(generator, 100);

	if (dice < 8)
		operate_create(generator);
	else if (dice < 10)
		operate_bind(generator);
	else if (dice < 16)
		operate_insert(generator);
	else if (dice < 18)
		operate_remove(generator);
	else if (dice < 30)
		operate_yield(generator);
	else if (dice < 34)
		operate_pause(generator);
	else if (dice < 40)
		operate_run(generator, dice & 1);
	else if (dice < 44)
		operate_throw(generator);
	else if (dice < 47)
		operate_scheduler_run(generator);
	else if (dice < 51)
		operate_end(generator);
	else if (dice < 53)
		operate_mark(generator);
	else
		sim_operate_channel(generator);
}
