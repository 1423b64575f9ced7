/* SPDX-License-Identifier: MIT */
/*
 * activity.c - counting in tenths of a second.
 *
 * Each sort of thing has a ring of tenths. A tenth lists who did something in it, and how much; the
 * sums over all tenths are kept beside. When a tenth becomes too old its entries are taken off the
 * sums, and who has no entry left has no sum either.
 */
#include "activity.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "roster.h"

enum { ACTIVITY_TENTHS = 11 }; /* the last one is not over */

static const uint64_t tenth_ns = 100000000;

struct activity_entry {
	uint32_t id;
	uint32_t tenths; /* of a sum: in which it has entries */
	struct activity_counts counts;
};

struct activity_list {
	struct activity_entry *entry;
	uint32_t count, room;
};

/* Where a number's entries are: their index and 1, 0: it has none. */
struct activity_member {
	uint32_t sum, now;
};

struct activity_sort {
	struct activity_list sums, tenth[ACTIVITY_TENTHS];
	struct activity_member *member;
	uint32_t room; /* of members */
};

struct activity_thread {
	uint32_t running;  /* the tasklet that runs, 0: none */
	uint64_t since_ns; /* from when on its running is to be counted yet */
	uint64_t begun_ns; /* when it began to run */
};

struct activity {
	uint64_t begun_ns; /* nothing before it is counted */
	uint64_t now_ns;
	uint64_t tenth; /* since time 0: the one that is not over */
	struct activity_sort sort[ACTIVITY_SORTS];
	struct activity_thread *thread;
	uint32_t threads, threads_room;
	struct roster alive;
};

struct activity *activity_create(void)
{
	return calloc(1, sizeof(struct activity));
}

static void sort_term(struct activity_sort *sort)
{
	free(sort->sums.entry);
	for (int i = 0; i < ACTIVITY_TENTHS; i++)
		free(sort->tenth[i].entry);
	free(sort->member);
}

void activity_destroy(struct activity *activity)
{
	if (!activity)
		return;
	for (int i = 0; i < ACTIVITY_SORTS; i++)
		sort_term(&activity->sort[i]);
	free(activity->thread);
	roster_term(&activity->alive);
	free(activity);
}

/* ------------------------------------------------------------------------------------ the sums */

static void counts_add(struct activity_counts *to, const struct activity_counts *counts)
{
	to->hard += counts->hard;
	to->soft += counts->soft;
	to->messages += counts->messages;
	to->saved_bytes += counts->saved_bytes;
	to->run_ns += counts->run_ns;
	to->events += counts->events;
}

static void counts_subtract(struct activity_counts *from, const struct activity_counts *counts)
{
	from->hard -= counts->hard;
	from->soft -= counts->soft;
	from->messages -= counts->messages;
	from->saved_bytes -= counts->saved_bytes;
	from->run_ns -= counts->run_ns;
	from->events -= counts->events;
}

/* A new entry at the end of a list: its index and 1, 0 when out of memory. */
static uint32_t list_append(struct activity_list *list, uint32_t id)
{
	if (roster_make_room((void **)&list->entry, &list->room, list->count,
			     sizeof(*list->entry)) < 0)
		return 0;
	list->entry[list->count] = (struct activity_entry){.id = id};
	return ++list->count;
}

static int count(struct activity *activity, enum activity_of of, uint32_t id,
		 const struct activity_counts *counts)
{
	struct activity_sort *sort = &activity->sort[of];
	struct activity_list *now = &sort->tenth[activity->tenth % ACTIVITY_TENTHS];
	struct activity_member *member;

	if (id == 0)
		return 0;
	if (roster_make_room((void **)&sort->member, &sort->room, id, sizeof(*member)) < 0)
		return -ENOMEM;
	member = &sort->member[id];
	if (!member->sum)
		member->sum = list_append(&sort->sums, id);
	if (!member->sum)
		return -ENOMEM;
	if (!member->now) {
		member->now = list_append(now, id);
		if (!member->now)
			return -ENOMEM;
		sort->sums.entry[member->sum - 1].tenths++;
	}
	counts_add(&now->entry[member->now - 1].counts, counts);
	counts_add(&sort->sums.entry[member->sum - 1].counts, counts);
	return 0;
}

