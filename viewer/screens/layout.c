/* SPDX-License-Identifier: MIT */
/*
 * layout.c - dividing the screen.
 */
#include "layout.h"

/* A slot in parts of the whole: columns in 60ths of the width; and the panes that take turns. */
struct layout_part {
	int band;
	int left, right;
	unsigned int panes; /* bits */
};

struct layout_plan {
	int rows_from, columns_from; /* smallest screen it is for */
	int bands;
	struct {
		int rows;  /* of content, at the smallest screen */
		int share; /* of further rows, in tenths */
	} band[5];
	struct layout_part part[LAYOUT_SLOTS + 1]; /* ends with one without panes */
};

#define BIT(pane) (1u << PANE_##pane)

/* From the largest to the smallest. */
static const struct layout_plan layout_plans[] = {
	{.rows_from = 34,
	 .columns_from = 100,
	 .bands = 4,
	 .band = {{9, 5}, {6, 2}, {6, 2}, {6, 1}},
	 .part = {{0, 0, 18, BIT(RING)},
		  {0, 18, 38, BIT(STACK) | BIT(FRAMES)},
		  {0, 38, 60, BIT(SOURCE)},
		  {1, 0, 28, BIT(CHANNELS)},
		  {1, 28, 60, BIT(TASKLETS) | BIT(WAITS)},
		  {2, 0, 36, BIT(EVENTS)},
		  {2, 36, 60, BIT(TIMELINE)},
		  {3, 0, 60, BIT(STORY)},
		  {0}}},
	{.rows_from = 22,
	 .columns_from = 72,
	 .bands = 3,
	 .band = {{8, 6}, {5, 3}, {5, 1}},
	 .part = {{0, 0, 18, BIT(RING)},
		  {0, 18, 40, BIT(STACK) | BIT(FRAMES)},
		  {0, 40, 60, BIT(SOURCE)},
		  {1, 0, 28, BIT(CHANNELS)},
		  {1, 28, 60, BIT(TASKLETS) | BIT(WAITS)},
		  {2, 0, 60, BIT(STORY) | BIT(EVENTS) | BIT(TIMELINE)},
		  {0}}},
	{.rows_from = 14,
	 .columns_from = 72,
	 .bands = 2,
	 .band = {{5, 8}, {4, 2}},
	 .part = {{0, 0, 18, BIT(RING) | BIT(CHANNELS)},
		  {0, 18, 40, BIT(STACK) | BIT(FRAMES) | BIT(TASKLETS) | BIT(WAITS)},
		  {0, 40, 60, BIT(SOURCE)},
		  {1, 0, 60, BIT(STORY) | BIT(EVENTS) | BIT(TIMELINE)},
		  {0}}},
	{.rows_from = 0,
	 .columns_from = 0,
	 .bands = 2,
	 .band = {{3, 8}, {2, 2}},
	 .part = {{0, 0, 60,
		   BIT(RING) | BIT(STACK) | BIT(SOURCE) | BIT(CHANNELS) | BIT(TASKLETS) |
			   BIT(EVENTS) | BIT(TIMELINE) | BIT(WAITS) | BIT(FRAMES)},
		  {1, 0, 60, BIT(STORY)},
		  {0}}},
};

static const struct layout_plan *layout_choose(int rows, int columns)
{
	const struct layout_plan *plan = layout_plans;

	while (rows < plan->rows_from || columns < plan->columns_from)
		plan++;
	return plan;
}

static enum pane_id layout_latest(unsigned int panes, const uint64_t used[static PANE_COUNT])
{
	enum pane_id latest = PANE_COUNT;

	for (int pane = 0; pane < PANE_COUNT; pane++)
		if ((panes & 1u << pane) && (latest == PANE_COUNT || used[pane] > used[latest]))
			latest = (enum pane_id)pane;
	return latest;
}

/* Where each band begins; entry `bands` is the last line. */
static void layout_bands(const struct layout_plan *plan, int rows, int start[static 6])
{
	int spare = rows - 1, given = 0;

	for (int i = 0; i < plan->bands; i++)
		spare -= plan->band[i].rows + 1;
	start[0] = 0;
	for (int i = 0; i < plan->bands; i++) {
		int more = spare * plan->band[i].share / 10;

		if (i == plan->bands - 1)
			more = spare - given;
		given += more;
		start[i + 1] = start[i] + plan->band[i].rows + 1 + more;
	}
}

void layout_make(struct layout *layout, int rows, int columns, bool zoomed,
		 const uint64_t used[static PANE_COUNT])
{
	const struct layout_plan *plan = layout_choose(rows, columns);
	int start[6];

	layout->slots = 0;
	if (zoomed) {
		layout->slot[layout->slots++] = (struct layout_slot){
			0, 0, rows, columns, layout_latest((1u << PANE_COUNT) - 1, used)};
		return;
	}
	layout_bands(plan, rows, start);
	for (const struct layout_part *part = plan->part; part->panes; part++) {
		int left = part->left * (columns - 1) / 60,
		    right = part->right * (columns - 1) / 60;

		layout->slot[layout->slots++] = (struct layout_slot){
			.row = start[part->band],
			.column = left,
			.rows = start[part->band + 1] - start[part->band] + 1,
			.columns = right - left + 1,
			.pane = layout_latest(part->panes, used),
		};
	}
}
