/* SPDX-License-Identifier: MIT */
/*
 * store_tally.c - the tables `tasklet`, `channel` and `thread`: added up as events go by, written
 * when the recording has ended.
 *
 * Numbers come from the traced program and may be anything. Rows lie in pages that are made when a
 * number in them is first seen, so that a wild one costs a page and not an array up to it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_private.h"

enum {
	PAGE_BITS = 10,
	PAGE_ROWS = 1 << PAGE_BITS,
	PAGES = 1 << 16, /* numbers up to 2^26 */
	LOOK_AHEAD = 12  /* events */
};

struct tasklet_row {
	uint64_t created_seq, created_ns, ended_seq, ended_ns;
	uint64_t switches, run_ns, saves, saved_bytes, blocks, sends, receives;
	uint32_t name, thread, creator, function, place, saved_max;
	int32_t error;
	uint8_t known, end_cause;
};

struct channel_row {
	uint64_t created_seq, created_ns, destroyed_seq, destroyed_ns;
	uint64_t transfers, errors, blocks;
	uint32_t name, thread, creator, size, place;
	int32_t balance, balance_min, balance_max;
	uint8_t known;
};

struct thread_row {
	uint64_t started_ns, ended_ns, events, switches, saved_bytes;
	uint64_t since_ns; /* when `running` was switched to */
	uint32_t main, running, os_thread;
	uint8_t known;
};

struct pages {
	size_t row_bytes;
	uint8_t *page[PAGES];
	uint32_t end; /* one more than the highest number seen */
};

struct store_tally {
	struct pages tasklets, channels, threads;
	bool out_of_memory;
};

struct store_tally *store_tally_create(void)
{
	struct store_tally *tally = calloc(1, sizeof(*tally));

	if (!tally)
		return NULL;
	tally->tasklets.row_bytes = sizeof(struct tasklet_row);
	tally->channels.row_bytes = sizeof(struct channel_row);
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
	pages_free(&tally->channels);
	pages_free(&tally->threads);
	free(tally);
}

/* The row, NULL when it does not exist. */
static void *find_row(const struct pages *pages, uint32_t id)
{
	uint8_t *page = id >> PAGE_BITS < PAGES ? pages->page[id >> PAGE_BITS] : NULL;

	return page ? page + (id & (PAGE_ROWS - 1)) * pages->row_bytes : NULL;
}

/* The row, made if need be. Who has no number, or a wild one, shares a row that is never written:
 * row 0. */
