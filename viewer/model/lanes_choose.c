/* SPDX-License-Identifier: MIT */
/*
 * lanes_choose.c - which tasklets have a lane.
 *
 * Around a position that is looked at closely: those that the nearest events name. In a long stretch:
 * those that are named most often by samples from all over it.
 */
#include <string.h>

#include "lanes_walk.h"

enum {
	CHOOSE_NEAR = 4096, /* events up to which all of a stretch are looked at */
	CHOOSE_SAMPLES = 16,
	CHOOSE_SAMPLE_EVENTS = 1024,
	CHOOSE_COUNTS = 2048 /* tasklets that are counted */
};

struct choice {
	struct lanes *lanes;
	int room;
	struct choice_count {
		uint32_t id, count;
	} count[CHOOSE_COUNTS]; /* a hash table */
};

static bool choice_has(const struct lanes *lanes, uint32_t id)
{
	for (int row = 0; row < lanes->rows; row++)
		if (lanes->lane[row].kind == LANE_TASKLET && lanes->lane[row].id == id)
			return true;
	return false;
}

/* Threads stay first, tasklets are in the order of their numbers. */
static void choice_add(struct choice *choice, uint32_t id)
{
	struct lanes *lanes = choice->lanes;
	int row = lanes->rows;

	if (id == 0 || choice_has(lanes, id))
		return;
	if (lanes->rows == choice->room) {
		lanes->others++;
		return;
	}
	for (; row > 0 && lanes->lane[row - 1].kind == LANE_TASKLET && lanes->lane[row - 1].id > id;
	     row--)
		lanes->lane[row].id = lanes->lane[row - 1].id;
	lanes->lane[row].id = id;
	lanes->lane[lanes->rows++].kind = LANE_TASKLET;
}

static void choice_count(struct choice *choice, uint32_t id)
{
	uint32_t at = id * 2654435761u % CHOOSE_COUNTS;

	for (int tries = 0; tries < 16; tries++, at = (at + 1) % CHOOSE_COUNTS) {
		struct choice_count *count = &choice->count[at];

		if (count->id != id && count->id != 0)
			continue;
		count->id = id;
		count->count++;
		return;
	}
}

/* The tasklets that an event names. */
static void choice_look(struct choice *choice, uint64_t seq,
			void (*each)(struct choice *choice, uint32_t id))
{
	const struct lanes_walk *walk = choice->lanes->walk;
	struct event event;

	if (replay_peek(walk->replay, seq, &event) <= 0 || event.kind >= EVENT_KINDS)
		return;
	for (unsigned int words = walk->tasklet_words[event.kind]; words; words &= words - 1) {
		uint32_t id = event.word[__builtin_ctz(words)];

		if (id)
			each(choice, id);
	}
}

/* From the position outward, so that the nearest come first; no more once there is no room. */
static void choose_near(struct choice *choice)
{
	const struct lanes_walk *walk = choice->lanes->walk;
	uint64_t first = walk->first_seq, last = walk->last_seq, position = walk->wanted.position;

	if (position < first)
		position = first;
	if (position > last)
		position = last;
	for (uint64_t far = 0; far <= last - first && choice->lanes->others == 0; far++) {
		if (position + far <= last)
			choice_look(choice, position + far, choice_add);
		if (far > 0 && position >= first + far)
			choice_look(choice, position - far, choice_add);
	}
}

static void choose_often(struct choice *choice)
{
	const struct lanes_walk *walk = choice->lanes->walk;
	uint64_t events = walk->last_seq - walk->first_seq + 1;

	for (uint64_t sample = 0; sample < CHOOSE_SAMPLES; sample++) {
		uint64_t seq = walk->first_seq + events / CHOOSE_SAMPLES * sample;

		for (uint64_t i = 0; i < CHOOSE_SAMPLE_EVENTS; i++)
			choice_look(choice, seq + i, choice_count);
	}
	while (choice->lanes->others == 0) {
		struct choice_count *best = NULL;

		for (int i = 0; i < CHOOSE_COUNTS; i++) {
			struct choice_count *count = &choice->count[i];

			if (count->count && (!best || count->count > best->count ||
					     (count->count == best->count && count->id < best->id)))
				best = count;
		}
		if (!best)
			return;
		choice_add(choice, best->id);
		best->count = 0;
	}
}

/* The last lane becomes that of all others. */
static void choose_others(struct lanes *lanes, int room)
{
	/* Summaries do not tell what they do. */
	if (lanes->coarse || lanes->others == 0 || lanes->rows < 3)
		return;
	if (lanes->rows == room && lanes->lane[room - 1].kind != LANE_TASKLET)
		return;
	if (lanes->rows < room)
		lanes->rows++;
	lanes->lane[lanes->rows - 1].kind = LANE_OTHERS;
	lanes->lane[lanes->rows - 1].id = 0;
}

void lanes_choose(struct lanes *lanes)
{
	const struct lanes_walk *walk = lanes->walk;
	struct choice choice = {
		.lanes = lanes,
		.room = walk->wanted.rows < LANES_ROWS ? walk->wanted.rows : LANES_ROWS,
	};

	for (uint32_t thread = 1; thread <= walk->wanted.threads && lanes->rows < choice.room;
	     thread++) {
		lanes->lane[lanes->rows].kind = LANE_THREAD;
		lanes->lane[lanes->rows++].id = thread;
	}
	choice_add(&choice, walk->wanted.selected);
	choice_add(&choice, walk->wanted.running);
	if (walk->last_seq - walk->first_seq < CHOOSE_NEAR)
		choose_near(&choice);
	else
		choose_often(&choice);
	choose_others(lanes, choice.room);
}
