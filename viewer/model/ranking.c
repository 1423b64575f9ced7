/* SPDX-License-Identifier: MIT */
/*
 * ranking.c - an array in order; most of those that are offered come after its last row.
 */
#include "ranking.h"

#include <stdbool.h>
#include <string.h>

void ranking_begin(struct ranking *ranking, uint32_t wanted)
{
	ranking->wanted = wanted < RANKING_MAX ? wanted : RANKING_MAX;
	ranking->rows[!ranking->read] = 0;
	ranking->offered = 0;
}

static bool comes_before(const struct ranking_row *one, const struct ranking_row *other)
{
	return one->key != other->key ? one->key > other->key : one->id < other->id;
}

void ranking_offer(struct ranking *ranking, uint32_t id, uint64_t key)
{
	struct ranking_row *row = ranking->row[!ranking->read], new_row = {id, key};
	uint32_t *rows = &ranking->rows[!ranking->read], low = 0, high = *rows;

	ranking->offered++;
	if (ranking->wanted == 0 ||
	    (*rows == ranking->wanted && !comes_before(&new_row, &row[*rows - 1])))
		return;
	for (uint32_t i = 0; i < *rows; i++)
		if (row[i].id == id)
			return;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (comes_before(&row[middle], &new_row))
			low = middle + 1;
		else
			high = middle;
	}
	if (*rows < ranking->wanted)
		(*rows)++;
	memmove(row + low + 1, row + low, (*rows - low - 1) * sizeof(*row));
	row[low] = new_row;
}

void ranking_end(struct ranking *ranking)
{
	ranking->read = !ranking->read;
	ranking->all = ranking->offered;
}

uint32_t ranking_rows(const struct ranking *ranking)
{
	return ranking->rows[ranking->read];
}

uint32_t ranking_row(const struct ranking *ranking, uint32_t row)
{
	return row < ranking_rows(ranking) ? ranking->row[ranking->read][row].id : 0;
}

uint32_t ranking_all(const struct ranking *ranking)
{
	return ranking->all;
}