static void *get_row(struct store_tally *tally, struct pages *pages, uint32_t id)
{
	static _Thread_local uint64_t nobody[sizeof(struct tasklet_row) / sizeof(uint64_t) + 1];
	uint8_t **page;

	_Static_assert(sizeof(nobody) >= sizeof(struct channel_row), "a row of any table");
	_Static_assert(sizeof(nobody) >= sizeof(struct thread_row), "a row of any table");
	if (id >> PAGE_BITS >= PAGES)
		return nobody;
	page = &pages->page[id >> PAGE_BITS];
	if (!*page) {
		*page = calloc(PAGE_ROWS, pages->row_bytes);
		if (!*page) {
			tally->out_of_memory = true;
			return nobody;
		}
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

static struct channel_row *channel_row(struct store_tally *tally, uint32_t id)
{
	struct channel_row *row = get_row(tally, &tally->channels, id);

	row->known = 1;
	return row;
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
	struct tasklet_row *main = tasklet_row(tally, event->word[0]);

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
	struct tasklet_row *row = tasklet_row(tally, event->word[0]);

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
	tasklet_row(tally, event->word[0])->thread = event->thread;
}

static void find_tasklet(struct store_tally *tally, const struct event *event)
{
	struct tasklet_row *row = tasklet_row(tally, event->word[0]);

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
	struct tasklet_row *row = tasklet_row(tally, event->word[0]);

	row->ended_seq = event->seq;
	row->ended_ns = event->time_ns;
	row->end_cause = (uint8_t)event->small;
	row->error = (int32_t)event->word[3];
}

static void create_channel(struct store_tally *tally, const struct event *event)
{
	struct channel_row *row = channel_row(tally, event->word[0]);

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
	struct channel_row *row = channel_row(tally, event->word[0]);

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
	struct channel_row *row;

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
		row = channel_row(tally, word[0]);
		row->destroyed_seq = event->seq;
		row->destroyed_ns = event->time_ns;
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
		channel_row(tally, word[2])->errors++;
		break;
	}
}

/* Rows are touched in no order: the processor is told early which, or it would wait for each. Nearly
 * all of A and B are tasklets. */
static inline void look_ahead(const struct store_tally *tally, const struct event *event)
{
	for (int i = 0; i < 2; i++) {
		const char *row = find_row(&tally->tasklets, event->word[i]);

		if (!row)
			continue;
		__builtin_prefetch(row, 1);
		__builtin_prefetch(row + 64, 1);
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
			tasklet_row(tally, event->word[0])->function = event->word[3];
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

/* ---------------------------------------------------------------------------------- writing */

/* What ran when the recording ended has run until then. */
static uint64_t run_ns(const struct store_tally *tally, uint32_t id, const struct tasklet_row *row,
		       uint64_t end_ns)
{
	const struct thread_row *thread = find_row(&tally->threads, row->thread);

	if (thread && thread->running == id && end_ns > thread->since_ns)
		return row->run_ns + end_ns - thread->since_ns;
	return row->run_ns;
}

static int write_tasklets(const struct store_tally *tally, sqlite3 *db, uint64_t end_ns)
{
	sqlite3_stmt *insert = store_prepare(
		db, "INSERT OR REPLACE INTO tasklet SELECT ?1,"
		    " (SELECT text FROM string WHERE id = ?2), ?3, ?4,"
		    " (SELECT function FROM place WHERE id = ?5), ?6, ?7, ?8, ?9, ?10, ?11,"
		    " ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20");
	int result = insert ? 0 : store_errno(db);

	for (uint32_t id = 1; id < tally->tasklets.end && result == 0; id++) {
		const struct tasklet_row *row = find_row(&tally->tasklets, id);
		const char *cause;

		if (!row) {
			id |= PAGE_ROWS - 1;
			continue;
		}
		if (!row->known)
			continue;
		cause = row->ended_seq ? event_symbol(EVENT_TYPE_end_cause, row->end_cause) : NULL;
		store_bind(insert, "iziziizizitiiiiiiiii", (int64_t)id, (int64_t)row->name,
			   (int64_t)row->thread, (int64_t)row->creator, (int64_t)row->function,
			   (int64_t)row->place, (int64_t)row->created_seq, (int64_t)row->created_ns,
			   (int64_t)row->ended_seq, (int64_t)row->ended_ns, cause,
			   (int64_t)row->error, (int64_t)row->switches,
			   (int64_t)run_ns(tally, id, row, end_ns), (int64_t)row->saves,
			   (int64_t)row->saved_bytes, (int64_t)row->saved_max, (int64_t)row->blocks,
			   (int64_t)row->sends, (int64_t)row->receives);
		if (!row->ended_seq)
			sqlite3_bind_null(insert, 10);
		result = store_run(insert);
	}
	sqlite3_finalize(insert);
	return result;
}

static int write_channels(const struct store_tally *tally, sqlite3 *db)
{
	sqlite3_stmt *insert = store_prepare(
		db, "INSERT OR REPLACE INTO channel SELECT ?1,"
		    " (SELECT text FROM string WHERE id = ?2), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
		    " ?11, ?12, ?13, ?14, ?15, ?16");
	int result = insert ? 0 : store_errno(db);

	for (uint32_t id = 1; id < tally->channels.end && result == 0; id++) {
		const struct channel_row *row = find_row(&tally->channels, id);

		if (!row) {
			id |= PAGE_ROWS - 1;
			continue;
		}
		if (!row->known)
			continue;
		store_bind(insert, "izziiizizziiiiii", (int64_t)id, (int64_t)row->name,
			   (int64_t)row->thread, (int64_t)row->creator, (int64_t)row->size,
			   (int64_t)row->place, (int64_t)row->created_seq, (int64_t)row->created_ns,
			   (int64_t)row->destroyed_seq, (int64_t)row->destroyed_ns,
			   (int64_t)row->transfers, (int64_t)row->errors, (int64_t)row->blocks,
			   (int64_t)row->balance, (int64_t)row->balance_min,
			   (int64_t)row->balance_max);
		result = store_run(insert);
	}
	sqlite3_finalize(insert);
	return result;
}

/* The recorder may have written the thread's process and number already. */
static int write_threads(const struct store_tally *tally, sqlite3 *db)
{
	sqlite3_stmt *insert = store_prepare(
		db, "INSERT INTO thread(id, os_thread, main, started_ns, ended_ns, events,"
		    " switches, saved_bytes) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
		    " ON CONFLICT(id) DO UPDATE SET os_thread = coalesce(os_thread, ?2),"
		    " main = ?3, started_ns = ?4, ended_ns = ?5, events = ?6, switches = ?7,"
		    " saved_bytes = ?8");
	int result = insert ? 0 : store_errno(db);

	for (uint32_t id = 1; id < tally->threads.end && result == 0; id++) {
		const struct thread_row *row = find_row(&tally->threads, id);

		if (!row) {
			id |= PAGE_ROWS - 1;
			continue;
		}
		if (!row->known)
			continue;
		store_bind(insert, "izziziii", (int64_t)id, (int64_t)row->os_thread,
			   (int64_t)row->main, (int64_t)row->started_ns, (int64_t)row->ended_ns,
			   (int64_t)row->events, (int64_t)row->switches, (int64_t)row->saved_bytes);
		result = store_run(insert);
	}
	sqlite3_finalize(insert);
	return result;
}

int store_tally_write(const struct store_tally *tally, sqlite3 *db, uint64_t end_ns)
{
	int result = write_tasklets(tally, db, end_ns);

	if (result == 0)
		result = write_channels(tally, db);
	if (result == 0)
		result = write_threads(tally, db);
	return result;
}
