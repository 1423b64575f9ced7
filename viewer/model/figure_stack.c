/* SPDX-License-Identifier: MIT */
/*
 * figure_stack.c - the C stack of a thread, and the slices in the heap.
 *
 *    7ffc1234e780 -- base --------      High addresses at the top: a stack grows down.
 *    ............ T1 main 96 B stays    What the next tasklet cannot overwrite is left in place,
 *    7ffc1234e720 ----------------      what it could is a slice in the heap, with the address it
 *    %%%%%%%%%%%% T2 ping 480 B > heap  came from and must go back to: the same for many.
 *    7ffc1234e540 -- sp ----------
 *    heap
 *      T2 ping      480 B  7ffc1234e540
 */
#include "figure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "glyph.h"

enum {
	STACK_SEGMENTS = 64, /* collected at most; drawn are those that find room */
	STACK_LOOK = 256,    /* tasklets looked at for slices and for what they left in place */
	STACK_ADDRESS = 12,  /* columns of an address: 48 bits */
	STACK_WIDE = 62,     /* from here on the heap stands beside the stack */
	STACK_NARROW = 40,   /* below this, a segment takes two rows, with a short bar */
	STACK_BAR = 4,
	STACK_LOW = 5, /* rows below which there is no room for the heap */
	STACK_LABEL = 128
};

enum stack_kind { STACK_RUNS, STACK_LEAVES, STACK_STAYS, STACK_COPIED_OUT, STACK_COPIED_IN };

struct stack_segment {
	uint64_t low, high;
	uint32_t tasklet;
	enum stack_kind kind;
	bool unknown; /* where its low end is; `low` means nothing then */
};

struct stack_figure {
	const struct scene *scene;
	const struct state_thread *thread;
	uint32_t thread_id;
	struct stack_segment segment[STACK_SEGMENTS];
	int segments;
	uint32_t slice[STACK_LOOK]; /* tasklets that have one */
	int slices;
	bool slices_more;
};

static void stack_add_segment(struct stack_figure *figure, uint32_t tasklet, uint64_t low,
			      uint64_t high, enum stack_kind kind)
{
	if (figure->segments == STACK_SEGMENTS || high <= low)
		return;
	figure->segment[figure->segments++] = (struct stack_segment){
		.low = low,
		.high = high,
		.tasklet = tasklet,
		.kind = kind,
	};
}

static bool stack_has_seen(const struct stack_figure *figure, uint32_t id)
{
	for (int i = 0; i < figure->slices; i++)
		if (figure->slice[i] == id)
			return true;
	for (int i = 0; i < figure->segments; i++)
		if (figure->segment[i].tasklet == id && figure->segment[i].kind == STACK_STAYS)
			return true;
	return false;
}

static void stack_see(struct stack_figure *figure, uint32_t id)
{
	const struct state_tasklet *tasklet = state_tasklet(figure->scene->state, id);

	if (tasklet->thread != figure->thread_id || stack_has_seen(figure, id))
		return;
	if (tasklet->kept_bytes)
		stack_add_segment(figure, id, tasklet->stack_low + tasklet->saved_bytes,
				  tasklet->stack_low + tasklet->saved_bytes + tasklet->kept_bytes,
				  STACK_STAYS);
	if (!tasklet->saved_bytes)
		return;
	if (figure->slices == STACK_LOOK)
		figure->slices_more = true;
	else
		figure->slice[figure->slices++] = id;
}

/* Finds tasklets that are not on the stack: those of the event, callers of scheduler_run, the
 * chain, the queues of the channels. Stops when it has looked at enough. */
