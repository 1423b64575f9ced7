/* SPDX-License-Identifier: MIT */
/*
 * figure_frames.c - the frames of soft tasklets, and the way of the unwind token.
 *
 *    T2 producer stops            T4 bystander goes on
 *    ▶ square  hardsoft.c:110     ▶ body  hardsoft.c:153      The top frame's step returns the token
 *      produce                                               to the dispatcher, who calls the step of
 *    ▼ token                      ▲ token                     the frame that it names. What a C function
 *    ══ dispatcher ═══════════════ → ═══════════════         keeps on the stack can't be returned from.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "figure.h"
#include "glyph.h"

enum {
	FRAMES_LABEL = 160,
	FRAMES_WIDE = 44, /* from here on two tasklets stand side by side */
	FRAMES_PLACE = 18 /* columns for where the top frame goes on */
};

static bool is_switch(const struct frames_scene *frames)
{
	return frames->scene->event && frames->scene->event->kind == EVENT_tasklet_switch;
}

static const char *function_of(const struct frames_scene *frames, uint32_t place)
{
	const char *name = dictionary_place(frames->scene->dictionary, place)->function;

	return *name ? name : "(not known)";
}

/* Who it is, and what becomes of it at this event. */
static void draw_header(struct canvas *canvas, const struct frames_scene *frames, int row,
			const struct frame_stack *stack, const char *fate)
{
	char label[FRAMES_LABEL];

	scene_tasklet_label(label, sizeof(label), frames->scene, stack->tasklet);
	canvas_format(canvas, row, 0, canvas->columns,
		      scene_condition(frames->scene, stack->tasklet).role, "%s%s%s", label,
		      *fate ? " " : "", fate);
}

/* A frame; the top one with the line where it goes on. */
static void draw_frame(struct canvas *canvas, const struct frames_scene *frames, int row,
		       const struct frame_stack *stack, int index)
{
	const struct state_tasklet *tasklet = state_tasklet(frames->scene->state, stack->tasklet);
	const struct frame_stack_frame *frame = &stack->frame[index];
	bool called = index == 0 && frames->scene->event &&
		      frames->scene->event->kind == EVENT_frame_call;
	enum role role = index > 0 ? ROLE_SLICE : called ? ROLE_COPIED : ROLE_CURRENT;
	char place[FRAMES_LABEL] = "", bytes[24] = "";
	int width, column = 2;

	canvas_put(canvas, row, 0, index == 0 ? GLYPH_CURRENT : ' ', role);
	if (index == 0 && !called && tasklet->stopped_at)
		scene_place_tail(place, sizeof(place), frames->scene, tasklet->stopped_at,
				 FRAMES_PLACE);
	else if (frame->bytes)
		scene_bytes_label(bytes, sizeof(bytes), frame->bytes);
	width = text_width(place) + text_width(bytes);
	width = canvas->columns - column - (width ? width + 1 : 0);
	column += canvas_text(canvas, row, column, width, role,
			      function_of(frames, frame->function));
	canvas_text_right(canvas, row, column, canvas->columns - column,
			  *place ? ROLE_PLACE : ROLE_DIM, *place ? place : bytes);
}

/* The frames from the top down, in at most `rows`; returns how many it took. */
static int draw_stack(struct canvas *canvas, const struct frames_scene *frames, int row, int rows,
		      const struct frame_stack *stack)
{
	int shown = 0;

	if (stack->depth == 0 && rows > 0) {
		canvas_text(canvas, row, 2, canvas->columns - 2, ROLE_DIM,
			    "no frames: on the C stack");
		return 1;
	}
	for (; shown < stack->count && shown < rows; shown++) {
		uint32_t left = stack->depth - (uint32_t)shown;

		if (left > 1 && shown > 0 && (shown + 1 == rows || shown + 1 == FRAME_STACK_MAX)) {
			canvas_format(canvas, row + shown, 2, canvas->columns - 2, ROLE_DIM,
				      "… %" PRIu32 " more below", left);
			return shown + 1;
		}
		draw_frame(canvas, frames, row + shown, stack, shown);
	}
	return shown;
}

/* How one leaves or comes back: by the token, or with everything that is on the stack. */
static void draw_way(struct canvas *canvas, const struct frames_scene *frames, int row, bool soft,
		     bool leaves, bool upwards)
{
	uint32_t arrow = upwards ? GLYPH_UP : GLYPH_DOWN;
	const char *words = soft     ? "token"
			    : leaves ? "hard: its stack is copied"
				     : "hard: its stack";

	canvas_put(canvas, row, 0, arrow, soft ? ROLE_HIGHLIGHT : ROLE_COPIED);
	if (!soft && leaves && frames->in_the_way)
		canvas_format(canvas, row, 2, canvas->columns - 2, ROLE_WARNING,
			      "hard: %s is on the stack", function_of(frames, frames->in_the_way));
	else
		canvas_text(canvas, row, 2, canvas->columns - 2,
			    soft ? ROLE_HIGHLIGHT : ROLE_COPIED, words);
}

