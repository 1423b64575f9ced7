/* SPDX-License-Identifier: MIT */
/*
 * figure_channels.c - channels as number lines.
 *
 *    C1 jobs    -2 - -1 - [0] - +1 - +2     nobody waits
 *    C2 done   [-2]- -1 -  0  - +1 - +2     receivers wait: T3 boss, T4 clerk
 *
 * Left of 0 receivers wait, right of it senders: never both, which is what the line shows.
 */
#include "figure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "glyph.h"

enum {
	CHANNELS_WIDE = 76,  /* from here on a channel takes one row */
	CHANNELS_LINE = 23,  /* columns of a number line from -2 to +2 */
	CHANNELS_DENSE = 19, /* the same without lines between the numbers */
	CHANNELS_NAME = 14,  /* columns that a name should have beside it */
	CHANNELS_LABEL = 128
};

static void channels_number(char *out, size_t size, int number)
{
	if (number < 0)
		snprintf(out, size, "−%d", -number);
	else
		snprintf(out, size, "%s%d", number > 0 ? "+" : "", number);
}

/* One number of the line, in brackets when it is the balance. Returns the columns. */
static int channels_draw_number(struct canvas *canvas, int row, int column, int number, int balance)
{
	char text[24], number_text[16];
	enum role role = ROLE_DIM;

	channels_number(number_text, sizeof(number_text), number);
	snprintf(text, sizeof(text), number == balance ? "[%s]" : " %s ", number_text);
	if (number == balance)
		role = balance ? ROLE_BLOCKED : ROLE_CHANNEL;
	return canvas_text(canvas, row, column, 16, role, text);
}

/* How far the line reaches to either side so that it fits; -1: not even from -2 to +2. */
static int channels_reach(int columns, int balance, int gap)
{
	int reach = abs(balance) > 2 ? abs(balance) : 2;
	int digits = reach > 9 ? 3 : 2;

	return (digits + 2 + gap) * 2 * reach + 3 <= columns ? reach : -1;
}

static void channels_draw_line(struct canvas *canvas, int row, int column, int columns, int balance)
{
	int gap = channels_reach(columns, balance, 1) >= 0;
	int reach = channels_reach(columns, balance, gap);

	if (reach < 0) {
		/* Too far out for the line: 0, the direction, and the balance. */
		char number[16];

		channels_number(number, sizeof(number), balance);
		canvas_format(canvas, row, column, columns, ROLE_BLOCKED,
			      balance < 0 ? "[%s] ─ … ─ 0" : "0 ─ … ─ [%s]", number);
		return;
	}
	for (int number = -reach; number <= reach; number++) {
		column += channels_draw_number(canvas, row, column, number, balance);
		if (gap && number < reach) {
			canvas_put(canvas, row, column, GLYPH_LINE, ROLE_BORDER);
			column++;
		}
	}
}

/* Who waits, in order. */
static void channels_draw_queue(struct canvas *canvas, const struct scene *scene, int row,
				int column, int columns, uint32_t id)
{
	const struct state_channel *channel = state_channel(scene->state, id);
	uint32_t count = (uint32_t)abs(channel->balance), tasklet = channel->first;
	int end = column + columns;

	if (count == 0) {
		canvas_text(canvas, row, column, columns, ROLE_DIM,
			    channel->closing ? "closed, nobody waits" : "nobody waits");
		return;
	}
	column += canvas_format(canvas, row, column, columns, ROLE_PLAIN,
				"%s%s: ", channel->balance > 0 ? "sender" : "receiver",
				count == 1 ? " waits" : "s wait");
	for (uint32_t i = 0; i < count && tasklet; i++) {
		char label[CHANNELS_LABEL];
		enum role role = scene_touches_tasklet(scene, tasklet) ? ROLE_HIGHLIGHT
								       : ROLE_BLOCKED;

		scene_tasklet_label(label, sizeof(label), scene, tasklet);
		if (i > 0 && text_width(label) + 12 > end - column) {
			canvas_format(canvas, row, column, end - column, ROLE_DIM,
				      ", … %" PRIu32 " more", count - i);
			return;
		}
		if (i > 0)
			column += canvas_text(canvas, row, column, end - column, ROLE_PLAIN, ", ");
		column += canvas_text(canvas, row, column, end - column, role, label);
		tasklet = state_tasklet(scene->state, tasklet)->next;
	}
}

static void channels_draw_name(struct canvas *canvas, const struct scene *scene, int row,
			       int columns, uint32_t id)
{
	bool touched = scene_touches_channel(scene, id);
	char label[CHANNELS_LABEL];

	if (touched)
		canvas_put(canvas, row, 0, GLYPH_TOUCHED, ROLE_HIGHLIGHT);
	scene_channel_label(label, sizeof(label), scene, id);
	canvas_text(canvas, row, 2, columns - 3, touched ? ROLE_HIGHLIGHT : ROLE_CHANNEL, label);
}

static void channels_draw_extra(struct canvas *canvas, const struct state_channel *channel, int row,
				int column)
{
	const char *words = "";

	if (channel->schedule_all)
		words = "every operation yields";
	else if (channel->preference > 0)
		words = "prefers the sender";
	else if (channel->preference == 0)
		words = "prefers neither";
	canvas_text_right(canvas, row, column, canvas->columns - column, ROLE_DIM, words);
}

int figure_channels_rows(const struct canvas *canvas)
{
	return canvas->columns >= CHANNELS_WIDE ? 1 : 2;
}

static void channels_draw(struct canvas *canvas, const struct scene *scene, int row, uint32_t id)
{
	const struct state_channel *channel = state_channel(scene->state, id);
	int line = canvas->columns >= CHANNELS_LINE + CHANNELS_NAME ? CHANNELS_LINE
								    : CHANNELS_DENSE;
	int name = canvas->columns - line;

	if (figure_channels_rows(canvas) == 1)
		name = canvas->columns / 5;
	if (name < 3)
		name = 3;
	channels_draw_name(canvas, scene, row, name, id);
	if (channel->destroyed) {
		canvas_text(canvas, row, name, canvas->columns - name, ROLE_ENDED, "destroyed");
		return;
	}
	channels_draw_line(canvas, row, name, line, channel->balance);
	if (figure_channels_rows(canvas) == 1) {
		int column = name + line + 2;

		channels_draw_queue(canvas, scene, row, column, canvas->columns - column, id);
		if (channel->balance == 0)
			channels_draw_extra(canvas, channel, row, column + 14);
		return;
	}
	channels_draw_queue(canvas, scene, row + 1, 2, canvas->columns - 2, id);
	if (channel->balance == 0)
		channels_draw_extra(canvas, channel, row + 1, 16);
}

void figure_channels(struct canvas *canvas, const struct scene *scene, uint32_t first)
{
	int height = figure_channels_rows(canvas);
	uint32_t last = state_channels(scene->state);

	if (last == 0) {
		canvas_text(canvas, 0, 0, canvas->columns, ROLE_DIM, "no channels yet");
		return;
	}
	for (int row = 0; row < canvas->rows && first <= last; first++) {
		if (!state_channel(scene->state, first)->known)
			continue;
		channels_draw(canvas, scene, row, first);
		row += height;
	}
}