static void stack_look_around(struct stack_figure *figure)
{
	const struct state *state = figure->scene->state;
	uint32_t id = scene_tasklet(figure->scene);
	int looks = 0;

	stack_see(figure, id);
	id = figure->thread->run_top;
	for (; id && looks < STACK_LOOK; looks++) {
		stack_see(figure, id);
		id = state_tasklet(state, id)->run_below;
	}
	id = figure->thread->first;
	for (uint32_t i = 0; i < figure->thread->count && looks < STACK_LOOK; i++, looks++) {
		stack_see(figure, id);
		id = state_tasklet(state, id)->next;
	}
	for (uint32_t channel = 1; channel <= state_channels(state) && looks < STACK_LOOK;
	     channel++, looks++) {
		id = state_channel(state, channel)->first;
		for (; id && looks < STACK_LOOK; looks++) {
			stack_see(figure, id);
			id = state_tasklet(state, id)->next;
		}
	}
	figure->slices_more = figure->slices_more || looks == STACK_LOOK;
}

/* A tasklet that is on the stack has its part from its base down to where it last stopped; how deep
 * it is at this moment nobody knows before it stops again. */
static bool stack_add_present(struct stack_figure *figure, uint32_t id, enum stack_kind kind)
{
	const struct state_tasklet *tasklet = state_tasklet(figure->scene->state, id);
	uint64_t base = tasklet->stack_base ? tasklet->stack_base : figure->thread->stack_base;

	if (id == 0 || tasklet->saved_bytes || !base || tasklet->where == STATE_ENDED ||
	    !(tasklet->started || tasklet->is_main))
		return false;
	if (tasklet->stack_low && tasklet->stack_low < base) {
		stack_add_segment(figure, id, tasklet->stack_low, base, kind);
	} else {
		stack_add_segment(figure, id, base - 1, base, kind);
		figure->segment[figure->segments - 1].unknown = true;
	}
	return true;
}

/* At a switch, whoever stopped is still there until it is copied or overwritten. */
static void stack_add_running(struct stack_figure *figure)
{
	const struct event *event = figure->scene->event;

	if (!stack_add_present(figure, figure->thread->running, STACK_RUNS) && event &&
	    event->kind == EVENT_tasklet_switch)
		stack_add_present(figure, event_unpack_tasklet_switch(event).prev, STACK_LEAVES);
}

static int stack_compare(const void *a, const void *b)
{
	const struct stack_segment *left = a, *right = b;

	return left->high < right->high ? 1 : left->high > right->high ? -1 : 0;
}

static void stack_collect(struct stack_figure *figure)
{
	const struct event *event = figure->scene->event;

	if (event && event->kind == EVENT_slice_save) {
		struct event_slice_save save = event_unpack_slice_save(event);

		stack_add_segment(figure, save.tasklet, save.address, save.address + save.bytes,
				  STACK_COPIED_OUT);
	} else if (event && event->kind == EVENT_slice_restore) {
		struct event_slice_restore back = event_unpack_slice_restore(event);

		stack_add_segment(figure, back.tasklet, back.address, back.address + back.bytes,
				  STACK_COPIED_IN);
		stack_add_segment(figure, back.tasklet, back.address + back.bytes,
				  back.address + back.bytes + back.kept, STACK_STAYS);
	} else {
		stack_add_running(figure);
	}
	stack_look_around(figure);
	qsort(figure->segment, (size_t)figure->segments, sizeof(figure->segment[0]), stack_compare);
}

static void stack_draw_address(struct canvas *canvas, int row, uint64_t address, const char *word)
{
	int column = canvas_format(canvas, row, 0, canvas->columns, ROLE_ADDRESS, "%0*" PRIx64 " ",
				   STACK_ADDRESS, address);

	column += canvas_text(canvas, row, column, canvas->columns - column, ROLE_BORDER, "──");
	if (*word)
		column += canvas_format(canvas, row, column, canvas->columns - column, ROLE_PLAIN,
					" %s ", word);
	canvas_line(canvas, row, column, canvas->columns - column, GLYPH_LINE, ROLE_BORDER);
}

/* How each kind is filled, what is said of it, and its role. */
static const struct {
	uint32_t fill;
	const char *words;
	enum role role;
} stack_kinds[] = {
	[STACK_RUNS] = {GLYPH_FULL, "runs", ROLE_CURRENT},
	[STACK_LEAVES] = {GLYPH_FULL, "leaves", ROLE_STACK},
	[STACK_STAYS] = {GLYPH_LIGHT, "stays", ROLE_STACK},
	[STACK_COPIED_OUT] = {GLYPH_DARK, "→ heap", ROLE_COPIED},
	[STACK_COPIED_IN] = {GLYPH_DARK, "← heap", ROLE_COPIED},
};

