/* SPDX-License-Identifier: MIT */
/*
 * ranking.h - the first of many, by a number that each is given: those that a table has room for.
 *
 * Who looks at the many, and how many of them at a time, is the caller's business. While a ranking is
 * being made the one before it can still be read.
 */
#ifndef GREENROOM_RANKING_H
#define GREENROOM_RANKING_H

#include <stdint.h>

enum { RANKING_MAX = 1024 };

struct ranking_row {
	uint32_t id;
	uint64_t key;
};

struct ranking {
	struct ranking_row row[2][RANKING_MAX];
	uint32_t rows[2];
	uint32_t wanted;  /* rows of the one that is being made */
	uint32_t offered; /* to it so far */
	uint32_t all;     /* that were offered to the one that can be read */
	int read;         /* which of the two that is */
};

/* Begins a ranking with at most so many rows. */
void ranking_begin(struct ranking *ranking, uint32_t wanted);
/* The greatest key comes first, of equal ones the smallest number. An offer may be repeated. */
void ranking_offer(struct ranking *ranking, uint32_t id, uint64_t key);
/* From now on this is the one that is read. */
void ranking_end(struct ranking *ranking);

uint32_t ranking_rows(const struct ranking *ranking);
/* The number in a row, from 0; 0 behind the last. */
uint32_t ranking_row(const struct ranking *ranking, uint32_t row);
/* How many there were to choose from. */
uint32_t ranking_all(const struct ranking *ranking);

#endif