static void draw_dispatcher(struct canvas *canvas, int row, bool passes)
{
	canvas_line(canvas, row, 0, canvas->columns, GLYPH_DOUBLE_LINE, ROLE_BORDER);
	canvas_text(canvas, row, 2, canvas->columns - 2, ROLE_PLAIN, " dispatcher ");
	if (passes && canvas->columns >= FRAMES_WIDE)
		canvas_text(canvas, row, canvas->columns / 2, 3, ROLE_HIGHLIGHT, " → ");
}

/* Left who stops, right who goes on; or one above the other. */
static void draw_switch(struct canvas *canvas, const struct frames_scene *frames)
{
	struct event_tasklet_switch fields = event_unpack_tasklet_switch(frames->scene->event);
	bool soft_out = fields.mode == EVENT_MODE_SOFT_SOFT || fields.mode == EVENT_MODE_SOFT_HARD;
	bool soft_in = fields.mode == EVENT_MODE_SOFT_SOFT || fields.mode == EVENT_MODE_HARD_SOFT;
	bool ended = state_tasklet(frames->scene->state, fields.prev)->where == STATE_ENDED;
	const char *fate = ended ? "ended" : "stops";

	if (canvas->columns >= FRAMES_WIDE) {
		int half = canvas->columns / 2, bottom = canvas->rows - 1;
		struct canvas left = canvas_area(canvas, 0, 0, bottom, half - 1),
			      right = canvas_area(canvas, 0, half + 1, bottom, canvas->columns);
		int below = draw_stack(&left, frames, 1, bottom - 2, &frames->stack[0]);
		int other = draw_stack(&right, frames, 1, bottom - 2, &frames->stack[1]);

		if (other > below)
			below = other;
		draw_header(&left, frames, 0, &frames->stack[0], fate);
		draw_header(&right, frames, 0, &frames->stack[1], "goes on");
		draw_way(&left, frames, below + 1, soft_out || ended, true, false);
		draw_way(&right, frames, below + 1, soft_in, false, true);
		draw_dispatcher(canvas, below + 2, soft_out || soft_in);
	} else {
		int each = canvas->rows > 8 ? (canvas->rows - 4) / 2 : canvas->rows - 6, row = 1;

		draw_header(canvas, frames, 0, &frames->stack[0], fate);
		row += draw_stack(canvas, frames, row, each, &frames->stack[0]);
		draw_way(canvas, frames, row++, soft_out || ended, true, false);
		draw_dispatcher(canvas, row++, false);
		draw_way(canvas, frames, row++, soft_in, false, false);
		draw_header(canvas, frames, row++, &frames->stack[1], "goes on");
		draw_stack(canvas, frames, row, canvas->rows - row, &frames->stack[1]);
	}
}

/* What happens to the frames of the one tasklet that the event is about. */
static void draw_one(struct canvas *canvas, const struct frames_scene *frames)
{
	const struct frame_stack *stack = &frames->stack[0];
	const struct event *event = frames->scene->event;
	int row = 1;

	draw_header(canvas, frames, 0, stack,
		    scene_is_running(frames->scene, stack->tasklet) ? "runs" : "");
	if (event && event->kind == EVENT_frame_return) {
		struct event_frame_return back = event_unpack_frame_return(event);

		canvas_put(canvas, row, 0, GLYPH_DOWN, ROLE_ENDED);
		canvas_format(canvas, row++, 2, canvas->columns - 2, ROLE_ENDED,
			      "%s returned %" PRId32, function_of(frames, back.function),
			      (int32_t)back.result);
	}
	row += draw_stack(canvas, frames, row, canvas->rows - row - 1, stack);
	if (event && event->kind == EVENT_frame_force && row < canvas->rows - 1)
		draw_way(canvas, frames, row++, false, true, false);
	if (stack->depth > 0)
		draw_dispatcher(canvas, row, false);
}

int frames_scene_read(struct frames_scene *frames, const struct scene *scene,
		      struct event_cache *cache, uint64_t seq, uint32_t tasklet)
{
	const struct event *event;
	int result;

	*frames = (struct frames_scene){.scene = scene};
	if (scene->event && scene->event->kind == EVENT_frame_force)
		frames->in_the_way = event_unpack_frame_force(scene->event).function;
	if (!is_switch(frames))
		return frame_stack_read(&frames->stack[0], cache, scene->state, tasklet, seq);
	for (int side = 0; side < 2; side++) {
		struct event_tasklet_switch fields = event_unpack_tasklet_switch(scene->event);

		result = frame_stack_read(&frames->stack[side], cache, scene->state,
					  side ? fields.next : fields.prev, seq);
		if (result < 0)
			return result;
	}
	/* What forced it stands before it. */
	result = event_cache_get(cache, seq - 1, &event);
	if (result > 0 && event->kind == EVENT_frame_force)
		frames->in_the_way = event_unpack_frame_force(event).function;
	return 0;
}

void figure_frames(struct canvas *canvas, const struct frames_scene *frames)
{
	if (is_switch(frames))
		draw_switch(canvas, frames);
	else if (frames->stack[0].tasklet)
		draw_one(canvas, frames);
	else
		canvas_text(canvas, 0, 0, canvas->columns, ROLE_DIM, "nobody runs yet");
}