/* Whose bytes, how many, and what becomes of them: in a row, or below one another. */
static void stack_draw_segment(struct canvas *canvas, const struct stack_figure *figure, int row,
			       int rows, const struct stack_segment *segment)
{
	int column = canvas->columns < STACK_NARROW ? STACK_BAR : STACK_ADDRESS;
	enum role role = stack_kinds[segment->kind].role;
	const char *words = stack_kinds[segment->kind].words;
	char label[STACK_LABEL], bytes[24];
	int room, tail;

	for (int i = 0; i < rows; i++)
		canvas_line(canvas, row + i, 0, column, stack_kinds[segment->kind].fill, role);
	scene_tasklet_label(label, sizeof(label), figure->scene, segment->tasklet);
	scene_bytes_label(bytes, sizeof(bytes), segment->high - segment->low);
	if (segment->unknown)
		bytes[0] = '\0';
	room = canvas->columns - ++column;
	tail = text_width(bytes) + text_width(words) + 2;
	if (rows > 1) {
		canvas_text(canvas, row++, column, room, role, label);
	} else {
		/* The end matters more than the whole name. */
		int taken = canvas_text(canvas, row, column, room - tail, role, label) + 1;

		column += taken;
		room -= taken;
	}
	canvas_format(canvas, row, column, room, role, "%s%s%s", bytes, *bytes ? " " : "", words);
}

/* Rows for the inside of each segment: at least `least`; what is left over is shared by size. */
static int stack_segment_rows(const struct stack_figure *figure, int index, int least, int rows)
{
	int spare = rows - 1 - (least + 1) * figure->segments;
	uint64_t total = 0;

	for (int i = 0; i < figure->segments; i++)
		total += figure->segment[i].high - figure->segment[i].low;
	if (total == 0 || spare <= 0)
		return least;
	return least + (int)((double)spare *
			     (double)(figure->segment[index].high - figure->segment[index].low) /
			     (double)total);
}

static void stack_draw_end(struct canvas *canvas, const struct stack_segment *segment, int row,
			   bool last)
{
	if (segment->unknown)
		canvas_text(canvas, row, 0, canvas->columns, ROLE_DIM, "(depth not known yet)");
	else if (!last)
		stack_draw_address(canvas, row, segment->low, "");
	else
		stack_draw_address(canvas, row, segment->low,
				   segment->kind == STACK_RUNS || segment->kind == STACK_LEAVES
					   ? "last sp"
					   : "sp");
}

static void stack_draw_strip(struct canvas *canvas, const struct stack_figure *figure)
{
	int row = 0, shown = 0, least = canvas->columns < STACK_NARROW ? 2 : 1;
	uint64_t last = figure->segments ? figure->segment[0].high : figure->thread->stack_base;

	if (least == 2 && 1 + 3 * figure->segments > canvas->rows)
		least = 1;
	stack_draw_address(canvas, row++, last, "base");
	for (; shown < figure->segments && row + 1 < canvas->rows; shown++) {
		const struct stack_segment *segment = &figure->segment[shown];
		int rows = stack_segment_rows(figure, shown, least, canvas->rows);

		if (segment->high < last && row + 2 < canvas->rows)
			stack_draw_address(canvas, row++, segment->high, "");
		stack_draw_segment(canvas, figure, row, rows, segment);
		row += rows;
		stack_draw_end(canvas, segment, row++, shown == figure->segments - 1);
		last = segment->low;
	}
	if (figure->segments == 0)
		canvas_text(canvas, row++, 0, canvas->columns, ROLE_DIM, "(nobody's bytes)");
	if (shown < figure->segments)
		canvas_format(canvas, canvas->rows - 1, 0, canvas->columns, ROLE_DIM,
			      "… %d more below", figure->segments - shown);
}

