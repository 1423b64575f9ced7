/* SPDX-License-Identifier: MIT */
/*
 * figure_chain.c - the chain as a ring, and who stands outside it.
 *
 *      .---> T2 ping ----->.      The one who runs is at the top, the next one to its right, and so
 *    T4 log           T3 pong     on clockwise: the last of the chain stands to its left.
 *      `<------ T1 main <--'
 *    waiting: T5 -> C1
 *
 * A tasklet that waits or pauses has left the ring; it is not skipped, it is not there. That is why
 * those are listed below, apart.
 */
#include "figure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crowd.h"
#include "glyph.h"

enum {
	CHAIN_LABEL = 128,
	CHAIN_LINES_MAX = 4,      /* lines of those outside, at most */
	CHAIN_PAUSED_LOOK = 4096, /* how many tasklets are looked at to find paused ones */
	CHAIN_CHANNEL_LOOK = 1024 /* and how many channels to find those who wait */
};

struct chain_figure {
	struct canvas *canvas;
	const struct scene *scene;
	const struct state_thread *thread;
	uint32_t top; /* tasklet drawn at the top; 0: the chain is empty */
};

/* A line of text that grows, and knows how much did not fit. */
struct chain_list {
	char text[512];
	const char *title;
	size_t length;
	int entries, columns;
	bool brief; /* numbers only */
	uint64_t more;
};

static void chain_list_add(struct chain_list *list, const char *entry)
{
	const char *between = list->entries == 0 ? "" : list->brief ? " " : ", ";
	int room = list->columns - text_width(list->text) - text_width(between);

	if (list->more > 0 || (list->entries > 0 && text_width(entry) > room)) {
		list->more++;
		return;
	}
	list->length += (size_t)snprintf(list->text + list->length,
					 sizeof(list->text) - list->length, "%s%s", between, entry);
	if (list->length >= sizeof(list->text))
		list->length = sizeof(list->text) - 1;
	list->entries++;
}

/* Takes entries off the end until there is room to say how many are missing. */
static void chain_list_close(struct chain_list *list)
{
	char more[32];

	if (list->more == 0)
		return;
	for (;;) {
		char *last = strrchr(list->text, list->brief ? ' ' : ',');

		snprintf(more, sizeof(more), " … %" PRIu64 " more", list->more);
		if (!last || text_width(list->text) + text_width(more) <= list->columns)
			break;
		*last = '\0';
		list->more++;
	}
	list->length = strlen(list->text);
	snprintf(list->text + list->length, sizeof(list->text) - list->length, "%s", more);
}

/* An entry of the ring; returns the columns it takes. */
static size_t chain_label(const struct chain_figure *figure, uint32_t id, char *out, size_t size)
{
	size_t length = 0;

	if (id != figure->top && scene_touches_tasklet(figure->scene, id))
		length = (size_t)snprintf(out, size, "• ");
	return length + scene_tasklet_label(out + length, size - length, figure->scene, id);
}

static enum role chain_role(const struct chain_figure *figure, uint32_t id)
{
	if (scene_touches_tasklet(figure->scene, id))
		return ROLE_HIGHLIGHT;
	return scene_condition(figure->scene, id).role;
}

static void chain_draw_top(const struct chain_figure *figure, int left, int right)
{
	char label[CHAIN_LABEL], name[CHAIN_LABEL - 8];
	bool running = figure->thread->running == figure->top;
	int room = right - left - 4, width, column;

	chain_label(figure, figure->top, name, sizeof(name));
	snprintf(label, sizeof(label), "%s%s", running ? "▶ " : "", name);
	width = text_width(label);
	if (width > room)
		width = room;
	column = left + 1 + (room - width) / 2;
	canvas_put(figure->canvas, 0, column, ' ', ROLE_PLAIN);
	width = canvas_text(figure->canvas, 0, column + 1, width,
			    running ? ROLE_CURRENT : chain_role(figure, figure->top), label);
	canvas_put(figure->canvas, 0, column + 1 + width, ' ', ROLE_PLAIN);
}

static void chain_draw_line(const struct chain_figure *figure, int bottom, int left, int right)
{
	struct canvas *canvas = figure->canvas;

	canvas_line(canvas, 0, left + 1, right - left - 1, GLYPH_LINE, ROLE_BORDER);
	canvas_line(canvas, bottom, left + 1, right - left - 1, GLYPH_LINE, ROLE_BORDER);
	canvas_column(canvas, 1, left, bottom - 1, GLYPH_BAR, ROLE_BORDER);
	canvas_column(canvas, 1, right, bottom - 1, GLYPH_BAR, ROLE_BORDER);
	canvas_put(canvas, 0, left, GLYPH_ROUND_TL, ROLE_BORDER);
	canvas_put(canvas, 0, right, GLYPH_ROUND_TR, ROLE_BORDER);
	canvas_put(canvas, bottom, left, GLYPH_ROUND_BL, ROLE_BORDER);
	canvas_put(canvas, bottom, right, GLYPH_ROUND_BR, ROLE_BORDER);
	canvas_put(canvas, 0, right - 1, GLYPH_RIGHT, ROLE_BORDER);
	canvas_put(canvas, bottom, left + 1, GLYPH_LEFT, ROLE_BORDER);
}

