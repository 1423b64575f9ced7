/* SPDX-License-Identifier: MIT */
/*
 * store_tally.c - the tables `tasklet`, `channel` and `thread`: added up as events go by.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_tally.h"

enum { LOOK_AHEAD = 24 /* events */ };

struct store_tally *store_tally_create(void)
{
	struct store_tally *tally = calloc(1, sizeof(*tally));

	if (!tally)
		return NULL;
	tally->tasklets.row_bytes = sizeof(struct tasklet_row);
	tally->tasklet_lives.row_bytes = sizeof(struct tasklet_life);
	tally->channels.row_bytes = sizeof(struct channel_row);
	tally->channel_lives.row_bytes = sizeof(struct channel_life);
	tally->threads.row_bytes = sizeof(struct thread_row);
	return tally;
}

static void pages_free(struct pages *pages)
{
	for (int i = 0; i < PAGES; i++)
		free(pages->page[i]);
}

void store_tally_destroy(struct store_tally *tally)
{
	if (!tally)
		return;
	pages_free(&tally->tasklets);
	pages_free(&tally->tasklet_lives);
	pages_free(&tally->channels);
	pages_free(&tally->channel_lives);
	pages_free(&tally->threads);
	free(tally);
}

/* The row, made if need be. Who has no number, or a wild one, shares a row that is never written:
 * row 0. */
static void *get_row(struct store_tally *tally, struct pages *pages, uint32_t id)
{
	static _Thread_local uint64_t nobody[sizeof(struct tasklet_row) / sizeof(uint64_t) + 1];
	uint8_t **page;

	_Static_assert(sizeof(nobody) >= sizeof(struct tasklet_life), "a row of any table");
	_Static_assert(sizeof(nobody) >= sizeof(struct channel_row), "a row of any table");
	_Static_assert(sizeof(nobody) >= sizeof(struct channel_life), "a row of any table");
	_Static_assert(sizeof(nobody) >= sizeof(struct thread_row), "a row of any table");
	if (id >> PAGE_BITS >= PAGES)
		return nobody;
	page = &pages->page[id >> PAGE_BITS];
	if (!*page) {
		*page = aligned_alloc(64, PAGE_ROWS * pages->row_bytes);
		if (!*page) {
			tally->out_of_memory = true;
			return nobody;
		}
		memset(*page, 0, PAGE_ROWS * pages->row_bytes);
	}
	if (id >= pages->end)
		pages->end = id + 1;
	return *page + (id & (PAGE_ROWS - 1)) * pages->row_bytes;
}

static struct tasklet_row *tasklet_row(struct store_tally *tally, uint32_t id)
{
	struct tasklet_row *row = get_row(tally, &tally->tasklets, id);

	row->known = 1;
	return row;
}

static struct tasklet_life *tasklet_life(struct store_tally *tally, uint32_t id)
{
	tasklet_row(tally, id);
	return get_row(tally, &tally->tasklet_lives, id);
}

static struct channel_row *channel_row(struct store_tally *tally, uint32_t id)
{
	struct channel_row *row = get_row(tally, &tally->channels, id);

	row->known = 1;
	return row;
}

static struct channel_life *channel_life(struct store_tally *tally, uint32_t id)
{
	channel_row(tally, id);
	return get_row(tally, &tally->channel_lives, id);
}

/* The tasklet that runs in the thread did so until now. */
static void end_run(struct store_tally *tally, struct thread_row *thread, uint64_t time_ns)
{
	if (thread->running)
		tasklet_row(tally, thread->running)->run_ns += time_ns - thread->since_ns;
	thread->since_ns = time_ns;
}

static void start_thread(struct store_tally *tally, struct thread_row *thread,
			 const struct event *event)
{
	struct tasklet_life *main = tasklet_life(tally, event->word[0]);

	thread->started_ns = thread->since_ns = event->time_ns;
	thread->main = thread->running = event->word[0];
	thread->os_thread = event->word[1];
	main->name = event->word[2];
	main->thread = event->thread;
	main->created_seq = event->seq;
	main->created_ns = event->time_ns;
}

static void create_tasklet(struct store_tally *tally, const struct event *event)
{
	struct tasklet_life *row = tasklet_life(tally, event->word[0]);

	row->thread = event->thread;
	row->creator = event->word[1];
	row->name = event->word[2];
	row->function = event->word[3];
	row->place = event->word[4];
	row->created_seq = event->seq;
	row->created_ns = event->time_ns;
}

/* What was there before has no time of birth: it is that of the first word. */
static void find_thread(struct store_tally *tally, struct thread_row *thread,
			const struct event *event)
{
	thread->started_ns = thread->since_ns = event->time_ns;
	thread->main = event->word[0];
	thread->os_thread = event->word[1];
	tasklet_life(tally, event->word[0])->thread = event->thread;
}

static void find_tasklet(struct store_tally *tally, const struct event *event)
{
	struct tasklet_life *row = tasklet_life(tally, event->word[0]);

	row->thread = event->thread;
	row->name = event->word[2];
	row->function = event->word[3];
	row->created_seq = event->seq;
	row->created_ns = event->time_ns;
}

