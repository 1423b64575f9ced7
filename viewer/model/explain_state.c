/* SPDX-License-Identifier: MIT */
/*
 * explain_state.c - chains and queues in a line of text.
 */
#include "explain_text.h"

/* As many members as a line has room for. */
enum { EXPLAIN_MEMBERS = 16 };

static void put_more(struct explain_text *text, uint32_t all)
{
	if (all > EXPLAIN_MEMBERS) {
		explain_put(text, " and ");
		explain_put_number(text, all - EXPLAIN_MEMBERS);
		explain_put(text, " more");
	}
}

/* Who runs comes first; between a block and the switch that follows, it is in no chain. */
size_t explain_chain(char *out, size_t size, const struct state *state,
		     const struct dictionary *dictionary, uint32_t thread_id)
{
	struct explain_text text = {
		.out = out, .size = size, .state = state, .dictionary = dictionary};
	const struct state_thread *thread = state_thread(state, thread_id);
	uint32_t id = thread->first;

	if (!thread->count)
		explain_put(&text, "empty");
	for (uint32_t i = 0; i < thread->count && i < EXPLAIN_MEMBERS; i++) {
		explain_put(&text, i ? " > " : "");
		explain_put_tasklet(&text, id, false);
		if (id == thread->running)
			explain_put(&text, "*");
		id = state_tasklet(state, id)->next;
	}
	put_more(&text, thread->count);
	return explain_finish(&text);
}

size_t explain_queue(char *out, size_t size, const struct state *state,
		     const struct dictionary *dictionary, uint32_t channel_id)
{
	struct explain_text text = {
		.out = out, .size = size, .state = state, .dictionary = dictionary};
	const struct state_channel *channel = state_channel(state, channel_id);
	uint32_t waiting = (uint32_t)(channel->balance < 0 ? -channel->balance : channel->balance);
	uint32_t id = channel->first;

	explain_put_channel(&text, channel_id, false);
	explain_put(&text, channel->balance > 0 ? " +%d" : " %d", channel->balance);
	if (waiting)
		explain_put(&text, channel->balance > 0 ? ", to send: " : ", to receive: ");
	for (uint32_t i = 0; i < waiting && i < EXPLAIN_MEMBERS; i++) {
		explain_put(&text, i ? ", " : "");
		explain_put_tasklet(&text, id, false);
		id = state_tasklet(state, id)->next;
	}
	put_more(&text, waiting);
	if (channel->closing)
		explain_put(&text, " (closed)");
	return explain_finish(&text);
}
