/* SPDX-License-Identifier: MIT */
/*
 * frame_stack.c - the frames of a tasklet at a moment.
 *
 * Going back, the first call that led to a certain depth put the frame there that is there now: had it
 * gone, a later call would stand in its place.
 */
#include "frame_stack.h"

#include "event_match.h"

enum { FRAME_STACK_FAR = 200000 /* events back: farther nobody looks */ };

struct wanted {
	uint32_t depth;
	uint64_t limit;
};

/* Also when it is too far to go on. */
static bool is_wanted(const struct event *event, void *context)
{
	const struct wanted *wanted = context;
	struct event_frame_call call = event_unpack_frame_call(event);

	return call.depth == wanted->depth || event->seq < wanted->limit;
}

int frame_stack_read(struct frame_stack *out, struct event_cache *cache, const struct state *state,
		     uint32_t id, uint64_t seq)
{
	const struct state_tasklet *tasklet = state_tasklet(state, id);
	struct wanted wanted = {.limit = seq > FRAME_STACK_FAR ? seq - FRAME_STACK_FAR : 0};
	struct event_match match = {.query = {.tasklet = id, .kind = EVENT_frame_call},
				    .test = is_wanted,
				    .context = &wanted};
	int result = 1;

	*out = (struct frame_stack){.tasklet = id, .depth = tasklet->frames};
	for (wanted.depth = out->depth; wanted.depth > 0 && out->count < FRAME_STACK_MAX;
	     wanted.depth--) {
		struct frame_stack_frame *frame = &out->frame[out->count++];
		const struct event *event;

		if (wanted.depth == 1)
			frame->function = tasklet->function;
		if (result > 0)
			result = event_match_find(cache, &match, seq, -1, &event);
		if (result < 0)
			return result;
		if (result > 0 && event_unpack_frame_call(event).depth != wanted.depth)
			result = 0;
		if (result > 0) {
			struct event_frame_call call = event_unpack_frame_call(event);

			*frame = (struct frame_stack_frame){call.function, call.bytes};
			seq = event->seq - 1;
		}
	}
	return 0;
}
