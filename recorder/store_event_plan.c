/* SPDX-License-Identifier: MIT */
/*
 * store_event_plan.c - which conditions of a statement the table `event` makes use of, and what that
 * would cost. EXPLAIN QUERY PLAN shows it: "kind= a= time_ns>".
 */
#include <string.h>

#include "store_event.h"

/* The bound that a condition is, or BOUNDS. */
static int bound_of(const struct sqlite3_index_constraint *constraint)
{
	int column = constraint->iColumn < 0 ? COLUMN_SEQ : constraint->iColumn;
	bool seq = column == COLUMN_SEQ;

	if (!constraint->usable)
		return BOUNDS;
	switch (constraint->op) {
	case SQLITE_INDEX_CONSTRAINT_EQ:
		if (column >= COLUMN_A && column <= COLUMN_E)
			return BOUND_A + column - COLUMN_A;
		return seq                       ? BOUND_SEQ
		       : column == COLUMN_TIME   ? BOUND_TIME
		       : column == COLUMN_KIND   ? BOUND_KIND
		       : column == COLUMN_THREAD ? BOUND_THREAD
						 : BOUNDS;
	case SQLITE_INDEX_CONSTRAINT_GT:
	case SQLITE_INDEX_CONSTRAINT_GE:
		return seq ? BOUND_SEQ_LOW : column == COLUMN_TIME ? BOUND_TIME_LOW : BOUNDS;
	case SQLITE_INDEX_CONSTRAINT_LT:
	case SQLITE_INDEX_CONSTRAINT_LE:
		return seq ? BOUND_SEQ_HIGH : column == COLUMN_TIME ? BOUND_TIME_HIGH : BOUNDS;
	default:
		return BOUNDS;
	}
}

/* Rows that will come, and the chunks that have to be unpacked for them, in rows. */
static void estimate(sqlite3_index_info *plan, double events)
{
	static const struct {
		double rows, chunks; /* what a bound leaves of them */
	} share[BOUNDS] = {
		[BOUND_SEQ_LOW] = {0.3, 0.3},  [BOUND_SEQ_HIGH] = {0.3, 0.3},
		[BOUND_TIME_LOW] = {0.3, 0.3}, [BOUND_TIME_HIGH] = {0.3, 0.3},
		[BOUND_SEQ] = {0, 0},          [BOUND_TIME] = {0, 0},
		[BOUND_KIND] = {0.1, 0.8},     [BOUND_THREAD] = {0.5, 0.9},
		[BOUND_A] = {0.01, 0.8},       [BOUND_A + 1] = {0.01, 0.8},
		[BOUND_A + 2] = {0.05, 0.9},   [BOUND_A + 3] = {0.05, 0.9},
		[BOUND_A + 4] = {0.05, 0.9},
	};
	double rows = events, cost = events;

	for (int bound = 0; bound < BOUNDS; bound++) {
		if (!(plan->idxNum & 1 << bound))
			continue;
		rows *= share[bound].rows;
		cost *= share[bound].chunks;
	}
	plan->estimatedRows = (sqlite3_int64)rows + 1;
	plan->estimatedCost = cost + rows + 1000;
	if (plan->idxNum & 1 << BOUND_SEQ)
		plan->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
}

/* The plan in words. */
static int describe(sqlite3_index_info *plan)
{
	static const char *const names[BOUNDS] = {
		"seq>",    "seq<", "time_ns>", "time_ns<", "seq=", "time_ns=", "kind=",
		"thread=", "a=",   "b=",       "c=",       "d=",   "e=",
	};
	sqlite3_str *text = sqlite3_str_new(NULL);

	for (int bound = 0; bound < BOUNDS; bound++) {
		if (plan->idxNum & 1 << bound)
			sqlite3_str_appendf(text, "%s%s", sqlite3_str_length(text) ? " " : "",
					    names[bound]);
	}
	if (plan->idxNum & PLAN_BACKWARDS)
		sqlite3_str_appendf(text, "%sbackwards", sqlite3_str_length(text) ? " " : "");
	plan->idxStr = sqlite3_str_finish(text); /* NULL when it is empty */
	plan->needToFreeIdxStr = plan->idxStr != NULL;
	return SQLITE_OK;
}

int store_event_plan(sqlite3_index_info *plan, uint64_t events)
{
	const uint64_t words = ((UINT64_C(1) << EVENT_WORDS) - 1) << COLUMN_A;
	int chosen[BOUNDS], argument = 0;

	memset(chosen, -1, sizeof(chosen));
	for (int i = 0; i < plan->nConstraint; i++) {
		int bound = bound_of(&plan->aConstraint[i]);

		if (bound < BOUNDS)
			chosen[bound] = i;
	}
	for (int bound = 0; bound < BOUNDS; bound++) {
		if (chosen[bound] < 0)
			continue;
		plan->aConstraintUsage[chosen[bound]].argvIndex = ++argument;
		plan->idxNum |= 1 << bound;
	}
	if (plan->nOrderBy > 0 &&
	    (plan->aOrderBy[0].iColumn == COLUMN_SEQ || plan->aOrderBy[0].iColumn < 0)) {
		plan->orderByConsumed = 1;
		if (plan->aOrderBy[0].desc)
			plan->idxNum |= PLAN_BACKWARDS;
	}
	if (plan->colUsed & ~(UINT64_C(1) << COLUMN_SEQ))
		plan->idxNum |= PLAN_EVENTS;
	if (plan->colUsed & UINT64_C(1) << COLUMN_TIME)
		plan->idxNum |= PLAN_TIMES;
	if (plan->colUsed & words)
		plan->idxNum |= PLAN_WORDS;
	estimate(plan, (double)events);
	return describe(plan);
}