static void switch_tasklet(struct store_tally *tally, struct thread_row *thread,
			   const struct event *event)
{
	end_run(tally, thread, event->time_ns);
	thread->running = event->word[1];
	thread->switches++;
	tasklet_row(tally, event->word[1])->switches++;
}

static void save_slice(struct store_tally *tally, struct thread_row *thread,
		       const struct event *event)
{
	struct tasklet_row *row = tasklet_row(tally, event->word[0]);
	uint32_t bytes = event->word[1];

	row->saves++;
	row->saved_bytes += bytes;
	if (row->saved_max < bytes)
		row->saved_max = bytes;
	thread->saved_bytes += bytes;
}

static void end_tasklet(struct store_tally *tally, const struct event *event)
{
	struct tasklet_life *row = tasklet_life(tally, event->word[0]);

	row->ended_seq = event->seq;
	row->ended_ns = event->time_ns;
	row->end_cause = (uint8_t)event->small;
	row->error = (int32_t)event->word[3];
}

static void create_channel(struct store_tally *tally, const struct event *event)
{
	struct channel_life *row = channel_life(tally, event->word[0]);

	row->thread = event->thread;
	row->creator = event->word[1];
	row->name = event->word[2];
	row->size = event->word[3];
	row->place = event->word[4];
	row->created_seq = event->seq;
	row->created_ns = event->time_ns;
}

static void find_channel(struct store_tally *tally, const struct event *event)
{
	struct channel_life *row = channel_life(tally, event->word[0]);

	row->thread = event->thread;
	row->name = event->word[2];
	row->size = event->word[3];
	row->created_seq = event->seq;
	row->created_ns = event->time_ns;
}

static struct channel_row *balance_channel(struct store_tally *tally, uint32_t id, uint32_t balance)
{
	struct channel_row *row = channel_row(tally, id);

	row->balance = (int32_t)balance;
	if (row->balance_min > row->balance)
		row->balance_min = row->balance;
	if (row->balance_max < row->balance)
		row->balance_max = row->balance;
	return row;
}

static void tally_channel_event(struct store_tally *tally, const struct event *event)
{
	const uint32_t *word = event->word;
	struct channel_life *life;

	switch (event->kind) {
	case EVENT_channel_create:
		create_channel(tally, event);
		break;
	case EVENT_snapshot_channel:
		find_channel(tally, event);
		break;
	case EVENT_snapshot_queue:
		balance_channel(tally, word[2], word[1]);
		break;
	case EVENT_channel_destroy:
		life = channel_life(tally, word[0]);
		life->destroyed_seq = event->seq;
		life->destroyed_ns = event->time_ns;
		break;
	case EVENT_channel_block:
		balance_channel(tally, word[2], word[1])->blocks++;
		tasklet_row(tally, word[0])->blocks++;
		break;
	case EVENT_channel_leave:
		balance_channel(tally, word[2], word[1]);
		break;
	case EVENT_channel_transfer:
		balance_channel(tally, word[2], word[3])->transfers++;
		tasklet_row(tally, word[0])->sends++;
		tasklet_row(tally, word[1])->receives++;
		break;
	case EVENT_channel_error:
		channel_life(tally, word[2])->errors++;
		break;
	}
}

/* Rows are touched in no order: the processor is told early which, or it would wait for each. Nearly
 * all of A and B are tasklets, and C is a channel if it is anything. */
static inline void look_ahead(const struct store_tally *tally, const struct event *event)
{
	const void *rows[] = {
		tally_find_row(&tally->tasklets, event->word[0]),
		tally_find_row(&tally->tasklets, event->word[1]),
		tally_find_row(&tally->channels, event->word[2]),
	};

	for (int i = 0; i < 3; i++) {
		if (rows[i])
			__builtin_prefetch(rows[i], 1);
	}
}

int store_tally_events(struct store_tally *tally, const struct event *events, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct event *event = &events[i];
		struct thread_row *thread = get_row(tally, &tally->threads, event->thread);

		if (i + LOOK_AHEAD < count)
			look_ahead(tally, &events[i + LOOK_AHEAD]);

		thread->known = 1;
		thread->events++;
		switch (event->kind) {
		case EVENT_thread_start:
			start_thread(tally, thread, event);
			break;
		case EVENT_thread_end:
			end_run(tally, thread, event->time_ns);
			thread->running = 0;
			thread->ended_ns = event->time_ns;
			break;
		case EVENT_tasklet_create:
			create_tasklet(tally, event);
			break;
		case EVENT_snapshot_thread:
			find_thread(tally, thread, event);
			break;
		case EVENT_snapshot_tasklet:
			find_tasklet(tally, event);
			break;
		case EVENT_snapshot_end:
			thread->running = event->word[1];
			thread->since_ns = event->time_ns;
			break;
		case EVENT_tasklet_bind:
			tasklet_life(tally, event->word[0])->function = event->word[3];
			break;
		case EVENT_tasklet_switch:
			switch_tasklet(tally, thread, event);
			break;
		case EVENT_slice_save:
			save_slice(tally, thread, event);
			break;
		case EVENT_tasklet_end:
			end_tasklet(tally, event);
			break;
		default:
			tally_channel_event(tally, event);
		}
	}
	return tally->out_of_memory ? -ENOMEM : 0;
}