static void stack_draw_slice(struct canvas *canvas, const struct stack_figure *figure, int row,
			     uint32_t id)
{
	const struct state_tasklet *tasklet = state_tasklet(figure->scene->state, id);
	bool copied = figure->scene->event && figure->scene->event->kind == EVENT_slice_save &&
		      scene_touches_tasklet(figure->scene, id);
	enum role role = copied ? ROLE_COPIED : ROLE_SLICE;
	char label[STACK_LABEL], bytes[24], address[24];
	int width;

	scene_tasklet_label(label, sizeof(label), figure->scene, id);
	scene_bytes_label(bytes, sizeof(bytes), tasklet->saved_bytes);
	if (canvas->columns >= STACK_NARROW)
		snprintf(address, sizeof(address), "%0*" PRIx64, STACK_ADDRESS, tasklet->stack_low);
	else
		snprintf(address, sizeof(address), "..%04" PRIx64, tasklet->stack_low & 0xffff);
	width = canvas->columns - text_width(address) - 11;
	canvas_put(canvas, row, 0, copied ? GLYPH_RIGHT : ' ', role);
	canvas_text(canvas, row, 2, width, role, label);
	canvas_text_right(canvas, row, 2 + width, 8, role, bytes);
	canvas_text(canvas, row, 2 + width + 9, text_width(address), ROLE_ADDRESS, address);
}

static void stack_draw_heap(struct canvas *canvas, const struct stack_figure *figure)
{
	int column = canvas_text(canvas, 0, 0, canvas->columns, ROLE_PLAIN, "heap ");

	canvas_line(canvas, 0, column, canvas->columns - column, GLYPH_LINE, ROLE_BORDER);
	if (figure->slices == 0)
		canvas_text(canvas, 0, column, canvas->columns - column, ROLE_DIM, " no slices ");
	for (int i = 0; i < figure->slices && i + 1 < canvas->rows; i++) {
		int left = figure->slices - i;

		if (i + 2 == canvas->rows && (left > 1 || figure->slices_more)) {
			canvas_format(canvas, i + 1, 2, canvas->columns - 2, ROLE_DIM,
				      figure->slices_more ? "… and more than %d others"
							  : "… %d more",
				      left);
			return;
		}
		stack_draw_slice(canvas, figure, i + 1, figure->slice[i]);
	}
}

void figure_stack(struct canvas *canvas, const struct scene *scene, uint32_t thread)
{
	struct stack_figure figure = {
		.scene = scene,
		.thread = state_thread(scene->state, thread),
		.thread_id = thread,
	};
	struct canvas strip, heap;
	int heap_rows;

	stack_collect(&figure);
	if (!figure.thread->stack_base && figure.segments == 0) {
		canvas_wrap(canvas, 0, 0, canvas->rows, canvas->columns, ROLE_DIM,
			    "No tasklet has used the C stack yet.");
		return;
	}
	heap_rows = figure.slices + 1;
	if (canvas->columns >= STACK_WIDE) {
		strip = canvas_area(canvas, 0, 0, canvas->rows, canvas->columns / 2 - 1);
		heap = canvas_area(canvas, 0, canvas->columns / 2 + 1, canvas->rows,
				   canvas->columns);
	} else {
		/* The heap may take half, more when the stack does not need it. */
		int segment_rows = canvas->columns < STACK_NARROW ? 3 : 2;
		int most = canvas->rows - 1 -
			   segment_rows * (figure.segments ? figure.segments : 1);

		if (most < canvas->rows / 2)
			most = canvas->rows / 2;
		if (heap_rows > most)
			heap_rows = most;
		if (canvas->rows < STACK_LOW)
			heap_rows = 0;
		strip = canvas_area(canvas, 0, 0, canvas->rows - heap_rows, canvas->columns);
		heap = canvas_area(canvas, canvas->rows - heap_rows, 0, heap_rows, canvas->columns);
	}
	stack_draw_strip(&strip, &figure);
	stack_draw_heap(&heap, &figure);
}