static void chain_draw_side(const struct chain_figure *figure, int row, bool right_side,
			    uint32_t id)
{
	int half = (figure->canvas->columns - 1) / 2;
	char label[CHAIN_LABEL];

	chain_label(figure, id, label, sizeof(label));
	if (right_side)
		canvas_text_right(figure->canvas, row, figure->canvas->columns - half, half,
				  chain_role(figure, id), label);
	else
		canvas_text(figure->canvas, row, 0, half, chain_role(figure, id), label);
}

static void chain_draw_more(const struct chain_figure *figure, int bottom, uint32_t more)
{
	char label[CHAIN_LABEL];
	int width = snprintf(label, sizeof(label), " … %" PRIu32 " more ", more) - 2;

	canvas_text(figure->canvas, bottom, (figure->canvas->columns - width) / 2, width, ROLE_DIM,
		    label);
}

/* The others: down the right side, up the left one; when they are too many, the first and the last
 * of them. */
static void chain_draw_others(const struct chain_figure *figure, int bottom)
{
	uint32_t others = figure->thread->count - 1, side = (uint32_t)bottom - 1;
	uint32_t right = others < 2 * side ? (others + 1) / 2 : side;
	uint32_t left = others - right < side ? others - right : side;
	uint32_t id = figure->top;

	for (uint32_t i = 0; i < right; i++) {
		id = state_tasklet(figure->scene->state, id)->next;
		chain_draw_side(figure, 1 + (int)i, true, id);
	}
	id = figure->top;
	for (uint32_t i = 0; i < left; i++) {
		id = state_tasklet(figure->scene->state, id)->prev;
		chain_draw_side(figure, 1 + (int)i, false, id);
	}
	if (others > right + left)
		chain_draw_more(figure, bottom, others - right - left);
}

/* Too low for a ring: the chain in a line. */
static void chain_draw_flat(const struct chain_figure *figure)
{
	struct chain_list list = {.columns = figure->canvas->columns};
	bool running = figure->thread->running == figure->top;
	uint32_t id = figure->top;
	char label[CHAIN_LABEL] = "▶ ";

	for (uint32_t i = 0; i < figure->thread->count && i < 32; i++) {
		size_t mark = i == 0 && running ? strlen("▶ ") : 0;

		chain_label(figure, id, label + mark, sizeof(label) - mark);
		chain_list_add(&list, label);
		id = state_tasklet(figure->scene->state, id)->next;
	}
	if (figure->thread->count > 32)
		list.more += figure->thread->count - 32;
	chain_list_close(&list);
	canvas_text(figure->canvas, 0, 0, figure->canvas->columns, ROLE_CURRENT, list.text);
}

static void chain_draw_ring(const struct chain_figure *figure, int rows)
{
	int right = figure->canvas->columns - 2, left = 1;
	int needed = figure->thread->count > 1
			     ? (int)(figure->thread->count / 2 < 1000 ? figure->thread->count / 2
								      : 1000)
			     : 1;
	int bottom = needed + 1 < rows - 1 ? needed + 1 : rows - 1;

	if (figure->top == 0) {
		canvas_text(figure->canvas, 0, 0, figure->canvas->columns, ROLE_DIM,
			    "the ring is empty");
		return;
	}
	if (rows < 3 || right - left < 10) {
		chain_draw_flat(figure);
		return;
	}
	chain_draw_line(figure, bottom, left, right);
	chain_draw_top(figure, left, right);
	if (figure->thread->count > 1)
		chain_draw_others(figure, bottom);
}

/* A tasklet in a list: with its name, or where that would be too long, without. */
static void chain_list_label(const struct chain_figure *figure, struct chain_list *list,
			     uint32_t id, char *out, size_t size)
{
	if (list->brief)
		snprintf(out, size, "T%" PRIu32, id);
	else
		scene_tasklet_label(out, size, figure->scene, id);
}

/* The queue of a channel. */
static void chain_list_queue(const struct chain_figure *figure, struct chain_list *list,
			     uint32_t channel_id)
{
	const struct state_channel *channel = state_channel(figure->scene->state, channel_id);
	uint32_t waiting = (uint32_t)abs(channel->balance), id = channel->first;

	for (uint32_t i = 0; i < waiting && id; i++) {
		char entry[CHAIN_LABEL], label[CHAIN_LABEL - 24];

		if (list->more > 0) {
			list->more += waiting - i;
			return;
		}
		chain_list_label(figure, list, id, label, sizeof(label));
		snprintf(entry, sizeof(entry), "%s%sC%" PRIu32, label,
			 channel->balance > 0 ? "→" : "←", channel_id);
		chain_list_add(list, entry);
		id = state_tasklet(figure->scene->state, id)->next;
	}
}

/* Where there are more than can be looked at, the crowd knows how many are missing. */
static void chain_list_rest(const struct chain_figure *figure, struct chain_list *list,
			    enum crowd_condition condition)
{
	const struct crowd *crowd = figure->scene->crowd;
	uint64_t listed = (uint64_t)list->entries + list->more, all;

