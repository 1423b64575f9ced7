/* SPDX-License-Identifier: MIT */
/*
 * store_tally.h - the rows of `tasklet`, `channel` and `thread` while they are added up; only for the
 * store_tally*.c files.
 *
 * Numbers come from the traced program and may be anything. Rows lie in pages that are made when a
 * number in them is first seen, so that a wild one costs a page and not an array up to it.
 */
#ifndef GREENROOM_STORE_TALLY_H
#define GREENROOM_STORE_TALLY_H

#include "store_private.h"

enum {
	PAGE_BITS = 10,
	PAGE_ROWS = 1 << PAGE_BITS,
	PAGES = 1 << 16 /* numbers up to 2^26 */
};

/* What changes all the time stands apart from what is said once: a line of the cache a tasklet, and
 * half a one a channel. */
struct tasklet_row {
	uint64_t switches, run_ns, saves, saved_bytes, blocks, sends, receives;
	uint32_t saved_max;
	uint8_t known;
};

struct tasklet_life {
	uint64_t created_seq, created_ns, ended_seq, ended_ns;
	uint32_t name, thread, creator, function, place;
	int32_t error;
	uint8_t end_cause;
};

struct channel_row {
	uint64_t transfers, blocks;
	int32_t balance, balance_min, balance_max;
	uint8_t known;
};

struct channel_life {
	uint64_t created_seq, created_ns, destroyed_seq, destroyed_ns, errors;
	uint32_t name, thread, creator, size, place;
};

_Static_assert(sizeof(struct tasklet_row) == 64, "a line");
_Static_assert(sizeof(struct channel_row) == 32, "half a line");

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
	struct pages tasklets, tasklet_lives, channels, channel_lives, threads;
	bool out_of_memory;
};

/* The row, NULL when it does not exist. */
static inline void *tally_find_row(const struct pages *pages, uint32_t id)
{
	uint8_t *page = id >> PAGE_BITS < PAGES ? pages->page[id >> PAGE_BITS] : NULL;

	return page ? page + (id & (PAGE_ROWS - 1)) * pages->row_bytes : NULL;
}

#endif
