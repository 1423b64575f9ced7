/* SPDX-License-Identifier: MIT */
/*
 * store_tally_write.c - the tables `tasklet`, `channel` and `thread`: written when the recording has
 * ended.
 */
#include "store_tally.h"

/* What ran when the recording ended has run until then. */
static uint64_t run_ns(const struct store_tally *tally, uint32_t id, const struct tasklet_row *row,
		       uint32_t thread_id, uint64_t end_ns)
{
	const struct thread_row *thread = tally_find_row(&tally->threads, thread_id);

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
		static const struct tasklet_life unsaid;
		const struct tasklet_row *row = tally_find_row(&tally->tasklets, id);
		const struct tasklet_life *life = tally_find_row(&tally->tasklet_lives, id);
		const char *cause;

		if (!row) {
			id |= PAGE_ROWS - 1;
			continue;
		}
		if (!row->known)
			continue;
		if (!life)
			life = &unsaid;
		cause = life->ended_seq ? event_symbol(EVENT_TYPE_end_cause, life->end_cause)
					: NULL;
		store_bind(insert, "iziziizizitiiiiiiiii", (int64_t)id, (int64_t)life->name,
			   (int64_t)life->thread, (int64_t)life->creator, (int64_t)life->function,
			   (int64_t)life->place, (int64_t)life->created_seq,
			   (int64_t)life->created_ns, (int64_t)life->ended_seq,
			   (int64_t)life->ended_ns, cause, (int64_t)life->error,
			   (int64_t)row->switches,
			   (int64_t)run_ns(tally, id, row, life->thread, end_ns),
			   (int64_t)row->saves, (int64_t)row->saved_bytes, (int64_t)row->saved_max,
			   (int64_t)row->blocks, (int64_t)row->sends, (int64_t)row->receives);
		if (!life->ended_seq)
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
		static const struct channel_life unsaid;
		const struct channel_row *row = tally_find_row(&tally->channels, id);
		const struct channel_life *life = tally_find_row(&tally->channel_lives, id);

		if (!row) {
			id |= PAGE_ROWS - 1;
			continue;
		}
		if (!row->known)
			continue;
		if (!life)
			life = &unsaid;
		store_bind(insert, "izziiizizziiiiii", (int64_t)id, (int64_t)life->name,
			   (int64_t)life->thread, (int64_t)life->creator, (int64_t)life->size,
			   (int64_t)life->place, (int64_t)life->created_seq,
			   (int64_t)life->created_ns, (int64_t)life->destroyed_seq,
			   (int64_t)life->destroyed_ns, (int64_t)row->transfers,
			   (int64_t)life->errors, (int64_t)row->blocks, (int64_t)row->balance,
			   (int64_t)row->balance_min, (int64_t)row->balance_max);
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
		const struct thread_row *row = tally_find_row(&tally->threads, id);

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