/* The last sum takes the place of one that is gone. */
static void sum_remove(struct activity_sort *sort, uint32_t index)
{
	struct activity_list *sums = &sort->sums;

	sort->member[sums->entry[index].id].sum = 0;
	if (index != sums->count - 1) {
		sums->entry[index] = sums->entry[sums->count - 1];
		sort->member[sums->entry[index].id].sum = index + 1;
	}
	sums->count--;
}

static void tenth_forget(struct activity_sort *sort, struct activity_list *tenth)
{
	for (uint32_t i = 0; i < tenth->count; i++) {
		const struct activity_entry *old = &tenth->entry[i];
		uint32_t index = sort->member[old->id].sum;
		struct activity_entry *sum;

		if (!index)
			continue;
		sum = &sort->sums.entry[index - 1];
		counts_subtract(&sum->counts, &old->counts);
		if (--sum->tenths == 0)
			sum_remove(sort, index - 1);
	}
	tenth->count = 0;
}

static void tenth_close(struct activity_sort *sort, const struct activity_list *tenth)
{
	for (uint32_t i = 0; i < tenth->count; i++)
		sort->member[tenth->entry[i].id].now = 0;
}

/* ------------------------------------------------------------------------------ who is running */

static int thread_room(struct activity *activity, uint32_t id)
{
	int result = roster_make_room((void **)&activity->thread, &activity->threads_room, id,
				      sizeof(*activity->thread));

	if (result == 0 && id > activity->threads)
		activity->threads = id;
	return result;
}

/* What the running tasklet of a thread has run up to now. */
static int credit(struct activity *activity, uint32_t id, uint64_t time_ns)
{
	struct activity_thread *thread = &activity->thread[id];
	struct activity_counts counts = {.run_ns = time_ns - thread->since_ns};
	int result;

	if (!thread->running || time_ns <= thread->since_ns)
		return 0;
	thread->since_ns = time_ns;
	result = count(activity, ACTIVITY_TASKLET, thread->running, &counts);
	if (result == 0)
		result = count(activity, ACTIVITY_THREAD, id, &counts);
	if (result == 0)
		result = count(activity, ACTIVITY_ALL, 1, &counts);
	return result;
}

/* From now on this tasklet runs there (0: none). */
static int run(struct activity *activity, uint32_t id, uint32_t tasklet, uint64_t time_ns)
{
	int result = thread_room(activity, id);
	struct activity_thread *thread;

	if (result < 0)
		return result;
	result = credit(activity, id, time_ns);
	thread = &activity->thread[id];
	thread->running = tasklet;
	thread->begun_ns = time_ns;
	if (time_ns > thread->since_ns)
		thread->since_ns = time_ns;
	return result;
}

const uint32_t *activity_alive(const struct activity *activity, uint32_t *number)
{
	*number = activity->alive.count;
	return activity->alive.list;
}

/* ---------------------------------------------------------------------------------------- events */

static void sort_clear(struct activity_sort *sort)
{
	sort->sums.count = 0;
	for (int i = 0; i < ACTIVITY_TENTHS; i++)
		sort->tenth[i].count = 0;
	if (sort->member)
		memset(sort->member, 0, sort->room * sizeof(*sort->member));
}

int activity_begin(struct activity *activity, const struct state *state)
{
	int result = 0;

	for (int i = 0; i < ACTIVITY_SORTS; i++)
		sort_clear(&activity->sort[i]);
	activity->begun_ns = activity->now_ns = state_time_ns(state);
	activity->tenth = activity->now_ns / tenth_ns;
	activity->threads = 0;
	roster_clear(&activity->alive);
	for (uint32_t id = 1; id <= state_threads(state) && result == 0; id++) {
		uint32_t running = state_thread(state, id)->running;
		bool runs = state_tasklet(state, running)->where == STATE_CHAIN;

		result = thread_room(activity, id);
		if (result == 0)
			activity->thread[id] =
				(struct activity_thread){runs ? running : 0, activity->now_ns,
							 state_thread(state, id)->since_ns};
	}
	for (uint32_t id = 1; id <= state_tasklets(state) && result == 0; id++) {
		enum state_where where = (enum state_where)state_tasklet(state, id)->where;

		if (where != STATE_UNKNOWN && where != STATE_ENDED)
			result = roster_add(&activity->alive, id);
	}
	return result;
}

