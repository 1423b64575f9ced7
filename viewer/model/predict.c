/* SPDX-License-Identifier: MIT */
/*
 * predict.c - who runs next?
 */
#include "predict.h"

static void predict_add(struct predict *predict, const struct state *state, uint32_t id)
{
	const struct state_tasklet *tasklet = state_tasklet(state, id);
	int place = predict->choices;

	if (id == 0 || tasklet->where == STATE_ENDED || predict->choices == PREDICT_CHOICES)
		return;
	for (int i = 0; i < predict->choices; i++)
		if (predict->choice[i] == id)
			return;
	/* In the order of their numbers: their order must not tell. */
	while (place > 0 && predict->choice[place - 1] > id) {
		predict->choice[place] = predict->choice[place - 1];
		place--;
	}
	predict->choice[place] = id;
	predict->choices++;
}

bool predict_ask(struct predict *predict, const struct state *state, const struct event *event)
{
	struct event_tasklet_switch fields = event_unpack_tasklet_switch(event);
	const struct state_thread *thread = state_thread(state, event->thread);
	uint32_t id = thread->first;

	predict->choices = 0;
	predict->answer = fields.next;
	predict->seq = event->seq;
	predict_add(predict, state, fields.next);
	for (uint32_t i = 0; i < thread->count && i < PREDICT_CHOICES; i++) {
		if (id != fields.prev)
			predict_add(predict, state, id);
		id = state_tasklet(state, id)->next;
	}
	predict_add(predict, state, thread->run_top);
	predict_add(predict, state, thread->main);
	predict_add(predict, state, fields.prev);
	predict->asking = predict->choices > 1;
	return predict->asking;
}

bool predict_answer(struct predict *predict, int choice)
{
	bool right = choice >= 1 && choice <= predict->choices &&
		     predict->choice[choice - 1] == predict->answer;

	predict->asking = false;
	predict->asked++;
	predict->right += right;
	return right;
}