	if (!crowd || !crowd_is_complete(crowd))
		return;
	all = crowd_count(crowd, condition);
	if (all > listed)
		list->more += all - listed;
}

/* Those who wait, in the order of the channels and of each queue. */
static void chain_list_blocked(const struct chain_figure *figure, struct chain_list *list)
{
	uint32_t last = state_channels(figure->scene->state);

	if (last > CHAIN_CHANNEL_LOOK)
		last = CHAIN_CHANNEL_LOOK;
	for (uint32_t id = 1; id <= last; id++)
		chain_list_queue(figure, list, id);
	chain_list_rest(figure, list, CROWD_WAITING);
}

static void chain_list_paused(const struct chain_figure *figure, struct chain_list *list)
{
	const struct state *state = figure->scene->state;
	uint32_t last = state_tasklets(state);

	if (last > CHAIN_PAUSED_LOOK)
		last = CHAIN_PAUSED_LOOK;
	for (uint32_t id = 1; id <= last; id++) {
		const struct state_tasklet *tasklet = state_tasklet(state, id);
		char label[CHAIN_LABEL];

		if (tasklet->where != STATE_PAUSED || tasklet->run_depth > 0 ||
		    scene_is_running(figure->scene, id))
			continue;
		chain_list_label(figure, list, id, label, sizeof(label));
		chain_list_add(list, label);
	}
	chain_list_rest(figure, list, CROWD_PAUSED);
}

/* The callers of scheduler_run, the innermost first. */
static void chain_list_callers(const struct chain_figure *figure, struct chain_list *list)
{
	uint32_t id = figure->thread->run_top;
	char label[CHAIN_LABEL];

	for (uint32_t i = 0; i < figure->thread->run_depth && id; i++) {
		if (list->more > 0) {
			list->more += figure->thread->run_depth - i;
			return;
		}
		chain_list_label(figure, list, id, label, sizeof(label));
		chain_list_add(list, label);
		id = state_tasklet(figure->scene->state, id)->run_below;
	}
}

static void chain_list_leaving(const struct chain_figure *figure, struct chain_list *list)
{
	char label[CHAIN_LABEL];

	if (figure->thread->running == 0 || figure->thread->running == figure->top)
		return;
	chain_list_label(figure, list, figure->thread->running, label, sizeof(label));
	chain_list_add(list, label);
}

/* Those outside the ring, a line each; returns how many lines. Names are left out of a line when
 * they would leave tasklets out. */
static int chain_outside(const struct chain_figure *figure, struct chain_list *lines)
{
	static const struct {
		const char *title;
		void (*list)(const struct chain_figure *figure, struct chain_list *list);
	} kinds[CHAIN_LINES_MAX] = {{"leaves: ", chain_list_leaving},
				    {"in run: ", chain_list_callers},
				    {"waiting: ", chain_list_blocked},
				    {"paused: ", chain_list_paused}};
	int count = 0;

	for (int kind = 0; kind < CHAIN_LINES_MAX; kind++) {
		struct chain_list *list = &lines[count];

		for (int brief = 0; brief < 2; brief++) {
			*list = (struct chain_list){
				.title = kinds[kind].title,
				.columns = figure->canvas->columns - text_width(kinds[kind].title),
				.brief = brief,
			};
			kinds[kind].list(figure, list);
			if (list->more == 0 && text_width(list->text) <= list->columns)
				break;
		}
		chain_list_close(list);
		count += list->entries > 0;
	}
	return count;
}

static void chain_draw_outside(const struct chain_figure *figure, int row,
			       const struct chain_list *list)
{
	int column = canvas_text(figure->canvas, row, 0, figure->canvas->columns, ROLE_PLAIN,
				 list->title);

	canvas_text(figure->canvas, row, column, figure->canvas->columns - column, ROLE_BLOCKED,
		    list->text);
}

void figure_chain(struct canvas *canvas, const struct scene *scene, uint32_t thread)
{
	struct chain_figure figure = {
		.canvas = canvas,
		.scene = scene,
		.thread = state_thread(scene->state, thread),
	};
	struct chain_list lines[CHAIN_LINES_MAX];
	int count, rows;

	if (!figure.thread->known) {
		canvas_wrap(canvas, 0, 0, canvas->rows, canvas->columns, ROLE_DIM,
			    "No thread uses tasklets yet.");
		return;
	}
	figure.top = figure.thread->first;
	if (state_tasklet(scene->state, figure.thread->running)->where == STATE_CHAIN)
		figure.top = figure.thread->running;
	count = chain_outside(&figure, lines);
	rows = canvas->rows - count;
	/* The ring itself comes first: three rows of it, or one when there are so few. */
	if (rows < 3)
		rows = canvas->rows > 4 ? 3 : 1;
	if (count > canvas->rows - rows)
		count = canvas->rows - rows;
	chain_draw_ring(&figure, rows);
	for (int i = 0; i < count; i++)
		chain_draw_outside(&figure, canvas->rows - count + i, &lines[i]);
}