/* A silence so long that nothing before its end counts any more. */
static void leap(struct activity *activity, uint64_t tenth)
{
	for (int i = 0; i < ACTIVITY_SORTS; i++) {
		struct activity_sort *sort = &activity->sort[i];

		tenth_close(sort, &sort->tenth[activity->tenth % ACTIVITY_TENTHS]);
		for (int j = 0; j < ACTIVITY_TENTHS; j++)
			tenth_forget(sort, &sort->tenth[j]);
	}
	activity->tenth = tenth;
	for (uint32_t id = 1; id <= activity->threads; id++)
		if (activity->thread[id].since_ns < tenth * tenth_ns)
			activity->thread[id].since_ns = tenth * tenth_ns;
}

static int next_tenth(struct activity *activity)
{
	uint32_t now = (uint32_t)(activity->tenth % ACTIVITY_TENTHS);
	int result = 0;

	for (uint32_t id = 1; id <= activity->threads; id++)
		if (credit(activity, id, (activity->tenth + 1) * tenth_ns) < 0)
			result = -ENOMEM;
	for (int i = 0; i < ACTIVITY_SORTS; i++) {
		struct activity_sort *sort = &activity->sort[i];

		tenth_close(sort, &sort->tenth[now]);
		tenth_forget(sort, &sort->tenth[(now + 1) % ACTIVITY_TENTHS]);
	}
	activity->tenth++;
	return result;
}

int activity_advance(struct activity *activity, uint64_t time_ns)
{
	uint64_t tenth = time_ns / tenth_ns;
	int result = 0;

	if (tenth > activity->tenth + 2 * ACTIVITY_TENTHS)
		leap(activity, tenth - ACTIVITY_TENTHS);
	while (activity->tenth < tenth)
		if (next_tenth(activity) < 0)
			result = -ENOMEM;
	if (time_ns > activity->now_ns)
		activity->now_ns = time_ns;
	return result;
}

/* Who gets a switch, a value, a slice, counts it; so do its thread and all together. */
static int count_for(struct activity *activity, const struct event *event, uint32_t tasklet,
		     struct activity_counts counts)
{
	int result = count(activity, ACTIVITY_TASKLET, tasklet, &counts);

	counts.events = 1;
	if (result == 0)
		result = count(activity, ACTIVITY_THREAD, event->thread, &counts);
	return result == 0 ? count(activity, ACTIVITY_ALL, 1, &counts) : result;
}

static int add_switch(struct activity *activity, const struct event *event)
{
	struct event_tasklet_switch fields = event_unpack_tasklet_switch(event);
	bool hard = fields.mode == EVENT_MODE_SOFT_HARD || fields.mode == EVENT_MODE_HARD_HARD;
	int result = run(activity, event->thread, fields.next, event->time_ns);

	if (result < 0)
		return result;
	return count_for(activity, event, fields.next,
			 (struct activity_counts){.hard = hard, .soft = !hard});
}

static int add_transfer(struct activity *activity, const struct event *event)
{
	struct event_channel_transfer fields = event_unpack_channel_transfer(event);
	struct activity_counts counts = {.messages = 1};
	int result = count(activity, ACTIVITY_CHANNEL, fields.channel, &counts);

	if (result == 0)
		result = count(activity, ACTIVITY_TASKLET, fields.receiver, &counts);
	return result == 0 ? count_for(activity, event, fields.sender, counts) : result;
}

/* What else changes who runs, and who is alive. */
static int add_change(struct activity *activity, const struct event *event)
{
	switch (event->kind) {
	case EVENT_thread_start:
		run(activity, event->thread, event_unpack_thread_start(event).main, event->time_ns);
		return roster_add(&activity->alive, event_unpack_thread_start(event).main);
	case EVENT_thread_end:
		roster_remove(&activity->alive, event_unpack_thread_end(event).main);
		return run(activity, event->thread, 0, event->time_ns);
	case EVENT_thread_sleep:
		return run(activity, event->thread, 0, event->time_ns);
	case EVENT_snapshot_thread:
		return roster_add(&activity->alive, event_unpack_snapshot_thread(event).main);
	case EVENT_snapshot_tasklet:
		return roster_add(&activity->alive, event_unpack_snapshot_tasklet(event).tasklet);
	case EVENT_snapshot_end:
		return run(activity, event->thread, event_unpack_snapshot_end(event).running,
			   event->time_ns);
	case EVENT_tasklet_create:
		return roster_add(&activity->alive, event_unpack_tasklet_create(event).tasklet);
	case EVENT_tasklet_bind:
		return roster_add(&activity->alive, event_unpack_tasklet_bind(event).tasklet);
	case EVENT_tasklet_end:
		roster_remove(&activity->alive, event_unpack_tasklet_end(event).tasklet);
		return 0;
	default:
		return 0;
	}
}

int activity_add(struct activity *activity, const struct event *event)
{
	int result = activity_advance(activity, event->time_ns);

	if (result < 0)
		return result;
	switch (event->kind) {
	case EVENT_tasklet_switch:
		return add_switch(activity, event);
	case EVENT_channel_transfer:
		return add_transfer(activity, event);
	case EVENT_slice_save:
		return count_for(activity, event, event_unpack_slice_save(event).tasklet,
				 (struct activity_counts){
					 .saved_bytes = event_unpack_slice_save(event).bytes});
	default:
		result = add_change(activity, event);
		return result == 0 ? count_for(activity, event, 0, (struct activity_counts){0})
				   : result;
	}
}

/* --------------------------------------------------------------------------------------- answers */

/* The running tasklet's present stretch is part of it. */
static uint64_t uncredited(const struct activity *activity, uint32_t id, uint32_t tasklet)
{
	const struct activity_thread *thread = &activity->thread[id];

	if (!thread->running || (tasklet && thread->running != tasklet) ||
	    thread->since_ns >= activity->now_ns)
		return 0;
	return activity->now_ns - thread->since_ns;
}

struct activity_counts activity_counts(const struct activity *activity, enum activity_of of,
				       uint32_t id)
{
	const struct activity_sort *sort = &activity->sort[of];
	struct activity_counts counts = {0};

	if (id < sort->room && sort->member[id].sum)
		counts = sort->sums.entry[sort->member[id].sum - 1].counts;
	if (of == ACTIVITY_THREAD && id <= activity->threads && id)
		counts.run_ns += uncredited(activity, id, 0);
	for (uint32_t i = 1; of == ACTIVITY_TASKLET && i <= activity->threads; i++)
		counts.run_ns += uncredited(activity, i, id);
	return counts;
}

uint64_t activity_now_ns(const struct activity *activity)
{
	return activity->now_ns;
}

uint64_t activity_span_ns(const struct activity *activity)
{
	uint64_t from_ns = 0;

	if (activity->tenth >= ACTIVITY_TENTHS)
		from_ns = (activity->tenth - ACTIVITY_TENTHS + 1) * tenth_ns;
	if (from_ns < activity->begun_ns)
		from_ns = activity->begun_ns;
	return activity->now_ns > from_ns ? activity->now_ns - from_ns : 1;
}

uint64_t activity_rate(const struct activity *activity, uint64_t number)
{
	uint64_t span_ns = activity_span_ns(activity);

	/* Of so short a time nothing can be said. */
	if (span_ns < tenth_ns / 10)
		return 0;
	return (uint64_t)((double)number * 1e9 / (double)span_ns + 0.5);
}

uint64_t activity_running_since(const struct activity *activity, uint32_t id, uint32_t *tasklet)
{
	*tasklet = id <= activity->threads && id ? activity->thread[id].running : 0;
	return *tasklet ? activity->thread[id].begun_ns : 0;
}

uint32_t activity_threads(const struct activity *activity)
{
	return activity->threads;
}
